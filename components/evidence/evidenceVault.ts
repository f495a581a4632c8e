import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { closedBucket } from "../closedBucket";
import type { EventRunbook } from "../eventRunbook";
import { recordSignerRoleArn } from "../names";
import type { Tags } from "../tags";
import { accessLogPolicy } from "./accessLogPolicy";
import { ObjectHold } from "./runbooks/objectHold";
import { RecordSigning } from "./runbooks/recordSigning";
import { daysOf, type Retention } from "./retentionPeriod";
import { vaultPolicy } from "./vaultPolicy";

/** Inputs to {@link EvidenceVault}. */
export interface EvidenceVaultArgs {
  readonly region: string;

  /** The account that owns the vault, 12 digits. */
  readonly accountId: string;

  /** ARN of the evidence key, which encrypts every object. */
  readonly keyArn: pulumi.Input<string>;

  /** ARN of the key that signs custody records. */
  readonly signingKeyArn: pulumi.Input<string>;

  /** GOVERNANCE: a custodian can release an object early. COMPLIANCE: nobody can. */
  readonly mode: "GOVERNANCE" | "COMPLIANCE";

  /** How long an object version is locked after it is written, and the least anyone may set. */
  readonly retention: Retention;

  /** The longest retention anyone may set, in days. */
  readonly mostDays: number;

  /** Whether every object version that arrives is put under a legal hold, beside the retention. */
  readonly legalHold: boolean;

  /** Matches the ARNs of the roles that write evidence and read it. */
  readonly caseRoles: string;

  /** ARNs of the roles that administer the vault. */
  readonly foundationDeployers: readonly string[];

  /** ARNs of the roles that write custody records. */
  readonly incidentDeployers: readonly string[];

  /** ARNs of the roles that may release evidence. */
  readonly custodians: readonly string[];

  /** Matches the ARN of the bucket of the trail's log files, whose access is logged beside the vault's. */
  readonly trailLogsArn: string;

  /** ARN of the role that verifies cases, where there is one. */
  readonly auditorRoleArn: string | undefined;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * Write-once storage for evidence: a versioned bucket with Object Lock, encrypted under the
 * evidence key, without public access; who asked it for what is logged in a bucket beside it.
 *
 * Every part is protected and retained by itself: the engine retains one resource at a time, and a
 * bucket that lost its policy or its public-access block would be no vault.
 */
export class EvidenceVault extends pulumi.ComponentResource {
  /** Name of the vault's bucket. */
  public readonly bucketName: pulumi.Output<string>;

  /** ARN of the vault's bucket. */
  public readonly bucketArn: pulumi.Output<string>;

  /** The bucket of its access logs: name and ARN. */
  public readonly accessLogs: {
    readonly name: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
  };

  /** The runbooks that the vault's events start: the one that signs records, and one that puts legal holds on. */
  public readonly runbooks: readonly EventRunbook[];

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the vault.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: EvidenceVaultArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:evidence:EvidenceVault", name, {}, opts);
    const { tags } = args;
    const kept = { parent: this, protect: true, retainOnDelete: true };

    const bucket = new aws.s3.Bucket(`${name}-bucket`, { objectLockEnabled: true, tags }, kept);
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    const lock = new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { bucket: bucket.id, rule: { defaultRetention: { mode: args.mode, ...args.retention } } },
      { ...kept, dependsOn: [versioning] },
    );
    const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.id,
        rules: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: "aws:kms",
              kmsMasterKeyId: args.keyArn,
            },
            bucketKeyEnabled: true,
            // The policy denies it too; S3 blocks it by itself only where no rule is set.
            blockedEncryptionTypes: ["SSE-C"],
          },
        ],
      },
      kept,
    );
    // Parts of an upload that nobody completed are no object: no list shows them, and they are billed.
    const unfinished = new aws.s3.BucketLifecycleConfiguration(
      `${name}-unfinished-uploads`,
      {
        bucket: bucket.id,
        rules: [
          {
            id: "unfinished-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 30 },
          },
        ],
      },
      { ...kept, dependsOn: [versioning] },
    );
    const closed = closedBucket(name, bucket, kept);

    // A bucket with a default retention cannot receive access logs: they have one of their own.
    const logs = new aws.s3.Bucket(`${name}-access-logs`, { tags }, kept);
    // What is deleted or written over stays as an earlier version.
    const logsVersioning = new aws.s3.BucketVersioning(
      `${name}-access-logs-versioning`,
      { bucket: logs.id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    const logsClosed = closedBucket(`${name}-access-logs`, logs, kept);
    const logPolicy = new aws.s3.BucketPolicy(
      `${name}-access-logs-policy`,
      {
        bucket: logs.id,
        policy: pulumi.jsonStringify(
          pulumi
            .output({ bucketArn: logs.arn, loggedArns: [bucket.arn, args.trailLogsArn] })
            .apply((made) => accessLogPolicy({ ...args, ...made })),
        ),
      },
      { ...kept, dependsOn: [logsVersioning, ...logsClosed] },
    );
    const logging = new aws.s3.BucketLogging(
      `${name}-logging`,
      { bucket: bucket.id, targetBucket: logs.id, targetPrefix: "vault/" },
      { ...kept, dependsOn: [logPolicy] },
    );

    const itself = { bucketName: bucket.bucket, bucketArn: bucket.arn };
    const signing = new RecordSigning(`${name}-signing`, { ...args, ...itself }, { parent: this });
    const holds = args.legalHold
      ? [new ObjectHold(`${name}-hold`, { ...args, ...itself }, { parent: this })]
      : [];
    this.runbooks = [signing, ...holds].map(({ runbook }) => runbook);
    const holders = holds.map(({ runbook }) => runbook.roleArn);
    // A bucket has one such configuration. That of a vault with legal holds was the hold's once.
    const events = new aws.s3.BucketNotification(
      `${name}-notification`,
      { bucket: bucket.bucket, eventbridge: true },
      {
        ...kept,
        aliases: [
          {
            name: `${name}-hold-notification`,
            parent: pulumi.createUrn(`${name}-hold`, "cleanroom:evidence:ObjectHold", this),
          },
        ],
        // The runbooks first: an event that nothing waits for is lost.
        dependsOn: [signing, ...holds],
      },
    );

    new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        policy: pulumi.jsonStringify(
          pulumi.output({ bucketArn: bucket.arn, keyArn: args.keyArn, holders }).apply((made) =>
            vaultPolicy({
              ...args,
              ...made,
              signerRoleArn: recordSignerRoleArn(args.region, args.accountId),
              fewestDays: daysOf(args.retention),
            }),
          ),
        ),
      },
      // Last: it denies what the parts above still have to do, to whom it does not know.
      { ...kept, dependsOn: [lock, encryption, unfinished, logging, ...closed, events] },
    );

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    // Once its policy is there: S3 asks whether it may deliver.
    this.accessLogs = { name: logPolicy.bucket, arn: logs.arn };
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}
