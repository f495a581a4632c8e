import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import {
  SOURCE_ACCOUNT_TAG,
  SOURCE_DEVICE_TAG,
  SOURCE_INSTANCE_TAG,
  SOURCE_SNAPSHOT_TAG,
  SOURCE_TAKEN_TAG,
  SOURCE_VOLUME_TAG,
  type Tags,
} from "../../tags";
import type { Claims } from "../records/evidenceForm";
import { attachmentName, preservedCopyName, workingVolumeName } from "./evidenceNames";
import type { PreservedCopy } from "./preservedCopies";
import { volumePerformance } from "./volumePerformance";
import type { WorkingCopy } from "./workingVolumes";

/** Inputs to {@link EvidenceVolume}. */
export interface EvidenceVolumeArgs {
  /** The member account's snapshot, `snap-…`, shared with this account. */
  readonly sourceSnapshotId: string;

  /** Account that owns the snapshot, 12 digits. */
  readonly sourceAccount: string;

  /** What the handover claims of the snapshot's source; a claim that comes later changes tags only. */
  readonly claims: Claims;

  /** The preserved copy that there is of it, made by an earlier room or `up`: then no other one is made. */
  readonly copy: PreservedCopy | undefined;

  readonly region: string;

  /** ARN of the evidence key, for the preserved copy. */
  readonly evidenceKeyArn: pulumi.Input<string>;

  /** ARN of the incident's key, for the working volume. */
  readonly incidentKeyArn: pulumi.Input<string>;

  /** The workstation it is for; undefined in a room that is closed without that: then nothing is attached. */
  readonly instanceId: pulumi.Input<string> | undefined;

  /** Availability Zone of the workstation. */
  readonly availabilityZone: string;

  /** What there is to work on. */
  readonly working: WorkingCopy;

  /** Device name of the attachment, e.g. `/dev/sdf`; on the machine the volume id tells them apart. */
  readonly device: string | undefined;

  /** What has to be there before the copy is begun, such as a copy whose place it takes. */
  readonly after: readonly pulumi.Resource[];

  /** Minutes within which EBS completes the copy, in steps of 15; by default as long as it takes. */
  readonly copyMinutes: number | undefined;

  /** MiB/s at which the working volume can be read, where its size allows that. */
  readonly throughput: number;

  /** MiB/s at which EBS fills the working volume from the copy; by default at none that it says. */
  readonly initializationRate: number | undefined;

  /** Whether the room is open: then nothing here is replaced or destroyed. */
  readonly open: boolean;
  readonly tags: Tags;
}

/** Copying a full disk under another key takes hours; the provider's own limit is ten minutes. */
const COPY_LIMIT = "24h";

/** A working volume as it is. */
export interface Working {
  /** `vol-…`. */
  readonly volumeId: pulumi.Output<string>;

  /** ARN of the key it is really under. */
  readonly keyArn: pulumi.Output<string>;

  /** The device it really is attached as; undefined where it is not attached. */
  readonly device: pulumi.Output<string> | undefined;

  /** The volume, and its attachment. */
  readonly resources: pulumi.Resource[];
}

/**
 * A handed-over snapshot as evidence: the preserved copy, in an account the attacker does not hold
 * and under the key that outlives the incident, and, where it is worked on, a volume made from it for the
 * workstation. The copy stays when the room is destroyed; the volume ends with the incident's key.
 */
export class EvidenceVolume extends pulumi.ComponentResource {
  /** The preserved copy, `snap-…`. */
  public readonly copySnapshotId: pulumi.Output<string>;

  /** ARN of the key the preserved copy is really under. */
  public readonly copyKeyArn: pulumi.Output<string | undefined>;

  /** Size of the preserved copy, in GiB. */
  public readonly sizeGiB: pulumi.Output<number>;

  /** The copy that this room makes; undefined where an earlier one made it. */
  public readonly copyMade: aws.ebs.SnapshotCopy | undefined;

  /** The working volume; undefined where there is none. */
  public readonly working: Working | undefined;

