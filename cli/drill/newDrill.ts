import { Case } from "../../components/case";
import { ownSnapshots } from "../../components/evidence/copies/snapshots";
import { findDiskHashes } from "../../components/evidence/records/diskHashes";
import { findObjects } from "../../components/evidence/records/caseRecords";
import { TICKET_TAG } from "../../components/tags";
import { refuseLookUp } from "../awsRefusals";
import type { FoundationHere } from "../room/foundationHere";
import { RoomFile } from "../room/roomFile";
import { findSlotClaims } from "../room/slotClaims";
import type { Responder } from "./responder";

/** What a drill's ticket begins with, and no case's. */
export const DRILL_TICKET = "DRILL-";

/** Why a ticket is no drill's; none where it is. */
export function ticketReasons(ticket: string): string[] {
  return ticket.startsWith(DRILL_TICKET)
    ? []
    : [
        `${ticket} may be a case's: a drill's ticket begins with ${DRILL_TICKET}, such as ${DRILL_TICKET}2026-11.`,
      ];
}

/**
 * Why a drill cannot begin with a ticket: whatever there is of it already is not this drill's.
 *
 * @throws Refusal where something does not tell.
 */
export async function usedBefore(
  ticket: string,
  { stacks, foundation: { vaultBucket: bucket }, aws }: FoundationHere,
  { ec2 }: Pick<Responder, "ec2">,
): Promise<string[]> {
  const ofCase = new Case(ticket);
  const filters = [{ Name: `tag:${TICKET_TAG}`, Values: [ofCase.tag] }];
  const [listed, claims, records, hashes, copies, snapshots] = await Promise.all([
    stacks.list(),
    findSlotClaims(aws.ssm),
    findObjects(aws.s3, bucket, ofCase.records),
    findDiskHashes(aws.s3, { bucket, ticket }),
    ownSnapshots(aws.ec2, filters).catch(refuseLookUp("The snapshots of the Audit account")),
    ownSnapshots(ec2, filters).catch(refuseLookUp("The snapshots of the member account")),
  ]);
  const another = `Take another ticket, or close that room first: npx clean-room close ${ticket}.`;
  return [
    ...(listed.some(({ name }) => name === ofCase.stack) ||
    RoomFile.isThere(stacks.file(ofCase.stack))
      ? [`There is a room of ${ticket} that no drill here has opened. ${another}`]
      : []),
    ...claims
      .filter((claim) => claim.ticket.toLowerCase() === ofCase.stack)
      .map(({ slot }) => `A room of ${ticket} has the slot ${slot}. ${another}`),
    ...(records.length + hashes.length > 0
      ? [
          `The vault has ${records.length} records and ${hashes.length} hashes of ${ticket}: a drill has a ticket of its own.`,
        ]
      : []),
    ...[...copies, ...snapshots].map(
      ({ SnapshotId, OwnerId }) =>
        `The snapshot ${SnapshotId} of account ${OwnerId} carries ${ticket}: a drill has a ticket of its own.`,
    ),
  ];
}
