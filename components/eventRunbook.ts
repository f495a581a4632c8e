import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { ROLE_PATH } from "./names";
import {
  runbookTarget,
  runbookTrust,
  starterRolePolicy,
  starterTrust,
} from "./policies/eventRunbook";
import type { RunbookPlace } from "./policies/startRunbook";
import type { Tags } from "./tags";

/** Events that start a runbook. */
export interface StartingEvents {
  /** What has happened, as a sentence. */
  readonly event: string;

  /** Pattern of the events that start the runbook, once for each. */
  readonly eventPattern: pulumi.Input<object>;

  /** How an event becomes the runbook's parameters. */
  readonly inputTransformer: aws.types.input.cloudwatch.EventTargetInputTransformer;
}

/** Inputs to {@link EventRunbook}. */
export interface EventRunbookArgs extends RunbookPlace, StartingEvents {
  /** Name of the runbook; an account has one of it in a Region. */
  readonly documentName: string;

  /** What the runbook does, to follow "the runbook that". */
  readonly purpose: string;

  /** Name of the role that it works as, where a policy names the role before it is there. @default one of chance */
  readonly roleName?: string;

  /** What the runbook may do. */
  readonly rolePolicy: pulumi.Input<aws.iam.PolicyDocument>;

  /** The runbook, made from the ARN of the role it works as. */
  readonly runbook: (roleArn: pulumi.Output<string>) => pulumi.Input<object>;

  /** Such events that the runbook cannot be told of as they are, and what it is told instead. */
  readonly unfit?: StartingEvents;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
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

  /** Name of the rule that starts it for events it cannot be told of. */
  public readonly unfitRuleName: pulumi.Output<string> | undefined;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the runbook.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: EventRunbookArgs, opts?: pulumi.ComponentResourceOptions) {
    // Foundations have it by this name, from when evidence alone had runbooks: another one would make all of it anew.
    super("cleanroom:evidence:EventRunbook", name, {}, opts);
    const { documentName, permissionsBoundary, purpose, tags } = args;
    const kept = { parent: this, protect: true };

    const role = new aws.iam.Role(
      `${name}-runbook-role`,
      {
        ...(args.roleName === undefined ? {} : { name: args.roleName }),
        path: ROLE_PATH,
        description: `The runbook that ${purpose}`,
        assumeRolePolicy: JSON.stringify(runbookTrust(args)),
        permissionsBoundary,
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

    const ruleOf = (part: string, { event, eventPattern }: StartingEvents) =>
      new aws.cloudwatch.EventRule(
        `${name}-${part}`,
        { description: event, eventPattern: pulumi.jsonStringify(eventPattern), tags },
        kept,
      );
    const rule = ruleOf("event", args);
    const unfitRule = args.unfit && ruleOf("unfit-event", args.unfit);
    const rules = [rule, ...(unfitRule === undefined ? [] : [unfitRule])];
    const starterRole = new aws.iam.Role(
      `${name}-starter-role`,
      {
        path: ROLE_PATH,
        description: `Starts the runbook that ${purpose}`,
        assumeRolePolicy: pulumi.jsonStringify(
          pulumi.all(rules.map(({ arn }) => arn)).apply((arns) => starterTrust(args, arns)),
        ),
        permissionsBoundary,
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
    const targetOf = (
      part: string,
      { name: ruleName }: aws.cloudwatch.EventRule,
      { inputTransformer }: StartingEvents,
    ) =>
      new aws.cloudwatch.EventTarget(
        `${name}-${part}`,
        {
          rule: ruleName,
          arn: runbookTarget(args, documentName),
          roleArn: starterRole.arn,
          inputTransformer,
        },
        // An event that comes before all of these would be spent on a failure.
        { ...kept, dependsOn: [runbook, rolePolicy, starterPolicy] },
      );
    targetOf("target", rule, args);
    if (args.unfit !== undefined && unfitRule !== undefined) {
      targetOf("unfit-target", unfitRule, args.unfit);
    }

    this.documentName = documentName;
    this.roleArn = role.arn;
    this.ruleName = rule.name;
    this.unfitRuleName = unfitRule?.name;
    this.registerOutputs({
      documentName: this.documentName,
      roleArn: this.roleArn,
      ruleName: this.ruleName,
    });
  }
}