  /**
   * @param name Unique name of this component, made of the snapshot's id and never of its position;
   *   children are named `${name}-…`.
   * @param args Inputs of the evidence volume.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: EvidenceVolumeArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:evidence:EvidenceVolume", name, {}, opts);
    const { tags } = args;
    const sourceTags = {
      ...tags,
      [SOURCE_SNAPSHOT_TAG]: args.sourceSnapshotId,
      [SOURCE_ACCOUNT_TAG]: args.sourceAccount,
      ...claimTags(args.claims),
    };

    this.copyMade = args.copy === undefined ? this.preserve(args, sourceTags) : undefined;
    const copy =
      args.copy === undefined
        ? (this.copyMade as aws.ebs.SnapshotCopy)
        : earlierCopy(args.copy, args.evidenceKeyArn);

    this.copySnapshotId = copy.id;
    this.copyKeyArn = copy.kmsKeyId;
    this.sizeGiB = copy.volumeSize;
    this.working = args.working.volume ? this.work(args, copy.id, sourceTags) : undefined;
    this.registerOutputs({
      preservedSnapshotId: this.copySnapshotId,
      volumeId: this.working?.volumeId,
    });
  }

  /** Makes the working volume, and attaches it. */
  private work(
    args: EvidenceVolumeArgs,
    copySnapshotId: pulumi.Output<string>,
    sourceTags: Tags,
  ): Working {
    const { leaving, attachment: attached } = args.working;
    const protect = args.open && !leaving;
    const { throughput, initializationRate: rate } = args;
    const performance = this.sizeGiB.apply((size) => volumePerformance(throughput, size));
    const volume = new aws.ebs.Volume(
      workingVolumeName(args.sourceSnapshotId),
      {
        availabilityZone: args.availabilityZone,
        snapshotId: copySnapshotId,
        encrypted: true,
        kmsKeyId: args.incidentKeyArn,
        type: "gp3",
        throughput: performance.throughput,
        iops: performance.iops,
        ...(rate === undefined ? {} : { volumeInitializationRate: rate }),
        tags: { ...sourceTags, Name: workingVolumeName(args.sourceSnapshotId) },
      },
      {
        parent: this,
        protect,
        ignoreChanges: [
          "availabilityZone",
          "snapshotId",
          "kmsKeyId",
          "encrypted",
          // As fast as it was made: a later version's default changes no disk of an open room.
          "throughput",
          "iops",
          "volumeInitializationRate",
        ],
      },
    );
    const { instanceId } = args;
    const attachment =
      attached && instanceId !== undefined
        ? new aws.ec2.VolumeAttachment(
            attachmentName(args.sourceSnapshotId),
            {
              instanceId,
              volumeId: volume.id,
              deviceName: args.device ?? "",
              // What is still written to the volume would be lost otherwise. One that leaves an open room
              // was unmounted, and the others are worked on.
              stopInstanceBeforeDetaching: !leaving,
            },
            {
              parent: this,
              protect,
              ignoreChanges: ["instanceId", "volumeId", "deviceName"],
            },
          )
        : undefined;
    return {
      volumeId: volume.id,
      keyArn: volume.kmsKeyId,
      device: attachment?.deviceName,
      resources: attachment === undefined ? [volume] : [volume, attachment],
    };
  }

  /** Makes the preserved copy. */
  private preserve(args: EvidenceVolumeArgs, sourceTags: Tags): aws.ebs.SnapshotCopy {
    return new aws.ebs.SnapshotCopy(
      preservedCopyName(args.sourceSnapshotId),
      {
        sourceSnapshotId: args.sourceSnapshotId,
        sourceRegion: args.region,
        encrypted: true,
        kmsKeyId: args.evidenceKeyArn,
        description: `Preserved copy of ${args.sourceSnapshotId} of account ${args.sourceAccount}`,
        ...(args.copyMinutes === undefined ? {} : { completionDurationMinutes: args.copyMinutes }),
        tags: { ...sourceTags, Name: preservedCopyName(args.sourceSnapshotId) },
      },
      {
        parent: this,
        protect: args.open,
        retainOnDelete: true,
        dependsOn: [...args.after],
        // Any of these would make a second copy and drop the first from the record.
        ignoreChanges: [
          "sourceSnapshotId",
          "sourceRegion",
          "kmsKeyId",
          "encrypted",
          "description",
          "completionDurationMinutes",
        ],
        customTimeouts: { create: COPY_LIMIT },
      },
    );
  }
}

/** What an earlier room or `up` preserved, as if it were made here. It was looked up by the evidence key. */
function earlierCopy(
  { copySnapshotId, sizeGiB }: PreservedCopy,
  evidenceKeyArn: pulumi.Input<string>,
): Pick<aws.ebs.SnapshotCopy, "id" | "kmsKeyId" | "volumeSize"> {
  return {
    id: pulumi.output(copySnapshotId),
    kmsKeyId: pulumi.output(evidenceKeyArn),
    volumeSize: pulumi.output(sizeGiB),
  };
}

/** The claims that are made, as tags. */
function claimTags({ sourceVolume, sourceInstance, sourceDevice, sourceTaken }: Claims): Tags {
  const tags = {
    [SOURCE_VOLUME_TAG]: sourceVolume,
    [SOURCE_INSTANCE_TAG]: sourceInstance,
    [SOURCE_DEVICE_TAG]: sourceDevice,
    [SOURCE_TAKEN_TAG]: sourceTaken,
  };
  return Object.fromEntries(
    Object.entries(tags).flatMap(([tag, claim]) => (claim === undefined ? [] : [[tag, claim]])),
  );
}
