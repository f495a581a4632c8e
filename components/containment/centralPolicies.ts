import type * as aws from "@pulumi/aws";

import { arnAnywhere, arnIn } from "../aws/arn";
import { assumedBy, policyDocument } from "../policies/document";
import { type RunbookPlace, startRunbook } from "../policies/startRunbook";
import { trustedRoles } from "../policies/trustedRoles";
import {
  CENTRAL_RUNBOOK,
  CONTAINMENT_RUNBOOK,
  containmentAdministrationRoleArn,
  containmentRoleArn,
  containmentStartRoleArn,
} from "./containmentNames";
import type { Act } from "./containmentParameters";
import { FINDINGS_CONTAINED } from "./findingLimit";

/** An audit stack, and the accounts whose instances are contained from it. */
export interface CentralAccess extends RunbookPlace {
  /** 12 digits each. */
  readonly containmentAccounts: readonly string[];
}

/** What the Audit account's administration role may do: be the role that starts containment, in these accounts. */
export function administrationPolicy({
  region,
  containmentAccounts,
}: CentralAccess): aws.iam.PolicyDocument {
  return policyDocument({
    Sid: "StartInMemberAccounts",
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: containmentAccounts.map((each) => containmentStartRoleArn(region, each)),
  });
}

/**
 * What it takes to contain instances from the Audit account: find what was started before, as an instance that waits for its
 * turn is told of there alone; start its runbook with that role, see how far it is, and see how far each instance is, which
 * only its own account tells. An execution has no name by which it could be told from those
 * that hold, lock and sign evidence: who may stop one may stop all, and so this lets nobody stop any.
 */
export function centralStartPolicy(access: CentralAccess): aws.iam.PolicyDocument {
  const { region, accountId, containmentAccounts } = access;
  return policyDocument(
    ...startRunbook(access, CENTRAL_RUNBOOK, containmentAdministrationRoleArn(region, accountId)),
    {
      Sid: "FollowExecutions",
      Effect: "Allow",
      Action: ["ssm:DescribeAutomationStepExecutions", "ssm:GetAutomationExecution"],
      Resource: arnIn(access, "ssm", "automation-execution/*"),
    },
    {
      // Listing knows no narrower resource.
      Sid: "FindExecutions",
      Effect: "Allow",
      Action: "ssm:DescribeAutomationExecutions",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "FollowInMemberAccounts",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: containmentAccounts.map((each) => containmentStartRoleArn(region, each)),
    },
  );
}

/** What the policy of the runbook that findings start is made from. */
export interface FindingsAccess extends RunbookPlace {
  /** ARN of the topic that tells of each start. */
  readonly topicArn: string;

  /** What is done by itself. */
  readonly act: Act;
}

/**
 * What the runbook may do that GuardDuty's findings start: start the one that contains, see how that ends, and tell of it.
 * In which accounts is said by the role that it starts it with; that it may use the topic's key, by the key's policy.
 */
