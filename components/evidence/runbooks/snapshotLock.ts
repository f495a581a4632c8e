import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { EventRunbook } from "../../eventRunbook";
import { LOCK_RUNBOOK } from "../../names";
import type { Tags } from "../../tags";
import { COPY_COMPLETE, COPY_TO_PARAMETER, lockRunbook } from "./lockRunbook";
import { lockRolePolicy } from "./runbookPolicies";

/** Inputs to {@link SnapshotLock}. */
export interface SnapshotLockArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** ARN of the evidence key, which preserved copies are under. */
  readonly evidenceKeyArn: pulumi.Input<string>;

  /** As the vault's; a vault on trial is in GOVERNANCE mode. */
  readonly mode: "GOVERNANCE" | "COMPLIANCE";

  /** Days a copy is locked after it is complete; as the vault's. */
  readonly days: number;

  /** Days a deleted snapshot stays in the Recycle Bin, 1 to 365. */
  readonly recycleBinDays: number;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * Makes preserved copies write-once like the vault: when a copy is complete, EBS Snapshot Lock is put on
 * it by a runbook that an EventBridge rule starts. A Recycle Bin rule is the net below, for what is
 * deleted before it is locked or after its lock has ended.
 */
export class SnapshotLock extends pulumi.ComponentResource {
  /** The runbook that locks. */
  public readonly runbook: EventRunbook;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the lock.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: SnapshotLockArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:evidence:SnapshotLock", name, {}, opts);
    const { region, accountId, mode, days, tags } = args;

    this.runbook = new EventRunbook(
      name,
      {
        region,
        accountId,
        documentName: LOCK_RUNBOOK,
        purpose: "locks preserved copies",
        rolePolicy: lockRolePolicy(args, days),
        runbook: (roleArn) =>
          pulumi
            .output({ evidenceKeyArn: args.evidenceKeyArn, roleArn, region, mode, days })
            .apply(lockRunbook),
        event: "A copy of a snapshot is complete",
        eventPattern: COPY_COMPLETE,
        inputTransformer: COPY_TO_PARAMETER,
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      { parent: this },
    );

    // For all snapshots of the Region: a rule by tags compares whole values, so it would need one for
    // every ticket, and it misses what was untagged before it was deleted.
    new aws.rbin.Rule(
      `${name}-recycle-bin`,
      {
        description: "Clean room: deleted snapshots can be restored",
        resourceType: "EBS_SNAPSHOT",
        retentionPeriod: {
          retentionPeriodValue: args.recycleBinDays,
          retentionPeriodUnit: "DAYS",
        },
        tags,
      },
      { parent: this, protect: true },
    );
    this.registerOutputs();
  }
}
