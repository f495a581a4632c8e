import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { LOCK_RUNBOOK } from "../lockRunbookName";
import { ROLE_PATH } from "../rolePaths";
import type { Tags } from "../tags";
import {
  runbookRolePolicy,
  runbookTarget,
  runbookTrust,
  starterRolePolicy,
  starterTrust,
} from "./lockPolicies";
import { COPY_COMPLETE, COPY_TO_PARAMETER, lockRunbook } from "./lockRunbook";

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
  readonly tags: Tags;
}

/**
 * Makes preserved copies write-once like the vault: when a copy is complete, EBS Snapshot Lock is put on
 * it by a runbook that an EventBridge rule starts. A Recycle Bin rule is the net below, for what is
 * deleted before it is locked or after its lock has ended.
 */
export class SnapshotLock extends pulumi.ComponentResource {
  /** ARN of the role that the runbook works as. */
  public readonly runbookRoleArn: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the lock.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: SnapshotLockArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:evidence:SnapshotLock", name, args, opts);
    const { mode, days, tags } = args;
    const kept = { parent: this, protect: true };

    const runbookRole = new aws.iam.Role(
      `${name}-runbook-role`,
      {
        path: ROLE_PATH,
        description: "Locks preserved copies",
        assumeRolePolicy: JSON.stringify(runbookTrust(args)),
        tags,
      },
      kept,
    );
    const runbookPolicy = new aws.iam.RolePolicy(
      `${name}-runbook-policy`,
      { role: runbookRole.id, policy: JSON.stringify(runbookRolePolicy(args, days)) },
      kept,
    );
    const runbook = new aws.ssm.Document(
      `${name}-runbook`,
      {
        name: LOCK_RUNBOOK,
        documentType: "Automation",
        documentFormat: "JSON",
        content: pulumi.jsonStringify(
          pulumi
            .all([args.evidenceKeyArn, runbookRole.arn])
            .apply(([evidenceKeyArn, roleArn]) =>
              lockRunbook({ evidenceKeyArn, roleArn, mode, days }),
            ),
        ),
        tags,
      },
      kept,
    );

    const rule = new aws.cloudwatch.EventRule(
      `${name}-copy-complete`,
      {
        description: "A copy of a snapshot is complete",
        eventPattern: JSON.stringify(COPY_COMPLETE),
        tags,
      },
      kept,
    );
    const starterRole = new aws.iam.Role(
      `${name}-starter-role`,
      {
        path: ROLE_PATH,
        description: "Starts the runbook that locks preserved copies",
        assumeRolePolicy: pulumi.jsonStringify(rule.arn.apply((arn) => starterTrust(args, arn))),
        tags,
      },
      kept,
    );
    const starterPolicy = new aws.iam.RolePolicy(
      `${name}-starter-policy`,
      {
        role: starterRole.id,
        policy: pulumi.jsonStringify(
          runbookRole.arn.apply((roleArn) => starterRolePolicy(args, LOCK_RUNBOOK, roleArn)),
        ),
      },
      kept,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      {
        rule: rule.name,
        arn: runbookTarget(args, LOCK_RUNBOOK),
        roleArn: starterRole.arn,
        inputTransformer: COPY_TO_PARAMETER,
      },
      // An event that comes before all of these would be spent on a failure.
      { ...kept, dependsOn: [runbook, runbookPolicy, starterPolicy] },
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
      kept,
    );
    this.runbookRoleArn = runbookRole.arn;
    this.registerOutputs({ runbookRoleArn: this.runbookRoleArn });
  }
}
