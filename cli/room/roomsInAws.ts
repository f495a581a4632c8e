import type { Instance } from "@aws-sdk/client-ec2";

import { FIRST_WORKSTATION } from "../../components/case";
import { findPreservedCopies } from "../../components/evidence/copies/preservedCopies";
import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { closingsInForce } from "../../components/evidence/records/closings";
import { SETTINGS } from "../../settings/parseSettings";
import type { FoundationOfRooms } from "./foundationOfRooms";
import type { RoomAws } from "./roomAws";
import { roomCost } from "./roomCost";
import { findSlotClaims } from "./slotClaims";
import { findWorkstations } from "./workstation";

/** A room as AWS and the vault have it, whoever opened it and wherever. */
export interface RoomInAws {
  readonly ticket: string;
  readonly slot: string;

  /** Since when: by S3, when its opening was recorded; else by Systems Manager, when its slot was claimed. */
  readonly since: Date | undefined;

  /** Who opened it, as its record says. */
  readonly by: string | undefined;

  /** The first workstation, if AWS has it. */
  readonly workstation: Pick<Instance, "InstanceId" | "InstanceType" | "State"> | undefined;

  /** What the workstations beside it are called. */
  readonly further: readonly string[];

  /** How many disks are preserved. */
  readonly disks: number;

  /** What it has cost so far by list prices, in US dollars; undefined where its beginning or its price is not known. */
  readonly usd: number | undefined;

  /** Whether a closing record of it is in force. */
  readonly closing: boolean;
}

/** Every room that has a slot of a foundation. @throws Refusal where AWS does not tell. */
export async function findRooms(
  aws: Pick<RoomAws, "ec2" | "s3" | "ssm">,
  foundation: Pick<FoundationOfRooms, "evidenceKeyArn" | "vaultBucket">,
  now: Date,
): Promise<readonly RoomInAws[]> {
  const claims = await findSlotClaims(aws.ssm);
  return Promise.all(
    claims.map(async ({ ticket, slot, since: claimed }) => {
      const [{ records, written }, workstations, copies] = await Promise.all([
        findCaseRecords(aws.s3, { bucket: foundation.vaultBucket, ticket }),
        findWorkstations(aws.ec2, ticket),
        findPreservedCopies(aws.ec2, ticket, foundation.evidenceKeyArn, []),
      ]);
      const openings = [...records].flatMap(([key, record]) =>
        record.event === "opening"
          ? [{ record, at: written.get(key), key: record.facts.room.incidentKey }]
          : [],
      );
      // A ticket that is opened a second time has a second opening.
      const opening = openings.sort((a, b) => timeOf(a.at) - timeOf(b.at)).at(-1);
      const since = opening?.at ?? claimed;
      const machines = [...workstations.values()].map(({ InstanceType = "" }) => ({
        instanceType: InstanceType,
        rootVolumeGiB: SETTINGS.incident.rootVolumeGiB.parse(undefined),
      }));
      const cost =
        machines.length === 0
          ? undefined
          : roomCost({
              machines,
              disksGiB: copies.map(({ sizeGiB }) => sizeGiB),
            });
      return {
        ticket,
        slot,
        since,
        by: opening?.record.facts.deployedBy,
        workstation: workstations.get(FIRST_WORKSTATION),
        further: [...workstations.keys()].filter((name) => name !== FIRST_WORKSTATION).sort(),
        disks: copies.length,
        usd:
          cost?.withMachine === true && since !== undefined
            ? (cost.usdPerHour * (now.getTime() - since.getTime())) / 3_600_000
            : undefined,
        closing: opening !== undefined && closingsInForce(records, opening.key).length > 0,
      };
    }),
  );
}

function timeOf(date: Date | undefined): number {
  return date?.getTime() ?? 0;
}
