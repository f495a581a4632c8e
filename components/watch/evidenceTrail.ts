import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { closedBucket } from "../closedBucket";
import { EVIDENCE_TRAIL_NAME, evidenceTrailArn } from "../names";
import type { Tags } from "../tags";
import { trailBucketPolicy } from "./trailPolicies";

/** Inputs to {@link EvidenceTrail}. */
export interface EvidenceTrailArgs {
  readonly region: string;

  /** The account that owns vault and trail, 12 digits. */
  readonly accountId: string;

  /** ARN of the vault's bucket. */
  readonly vaultArn: pulumi.Input<string>;

  /** Name of the bucket that tells who read the log files. */
  readonly accessLogs: pulumi.Input<string>;

  /** ARN of the key of the log files; its policy has to allow the trail. */
  readonly keyArn: pulumi.Input<string>;

  /** ARNs of the roles that administer the log files' bucket. */
  readonly foundationDeployers: readonly string[];

  /** ARNs of the roles that may delete log files. */
  readonly custodians: readonly string[];
  readonly tags: Tags;
}

/**
 * Who read, wrote or deleted what in the vault: a trail of every request for its objects, and of
 * nothing else, whose log files are signed hour by hour and kept in a bucket of their own. In the
 * vault itself each delivery would be an event to be delivered.
 *
 * Every part is protected and retained by itself, as the evidence that it tells of.
 */
export class EvidenceTrail extends pulumi.ComponentResource {
  /** ARN of the bucket of its log files. */
  public readonly bucketArn: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the trail.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: EvidenceTrailArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:watch:EvidenceTrail", name, {}, opts);
    const { region, accountId, tags } = args;
    const kept = { parent: this, protect: true, retainOnDelete: true };

    const bucket = new aws.s3.Bucket(`${name}-logs`, { tags }, kept);
    const versioning = new aws.s3.BucketVersioning(
      `${name}-logs-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      kept,
    );
    const closed = closedBucket(`${name}-logs`, bucket, kept);
    const logging = new aws.s3.BucketLogging(
      `${name}-logs-logging`,
      { bucket: bucket.id, targetBucket: args.accessLogs, targetPrefix: "trail/" },
      kept,
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-logs-policy`,
      {
        bucket: bucket.id,
        policy: pulumi.jsonStringify(
          bucket.arn.apply((bucketArn) =>
            trailBucketPolicy({
              ...args,
              bucketArn,
              trailArn: evidenceTrailArn(region, accountId),
            }),
          ),
        ),
      },
      // Last: it denies what the parts above still have to do, to whom it does not know.
      { ...kept, dependsOn: [versioning, logging, ...closed] },
    );

    new aws.cloudtrail.Trail(
      `${name}-trail`,
      {
        name: EVIDENCE_TRAIL_NAME,
        s3BucketName: bucket.id,
        kmsKeyId: args.keyArn,
        enableLogFileValidation: true,
        // Requests for objects are recorded in the Region of their bucket, and are no global events.
        isMultiRegionTrail: false,
        includeGlobalServiceEvents: false,
        advancedEventSelectors: [
          {
            name: "Every request for the vault's objects",
            fieldSelectors: [
              { field: "eventCategory", equals: ["Data"] },
              { field: "resources.type", equals: ["AWS::S3::Object"] },
              // The slash keeps out buckets whose names begin with the vault's.
              {
                field: "resources.ARN",
                startsWiths: [pulumi.interpolate`${args.vaultArn}/`],
              },
            ],
          },
        ],
        tags,
      },
      // CloudTrail refuses a bucket whose policy does not let it deliver.
      { ...kept, dependsOn: [policy] },
    );
    this.bucketArn = bucket.arn;
    this.registerOutputs();
  }
}
