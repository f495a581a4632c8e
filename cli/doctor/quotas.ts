import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
} from "@aws-sdk/client-service-quotas";
import { z } from "zod";

import { lookUpFailure } from "../../components/aws/failure";
import { quotaCodeOf } from "../../components/room/vcpuQuota";
import { incidentShape } from "../../settings/incident";
import { furtherWorkstations } from "../../settings/workstations";
import type { RoomAws } from "../room/roomAws";
import type { Finding } from "./checks";
import {
  activePeerings,
  gp3TiB,
  keys,
  runningVcpus,
  securityGroups,
  snapshots,
  vcpusOf,
} from "./quotaUse";

/**
 * As Service Quotas knows a quota.
 *
 * Sources: EC2 user guide, "On-Demand Instance quotas"; EBS user guide, "Quotas for Amazon EBS"; KMS developer guide,
 * "Resource quotas"; VPC user guide, "Amazon VPC quotas", which link each to its code.
 */
interface QuotaCode {
  readonly serviceCode: "ec2" | "ebs" | "kms" | "vpc";
  readonly quotaCode: string;
}

/** A quota that a room takes something of. */
interface TakenQuota extends QuotaCode {
  /** What it counts, in the plural. */
  readonly what: string;

  /** What takes some of it. */
  readonly taker: string;

  /** How much is in use in the Region by now, and how much that takes. */
  readonly use: () => Promise<{ readonly inUse: number; readonly needed: number }>;
}

/** A quota on a thing that a room makes anew: nothing of it is taken before. */
interface CountedQuota extends QuotaCode {
  readonly what: string;

  /** How many the settings take for allowed. */
  readonly countedOn: number;
}

/** What the rooms of a project need by its settings, each as where nobody says otherwise. */
const SETTINGS = z.object({
  instanceType: incidentShape.instanceType,
  rootVolumeGiB: incidentShape.rootVolumeGiB,
  workstations: incidentShape.workstations,
  quotas: incidentShape.quotas,
});

/** Where rooms are. */
export interface RoomsPlace {
  readonly region: string;

  /** Whose Region, 12 digits. */
  readonly accountId: string;

  /** The rooms' VPC. */
  readonly vpcId: string;
}

/**
 * Compares what a room takes with what Service Quotas allows and what is taken by now. Each quota by itself: of one that
 * cannot be looked at, that is said.
 *
 * @param project Settings of the whole project, by full key.
 */
export async function findQuotas(
  aws: Pick<RoomAws, "ec2" | "kms" | "quotas">,
  place: RoomsPlace,
  project: Readonly<Record<string, unknown>>,
): Promise<Finding[]> {
  const { success, data } = SETTINGS.safeParse(
    Object.fromEntries(
      Object.keys(SETTINGS.shape).map((name) => [name, project[`clean-room:${name}`]]),
    ),
  );
  if (!success) {
    const said = `What a room takes of the quotas is not known, as Pulumi.yaml has ${Object.keys(SETTINGS.shape).join(", ")} otherwise than docs/settings.md says.`;
    return [{ verdict: "unknown", said }];
  }
  const { quotas } = data;
  const machines = [data, ...furtherWorkstations(data)];
  const types = machines.map(({ instanceType }) => instanceType);
  const { region } = place;
  const { ec2 } = aws;
  const codes = [...new Set(types.map(quotaCodeOf))];
  const taken: readonly TakenQuota[] = [
    ...codes
      .filter((code) => code !== undefined)
      .map((quotaCode) => {
        const its = types.filter((type) => quotaCodeOf(type) === quotaCode);
        const named = [...new Set(its)].join(" and ");
        return {
          serviceCode: "ec2" as const,
          quotaCode,
          what: `vCPUs of running instances of ${its[0]}'s kind`,
          taker: `a room's ${named}`,
          use: async () => ({
            inUse: await runningVcpus(ec2, quotaCode),
            needed: await vcpusOf(ec2, its),
          }),
        };
      }),
    {
      serviceCode: "ebs",
      quotaCode: "L-7A658B76",
      what: "TiB of gp3 volumes",
      taker: "a room's workstation, without the disks of its case,",
      use: async () => ({
        inUse: await gp3TiB(ec2),
        needed: machines.reduce((sum, { rootVolumeGiB }) => sum + rootVolumeGiB, 0) / 1024,
      }),
    },
    {
      serviceCode: "vpc",
      quotaCode: "L-E79EC296",
      what: "security groups",
      taker: "a room",
      use: async () => ({ inUse: await securityGroups(ec2, place.accountId), needed: 1 }),
    },
    {
      serviceCode: "vpc",
      quotaCode: "L-7E9ECCDB",
      what: "active peering connections of the rooms' VPC",
      taker: "a room with a link of its own",
      use: async () => ({ inUse: await activePeerings(ec2, place.vpcId), needed: 1 }),
    },
    {
      serviceCode: "ebs",
      quotaCode: "L-309BACF6",
      what: "snapshots",
      taker: "a disk of a case",
      use: async () => ({ inUse: await snapshots(ec2), needed: 1 }),
    },
    {
      serviceCode: "kms",
      quotaCode: "L-C2F1777E",
      what: "KMS keys",
      taker: "a room",
      use: async () => ({ inUse: await keys(aws.kms), needed: 1 }),
    },
  ];
  const counted: readonly CountedQuota[] = [
    {
      serviceCode: "vpc",
      quotaCode: "L-0EA8095F",
      what: "rules of a direction in a security group",
      countedOn: quotas.rulesPerGroup,
    },
    {
      serviceCode: "vpc",
      quotaCode: "L-93826ACB",
      what: "routes in a route table",
      countedOn: quotas.routesPerTable,
    },
  ];
  return Promise.all([
    ...[...new Set(types)]
      .filter((type) => quotaCodeOf(type) === undefined)
      .map((type) => Promise.resolve(unknownFamily(type))),
    ...taken.map((quota) => checkTaken(aws.quotas, quota, region)),
    ...counted.map((quota) => checkCounted(aws.quotas, quota, region)),
  ]);
}

