import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * A small program for a member account's stack: enough to see that every account gets its own settings
 * and its own resources.
 */
function memberProgram(): object {
  const config = new pulumi.Config();
  if (config.require("kind") !== "member") {
    throw new pulumi.RunError("this program deploys stacks of kind member only");
  }
  const accountId = config.require("accountId");
  const responder = new aws.iam.Role(
    "responder",
    {
      name: "forensics-responder",
      path: "/clean-room/",
      assumeRolePolicy: trusting(config.require("auditAccountId")),
      tags: { notification: config.require("notification") },
    },
    { protect: true },
  );
  new aws.iam.RolePolicy(
    "snapshots",
    { name: "snapshots", role: responder.name, policy: SNAPSHOTS },
    { protect: true },
  );
  return { accountId, responderRoleArn: responder.arn };
}

function trusting(accountId: string): string {
  const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
  });
}

const SNAPSHOTS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "ec2:DescribeSnapshots", Resource: "*" }],
});

export = memberProgram;