export function findingsRolePolicy(access: FindingsAccess): aws.iam.PolicyDocument {
  const { region, accountId, topicArn, act } = access;
  const contained = (resource: string) =>
    arnIn({ region, accountId }, "ssm", `parameter${FINDINGS_CONTAINED}${resource}`);
  return policyDocument(
    ...startRunbook(access, CENTRAL_RUNBOOK, containmentAdministrationRoleArn(region, accountId)),
    {
      Sid: "FollowExecutions",
      Effect: "Allow",
      Action: "ssm:GetAutomationExecution",
      Resource: arnIn(access, "ssm", "automation-execution/*"),
    },
    { Sid: "Tell", Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
    ...(act === "contain"
      ? [
          {
            Sid: "LookAtWhatIsContained",
            Effect: "Allow" as const,
            Action: "ssm:GetParametersByPath",
            Resource: contained(""),
          },
          {
            // One that is taken nobody takes again on its day.
            Sid: "CountWhatIsContained",
            Effect: "Allow" as const,
            Action: "ssm:PutParameter",
            Resource: contained("/*"),
            Condition: { StringNotEquals: { "ssm:Overwrite": "true" } },
          },
          {
            Sid: "ForgetEarlierDays",
            Effect: "Allow" as const,
            Action: "ssm:DeleteParameters",
            Resource: contained("/*"),
          },
        ]
      : []),
  );
}

/** A member account whose instances are contained from the Audit account, and who may ask for it. */
export interface TrustedFromOutside {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly accountId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** ARNs of the roles that open rooms; may end in `*`. */
  readonly incidentDeployers: readonly string[];
}

/** The same, with where it is done. */
export interface ContainedFromOutside extends Pick<
  TrustedFromOutside,
  "region" | "accountId" | "auditAccountId"
> {
  /** The Regions that have the runbook. */
  readonly regions: readonly string[];
}

/**
 * Who may be the member account's role that starts containment: the Audit account's Automation; this account's, which
 * goes on as it; and those who open rooms, to follow it.
 *
 * Source: the roles that AWS gives out for Automation in several accounts trust the central one, and Automation itself.
 */
export function containmentStartTrust(member: TrustedFromOutside): aws.iam.PolicyDocument {
  const { accountId, auditAccountId, organizationId, region, incidentDeployers } = member;
  const administration = containmentAdministrationRoleArn(region, auditAccountId, "*");
  return policyDocument(
    trustedRoles("AuditAccount", [administration], organizationId, false),
    ...(incidentDeployers.length === 0
      ? []
      : [trustedRoles("IncidentDeployers", incidentDeployers, organizationId, true)]),
    ...executionsOf(accountId),
  );
}

/**
 * What that role may do: run the Audit account's runbook, which starts this account's own; start that, and follow both.
 * AWS gives the least that several accounts take nowhere: this is what the two runbooks ask for.
 */
export function containmentStartRolePolicy(member: ContainedFromOutside): aws.iam.PolicyDocument {
  const { region, accountId, auditAccountId, regions } = member;
  const inRegions = (resource: string) =>
    regions.map((each) => arnIn({ region: each, accountId }, "ssm", resource));
  // It is in the foundation's Region alone; which Region AWS names where it works in another is documented nowhere.
  const central = (resource: string) =>
    arnAnywhere({ region, accountId: auditAccountId }, "ssm", resource);
  const executions = inRegions("automation-execution/*");
  return policyDocument(
    {
      Sid: "StartBothRunbooks",
      Effect: "Allow",
      Action: "ssm:StartAutomationExecution",
      Resource: [
        ...inRegions(`automation-definition/${CONTAINMENT_RUNBOOK}:*`),
        ...inRegions(`document/${CONTAINMENT_RUNBOOK}`),
        central(`automation-definition/${CENTRAL_RUNBOOK}:*`),
        central(`document/${CENTRAL_RUNBOOK}`),
        ...executions,
      ],
    },
    {
      Sid: "PassRunbookRoles",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [containmentRoleArn(region, accountId), containmentStartRoleArn(region, accountId)],
      Condition: { StringEquals: { "iam:PassedToService": "ssm.amazonaws.com" } },
    },
    {
      // Automation ends with this what it has started here; an execution has no narrower name.
      Sid: "FollowAndStopExecutions",
      Effect: "Allow",
      Action: ["ssm:GetAutomationExecution", "ssm:StopAutomationExecution"],
      Resource: executions,
    },
    {
      // Listing knows no narrower resource.
      Sid: "FindThem",
      Effect: "Allow",
      Action: "ssm:DescribeAutomationExecutions",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": [...regions] } },
    },
  );
}

/** Trust in an account's executions of Automation. */
function executionsOf(accountId: string): aws.iam.PolicyStatement[] {
  return assumedBy("ssm.amazonaws.com", { StringEquals: { "aws:SourceAccount": accountId } })
    .Statement as aws.iam.PolicyStatement[];
}
