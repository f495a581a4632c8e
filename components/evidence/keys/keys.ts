import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { SIGNING_KEY_ALIAS } from "../../names";
import type { Tags } from "../../tags";
import { evidenceKeyPolicy } from "./evidenceKeyPolicy";
import { foundationKeyPolicy } from "./foundationKeyPolicy";
import { type KeyParties } from "./keyStatements";
import { signingKeyPolicy } from "./signingKeyPolicy";
import { transferKeyPolicy } from "./transferKeyPolicy";

/** Inputs to {@link Keys}. */
export interface KeysArgs {
  /** Who may do what with the keys. */
  readonly parties: KeyParties;
  readonly tags: Tags;
}

/** Keys that encrypt: AWS gives them new material each year, and keeps what is under the old one readable. */
const ENCRYPTS = { enableKeyRotation: true };

/**
 * A key that signs. KMS rotates none such; verifying takes nothing but its public half.
 *
 * Source: KMS developer guide, "Rotate AWS KMS keys" (symmetric keys only) and "Asymmetric key specs".
 */
const SIGNS = { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" };

/** The keys that outlive every incident, each for one purpose. */
export class Keys extends pulumi.ComponentResource {
  /** ARN of the key of images, log groups, topics and the trail. */
  public readonly foundationKeyArn: pulumi.Output<string>;

  /** ARN of the key of the vault's objects and of preserved copies. */
  public readonly evidenceKeyArn: pulumi.Output<string>;

  /** ARN of the key under which member accounts hand snapshots over. */
  public readonly transferKeyArn: pulumi.Output<string>;

  /** ARN of the key that signs custody records. */
  public readonly signingKeyArn: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the keys.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: KeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:evidence:Keys", name, args, opts);
    const { parties, tags } = args;

    const key = (
      purpose: string,
      description: string,
      policy: aws.iam.PolicyDocument,
      kind: Pick<aws.kms.KeyArgs, "enableKeyRotation" | "keyUsage" | "customerMasterKeySpec">,
      alias?: string,
    ) => {
      // Retained, alias included: a key that goes takes with it everything it ever encrypted.
      const kept = { parent: this, protect: true, retainOnDelete: true };
      const made = new aws.kms.Key(
        `${name}-${purpose}`,
        { description, policy: JSON.stringify(policy), ...kind, deletionWindowInDays: 30, tags },
        kept,
      );
      new aws.kms.Alias(
        `${name}-${purpose}-alias`,
        { targetKeyId: made.id, ...(alias === undefined ? {} : { name: alias }) },
        kept,
      );
      return made.arn;
    };

    this.foundationKeyArn = key(
      "foundation",
      "Clean room: images and logs",
      foundationKeyPolicy(parties),
      ENCRYPTS,
    );
    this.evidenceKeyArn = key(
      "evidence",
      "Clean room: evidence vault and preserved copies",
      evidenceKeyPolicy(parties),
      ENCRYPTS,
    );
    this.transferKeyArn = key(
      "transfer",
      "Clean room: snapshots handed over by member accounts",
      transferKeyPolicy(parties),
      ENCRYPTS,
    );
    this.signingKeyArn = key(
      "signing",
      "Clean room: signatures of custody records",
      signingKeyPolicy(parties),
      SIGNS,
      SIGNING_KEY_ALIAS,
    );
    this.registerOutputs({
      foundationKeyArn: this.foundationKeyArn,
      evidenceKeyArn: this.evidenceKeyArn,
      transferKeyArn: this.transferKeyArn,
      signingKeyArn: this.signingKeyArn,
    });
  }
}
