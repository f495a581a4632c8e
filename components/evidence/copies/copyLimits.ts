import type { EC2Client } from "@aws-sdk/client-ec2";

import { ownSnapshots } from "./snapshots";

/**
 * Copies of snapshots that EBS makes at the same time in a Region of an account; it cannot be raised.
 *
 * Source: EBS endpoints and quotas, "Concurrent snapshot copies per destination Region".
 */
export const MOST_COPIES = 20;

/** The volume that EC2 names of every snapshot that was made by copying. */
const NO_VOLUME = "vol-ffffffff";

/** MiB in a second that EBS completes at most of a time-based copy, and of all of them together. */
const MIB_A_SECOND = { each: 500, together: 2000 };

/**
 * How many copies can be begun now; undefined where AWS does not tell, which holds up nothing: EBS itself
 * refuses what is too much.
 */
export async function freeCopyPlaces(client: EC2Client): Promise<number | undefined> {
  try {
    const pending = await ownSnapshots(client, [{ Name: "status", Values: ["pending"] }]);
    const copies = pending.filter(({ VolumeId }) => VolumeId === NO_VOLUME);
    return Math.max(0, MOST_COPIES - copies.length);
  } catch {
    return undefined;
  }
}

/** Why no copy can be begun, if so. */
export function noCopyPlace(free: number | undefined, region: string): string[] {
  return free === 0
    ? [
        `${MOST_COPIES} copies are pending in ${region}, and EBS makes no more at a time in an account, whatever its quotas. Run this again when one of them is complete: aws ec2 describe-snapshots --owner-ids self --region ${region} --filters Name=status,Values=pending`,
      ]
    : [];
}

/** A copy that is asked for within a time. */
export interface TimedCopy {
  readonly sourceSnapshotId: string;
  readonly sizeGiB: number;
}

/**
 * Compares the time that is asked for with how fast EBS copies at best: asked for more, it is silently
 * late, or refuses in mid-deployment.
 *
 * Source: EBS user guide, "Time-based copies for Amazon EBS snapshots and EBS-backed AMIs".
 *
 * @returns what is too slow, with the fewest minutes that do.
 */
export function tooSlow(copies: readonly TimedCopy[], minutes: number | undefined): string[] {
  if (minutes === undefined) {
    return [];
  }
  const minMinutes = (sizeGiB: number, speed: number) =>
    Math.ceil((sizeGiB * 1024) / speed / 60 / 15) * 15;
  const reasons = copies.flatMap(({ sourceSnapshotId, sizeGiB }) => {
    const needed = minMinutes(sizeGiB, MIB_A_SECOND.each);
    return needed <= minutes
      ? []
      : `${sourceSnapshotId} has ${sizeGiB} GiB, and EBS copies one snapshot at ${MIB_A_SECOND.each} MiB/s at best: set copyMinutes to ${needed} or more, or leave it out.`;
  });
  // So many at a time, in the worst order.
  const all = copies
    .map(({ sizeGiB }) => sizeGiB)
    .sort((a, b) => b - a)
    .slice(0, MOST_COPIES)
    .reduce((sum, size) => sum + size, 0);
  const together = minMinutes(all, MIB_A_SECOND.together);
  if (together > minutes) {
    reasons.push(
      `Together they have ${all} GiB, and EBS copies all at ${MIB_A_SECOND.together} MiB/s at best: set copyMinutes to ${together} or more, or leave it out.`,
    );
  }
  return reasons;
}
