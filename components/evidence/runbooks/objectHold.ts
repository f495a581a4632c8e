import * as pulumi from "@pulumi/pulumi";

import { EventRunbook } from "../../eventRunbook";
import type { Tags } from "../../tags";
import {
  HOLD_RUNBOOK,
  holdRunbook,
  OBJECT_TO_PARAMETERS,
  objectCreated,
  UNFIT_TO_PARAMETERS,
  unfitObjectCreated,
} from "./holdRunbook";
import { holdRolePolicy } from "./runbookPolicies";

/** Inputs to {@link ObjectHold}. */
export interface ObjectHoldArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** Name of the vault's bucket. */
  readonly bucketName: pulumi.Input<string>;

  /** ARN of the vault's bucket. */
  readonly bucketArn: pulumi.Input<string>;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/**
 * Puts every object version that arrives in the vault under a legal hold, by a runbook that the
 * vault's own events start. A header of the upload could do so at once; but a bucket policy that asks
 * for it also refuses to complete a multipart upload, which cannot carry it.
 */
export class ObjectHold extends pulumi.ComponentResource {
  /** The runbook that does it. */
  public readonly runbook: EventRunbook;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the hold.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: ObjectHoldArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:evidence:ObjectHold", name, {}, opts);
    const { region, accountId, tags } = args;
    const bucket = pulumi.output(args.bucketName);

    this.runbook = new EventRunbook(
      name,
      {
        region,
        accountId,
        documentName: HOLD_RUNBOOK,
        purpose: "puts the vault's objects under a legal hold",
        rolePolicy: pulumi.output(args.bucketArn).apply(holdRolePolicy),
        runbook: (roleArn) => pulumi.output({ bucket, roleArn }).apply(holdRunbook),
        event: "An object version arrived in the vault",
        eventPattern: bucket.apply(objectCreated),
        inputTransformer: OBJECT_TO_PARAMETERS,
        unfit: {
          event: "An object version arrived in the vault that cannot be held by its key",
          eventPattern: bucket.apply(unfitObjectCreated),
          inputTransformer: UNFIT_TO_PARAMETERS,
        },
        permissionsBoundary: args.permissionsBoundary,
        tags,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
