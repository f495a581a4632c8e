import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { parseArn } from "../aws/arn";
import { policyDocument } from "../policies/document";
import { Case } from "../case";
import { acquisitionRoleArn, CASE_POLICY_NAME, CASE_ROLE_PATH } from "../names";
import type { Tags } from "../tags";
import { sourceIdentityDemanded } from "../policies/sourceIdentity";
import { trustedRoles } from "../policies/trustedRoles";
import type { CaseAccess } from "./caseAccess";
import { intakePolicy } from "./intakePolicy";
import { investigatorPolicy } from "./investigatorPolicy";

/** Inputs to {@link CaseRoles}. */
export interface CaseRolesArgs extends CaseAccess {
  readonly organizationId: string;

  /** ARNs of the roles that may work as investigators of the case; may end in `*`. */
  readonly investigators: readonly string[];

  /** ARNs of the member accounts' roles that may upload. */
  readonly responderRoles: readonly string[];

  /** Whether investigators have to come with a source identity, under its name; not by default. */
  readonly sourceIdentity?: "demanded" | "off" | undefined;

  /** Name of the Session Manager document of the room's sessions. */
  readonly sessionDocument: string;

  /** ARN of the permissions boundary. */
  readonly boundaryArn: string;
  readonly tags: Tags;
}

/**
 * The roles of a case in the Audit account: one for its investigators, and one per member account for
 * what is uploaded into the vault. They end with the room; none is there for whom none is named.
 */
export class CaseRoles extends pulumi.ComponentResource {
  /** ARN of the investigators' role, if there is one. */
  public readonly investigatorRoleArn: pulumi.Output<string> | undefined;

  /** ARNs of the roles for uploads, by member account. */
  public readonly intakeRoleArns: Readonly<Record<string, pulumi.Output<string>>>;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the roles.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: CaseRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:access:CaseRoles", name, args, opts);
    const { ticket, investigators, responderRoles } = args;
    const ofCase = new Case(ticket);
    const make = (
      child: string,
      roleName: string,
      trusted: readonly string[],
      policy: aws.iam.PolicyDocument,
      description: string,
      sessionTags: boolean,
      further: readonly aws.iam.PolicyStatement[] = [],
    ) => {
      const role = new aws.iam.Role(
        `${name}-${child}`,
        {
          // Known beforehand, so that whoever works with it can be given the right to.
          name: roleName,
          path: CASE_ROLE_PATH,
          description,
          permissionsBoundary: args.boundaryArn,
          assumeRolePolicy: JSON.stringify(
            policyDocument(
              trustedRoles("People", trusted, args.organizationId, sessionTags),
              ...further,
            ),
          ),
          tags: args.tags,
        },
        { parent: this },
      );
      new aws.iam.RolePolicy(
        `${name}-${child}-policy`,
        { name: CASE_POLICY_NAME, role: role.id, policy: JSON.stringify(policy) },
        // Rooms that were opened before have a name of chance there.
        { parent: this, ignoreChanges: ["name"] },
      );
      return role.arn;
    };

    this.investigatorRoleArn =
      investigators.length === 0
        ? undefined
        : make(
            "investigator",
            ofCase.investigatorRole,
            investigators,
            investigatorPolicy(args),
            `Investigators of ${ticket}`,
            // Their tag SSMSessionRunAs would say as whom Session Manager lets them in, root too.
            false,
            args.sourceIdentity === "demanded" ? sourceIdentityDemanded() : [],
          );
    const accounts = [...new Set(responderRoles.map(accountOf))].sort();
    this.intakeRoleArns = Object.fromEntries(
      accounts.map((account) => [
        account,
        make(
          `intake-${account}`,
          ofCase.uploadRole(account),
          // The account's runbook acquires many at once, whether or not it is there.
          [
            ...responderRoles.filter((arn) => accountOf(arn) === account),
            acquisitionRoleArn(args.region, account),
          ],
          intakePolicy(args, account),
          `Uploads of account ${account} for ${ticket}`,
          true,
        ),
      ]),
    );
    this.registerOutputs({
      investigatorRoleArn: this.investigatorRoleArn,
      intakeRoleArns: this.intakeRoleArns,
    });
  }
}

function accountOf(arn: string): string {
  return parseArn(arn).account;
}
