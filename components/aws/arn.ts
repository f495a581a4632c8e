import { partitionOf } from "./partition";

/** The parts of an ARN; a part that an ARN leaves out is empty. */
export interface Arn {
  /** `aws`, `aws-us-gov` and so on. */
  readonly partition: string;
  readonly service: string;
  readonly region: string;

  /** Twelve digits, or `aws` for what is AWS's own. */
  readonly account: string;

  /** What follows the account, with its colons and slashes. */
  readonly resource: string;
}

/** Takes an ARN apart; of a text that is none, every part that is not there is empty. */
export function parseArn(arn: string): Arn {
  const [, partition = "", service = "", region = "", account = "", ...resource] = arn.split(":");
  return { partition, service, region, account, resource: resource.join(":") };
}

/** An account in a Region. */
export interface Place {
  readonly region: string;

  /** Twelve digits; `*` in a policy for any, `aws` for what is AWS's own, empty for what names no owner. */
  readonly accountId: string;
}

/** ARN of a resource of an account in a Region, such as `document/x` of `ssm`. */
export function arnIn({ region, accountId }: Place, service: string, resource: string): string {
  return `arn:${partitionOf(region).name}:${service}:${region}:${accountId}:${resource}`;
}

/** ARN of what IAM has in an account, such as `role/x`: it is of no Region, and of the Region's partition. */
export function iamArn({ region, accountId }: Place, resource: string): string {
  return `arn:${partitionOf(region).name}:iam::${accountId}:${resource}`;
}

/** ARN of the account that a role is of, as a principal. */
export function accountRoot(roleArn: string): string {
  const { partition, account } = parseArn(roleArn);
  return `arn:${partition}:iam::${account}:root`;
}

/** ARN of a snapshot, or of `*`, all of a Region: it names no owner. */
export function snapshotArn(region: string, snapshotId: string): string {
  return arnIn({ region, accountId: "" }, "ec2", `snapshot/${snapshotId}`);
}

/** Pattern of the ARNs of what an account has in all Regions of the Region's partition. */
export function arnAnywhere(
  { region, accountId }: Place,
  service: string,
  resource: string,
): string {
  return `arn:${partitionOf(region).name}:${service}:*:${accountId}:${resource}`;
}

/** ARN of a bucket, or with `/…` of its objects: it names neither Region nor owner. */
export function bucketArn(region: string, bucket: string): string {
  return `arn:${partitionOf(region).name}:s3:::${bucket}`;
}
