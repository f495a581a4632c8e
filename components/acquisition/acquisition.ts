import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { ACQUISITION_ROLE_NAME, acquisitionRoleArn, ROLE_PATH } from "../names";
import type { Tags } from "../tags";
import {
  ACQUISITION_DOCUMENT,
  acquisitionContent,
  type AcquisitionPins,
} from "./acquisitionDocument";
import { ACQUISITION_RUNBOOK } from "./acquisitionNames";
import {
  type AcquisitionAccess,
  acquisitionPolicy,
  type AcquisitionRunbookAccess,
  acquisitionRunbookPolicy,
  acquisitionRunbookStartPolicy,
  acquisitionRunbookTrust,
} from "./acquisitionPolicy";
import { acquisitionRunbook, type CarriedFrom } from "./acquisitionRunbook";

/** Inputs to {@link Acquisition}. */
export interface AcquisitionArgs extends AcquisitionAccess {
  /** Name of the role that may send it. */
  readonly responderRoleName: pulumi.Input<string>;
  readonly pins: AcquisitionPins;

  /** Where the runbook finds the two programs; without it only single machines are acquired, by who responds. */
  readonly tools: CarriedFrom | undefined;

  /** The stack's Region. */
  readonly region: string;

  /** The Audit account, 12 digits, which may have the runbook started. */
  readonly auditAccountId: string;

  /** Name of the role by which the Audit account starts runbooks; none where the account lets it start none. */
  readonly startRoleName: pulumi.Input<string> | undefined;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
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
    const { tools, startRoleName } = args;
    if (tools !== undefined && startRoleName !== undefined) {
      this.placeRunbook(name, { ...args, tools, startRoleName });
    }
    this.registerOutputs();
  }

  /** What acquires many at once, where the Audit account asks for it. */
  private placeRunbook(
    name: string,
    args: AcquisitionArgs &
      AcquisitionRunbookAccess & { readonly startRoleName: pulumi.Input<string> },
  ): void {
    const { tags, permissionsBoundary } = args;
    const kept = { parent: this, protect: true };
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: ACQUISITION_ROLE_NAME,
        path: ROLE_PATH,
        description: "The runbook that has machines acquired",
        assumeRolePolicy: acquisitionRunbookTrust(args),
        permissionsBoundary,
        tags,
      },
      kept,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: acquisitionRunbookPolicy(args) },
      kept,
    );
    const roleArn = acquisitionRoleArn(args.region, args.accountId);
    for (const region of args.regions) {
      new aws.ssm.Document(
        `${name}-runbook-${region}`,
        {
          name: ACQUISITION_RUNBOOK,
          region,
          documentType: "Automation",
          documentFormat: "JSON",
          content: JSON.stringify(acquisitionRunbook({ ...args, roleArn })),
          tags,
        },
        { ...kept, dependsOn: policy },
      );
    }
    new aws.iam.RolePolicy(
      `${name}-central-policy`,
      { role: args.startRoleName, policy: acquisitionRunbookStartPolicy(args) },
      kept,
    );
  }
}
