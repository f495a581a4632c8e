import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import {
  DECIDED_BY_THE_VAULT,
  type Facts,
  type Pending,
  recordObject,
} from "../components/evidence/records/custodyRecord";
import {
  attachmentRecordName,
  evidenceName,
  evidenceRecordName,
  withdrawalRecordName,
} from "../components/evidence/copies/evidenceNames";
import { EvidenceVolume } from "../components/evidence/copies/evidenceVolume";
import type { EvidenceFacts } from "../components/evidence/records/evidenceForm";
import type { CustodyRecord } from "../components/evidence/records/recordSchema";
import type { Tags } from "../components/tags";
import type { IncidentSettings } from "../settings/parseSettings";
import type { EvidenceInspection } from "./evidenceInspection";
import type { Foundation } from "./foundation";

/** What of a room its evidence needs. */
export interface EvidenceRoom {
  readonly foundation: Foundation;

  /** The incident's key. */
  readonly key: aws.kms.Key;

  /** By name, the workstations; one that a room is closed without is left out. */
  readonly machines: ReadonlyMap<string, pulumi.Output<string>>;

  /** Its Availability Zone. */
  readonly availabilityZone: string;

  /** Whether the room stays whole: then nothing of it is unprotected. */
  readonly whole: boolean;
  readonly tags: Tags;
}

/** An entry of the evidence, declared. */
export interface DeclaredEvidence {
  /** The source, `snap-…`. */
  readonly sourceSnapshotId: string;

  /** The account that owns it, 12 digits. */
  readonly sourceAccount: string;

  /** What there is of it, as the closing record says. */
  readonly facts: Pending<EvidenceFacts>;

  /** The preserved copy, `snap-…`. */
  readonly copySnapshotId: pulumi.Output<string>;

  /** The working volume, `vol-…`; undefined where there is none. */
  readonly volumeId: pulumi.Output<string> | undefined;

  /** The device it is attached as; undefined where it is not. */
  readonly device: pulumi.Output<string> | undefined;

  /** What the workstation that it is for is called. */
  readonly workstation: string;

  /** Its records, but for what was withdrawn: a closing names them. */
  readonly records: readonly aws.s3.BucketObjectv2[];
}

/**
 * Declares the evidence of a room with its records, each when what it says is there. Nothing waits for an
 * attachment but the record of it.
 */
export function declareEvidence(
  settings: IncidentSettings,
  found: EvidenceInspection,
  room: EvidenceRoom,
): DeclaredEvidence[] {
  const { ticket, region, copyMinutes } = settings;
  const { hashes } = found.closing;
  const { foundation, key, tags } = room;
  const copiesMade: aws.ebs.SnapshotCopy[] = [];

  return settings.evidence.map((entry) => {
    const {
      snapshot,
      account,
      device,
      preserved: _,
      attach: __,
      workstation,
      withdrawn,
      unhashed,
      ...claims
    } = entry;
    const state = found.states.get(snapshot);
    if (state === undefined) {
      throw new Error(`the evidence ${snapshot} was not inspected`);
    }
    const instanceId = room.machines.get(workstation);
    // EBS makes so many copies at a time: each of the others waits for the place of one.
    const ahead = state.copy === undefined ? copiesMade.at(-found.copyPlaces) : undefined;
    const volume = new EvidenceVolume(evidenceName(snapshot), {
      sourceSnapshotId: snapshot,
      sourceAccount: account,
      claims,
      copy: state.madeBefore ? state.copy : undefined,
      after: ahead === undefined ? [key] : [key, ahead],
      region,
      evidenceKeyArn: foundation.evidenceKeyArn,
      incidentKeyArn: key.arn,
      instanceId,
      availabilityZone: room.availabilityZone,
      working: state.working,
      device,
      copyMinutes,
      throughput: settings.workingVolumeThroughput,
      initializationRate: settings.workingVolumeInitializationRate,
      open: room.whole,
      tags,
    });
    if (state.copy === undefined && volume.copyMade !== undefined) {
      copiesMade.push(volume.copyMade);
    }

    const record = <Event extends CustodyRecord["event"]>(
      name: string,
      event: Event,
      facts: Facts<Event>,
      dependsOn: pulumi.Resource[] = [],
    ) =>
      new aws.s3.BucketObjectv2(
        name,
        recordObject(foundation.vaultBucket, event, ticket, facts, tags),
        // Not protected: a claim that is added replaces it by another object, and the old one stays.
        { retainOnDelete: true, dependsOn, ignoreChanges: DECIDED_BY_THE_VAULT },
      );
    // What AWS says of them rather than what was asked for: it stays what it is.
    const facts = {
      source: { snapshot, account, ownerCompared: true as const },
      claimed: claims,
      preserved: {
        snapshot: volume.copySnapshotId,
        key: volume.copyKeyArn.apply((arn) => arn ?? ""),
        sizeGiB: volume.sizeGiB,
      },
    };
    const { working } = volume;
    const disk = working && { volume: working.volumeId, key: working.keyArn };
    const attachment = instanceId &&
      working?.device && { instance: instanceId, device: working.device };
    // While it is open the hash may be on its way still; a closing says what there is.
    const hashRecord = hashes.get(snapshot);
    const records = [
      ...(state.preserved ? [record(evidenceRecordName(snapshot), "evidence", facts)] : []),
      ...(disk && attachment
        ? [
            record(attachmentRecordName(snapshot), "attachment", {
              source: snapshot,
              preserved: volume.copySnapshotId,
              working: {
                ...disk,
                ...attachment,
                hashRecord: pulumi
                  .all([attachment.instance, disk.volume])
                  .apply(([instance, id]) => new Case(ticket).diskHash(instance, id)),
              },
            }),
          ]
        : []),
    ];
    if (state.withdrawal !== undefined) {
      // By then nothing protects what is taken away.
      record(withdrawalRecordName(snapshot), "withdrawal", state.withdrawal, working?.resources);
    }
    return {
      sourceSnapshotId: snapshot,
      sourceAccount: account,
      facts: {
        ...facts,
        ...(disk
          ? { working: { ...disk, ...attachment, ...(hashRecord ? { hashRecord } : {}) } }
          : {}),
        ...(withdrawn ? { withdrawn: true as const } : {}),
        ...(unhashed && !hashRecord ? { unhashed } : {}),
      },
      copySnapshotId: volume.copySnapshotId,
      volumeId: working?.volumeId,
      device: working?.device,
      workstation,
      records,
    };
  });
}