/** Whether a quota has room for one more. */
async function checkTaken(
  client: RoomAws["quotas"],
  { what, taker, use, ...code }: TakenQuota,
  region: string,
): Promise<Finding> {
  const allowed = await allowedBy(client, code, what, region);
  if (typeof allowed !== "number") {
    return allowed;
  }
  const named = `${what} in ${region} (quota ${code.quotaCode})`;
  try {
    const { inUse, needed } = await use();
    const said = `Of ${rounded(allowed)} ${named} ${rounded(inUse)} are in use; ${taker} takes ${rounded(needed)}`;
    return inUse + needed <= allowed
      ? { verdict: "good", said: `${said}.` }
      : { verdict: "mend", said: `${said}: ${raise(code, inUse + needed, region)}` };
  } catch (error) {
    const failure = lookUpFailure("How much of it is in use", error);
    return {
      verdict: "unknown",
      said: `${rounded(allowed)} ${named} are allowed. ${failure}`,
    };
  }
}

/** Whether AWS allows what the settings take for allowed. */
async function checkCounted(
  client: RoomAws["quotas"],
  { what, countedOn, ...code }: CountedQuota,
  region: string,
): Promise<Finding> {
  const allowed = await allowedBy(client, code, what, region);
  if (typeof allowed !== "number") {
    return allowed;
  }
  const said = `${rounded(allowed)} ${what} are allowed in ${region} (quota ${code.quotaCode}), and quotas of the settings counts on ${countedOn}`;
  return countedOn <= allowed
    ? { verdict: "good", said: `${said}.` }
    : { verdict: "mend", said: `${said}: ${raise(code, countedOn, region)}` };
}

/** What the account is allowed, or why that is not known. */
async function allowedBy(
  client: RoomAws["quotas"],
  { serviceCode, quotaCode }: QuotaCode,
  what: string,
  region: string,
): Promise<number | Finding> {
  const asked = { ServiceCode: serviceCode, QuotaCode: quotaCode };
  const subject = `How many ${what} are allowed in ${region} (quota ${quotaCode})`;
  try {
    const { Quota } = await client
      .send(new GetServiceQuotaCommand(asked))
      // One that was never the account's own is told as what everybody has.
      .catch((error: unknown) => {
        if ((error as Error).name !== "NoSuchResourceException") {
          throw error;
        }
        return client.send(new GetAWSDefaultServiceQuotaCommand(asked));
      });
    return (
      Quota?.Value ?? {
        verdict: "unknown",
        said: `${subject} AWS does not tell.`,
      }
    );
  } catch (error) {
    return { verdict: "unknown", said: lookUpFailure(subject, error) };
  }
}

function unknownFamily(instanceType: string): Finding {
  return {
    verdict: "unknown",
    said: `Which quota counts the vCPUs of ${instanceType} is not known here: see "Running On-Demand" in aws service-quotas list-service-quotas --service-code ec2.`,
  };
}

function raise({ serviceCode, quotaCode }: QuotaCode, wanted: number, region: string): string {
  return `have it raised, which may take AWS days: aws service-quotas request-service-quota-increase --region ${region} --service-code ${serviceCode} --quota-code ${quotaCode} --desired-value ${Math.ceil(wanted)}`;
}

/** To two digits behind the point, never less than it is. */
function rounded(value: number): number {
  return Math.ceil(value * 100) / 100;
}
