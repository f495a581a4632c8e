import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Tags } from "../tags";
import {
  ACQUISITION_DOCUMENT,
  acquisitionContent,
  type AcquisitionPins,
} from "./acquisitionDocument";
import { type AcquisitionAccess, acquisitionPolicy } from "./acquisitionPolicy";

/** Inputs to {@link Acquisition}. */
export interface AcquisitionArgs extends AcquisitionAccess {
  /** Name of the role that may send it. */
  readonly responderRoleName: pulumi.Input<string>;
  readonly pins: AcquisitionPins;
  readonly tags: Tags;
}

/** The document that acquires a member account's running machines, in each Region that has an isolation group, and who sends it. */
export class Acquisition extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the document.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: AcquisitionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:acquisition:Acquisition", name, {}, opts);
    const kept = { parent: this, protect: true };
    for (const region of args.regions) {
      new aws.ssm.Document(
        `${name}-document-${region}`,
        {
          name: ACQUISITION_DOCUMENT,
          region,
          documentType: "Command",
          documentFormat: "JSON",
          content: acquisitionContent(args.pins),
          tags: args.tags,
        },
        kept,
      );
    }
    new aws.iam.RolePolicy(
      `${name}-send`,
      { role: args.responderRoleName, policy: acquisitionPolicy(args) },
      kept,
    );
    this.registerOutputs();
  }
}
