import * as pulumi from "@pulumi/pulumi";

import { EventRunbook } from "../eventRunbook";
import { findingsRoleName } from "../names";
import type { Tags } from "../tags";
import { type CentralAccess, findingsRolePolicy } from "./centralPolicies";
import { containmentAdministrationRoleArn, FINDINGS_RUNBOOK } from "./containmentNames";
import { FINDING_TO_PARAMETERS, findingPattern } from "./findingEvents";
import { findingRunbook, type FindingRunbookArgs } from "./findingRunbook";

/** Inputs to {@link FindingContainment}. */
export interface FindingContainmentArgs
  extends CentralAccess, Pick<FindingRunbookArgs, "act" | "atMost" | "notification"> {
  /** Types of findings; one that ends in `*` is all types that begin so. */
  readonly types: readonly string[];

  /** ARN of the topic that tells of each start. */
  readonly topicArn: pulumi.Input<string>;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** Has instances of member accounts observed, or contained, when GuardDuty finds something of chosen types about them. */
export class FindingContainment extends pulumi.ComponentResource {
  /** The runbook that findings start. */
  public readonly runbook: EventRunbook;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the runbook.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: FindingContainmentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:containment:FindingContainment", name, {}, opts);
    const { region, accountId, act, topicArn, permissionsBoundary, tags } = args;
    this.runbook = new EventRunbook(
      name,
      {
        region,
        accountId,
        documentName: FINDINGS_RUNBOOK,
        purpose: "answers findings of GuardDuty",
        roleName: findingsRoleName(region),
        rolePolicy: pulumi
          .output(topicArn)
          .apply((arn) => findingsRolePolicy({ region, accountId, act, topicArn: arn })),
        runbook: (roleArn) =>
          pulumi.output({ topicArn, roleArn }).apply((arns) =>
            findingRunbook({
              ...args,
              ...arns,
              administrationRoleArn: containmentAdministrationRoleArn(region, accountId),
            }),
          ),
        event: "GuardDuty found something about an instance",
        eventPattern: findingPattern(args.types, args.containmentAccounts),
        inputTransformer: FINDING_TO_PARAMETERS,
        permissionsBoundary,
        tags,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
