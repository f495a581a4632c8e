import { ownSnapshots } from "../../components/evidence/copies/snapshots";
import { Case } from "../../components/case";
import { findLocks } from "../../components/evidence/copies/copyLocks";
import { findPreservedCopies } from "../../components/evidence/copies/preservedCopies";
import { findWorkingVolumes } from "../../components/evidence/copies/workingVolumes";
import { findCaseRecords } from "../../components/evidence/records/caseRecords";
import { findDiskHashes } from "../../components/evidence/records/diskHashes";
import { TICKET_TAG } from "../../components/tags";
import { refuseLookUp } from "../awsRefusals";
import type { KnownRoom } from "../room/knownRoom";
import { findWorkstations } from "../room/workstation";
import type { DisksInAws } from "./evidenceStatus";

/** Looks up what AWS and the vault have of a room's disks. @throws Refusal where one of them does not tell. */
export async function findDisks({
  ticket,
  aws: { ec2, s3 },
  foundation: { evidenceKeyArn, vaultBucket },
}: Pick<KnownRoom, "ticket" | "aws" | "foundation">): Promise<DisksInAws> {
  const [copies, progress, locks, volumes, workstations, hashes, { records }] = await Promise.all([
    findPreservedCopies(ec2, ticket, evidenceKeyArn, []),
    copyProgress({ ticket, aws: { ec2 } }),
    findLocks(ec2),
    findWorkingVolumes(ec2, ticket),
    findWorkstations(ec2, ticket),
    findDiskHashes(s3, { bucket: vaultBucket, ticket }),
    findCaseRecords(s3, { bucket: vaultBucket, ticket }),
  ]);
  // A volume goes with its room, and its hash stays.
  const recorded = [...records.values()].flatMap(({ event, facts }) =>
    event === "attachment"
      ? [{ sourceSnapshotId: facts.source, volumeId: facts.working.volume }]
      : [],
  );
  const machines = new Map(
    [...workstations].map(([name, { InstanceId = "" }]) => [InstanceId, name] as const),
  );
  return { copies, progress, locks, volumes, machines, recorded, hashes };
}

/** By snapshot of a ticket, how far EBS is with it, such as `45%`. */
async function copyProgress({
  ticket,
  aws: { ec2 },
}: {
  readonly ticket: string;
  readonly aws: Pick<KnownRoom["aws"], "ec2">;
}): Promise<ReadonlyMap<string, string>> {
  const found = await ownSnapshots(ec2, [
    { Name: `tag:${TICKET_TAG}`, Values: [new Case(ticket).tag] },
  ]).catch(refuseLookUp("The snapshots that carry this ticket"));
  return new Map(found.map(({ SnapshotId = "", Progress = "" }) => [SnapshotId, Progress]));
}
