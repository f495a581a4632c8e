import { EC2Client } from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import { tooManyDisks } from "../components/evidence/copies/attachmentLimit";
import { freeCopyPlaces, noCopyPlace } from "../components/evidence/copies/copyLimits";
import { findLocks, unlockedCopies } from "../components/evidence/copies/copyLocks";
import {
  type EvidenceItem,
  joinEvidence,
  unnamedCopies,
} from "../components/evidence/copies/evidenceItem";
import {
  attachmentName,
  preservedCopyName,
  withdrawalRecordName,
  workingVolumeName,
} from "../components/evidence/copies/evidenceNames";
import {
  copiesOfEarlierRooms,
  incompleteCopies,
  missingOwnCopies,
  unattachableCopies,
} from "../components/evidence/copies/copyReasons";
import {
  findPreservedCopies,
  isUnderWay,
  type PreservedCopy,
} from "../components/evidence/copies/preservedCopies";
import {
  preservedOtherwise,
  uncopiable,
  uncopied,
} from "../components/evidence/copies/sharedSnapshots";
import {
  copiesOfThisRoom,
  isRecorded,
  keyMadeAt,
  leftOut,
  withdrawalFacts,
} from "../components/evidence/copies/withdrawal";
import {
  attachedElsewhere,
  isAttached,
  type MachineOfRoom,
  takenDevices,
  unattachedInSilence,
} from "../components/evidence/copies/attachmentReasons";
import {
  findWorkingVolumes,
  type WorkingCopy,
  workingCopy,
} from "../components/evidence/copies/workingVolumes";
import type { WithdrawalFacts } from "../components/evidence/records/evidenceRecords";
import type { LockTerms } from "../components/evidence/runbooks/lockRunbook";
import type { IncidentSettings } from "../settings/parseSettings";
import type { ClosingState } from "./closing";
import { tellUnfinished, tellUnnamed } from "./evidenceWarnings";
import type { Foundation } from "./foundation";
import { COPY } from "./madeForRoom";
import type { RoomThere } from "./roomThere";
import { sdkSettings } from "./sdkSettings";
import { LEFT_AS_IT_IS, refuseFor } from "./settleAll";
import type { StateResource } from "./stateResources";

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
 * @param machines The workstations that the room has, or will have.
 * @param known What the engine has of the room.
 * @param closingOf Finds out how far a room with this evidence is closed.
 * @throws Refusal
 */
