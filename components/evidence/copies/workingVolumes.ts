import { DescribeVolumesCommand, type EC2Client, type Volume } from "@aws-sdk/client-ec2";

import { lookUpFailure } from "../../aws/failure";
import { Case } from "../../case";
import { Refusal } from "../../refusal";
import { SOURCE_SNAPSHOT_TAG, TICKET_TAG } from "../../tags";
import { workingVolumeName } from "./evidenceNames";

/** A working volume that exists. */
export interface WorkingVolume {
  /** `vol-…`. */
  readonly volumeId: string;

  /** The member account's snapshot that it goes back to, `snap-…`. */
  readonly sourceSnapshotId: string;

  /** ARN of the key it is under. */
  readonly keyArn: string;

  /** The device it is attached as, even while it is being detached; undefined where it is not. */
  readonly device: string | undefined;

  /** The machine it is attached to, `i-…`; undefined where it is not. */
  readonly instanceId?: string | undefined;
}

/**
 * Looks up the working volumes of a room, attached or not.
 *
 * @throws Refusal with AWS's answer where they cannot be looked up.
 */
export async function findWorkingVolumes(
  client: EC2Client,
  ticket: string,
): Promise<WorkingVolume[]> {
  const found: Volume[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new DescribeVolumesCommand({
          Filters: [{ Name: `tag:${TICKET_TAG}`, Values: [new Case(ticket).tag] }],
          NextToken,
        }),
      );
      found.push(...(page.Volumes ?? []));
      NextToken = page.NextToken || undefined;
    } while (NextToken !== undefined);
  } catch (error) {
    throw new Refusal("The room's working volumes are not known", [
      lookUpFailure("The volumes that carry this ticket", error),
    ]);
  }
  return found.flatMap(({ VolumeId = "", State, KmsKeyId = "", Attachments, Tags = [] }) => {
    const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
    const sourceSnapshotId = tag(SOURCE_SNAPSHOT_TAG);
    if (
      sourceSnapshotId === undefined ||
      tag("Name") !== workingVolumeName(sourceSnapshotId) ||
      State === "deleting" ||
      State === "deleted"
    ) {
      return [];
    }
    const attachment = (Attachments ?? []).find((each) => each.State !== "detached");
    return {
      volumeId: VolumeId,
      sourceSnapshotId,
      keyArn: KmsKeyId,
      device: attachment?.Device,
      instanceId: attachment?.InstanceId,
    };
  });
}

/** What of a working copy a room declares. */
export interface WorkingCopy {
  /** A volume; undefined where there is nothing to work on. */
  readonly volume: boolean;

  /** Its attachment to the workstation. */
  readonly attachment: boolean;

  /** Whether it leaves the room while that goes on: then nothing protects it, and nothing is stopped for it. */
  readonly leaving: boolean;
}

/** What decides about a working copy. */
export interface WorkingState {
  readonly attach: boolean;
  readonly withdrawn: boolean;
  readonly closing: boolean;

  /** Whether there is a complete preserved copy, or will be when it is needed. */
  readonly preserved: boolean;

  /** The volume that exists. */
  readonly existing: WorkingVolume | undefined;

  /** What of it the engine has in the stack's state, whether it is still there or not. */
  readonly inState: Pick<WorkingCopy, "volume" | "attachment">;

  /** Whether this withdrawal is recorded, in the state and in the vault: then nothing protects the volume. */
  readonly recorded: boolean;
}

/**
 * Decides what of a working copy is declared: what is wanted, what exists and has not been given up, and what
 * the engine still has in its state, as one that EBS gave up later or that somebody took away.
 * So nothing that AWS refused is asked for again when a room closes or an entry is withdrawn. The engine
 * deletes nothing that its state protects; what is withdrawn is therefore declared once more, without
 * its protection, and left out when the record of that is in the vault.
 */
export function workingCopy(state: WorkingState): WorkingCopy {
  const { attach, withdrawn, closing, preserved, existing, inState, recorded } = state;
  if (withdrawn && recorded) {
    return { volume: false, attachment: false, leaving: true };
  }
  const wanted = attach && !withdrawn && !closing && preserved;
  return {
    volume: wanted || existing !== undefined || inState.volume,
    attachment: wanted || existing?.device !== undefined || inState.attachment,
    // What is gone in AWS needs no protection: the engine may forget it.
    leaving: withdrawn || (!wanted && existing === undefined && inState.volume),
  };
}
