import { DescribeVpcPeeringConnectionsCommand, type EC2Client } from "@aws-sdk/client-ec2";

import { pages } from "../../components/aws/pages";
import { Case } from "../../components/case";
import { findLocks } from "../../components/evidence/copies/copyLocks";
import { findPreservedCopies } from "../../components/evidence/copies/preservedCopies";
import { findObjects } from "../../components/evidence/records/caseRecords";
import { findDiskHashes } from "../../components/evidence/records/diskHashes";
import { HOLDING } from "../../components/evidence/runbooks/lockRunbook";
import { findMirrorTargets } from "../../components/link/mirrorLookUps";
import { findRouteTableOf } from "../../components/link/networkLookUps";
import { TICKET_TAG } from "../../components/tags";
import { findMade } from "../../stacks/madeForRoom";
import { refuseLookUp } from "../awsRefusals";
import { findClaimedSlots, throughSdk } from "../mend/roomInAws";
import type { KnownRoom } from "../room/knownRoom";
import { findSlotClaims } from "../room/slotClaims";

/** What AWS has of a room once it is destroyed. */
export interface Remains {
  /** What is meant to stay, a sentence each. */
  readonly kept: readonly string[];

  /** What should not be there any more, a sentence each. */
  readonly tooMuch: readonly string[];
}

/** Statuses of connections that lead nowhere, and that AWS keeps for a while. */
const ENDED = ["deleted", "deleting", "expired", "failed", "rejected"];

/** What the Audit account has of the room's way to its suspect, and of what is mirrored over it. */
async function findLinkParts(ec2: Pick<EC2Client, "send">, ticketTag: string): Promise<string[]> {
  const Filters = [{ Name: `tag:${TICKET_TAG}`, Values: [ticketTag] }];
  const [connections, targets] = await Promise.all([
    pages((NextToken) =>
      ec2.send(new DescribeVpcPeeringConnectionsCommand({ Filters, NextToken })),
    ),
    findMirrorTargets(ec2, ticketTag),
  ]).catch(refuseLookUp("The room's link"));
  return [
    ...connections
      .flatMap(({ VpcPeeringConnections = [] }) => VpcPeeringConnections)
      .filter(
        ({ Status, Tags = [] }) =>
          !ENDED.includes(Status?.Code ?? "") &&
          Tags.some(({ Key, Value }) => Key === TICKET_TAG && Value === ticketTag),
      )
      .map(
        ({ VpcPeeringConnectionId: id, Status }) =>
          `the connection ${id} to the suspect's VPC, which is ${Status?.Code}: aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id ${id}`,
      ),
    ...targets.map(
      ({ id }) =>
        `the mirror target ${id}: aws ec2 delete-traffic-mirror-target --traffic-mirror-target-id ${id}`,
    ),
  ];
}

/**
 * What the slot's table leads to beside its VPC and S3. A route carries no tag: where another room has the slot by now it may
 * be that one's, and is not told.
 */
async function findRoutes(
  { ec2, ssm }: Pick<KnownRoom["aws"], "ec2" | "ssm">,
  ticket: string,
  slot: { readonly name: string; readonly subnetId: string } | undefined,
): Promise<string[]> {
  if (slot === undefined) {
    return [];
  }
  const claims = await findSlotClaims(ssm);
  if (claims.some((claim) => claim.slot === slot.name && claim.ticket !== ticket)) {
    return [];
  }
  const table = await findRouteTableOf(ec2, slot.subnetId).catch(
    refuseLookUp("The routes of the room's slot"),
  );
  return (table?.routes ?? [])
    .filter(({ target }) => target !== "local" && !target.startsWith("vpce-"))
    .map(
      ({ destination, target }) =>
        `the route of slot ${slot.name} to ${destination} over ${target}: aws ec2 delete-route --route-table-id ${table?.routeTableId} --destination-cidr-block ${destination}`,
    );
}

/**
 * Looks in the account, and not in the engine's state, at what is left of a room.
 *
 * @throws Refusal where AWS does not tell.
 */
export async function findRemains({
  ticket,
  settings,
  aws,
  foundation: { evidenceKeyArn, vaultBucket: bucket, slots },
}: Pick<KnownRoom, "ticket" | "settings" | "aws" | "foundation">): Promise<Remains> {
  const ofCase = new Case(ticket);
  const claimed = await findClaimedSlots(aws, ticket);
  // Of a case a deployer sees the names of records and hashes, and of nothing else.
  const [linked, routes, { made, unnamed, keys }, copies, locks, records, hashes] =
    await Promise.all([
      // Who deploys rooms without a link need not be allowed to look.
      settings.link === "none" ? [] : findLinkParts(aws.ec2, ofCase.tag),
      settings.link === "none"
        ? []
        : findRoutes(
            aws,
            ticket,
            slots.find(({ name }) => name === settings.slot),
          ),
      findMade(aws.ec2, throughSdk(aws), settings, claimed, []),
      findPreservedCopies(aws.ec2, ticket, evidenceKeyArn, []),
      findLocks(aws.ec2),
      findObjects(aws.s3, bucket, ofCase.records),
      findDiskHashes(aws.s3, { bucket, ticket }),
    ]);
  const leaving = keys.filter(({ state }) => state === "PendingDeletion");
  return {
    kept: [
      ...copies.map(({ copySnapshotId, sourceSnapshotId = "an unknown snapshot", sizeGiB }) => {
        const lock = locks.find(({ SnapshotId }) => SnapshotId === copySnapshotId);
        const until = HOLDING.includes(lock?.LockState ?? "")
          ? `locked until ${lock?.LockExpiresOn?.toISOString() ?? "AWS does not say when"}`
          : "not locked";
        return `preserved copy ${copySnapshotId} of ${sourceSnapshotId}, ${sizeGiB} GiB, ${until}`;
      }),
      `${records.length} records: s3://${bucket}/${ofCase.records}`,
      `${hashes.length} hashes of disks: s3://${bucket}/${ofCase.diskHashes}`,
      `what investigators have put: s3://${bucket}/${ofCase.results}`,
      ...leaving.map(({ arn }) => `the key ${arn}, unusable, until AWS deletes it`),
    ],
    tooMuch: [
      ...linked,
      ...routes,
      ...made.map(({ type, id, name }) => `${type.split(":").at(-1)} ${id} (${name})`),
      ...unnamed.map(({ id, type }) => `${type.split(":").at(-1)} ${id}`),
      ...keys
        .filter(({ state }) => state !== "PendingDeletion")
        .map(({ arn, state }) => `the key ${arn}, which is ${state}`),
    ],
  };
}
