import { partitionOf } from "./partition";

/**
 * Services that the stacks use and that a partition has no endpoint of, by the partition's name.
 *
 * Source: `endpoints.json` of botocore 1.43.11, looked up on 2026-11-29. By it every partition has CloudTrail, EBS,
 * EC2, EventBridge, KMS, CloudWatch Logs, Recycle Bin, the Route 53 resolver, Service Quotas, SNS, STS, Systems Manager
 * and the tagging API. Of what it does not name anywhere nothing is known here: see {@link UNKNOWN}.
 */
const LACKING: Readonly<Record<string, readonly "account"[]>> = {
  "aws-us-gov": ["account"],
  "aws-iso": ["account"],
  "aws-iso-b": ["account"],
  "aws-iso-e": ["account"],
  "aws-iso-f": ["account"],
  "aws-eusc": ["account"],
};

/** What no source at hand says of any partition but `aws`, and the setting that does without it. */
const UNKNOWN = [
  ["EC2 Image Builder", "image: off"],
  ["the Route 53 resolver's DNS firewall", undefined],
  ["locks of EBS snapshots", undefined],
] as const;

/** Whether the Account Management API, which sets an account's contacts, answers in a Region's partition. */
export function hasAccountManagement(region: string): boolean {
  return LACKING[partitionOf(region).name]?.includes("account") !== true;
}

/**
 * What is not known of a foundation's Region, for who deploys one there; nothing to say of the partition `aws`.
 *
 * @param image Whether the foundation builds images.
 */
export function untriedServices(region: string, image: boolean): string | undefined {
  const { name } = partitionOf(region);
  if (name === "aws") {
    return undefined;
  }
  const services = UNKNOWN.filter(([, setting]) => setting === undefined || image).map(
    ([service, setting]) =>
      setting === undefined ? service : `${service} (without it: ${setting})`,
  );
  return `Whether the partition ${name} has these is not known here, and this up fails at what it has not: ${services.join(", ")}. Look them up in AWS's list of services by Region first.`;
}