export async function inspectEvidence(
  settings: IncidentSettings,
  foundation: Foundation,
  open: Promise<boolean>,
  machines: Promise<readonly MachineOfRoom[]>,
  known: Promise<readonly StateResource[]>,
  closingOf: (
    there: Pick<RoomThere, "state" | "copies" | "volumes" | "items">,
  ) => Promise<ClosingState>,
): Promise<EvidenceInspection> {
  const { ticket, evidence, region, closing } = settings;
  const { evidenceKeyArn, vaultBucket } = foundation;
  const client = new EC2Client(sdkSettings(region));
  const [copies, volumes, isOpen, state] = await Promise.all([
    known.then((all) => findPreservedCopies(client, ticket, evidenceKeyArn, copiesIn(all))),
    open.then((is) => (is ? findWorkingVolumes(client, ticket) : [])),
    open,
    known,
  ]);
  const inState = new Set(state.map(({ name }) => name));
  const items = joinEvidence(evidence, copies, volumes, ownCopyIds(evidence, state));
  const toCopy = closing ? [] : uncopied(items);
  const unnamed = unnamedCopies(copies, items);
  const ofThisRoom = findOpening(ticket, isOpen && unnamed.length > 0).then((openedAt) =>
    copiesOfThisRoom(unnamed, volumes, openedAt),
  );
  const closed = closingOf({ state, copies, volumes, items });
  await refuseFor(
    LEFT_AS_IT_IS,
    [
      [
        "The evidence cannot be copied",
        closing
          ? []
          : uncopiable(client, toCopy, { ...settings, ...foundation }).then((reasons) => [
              ...preservedOtherwise(items),
              ...reasons,
            ]),
      ],
      ["The preserved copies are not complete", incompleteCopies(items, copies, closing)],
      ["The evidence is preserved already", copiesOfEarlierRooms(items, isOpen)],
      [
        "The preserved copies are not what the room has",
        isOpen && !closing ? missingOwnCopies(items, new Case(ticket).stack) : [],
      ],
      ["Evidence of an open room is withdrawn, not left out", ofThisRoom.then(leftOut)],
      [
        "The preserved copies are not locked",
        closing
          ? unlocked(client, items, copies, {
              region,
              mode: foundation.vaultMode,
              days: foundation.vaultDays,
            })
          : [],
      ],
    ],
    closed,
  );
  tellUnnamed(unnamed, await ofThisRoom);

  const states = new Map(
    await Promise.all(
      items.map(async (item): Promise<[string, EvidenceState]> => {
        const { sourceSnapshotId, copy, attach, withdrawn } = item;
        const existing = item.volumes[0];
        const preserved = copy === undefined || !isUnderWay(copy.state);
        const facts =
          withdrawn && copy !== undefined && preserved
            ? withdrawalFacts(item, copy, evidenceKeyArn, existing)
            : undefined;
        const recorded =
          facts !== undefined &&
          existing !== undefined &&
          // One that was taken back has its record in the vault still, and its protection again.
          inState.has(withdrawalRecordName(sourceSnapshotId)) &&
          (await isRecorded(vaultBucket, ticket, facts));
        const working = workingCopy({
          attach,
          withdrawn,
          closing,
          preserved,
          existing,
          inState: {
            volume: inState.has(workingVolumeName(sourceSnapshotId)),
            attachment: inState.has(attachmentName(sourceSnapshotId)),
          },
          recorded,
        });
        return [
          sourceSnapshotId,
          {
            copy,
            madeBefore: copy !== undefined && !inState.has(preservedCopyName(sourceSnapshotId)),
            preserved,
            working,
            withdrawal:
              facts === undefined || !recorded
                ? facts
                : withdrawalFacts(item, copy as PreservedCopy, evidenceKeyArn, undefined),
            leaving: working.leaving && working.volume ? existing?.volumeId : undefined,
          },
        ];
      }),
    ),
  );
  const free = toCopy.length === 0 ? undefined : await freeCopyPlaces(client);
  const wanted = closing ? [] : items.filter(({ attach, withdrawn }) => attach && !withdrawn);
  const unattached = wanted.flatMap(({ copy, volumes: [volume] }) =>
    copy?.state === "completed" && volume?.device === undefined ? [copy] : [],
  );
  await refuseFor(LEFT_AS_IT_IS, [
    ["The evidence cannot be attached", unattachableCopies(client, unattached, region)],
    [
      "The workstation does not take so many disks",
      machines.then((all) => tooManyOnAny(client, all, wanted)),
    ],
    ["A device is taken", machines.then((all) => takenDevices(wanted, volumes, all))],
    [
      "What is attached stays on its workstation",
      machines.then((all) => attachedElsewhere(items, all)),
    ],
    ["What is attached is withdrawn, not unattached", closing ? [] : unattachedInSilence(items)],
    ["No snapshot can be copied now", noCopyPlace(free, region)],
  ]);
  for (const { sourceSnapshotId, namedCopyId } of items) {
    const { copy, madeBefore } = states.get(sourceSnapshotId) ?? {};
    if (copy !== undefined && madeBefore === true && namedCopyId === undefined) {
      void pulumi.log.info(
        `The preserved copy ${copy.copySnapshotId} of ${sourceSnapshotId} was made by a pulumi up that was interrupted, and is taken on: nothing is copied again.`,
      );
    }
  }
  if (isOpen && !closing) {
    tellUnfinished(unattached, volumes, copies, ticket);
  }
  return {
    states,
    preservedCopies: copies,
    copyPlaces: free ?? toCopy.length,
    closing: await closed,
  };
}

/** For each workstation that is to get another disk, why it does not take so many. */
async function tooManyOnAny(
  client: EC2Client,
  machines: readonly MachineOfRoom[],
  wanted: readonly EvidenceItem[],
): Promise<string[]> {
  const reasons = await Promise.all(
    machines.map(async ({ name, instanceType }) => {
      const its = wanted.filter(({ workstation }) => workstation === name);
      const isToAttach = its.some((item) => !isAttached(item));
      const told = await tooManyDisks(client, instanceType, isToAttach ? its.length : 0);
      return told.map((reason) => (machines.length === 1 ? reason : `${name}: ${reason}`));
    }),
  );
  return reasons.flat();
}

/** By source, the copy that the engine has made, `snap-…`. */
function ownCopyIds(
  evidence: IncidentSettings["evidence"],
  state: readonly StateResource[],
): ReadonlyMap<string, string> {
  return new Map(
    evidence.flatMap(({ snapshot }) => {
      const name = preservedCopyName(snapshot);
      const id = state.find((each) => each.name === name)?.id;
      return id === undefined ? [] : [[snapshot, id] as const];
    }),
  );
}

/** The preserved copies that the engine has made, `snap-…`. */
function copiesIn(state: readonly StateResource[]): string[] {
  return state.flatMap(({ type, id }) => (type === COPY && id !== undefined ? [id] : []));
}

/** When the room was opened; undefined where that need not be known, or is not. */
async function findOpening(ticket: string, needed: boolean): Promise<Date | undefined> {
  return needed ? keyMadeAt(new Case(ticket).keyAlias) : undefined;
}

/** Copies of the evidence that are not locked. Of earlier rooms' a custodian may have released what is over. */
async function unlocked(
  client: EC2Client,
  items: readonly EvidenceItem[],
  found: readonly PreservedCopy[],
  terms: LockTerms,
): Promise<string[]> {
  const copies = found.filter((copy) => items.some((item) => item.copies.includes(copy)));
  return copies.length === 0 ? [] : unlockedCopies(copies, await findLocks(client), terms);
}
