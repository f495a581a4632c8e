import * as pulumi from "@pulumi/pulumi";

import { EventRunbook } from "../../eventRunbook";
import { recordSignerRoleName, SIGNING_RUNBOOK } from "../../names";
import type { Tags } from "../../tags";
import { signingRolePolicy } from "./runbookPolicies";
import { RECORD_TO_PARAMETERS, recordCreated, signRunbook } from "./signRunbook";

/** Inputs to {@link RecordSigning}. */
export interface RecordSigningArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** Name of the vault's bucket. */
  readonly bucketName: pulumi.Input<string>;

  /** ARN of the vault's bucket. */
  readonly bucketArn: pulumi.Input<string>;

  /** ARN of the vault's key. */
  readonly keyArn: pulumi.Input<string>;

  /** ARN of the key that signs. */
  readonly signingKeyArn: pulumi.Input<string>;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * Signs every custody record that arrives in the vault, by a runbook that the vault's own events start: whoever writes
 * records cannot sign, and what signs cannot write a record.
 */
export class RecordSigning extends pulumi.ComponentResource {
  /** The runbook that signs. */
  public readonly runbook: EventRunbook;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the signing.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: RecordSigningArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:evidence:RecordSigning", name, {}, opts);
    const { region, accountId, tags } = args;
    const { notification = "" } = tags;
    const bucket = pulumi.output(args.bucketName);
    const { bucketArn: vaultArn, keyArn: evidenceKeyArn, signingKeyArn } = args;

    this.runbook = new EventRunbook(
      name,
      {
        region,
        accountId,
        documentName: SIGNING_RUNBOOK,
        purpose: "signs custody records",
        roleName: recordSignerRoleName(region),
        rolePolicy: pulumi
          .output({ region, vaultArn, evidenceKeyArn, signingKeyArn })
          .apply(signingRolePolicy),
        runbook: (roleArn) =>
          pulumi
            .output({ region, bucket, signingKeyArn, roleArn, notification })
            .apply(signRunbook),
        event: "A custody record arrived in the vault",
        eventPattern: bucket.apply(recordCreated),
        inputTransformer: RECORD_TO_PARAMETERS,
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
