import { EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import { requireAttachments } from "../components/evidence/copies/attachmentLimit";
import { freeCopyPlaces, requireCopyPlace } from "../components/evidence/copies/copyLimits";
import { findLocks, requireLockedCopies } from "../components/evidence/copies/copyLocks";
import type { LockTerms } from "../components/evidence/runbooks/lockRunbook";
import {
  copyOf,
  findPreservedCopies,
  isUnderWay,
  type PreservedCopy,
  requireAttachableCopies,
  requireCompleteCopies,
  requireEarlierCopies,
  requireOwnCopies,
} from "../components/evidence/copies/preservedCopies";
import { requireSharedSnapshots } from "../components/evidence/copies/sharedSnapshots";
import {
  isRecorded,
  keyMadeAt,
  requireNamed,
  withdrawalFacts,
  withdrawalRecordName,
} from "../components/evidence/copies/withdrawal";
import {
  findWorkingVolumes,
  requireDetachable,
  requireFreeDevices,
  type WorkingCopy,
  workingCopy,
  workingVolumeName,
  type WorkingVolume,
} from "../components/evidence/copies/workingVolumes";
import { attachmentName, preservedCopyName } from "../components/evidence/copies/evidenceVolume";
import type { WithdrawalFacts } from "../components/evidence/records/evidenceRecords";
import { Refusal } from "../components/refusal";
import type { IncidentSettings } from "../settings";
import { awsCredentials } from "./awsCredentials";
import type { ClosingState, RoomThere } from "./closing";
import type { Foundation } from "./foundation";
import { settleAll } from "./settleAll";
import type { StateResource } from "./stateResources";

const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";

/** What of one entry of the evidence was found, and what follows for the room. */
export interface EvidenceState {
  /** Its preserved copy; undefined where it is still to be made. */
  readonly copy: PreservedCopy | undefined;

  /** Whether that copy is no resource of the stack: an earlier room made it, or an interrupted `up`. */
  readonly madeBefore: boolean;

  /** Whether that copy is complete, or will be once it is made. */
  readonly preserved: boolean;

  /** What of its working copy is declared. */
  readonly working: WorkingCopy;

  /** What is recorded of its withdrawal; undefined where it is not withdrawn. */
  readonly withdrawal: WithdrawalFacts | undefined;

  /** The volume that the next `up` takes away; undefined where none is. */
  readonly leaving: string | undefined;
}

/** What was found of the evidence before anything of the room is declared. */
export interface EvidenceInspection {
  /** By the source snapshot. */
  readonly states: ReadonlyMap<string, EvidenceState>;

  /** Every preserved copy that carries the ticket, those of earlier rooms too. */
  readonly preservedCopies: readonly PreservedCopy[];

  /** How many copies can be begun at the same time. */
  readonly copyPlaces: number;

  /** How far the room is closed. */
  readonly closing: ClosingState;
}

/**
 * Looks at the evidence of a room, and refuses what AWS would refuse in mid-deployment or hours later.
 *
 * @param open Whether the room is open already.
 * @param instanceType The workstation's, or what is set where there is none yet.
 * @param known What the engine has of the room.
 * @param closingOf Finds out how far a room with this evidence is closed.
 * @throws Refusal
 */
export async function inspectEvidence(
  settings: IncidentSettings,
  foundation: Foundation,
  open: Promise<boolean>,
  instanceType: Promise<string>,
  known: Promise<readonly StateResource[]>,
  closingOf: (there: Pick<RoomThere, "state" | "copies" | "volumes">) => Promise<ClosingState>,
): Promise<EvidenceInspection> {
  const { ticket, evidence, region, closing } = settings;
  const { evidenceKeyArn, vaultBucket } = foundation;
  const credentials = awsCredentials(pulumi.runtime.allConfig());
  const client = new EC2Client({ region, credentials });
  const [copies, volumes, isOpen, state] = await Promise.all([
    known.then((all) => findPreservedCopies(client, ticket, evidenceKeyArn, copiesIn(all))),
    open.then((is) => (is ? findWorkingVolumes(client, ticket) : [])),
    open,
    known,
  ]);
  const inState = new Set(state.map(({ name }) => name));
  const ownIds = new Map(
    evidence.flatMap(({ snapshot }) => {
      const name = preservedCopyName(snapshot);
      const id = state.find((each) => each.name === name)?.id;
      return id === undefined ? [] : [[snapshot, id] as const];
    }),
  );
  const room = { ...settings, ...foundation };
  const closed = closingOf({ state, copies, volumes });
  const [toCopy] = await everyRefusal([
    closing ? [] : requireSharedSnapshots(client, evidence, copies, room),
    Promise.resolve().then(() => requireCompleteCopies(copies, evidence, closing)),
    Promise.resolve().then(() => requireEarlierCopies(evidence, copies, isOpen)),
    Promise.resolve().then(() => {
      if (isOpen && !closing) {
        requireOwnCopies(evidence, copies, ownIds, new Case(ticket).stack);
      }
    }),
    lookAtForgotten(settings, copies, volumes, isOpen),
    closing
      ? requireLocks(client, evidence, copies, {
          region,
          mode: foundation.vaultMode,
          days: foundation.vaultDays,
        })
      : undefined,
    closed,
  ]);

  const states = new Map(
    await Promise.all(
      evidence.map(async (entry): Promise<[string, EvidenceState]> => {
        const { snapshot, attach, withdrawn } = entry;
        const copy = copyOf(entry, copies, ownIds.get(snapshot));
        const existing = volumes.find(({ source }) => source === snapshot);
        const preserved = copy === undefined || !isUnderWay(copy.state);
        const facts =
          withdrawn && copy !== undefined && preserved
            ? withdrawalFacts(entry, copy, evidenceKeyArn, existing)
            : undefined;
        const recorded =
          facts !== undefined &&
          existing !== undefined &&
          // One that was taken back has its record in the vault still, and its protection again.
          inState.has(withdrawalRecordName(snapshot)) &&
          (await isRecorded(vaultBucket, ticket, facts));
        const working = workingCopy({
          attach,
          withdrawn,
          closing,
          preserved,
          existing,
          inState: {
            volume: inState.has(workingVolumeName(snapshot)),
            attachment: inState.has(attachmentName(snapshot)),
          },
          recorded,
        });
        return [
          snapshot,
          {
            copy,
            madeBefore: copy !== undefined && !inState.has(preservedCopyName(snapshot)),
            preserved,
            working,
            withdrawal:
              facts === undefined || !recorded
                ? facts
                : withdrawalFacts(entry, copy as PreservedCopy, evidenceKeyArn, undefined),
            leaving: working.leaving && working.volume ? existing?.volumeId : undefined,
          },
        ];
      }),
    ),
  );
  const free = toCopy.length === 0 ? undefined : await freeCopyPlaces(client);
  const wanted = closing ? [] : evidence.filter(({ attach, withdrawn }) => attach && !withdrawn);
  const unattached = wanted.flatMap(({ snapshot }) => {
    const { copy } = states.get(snapshot) ?? {};
    const device = volumes.find(({ source }) => source === snapshot)?.device;
    return copy?.state === "completed" && device === undefined ? [copy] : [];
  });
  const isToAttach = wanted.some(({ snapshot }) =>
    volumes.every(({ source, device }) => source !== snapshot || device === undefined),
  );
  await everyRefusal([
    requireAttachableCopies(client, unattached, region),
    requireAttachments(client, await instanceType, isToAttach ? wanted.length : 0),
    Promise.resolve().then(() => requireFreeDevices(wanted, volumes)),
    Promise.resolve().then(() => requireDetachable(closing ? [] : evidence, volumes)),
    Promise.resolve().then(() => requireCopyPlace(free, region)),
  ]);
  for (const { snapshot, preserved } of evidence) {
    const { copy, madeBefore } = states.get(snapshot) ?? {};
    if (copy !== undefined && madeBefore === true && preserved === undefined) {
      void pulumi.log.info(
        `The preserved copy ${copy.snapshotId} of ${snapshot} was made by a pulumi up that was interrupted, and is taken on: nothing is copied again.`,
      );
    }
  }
  if (isOpen && !closing) {
    tell(unattached, volumes, copies, ticket);
  }
  return {
    states,
    preservedCopies: copies,
    copyPlaces: free ?? toCopy.length,
    closing: await closed,
  };
}

/** The preserved copies that the engine has made, `snap-…`. */
function copiesIn(state: readonly StateResource[]): string[] {
  return state.flatMap(({ type, id }) => (type === COPY && id !== undefined ? [id] : []));
}

/** Waits for all checks, so that every reason is told and not the first. @returns what the first one answers */
async function everyRefusal<T>(
  checks: readonly [T | Promise<T>, ...unknown[]],
): Promise<readonly [T]> {
  const { values, refusals } = await settleAll(checks);
  const [only, second] = refusals;
  if (only !== undefined) {
    throw second === undefined
      ? only
      : new Refusal(
          "The evidence is left as it is",
          refusals.flatMap(({ reasons }) => reasons),
        );
  }
  return [values[0]];
}

/** What the evidence does not name: refused where it is of this open room, told otherwise. */
async function lookAtForgotten(
  { ticket, evidence }: IncidentSettings,
  copies: readonly PreservedCopy[],
  volumes: readonly WorkingVolume[],
  isOpen: boolean,
): Promise<void> {
  const forgotten = copies.filter(({ source }) =>
    evidence.every(({ snapshot }) => snapshot !== source),
  );
  const openedAt =
    isOpen && forgotten.length > 0 ? await keyMadeAt(new Case(ticket).keyAlias) : undefined;
  const told = requireNamed(forgotten, volumes, openedAt);
  if (told.length > 0) {
    void pulumi.log.warn(
      `Carrying this ticket, and not in the evidence (${told.length}): ${listed(told)}.`,
    );
  }
}

/** The most copies that a warning names; a room may have hundreds. */
const MOST_NAMED = 10;

/** The first of preserved copies with their sources, and how many more there are. */
function listed(copies: readonly Pick<PreservedCopy, "snapshotId" | "source">[]): string {
  const named = copies
    .slice(0, MOST_NAMED)
    .map(({ snapshotId, source }) => `${snapshotId} of ${source ?? "an unknown snapshot"}`);
  const more = copies.length - named.length;
  return `the preserved ${copies.length === 1 ? "copy" : "copies"} ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Tells of what an earlier `up` did not get to. */
function tell(
  unattached: readonly PreservedCopy[],
  volumes: readonly WorkingVolume[],
  copies: readonly PreservedCopy[],
  ticket: string,
): void {
  const made = new Set<string | undefined>(volumes.map(({ source }) => source));
  const waiting: readonly (readonly [string, readonly PreservedCopy[]])[] = [
    ["without a working volume", unattached.filter(({ source }) => !made.has(source))],
    ["whose working volume is not attached", unattached.filter(({ source }) => made.has(source))],
  ];
  for (const [how, those] of waiting.filter(([, { length }]) => length > 0)) {
    void pulumi.log.warn(
      `Preserved, ${how} yet (${those.length}): ${listed(those)}. Where EC2 refuses that for good, replace the device by attach: false: the disk stays preserved and recorded, and the rest goes on.`,
    );
  }
  const underWay = copies.filter(({ state }) => isUnderWay(state));
  if (underWay.length > 0) {
    void pulumi.log.warn(
      `Under way (${underWay.length}): ${listed(underWay)}. Their working volumes and records come with the up after they are complete, pulumi up --stack ${new Case(ticket).stack}.`,
    );
  }
}

/** Refuses to close while a copy of the evidence is not locked. */
async function requireLocks(
  client: EC2Client,
  evidence: IncidentSettings["evidence"],
  found: readonly PreservedCopy[],
  terms: LockTerms,
): Promise<void> {
  // Of earlier rooms' copies a custodian may have released what is over.
  const copies = found.flatMap(({ snapshotId, source }) =>
    source !== undefined && evidence.some(({ snapshot }) => snapshot === source)
      ? { snapshotId, source }
      : [],
  );
  if (copies.length > 0) {
    requireLockedCopies(copies, await findLocks(client), terms);
  }
}
