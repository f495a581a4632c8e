import type * as aws from "@pulumi/aws";

import { partitionOf } from "../partition";

/** What the workstation's policy is made from. */
export interface WorkstationPolicyArgs {
  readonly ticket: string;
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** The room's VPC: from anywhere else the role can do nothing. */
  readonly vpcId: string;
  readonly vaultArn: string;
  readonly evidenceKeyArn: string;

  /** Name of the log group that sessions are recorded in. */
  readonly sessionLogGroup: string;
}

/**
 * What the workstation may do: be reached by Session Manager, and write this case's results into
 * the vault. It reads no object, deletes none, and knows no other case.
 */
export function workstationPolicy(args: WorkstationPolicyArgs): aws.iam.PolicyDocument {
  const { region, accountId, vaultArn } = args;
  const partition = partitionOf(region).name;
  const cases = `${vaultArn}/cases/${args.ticket}/*`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "BeManagedBySystemsManager",
        Effect: "Allow",
        Action: "ssm:UpdateInstanceInformation",
        Resource: `arn:${partition}:ec2:${region}:${accountId}:instance/*`,
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
      {
        Sid: "WriteThisCase",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        Resource: cases,
      },
      {
        // Decrypt is for multipart uploads: S3 reads the parts back to put them together.
        Sid: "EncryptThisCase",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: args.evidenceKeyArn,
        Condition: {
          StringEquals: {
            "kms:EncryptionContext:aws:s3:arn": vaultArn,
            "kms:ViaService": `s3.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "RecordSessions",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: `arn:${partition}:logs:${region}:${accountId}:log-group:${args.sessionLogGroup}:*`,
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
    ],
  };
}
