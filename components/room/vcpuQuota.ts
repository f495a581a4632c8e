import * as aws from "@pulumi/aws";

import type { InstanceType } from "../aws/instanceType";

/**
 * The quotas of EC2 that count the vCPUs of running On-Demand instances, by what the names of their types
 * begin with.
 *
 * Source: EC2 user guide, "On-Demand Instance quotas".
 */
const QUOTAS: readonly (readonly [RegExp, string])[] = [
  [/^(a|c|d|h|i|im|is|m|r|t|z)$/, "L-1216C47A"],
  [/^(g|gr|vt)$/, "L-DB2E81BA"],
  [/^x$/, "L-7295265B"],
  [/^p$/, "L-417A185B"],
  [/^f$/, "L-74FC7D96"],
  [/^inf$/, "L-1945791B"],
  [/^trn$/, "L-2C3B7624"],
  [/^dl$/, "L-6E869C2A"],
  [/^u$/, "L-43DA4232"],
  [/^hpc$/, "L-F7808C92"],
];

/** Running instances are looked at one by one; of an account with more the rest is left out. */
const MOST_INSTANCES = 50;

/** Code of the quota that a type counts against; undefined for a family that is not known here. */
export function quotaCodeOf(instanceType: string): string | undefined {
  const family = /^[a-z]+/.exec(instanceType)?.[0] ?? "";
  return QUOTAS.find(([families]) => families.test(family))?.[1];
}

/** What a quota allows, and what is taken of it, in vCPUs. */
export interface VcpuQuota {
  readonly code: string;
  readonly allowed: number;
  readonly running: number;
}

/**
 * Looks up what the account may run of a type's kind in this Region, and what runs.
 *
 * @returns undefined for a family whose quota is not known here, or where AWS names none.
 * @throws Error of the provider where AWS does not say.
 */
export async function findVcpuQuota(instanceType: string): Promise<VcpuQuota | undefined> {
  const code = quotaCodeOf(instanceType);
  if (code === undefined) {
    return undefined;
  }
  const [{ value }, types] = await Promise.all([
    aws.servicequotas.getServiceQuota({ serviceCode: "ec2", quotaCode: code }),
    runningTypes(),
  ]);
  // An answer without a number says nothing against the room.
  if (!Number.isFinite(value)) {
    return undefined;
  }
  const counted = await Promise.all(
    types.filter((type) => quotaCodeOf(type) === code).map(vcpusOf),
  );
  return { code, allowed: value, running: counted.reduce((sum, vcpus) => sum + vcpus, 0) };
}

/** The type of each instance that counts against a quota of On-Demand instances. */
async function runningTypes(): Promise<string[]> {
  const instanceStateNames = ["pending", "running"];
  // A dedicated host's instances do not count, nor do those of another way of buying.
  const [{ ids }, { ids: bought }] = await Promise.all([
    aws.ec2.getInstances({
      instanceStateNames,
      filters: [{ name: "tenancy", values: ["default", "dedicated"] }],
    }),
    aws.ec2.getInstances({
      instanceStateNames,
      filters: [{ name: "instance-lifecycle", values: ["spot", "scheduled", "capacity-block"] }],
    }),
  ]);
  const counted = ids.filter((id) => !bought.includes(id)).slice(0, MOST_INSTANCES);
  return Promise.all(
    counted.map(async (instanceId) => (await aws.ec2.getInstance({ instanceId })).instanceType),
  );
}

async function vcpusOf(instanceType: string): Promise<number> {
  return (await aws.ec2.getInstanceType({ instanceType })).defaultVcpus;
}

/**
 * Why the quota has no room for machines of this type; nothing where it has.
 *
 * @param count How many of the type are to be started.
 * @param ahead vCPUs that other machines of the room take of the same quota.
 */
export function quotaReasons(
  { name, vcpus }: Pick<InstanceType, "name" | "vcpus">,
  { code, allowed, running }: VcpuQuota,
  count = 1,
  ahead = 0,
): string[] {
  const wanted = running + ahead + count * vcpus;
  const those = count === 1 ? `${name} takes` : `${count} ${name} take`;
  const room = ahead === 0 ? "" : `, and ${ahead} are for other workstations of the room`;
  return wanted <= allowed
    ? []
    : [
        `${those} ${count * vcpus} vCPUs, and of the ${allowed} that the account may run of its kind (quota ${code}) ${running} are in use${room}. Set a smaller instanceType, or have the quota raised: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${wanted}`,
      ];
}
