import type * as aws from "@pulumi/aws";

import { arnIn } from "../aws/arn";
import { directReading } from "../policies/directReading";
import { policyDocument } from "../policies/document";
import { Case } from "../case";
import { type VaultPlace, vaultUpload } from "../policies/vaultUpload";

/** What the workstation's policy is made from. */
export interface WorkstationPolicyArgs extends VaultPlace {
  readonly ticket: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** The room's VPC: from anywhere else the role can do nothing. */
  readonly vpcId: string;

  /** Whether it reads the case's preserved copies by EBS's direct APIs. */
  readonly directReading: boolean;

  /** Name of the log group that sessions are recorded in. */
  readonly sessionLogGroup: string;
}

/**
 * What the workstation may do: be reached by Session Manager, and write this case's results into
 * the vault; where the foundation has the endpoint for it, read the case's preserved copies. It reads no object,
 * deletes none, and knows no other case.
 */
export function workstationPolicy(args: WorkstationPolicyArgs): aws.iam.PolicyDocument {
  const ofCase = new Case(args.ticket);
  return policyDocument(
    {
      Sid: "BeManagedBySystemsManager",
      Effect: "Allow",
      Action: "ssm:UpdateInstanceInformation",
      Resource: arnIn(args, "ec2", "instance/*"),
    },
    {
      // Session Manager's channels are no resources: nothing narrower than * can be named.
      Sid: "BeReachedBySessionManager",
      Effect: "Allow",
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceVpc": args.vpcId } },
    },
    ...vaultUpload(args, ofCase.results),
    ...(args.directReading ? directReading(args, ofCase.tag) : []),
    {
      Sid: "RecordSessions",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: arnIn(args, "logs", `log-group:${args.sessionLogGroup}:*`),
    },
    {
      // The agent looks whether the group is encrypted; looking knows no narrower resource.
      Sid: "LookAtTheirLogGroup",
      Effect: "Allow",
      Action: "logs:DescribeLogGroups",
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceVpc": args.vpcId } },
    },
    {
      // Credentials that leave the room are worth nothing outside. What S3 asks of KMS on the
      // workstation's behalf comes from S3.
      Sid: "OnlyFromTheRoom",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: {
        StringNotEquals: { "aws:SourceVpc": args.vpcId },
        Bool: { "aws:ViaAWSService": "false" },
      },
    },
    {
      // Nor on another machine of the VPC: EC2 says whose credentials they are, the endpoint from where a
      // request comes. Where one of the two says nothing, the statement above is what holds.
      Sid: "OnlyOnItsOwnMachine",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: {
        Null: { "aws:EC2InstanceSourcePrivateIPv4": "false", "aws:VpcSourceIp": "false" },
        StringNotEquals: { "aws:EC2InstanceSourcePrivateIPv4": "${aws:VpcSourceIp}" },
        Bool: { "aws:ViaAWSService": "false" },
      },
    },
  );
}
