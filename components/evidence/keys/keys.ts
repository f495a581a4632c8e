import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Tags } from "../../tags";
import { evidenceKeyPolicy } from "./evidenceKeyPolicy";
import { foundationKeyPolicy } from "./foundationKeyPolicy";
import { type KeyParties } from "./keyStatements";
import { transferKeyPolicy } from "./transferKeyPolicy";

/** Inputs to {@link Keys}. */
export interface KeysArgs {
  /** Who may do what with the keys. */
  readonly parties: KeyParties;
  readonly tags: Tags;
}

/** The keys that outlive every incident, each for one purpose. */
export class Keys extends pulumi.ComponentResource {
  /** ARN of the key of images, log groups, topics and the trail. */
  public readonly foundationKeyArn: pulumi.Output<string>;

  /** ARN of the key of the vault's objects and of preserved copies. */
  public readonly evidenceKeyArn: pulumi.Output<string>;

  /** ARN of the key under which member accounts hand snapshots over. */
  public readonly transferKeyArn: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the keys.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: KeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:evidence:Keys", name, args, opts);
    const { parties, tags } = args;

    const key = (purpose: string, description: string, policy: aws.iam.PolicyDocument) => {
      // Retained, alias included: a key that goes takes with it everything it ever encrypted.
      const kept = { parent: this, protect: true, retainOnDelete: true };
      const made = new aws.kms.Key(
        `${name}-${purpose}`,
        {
          description,
          policy: JSON.stringify(policy),
          enableKeyRotation: true,
          deletionWindowInDays: 30,
          tags,
        },
        kept,
      );
      new aws.kms.Alias(`${name}-${purpose}-alias`, { targetKeyId: made.id }, kept);
      return made.arn;
    };

    this.foundationKeyArn = key(
      "foundation",
      "Clean room: images and logs",
      foundationKeyPolicy(parties),
    );
    this.evidenceKeyArn = key(
      "evidence",
      "Clean room: evidence vault and preserved copies",
      evidenceKeyPolicy(parties),
    );
    this.transferKeyArn = key(
      "transfer",
      "Clean room: snapshots handed over by member accounts",
      transferKeyPolicy(parties),
    );
    this.registerOutputs({
      foundationKeyArn: this.foundationKeyArn,
      evidenceKeyArn: this.evidenceKeyArn,
      transferKeyArn: this.transferKeyArn,
    });
  }
}
