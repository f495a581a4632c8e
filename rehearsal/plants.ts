import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/** The program with two mistakes in it: a bucket without tags, and an internet gateway. */
export function withMistakes(program: PulumiFn, notification: string): PulumiFn {
  return async () => {
    const outputs = (await program()) as { vpcId: pulumi.Input<string> };
    new aws.s3.Bucket("planted-bucket", {}, { protect: true });
    new aws.ec2.InternetGateway(
      "planted-gateway",
      { vpcId: outputs.vpcId, tags: { notification } },
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
