import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { MetadataDefaults } from "./metadataDefaults";
import type { AccountSwitch } from "./switchNames";

/** Inputs to {@link AccountSwitches}. */
export interface AccountSwitchesArgs {
  /** The account, 12 digits. */
  readonly accountId: string;

  /** Those that are set here; the others are left as they are. */
  readonly switches: readonly AccountSwitch[];

  /** What the switch `metadata` leaves as it is; undefined without that switch. */
  readonly metadataDefaults: MetadataDefaults | undefined;
}

/**
 * Switches of an account in a Region that its scanner looks at, each set to what keeps evidence in. All of
 * them are idempotent: one that is on already stays on. They are retained: taking the setting back leaves
 * the account as it is.
 */
export class AccountSwitches extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the switches.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    { accountId, switches, metadataDefaults }: AccountSwitchesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:account:AccountSwitches", name, {}, opts);
    const kept = { parent: this, protect: true, retainOnDelete: true };
    if (switches.includes("disks")) {
      new aws.ebs.EncryptionByDefault(`${name}-disks`, { enabled: true }, kept);
    }
    if (switches.includes("snapshots")) {
      // Those that are shared with everybody today as well.
      new aws.ebs.SnapshotBlockPublicAccess(
        `${name}-snapshots`,
        { state: "block-all-sharing" },
        kept,
      );
    }
    if (switches.includes("images")) {
      new aws.ec2.ImageBlockPublicAccess(`${name}-images`, { state: "block-new-sharing" }, kept);
    }
    if (switches.includes("buckets")) {
      new aws.s3.AccountPublicAccessBlock(
        `${name}-buckets`,
        {
          accountId,
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        kept,
      );
    }
    if (switches.includes("metadata")) {
      // Of machines whose launch says nothing; how many hops, containers decide.
      new aws.ec2.InstanceMetadataDefaults(
        `${name}-metadata`,
        { ...metadataDefaults, httpTokens: "required" },
        kept,
      );
    }
    if (switches.includes("serial-console")) {
      new aws.ec2.SerialConsoleAccess(`${name}-serial-console`, { enabled: false }, kept);
    }
    this.registerOutputs();
  }
}
