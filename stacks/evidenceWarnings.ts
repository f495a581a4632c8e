import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import { isUnderWay, type PreservedCopy } from "../components/evidence/copies/preservedCopies";
import type { WorkingVolume } from "../components/evidence/copies/workingVolumes";

/** Says which copies the evidence does not name, and may. */
export function tellUnnamed(
  unnamed: readonly PreservedCopy[],
  ofThisRoom: readonly PreservedCopy[],
): void {
  const others = unnamed.filter((copy) => !ofThisRoom.includes(copy));
  if (others.length > 0) {
    void pulumi.log.warn(
      `Carrying this ticket, and not in the evidence (${others.length}): ${listed(others)}.`,
    );
  }
}

/** The most copies that a warning names; a room may have hundreds. */
const MOST_NAMED = 10;

/** The first of preserved copies with their sources, and how many more there are. */
function listed(copies: readonly PreservedCopy[]): string {
  const named = copies
    .slice(0, MOST_NAMED)
    .map(
      ({ copySnapshotId, sourceSnapshotId }) =>
        `${copySnapshotId} of ${sourceSnapshotId ?? "an unknown snapshot"}`,
    );
  const more = copies.length - named.length;
  return `the preserved ${copies.length === 1 ? "copy" : "copies"} ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Tells of what an earlier `up` did not get to. */
export function tellUnfinished(
  unattached: readonly PreservedCopy[],
  volumes: readonly WorkingVolume[],
  copies: readonly PreservedCopy[],
  ticket: string,
): void {
  const made = new Set<string | undefined>(volumes.map(({ sourceSnapshotId }) => sourceSnapshotId));
  const waiting: readonly (readonly [string, readonly PreservedCopy[]])[] = [
    [
      "without a working volume",
      unattached.filter(({ sourceSnapshotId }) => !made.has(sourceSnapshotId)),
    ],
    [
      "whose working volume is not attached",
      unattached.filter(({ sourceSnapshotId }) => made.has(sourceSnapshotId)),
    ],
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
