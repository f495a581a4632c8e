import type * as aws from "@pulumi/aws";

import { arnIn, bucketArn } from "../aws/arn";
import { LOOKING_AT_A_BUCKET } from "../policies/bucketInspection";
import { policyDocument } from "../policies/document";
import { LOOKING_AT_A_KEY } from "../policies/keyInspection";
import {
  LOOKING_AT_A_FOUNDATION,
  LOOKING_FURTHER_AT_A_BUCKET,
  LOOKING_WHO_MAY_DO_WHAT,
} from "./foundationInspection";

/** Where the state of the stack is, in S3, among that of others. */
export interface StateOfStack {
  /** The project, as in Pulumi.yaml. */
  readonly project: string;

  /** Name of the stack. */
  readonly stack: string;
  readonly bucket: string;

  /** ARN of the key that the bucket's objects and the stacks' secrets are under. */
  readonly keyArn: string;
}

/** What the policy of the role that previews is made from. */
export interface PreviewPolicyArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** ARNs of the foundation's buckets. */
  readonly bucketArns: readonly string[];

  /** ARNs of the foundation's keys. */
  readonly keyArns: readonly string[];
  readonly state?: StateOfStack | undefined;
}

/**
 * What the role that previews the foundation may do: read how everything of it is set up, as a preview that looks at
 * AWS does, whether all is ready for an incident, and the stack's state. It reads no object of the vault or of a log, no
 * recording and no disk, and changes nothing. Of the vault it sees what objects are called: S3 answers whether there is
 * a bucket only to who may list it.
 */
export function previewPolicy(args: PreviewPolicyArgs): aws.iam.PolicyDocument {
  const { region, bucketArns, keyArns, state } = args;
  return policyDocument(
    {
      // The transfer key lets EC2 grant itself its use for whoever is of the organisation.
      Sid: "NoGrants",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
    },
    {
      Sid: "ReadBucketSettings",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_BUCKET, ...LOOKING_FURTHER_AT_A_BUCKET],
      Resource: [...bucketArns],
    },
    {
      Sid: "LookAtKeys",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_KEY],
      Resource: [...keyArns],
    },
    {
      // Which slots are taken, and which image is published.
      Sid: "ReadClaims",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:GetParametersByPath"],
      Resource: ["clean-room/*", "imagebuilder/clean-room/*"].map((name) =>
        arnIn(args, "ssm", `parameter/${name}`),
      ),
    },
    {
      Sid: "DescribeResources",
      Effect: "Allow",
      Action: [...LOOKING_AT_A_FOUNDATION],
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "ReadRolesAndPolicies",
      Effect: "Allow",
      Action: [...LOOKING_WHO_MAY_DO_WHAT],
      Resource: "*",
    },
    ...(state === undefined ? [] : readState(region, state)),
  );
}

/**
 * Reading the stack's own state, and what of it is encrypted: another stack's tells who investigates what. What others are
 * called is seen, as a preview looks whether its files are there, and S3 says so only to who may list all. A preview takes
 * no lock, so it writes nothing.
 *
 * Source: pulumi/pulumi, pkg/backend/diy: meta.go, state.go (stackPath), tags.go.
 */
function readState(region: string, state: StateOfStack): aws.iam.PolicyStatement[] {
  const arn = bucketArn(region, state.bucket);
  const own = `${arn}/.pulumi/stacks/${state.project}/${state.stack}`;
  return [
    {
      Sid: "FindState",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket"],
      Resource: arn,
    },
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [
        `${arn}/.pulumi/meta.yaml`,
        ...[".json", ".json.gz", ".json.zst", ".pulumi-tags"].map((end) => `${own}${end}`),
      ],
    },
    {
      // The engine decrypts the stack's own secrets itself.
      Sid: "DecryptState",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: state.keyArn,
    },
  ];
}
