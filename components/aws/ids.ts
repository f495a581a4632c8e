// How AWS writes its ids, as sources of patterns without anchors: settings, records and the accounts file
// take the same ones. Records are kept, so that a form here may get wider and never narrower.

const HEXADECIMAL = "[0-9a-f]{8,17}";

/** Of an account. */
export const ACCOUNT_ID = "\\d{12}";

/** Of an EBS snapshot. */
export const SNAPSHOT_ID = `snap-${HEXADECIMAL}`;

/** Of an EBS volume. */
export const VOLUME_ID = `vol-${HEXADECIMAL}`;

/** Of an EC2 instance. */
export const INSTANCE_ID = `i-${HEXADECIMAL}`;

/** Of an image. */
export const IMAGE_ID = `ami-${HEXADECIMAL}`;

/** Of a network interface. */
export const INTERFACE_ID = `eni-${HEXADECIMAL}`;

/** Of a VPC. */
export const VPC_ID = `vpc-${HEXADECIMAL}`;

/** Of a security group, with its account in front where it is another one. */
export const SECURITY_GROUP_ID = `(${ACCOUNT_ID}/)?sg-${HEXADECIMAL}`;

/** The pattern of a text that is such an id and nothing else. */
export function exactly(id: string): RegExp {
  return new RegExp(`^${id}$`);
}

/** A security group as settings name it: its id, and its account where that is said. */
export function splitGroup(group: string): {
  readonly account: string | undefined;
  readonly groupId: string;
} {
  const [first = "", groupId] = group.split("/");
  return groupId === undefined
    ? { account: undefined, groupId: first }
    : { account: first, groupId };
}
