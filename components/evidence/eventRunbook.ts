import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { ROLE_PATH } from "../rolePaths";
import type { RunbookPlace } from "../startRunbook";
import type { Tags } from "../tags";
import { runbookTarget, runbookTrust, starterRolePolicy, starterTrust } from "./runbookPolicies";

/** Inputs to {@link EventRunbook}. */
export interface EventRunbookArgs extends RunbookPlace {
  /** Name of the runbook; an account has one of it in a Region. */
  readonly documentName: string;

  /** What the runbook does, to follow "the runbook that". */
  readonly purpose: string;

  /** What the runbook may do. */
  readonly rolePolicy: pulumi.Input<aws.iam.PolicyDocument>;

  /** The runbook, made from the ARN of the role it works as. */
  readonly runbook: (roleArn: pulumi.Output<string>) => pulumi.Input<object>;

  /** What has happened, as a sentence. */
  readonly event: string;

  /** Pattern of the events that start the runbook, once for each. */
  readonly eventPattern: pulumi.Input<object>;

  /** How an event becomes the runbook's parameters. */
  readonly inputTransformer: aws.types.input.cloudwatch.EventTargetInputTransformer;
  readonly tags: Tags;
}

/** A Systems Manager Automation runbook that an EventBridge rule starts, with a role of its own each. */
export class EventRunbook extends pulumi.ComponentResource {
  /** Name of the runbook. */
  public readonly documentName: string;

  /** ARN of the role that the runbook works as. */
  public readonly roleArn: pulumi.Output<string>;

  /** Name of the rule that starts it. */
  public readonly ruleName: pulumi.Output<string>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the runbook.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: EventRunbookArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:evidence:EventRunbook", name, {}, opts);
    const { documentName, purpose, tags } = args;
    const kept = { parent: this, protect: true };

    const role = new aws.iam.Role(
      `${name}-runbook-role`,
      {
        path: ROLE_PATH,
        description: `The runbook that ${purpose}`,
        assumeRolePolicy: JSON.stringify(runbookTrust(args)),
        tags,
      },
      kept,
    );
    const rolePolicy = new aws.iam.RolePolicy(
      `${name}-runbook-policy`,
      { role: role.id, policy: pulumi.jsonStringify(args.rolePolicy) },
      kept,
    );
    const runbook = new aws.ssm.Document(
      `${name}-runbook`,
      {
        name: documentName,
        documentType: "Automation",
        documentFormat: "JSON",
        content: pulumi.jsonStringify(args.runbook(role.arn)),
        tags,
      },
      kept,
    );

    const rule = new aws.cloudwatch.EventRule(
      `${name}-event`,
      { description: args.event, eventPattern: pulumi.jsonStringify(args.eventPattern), tags },
      kept,
    );
    const starterRole = new aws.iam.Role(
      `${name}-starter-role`,
      {
        path: ROLE_PATH,
        description: `Starts the runbook that ${purpose}`,
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
          role.arn.apply((roleArn) => starterRolePolicy(args, documentName, roleArn)),
        ),
      },
      kept,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-target`,
      {
        rule: rule.name,
        arn: runbookTarget(args, documentName),
        roleArn: starterRole.arn,
        inputTransformer: args.inputTransformer,
      },
      // An event that comes before all of these would be spent on a failure.
      { ...kept, dependsOn: [runbook, rolePolicy, starterPolicy] },
    );

    this.documentName = documentName;
    this.roleArn = role.arn;
    this.ruleName = rule.name;
    this.registerOutputs({
      documentName: this.documentName,
      roleArn: this.roleArn,
      ruleName: this.ruleName,
    });
  }
}
