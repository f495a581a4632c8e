import type { Account } from "./account";
import type { JsonAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";

/** vCPUs that an account may run of one kind of instance type, where nobody has had that raised. */
const VCPU_QUOTA = 32;

/** How many VPCs it may have in its Region. */
export const VPC_QUOTA = 5;

/**
 * Quotas that are no vCPUs, by service and code, each as AWS gives it to an account; of routes new accounts have 500.
 *
 * Sources: EBS user guide, "Quotas for Amazon EBS"; KMS developer guide, "Resource quotas"; VPC user guide, "Amazon VPC quotas".
 */
const QUOTAS: Readonly<Record<string, number>> = {
  "ebs L-309BACF6": 100_000, // snapshots
  "ebs L-7A658B76": 50, // TiB of gp3 volumes
  "kms L-C2F1777E": 100_000, // keys of the account's own
  "vpc L-0EA8095F": 60, // rules of a direction in a security group
  "vpc L-7E9ECCDB": 50, // active peering connections of a VPC
  "vpc L-93826ACB": 50, // routes in a route table
  "vpc L-E79EC296": 2500, // security groups
  "vpc L-F678F1CE": VPC_QUOTA,
};

/** What an account is allowed; undefined for a quota that is not known here. EC2's are the same for every kind of type. */
export function quotaOf(account: Account, service: unknown, code: unknown): number | undefined {
  return service === "ec2" ? vcpuQuotaOf(account) : QUOTAS[`${String(service)} ${String(code)}`];
}

/** vCPUs that an account may run of one kind of instance type. */
export function vcpuQuotaOf({ state }: Account): number {
  return state.vcpuQuota ?? VCPU_QUOTA;
}

/**
 * What Service Quotas answers to who asks it without Pulumi.
 *
 * Source: Service Quotas API reference, GetServiceQuota.
 */
export function quotaAnswersOf(read: () => Account): JsonAnswers {
  return {
    GetServiceQuota: ({ ServiceCode, QuotaCode }: Record<"ServiceCode" | "QuotaCode", string>) => {
      const Value = quotaOf(read(), ServiceCode, QuotaCode);
      if (Value === undefined) {
        throw new AwsError(
          "NoSuchResourceException",
          "The request failed because it is not there.",
        );
      }
      return { Quota: { ServiceCode, QuotaCode, Value } };
    },
  };
}
