import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { requireUsableKey } from "./keys";

/** A property that names another resource. */
export interface Reference {
  /** Where: `subnetId`, `securityGroupIds[]`, `rootBlockDevice.kmsKeyId`, … */
  readonly at: string;

  /** Types of which one must have that id. */
  readonly to: readonly string[];

  /** Whether AWS refuses to delete the other resource while this one exists. */
  readonly holds: boolean;

  /** What AWS says when there is no such resource. */
  readonly missing: (value: string) => AwsError;

  /** How a value names a resource; by its id unless told otherwise. */
  readonly names?: (entry: Entry, value: string) => boolean;

  /** Replaces the check, where a value may name what lies outside this account. */
  readonly check?: (account: Account, value: string) => void;
}

/** The strings a path leads to; unset and unknown values are left out. */
export function valuesAt(properties: Properties, path: string): string[] {
  let found: unknown[] = [properties];
  for (const step of path.split(".")) {
    const list = step.endsWith("[]");
    const name = list ? step.slice(0, -2) : step;
    found = found
      .map((value) => (value as Properties | null | undefined)?.[name])
      .flatMap((value) => (list ? ((value as unknown[] | undefined) ?? []) : [value]));
  }
  return found.filter((value): value is string => typeof value === "string" && value !== "");
}

/** Whether these properties refer to that resource through this reference. */
export function refersTo(reference: Reference, properties: Properties, target: Entry): boolean {
  const names = reference.names ?? ((entry: Entry, value: string) => entry.id === value);
  return (
    reference.to.includes(target.type) &&
    valuesAt(properties, reference.at).some((value) => names(target, value))
  );
}

/** Refuses a value that names nothing in the account. */
export function checkReference(account: Account, reference: Reference, properties: Properties) {
  const names = reference.names ?? ((entry: Entry, value: string) => entry.id === value);
  for (const value of valuesAt(properties, reference.at)) {
    if (reference.check !== undefined) {
      reference.check(account, value);
    } else if (!account.ofType(...reference.to).some((entry) => names(entry, value))) {
      throw reference.missing(value);
    }
  }
}

const notFound = (code: string, kind: string) => (value: string) =>
  new AwsError(code, `The ${kind} '${value}' does not exist`);

/** A VPC; it cannot be deleted while the resource exists unless `holds` is false. */
export function vpc(at: string, holds = true): Reference {
  const missing = notFound("InvalidVpcID.NotFound", "vpc ID");
  return { at, to: ["aws:ec2/vpc:Vpc"], holds, missing };
}

/** A subnet; it cannot be deleted while the resource exists unless `holds` is false. */
export function subnet(at: string, holds = true): Reference {
  const missing = notFound("InvalidSubnetID.NotFound", "subnet ID");
  return { at, to: ["aws:ec2/subnet:Subnet"], holds, missing };
}

/** A route table; it cannot be deleted while the resource exists unless `holds` is false. */
export function routeTable(at: string, holds = true): Reference {
  const missing = notFound("InvalidRouteTableID.NotFound", "routeTable ID");
  return { at, to: ["aws:ec2/routeTable:RouteTable"], holds, missing };
}

/** A security group of this account; it cannot be deleted unless `holds` is false. */
export function securityGroup(at: string, holds = true): Reference {
  const missing = notFound("InvalidGroup.NotFound", "security group");
  return { at, to: ["aws:ec2/securityGroup:SecurityGroup"], holds, missing };
}

/** A role by its name. */
export function role(at: string): Reference {
  const missing = (value: string) =>
    new AwsError("NoSuchEntity", `The role with name ${value} cannot be found.`);
  return { at, to: ["aws:iam/role:Role"], holds: true, missing };
}

/** A role by its ARN. */
export function roleArn(at: string): Reference {
  const missing = (value: string) =>
    new AwsError("InvalidParameterValue", `The role ${value} cannot be assumed.`);
  const names = (entry: Entry, value: string) => entry.arn === value;
  return { at, to: ["aws:iam/role:Role"], holds: false, missing, names };
}

/** An instance profile by its name. */
export function instanceProfile(at: string): Reference {
  const missing = (value: string) =>
    new AwsError(
      "InvalidParameterValue",
      `Value (${value}) for parameter iamInstanceProfile.name is invalid. Invalid IAM ` +
        "Instance Profile name",
    );
  return { at, to: ["aws:iam/instanceProfile:InstanceProfile"], holds: false, missing };
}

/** An SNS topic by its ARN; another account's passes. */
export function topic(at: string): Reference {
  const missing = () => new AwsError("NotFound", "Topic does not exist");
  const to = ["aws:sns/topic:Topic"];
  const check = (account: Account, value: string) => {
    if (value.split(":")[4] === account.id && account.find(to, value) === undefined) {
      throw missing();
    }
  };
  return { at, to, holds: false, missing, check };
}

/** A bucket by its name. */
export function bucket(at: string): Reference {
  const missing = () => new AwsError("NoSuchBucket", "The specified bucket does not exist");
  return { at, to: ["aws:s3/bucket:Bucket"], holds: false, missing };
}

/** A KMS key by id, ARN or alias; it must be usable. */
export function key(at: string): Reference {
  const missing = (value: string) =>
    new AwsError("NotFoundException", `Key '${value}' does not exist`);
  return { at, to: ["aws:kms/key:Key"], holds: false, missing, check: requireUsableKey };
}

/** An own snapshot or copy, or one that is shared with this account. */
export function snapshot(at: string): Reference {
  const missing = (value: string) =>
    new AwsError("InvalidSnapshot.NotFound", `The snapshot '${value}' does not exist.`);
  const to = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];
  return { at, to, holds: false, missing };
}
