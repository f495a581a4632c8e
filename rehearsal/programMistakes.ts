import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/**
 * The program with mistakes in it: a bucket without tags, an internet gateway, and a key that is given
 * away, by its policy to another account and by a grant that can be passed on.
 */
export function withMistakes(program: PulumiFn, notification: string): PulumiFn {
  return async () => {
    const outputs = (await program()) as { vpcId: pulumi.Input<string> };
    new aws.s3.Bucket("planted-bucket", {}, { protect: true });
    new aws.ec2.InternetGateway(
      "planted-gateway",
      { vpcId: outputs.vpcId, tags: { notification } },
      { protect: true },
    );
    const key = new aws.kms.Key(
      "planted-key",
      {
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: "arn:aws:iam::999988887777:root" },
              Action: "kms:*",
              Resource: "*",
            },
          ],
        }),
        tags: { notification },
      },
      { protect: true },
    );
    new aws.kms.Grant(
      "planted-grant",
      {
        keyId: key.arn,
        granteePrincipal: "arn:aws:iam::999988887777:role/responder",
        operations: ["Decrypt", "CreateGrant"],
      },
      { protect: true },
    );
    return outputs;
  };
}

/** The program as a later version of it might be: it gives its workstations other user data. */
export function withOtherUserData(program: PulumiFn): PulumiFn {
  return () => {
    pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
      type === "aws:ec2/instance:Instance"
        ? { props: { ...(props as object), userDataBase64: "I2Nsb3VkLWNvbmZpZwp7fQo=" }, opts }
        : undefined,
    );
    return program();
  };
}
