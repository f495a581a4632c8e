import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { boundaryPolicy } from "../components/access/boundary";
import type { IncidentDeployerAccess } from "../components/access/incidentDeployer/incidentDeployerAccess";
import {
  incidentDeployerLinkPolicy,
  incidentDeployerPolicies,
} from "../components/access/incidentDeployerPolicies";
import {
  SESSION_DOCUMENT,
  SESSION_LOG_GROUP,
  sessionDocument,
} from "../components/access/sessionDocument";
import { ROLE_PATH } from "../components/names";
import { foundationTags, type Tags } from "../components/tags";
import type { AuditSettings } from "../settings/parseSettings";

/**
 * Declares the permissions boundary of the roles of a case.
 *
 * @param to What they reach at most.
 * @returns its ARN.
 */
export function declareBoundary(
  settings: AuditSettings,
  to: {
    readonly vpcId: pulumi.Input<string>;
    readonly vaultArn: pulumi.Input<string>;
    readonly evidenceKeyArn: pulumi.Input<string>;
  },
): pulumi.Output<string> {
  const { region, accountId } = settings;
  return new aws.iam.Policy(
    "case-boundary",
    {
      // IAM is global, the foundation is not: one in each Region.
      name: `clean-room-case-boundary-${region}`,
      path: ROLE_PATH,
      description: "The most that a role of a case can be given",
      policy: pulumi.jsonStringify(
        pulumi.output(to).apply((known) => boundaryPolicy({ region, accountId, ...known })),
      ),
      tags: foundationTags(settings),
    },
    { protect: true },
  ).arn;
}

/**
 * Declares the document that sessions on workstations use, and the log group they are recorded in.
 *
 * @param keyArn ARN of the foundation key.
 */
export function declareSessions(
  settings: AuditSettings,
  keyArn: pulumi.Input<string>,
): aws.ssm.Document {
  const tags = foundationTags(settings);
  const kept = { protect: true };
  const sessionLog = new aws.cloudwatch.LogGroup(
    "session-log",
    {
      name: SESSION_LOG_GROUP,
      kmsKeyId: keyArn,
      retentionInDays: settings.logRetentionDays,
      tags,
    },
    { ...kept, retainOnDelete: true },
  );
  return new aws.ssm.Document(
    "session-document",
    {
      name: SESSION_DOCUMENT,
      documentType: "Session",
      documentFormat: "JSON",
      content: JSON.stringify(sessionDocument()),
      tags,
    },
    { ...kept, dependsOn: [sessionLog] },
  );
}

/** Policies for those who open and close rooms, by what they are about. */
export function declareDeployerPolicies(
  tags: Tags,
  access: {
    readonly [K in keyof IncidentDeployerAccess]: pulumi.Input<IncidentDeployerAccess[K]>;
  },
): pulumi.Output<string>[] {
  const policies = pulumi.output(access).apply(incidentDeployerPolicies);
  return (["room", "evidence"] as const).map(
    (part) =>
      new aws.iam.Policy(
        `incident-deployer-${part}`,
        {
          name: pulumi.interpolate`clean-room-incident-deployer-${part}-${access.region}`,
          path: ROLE_PATH,
          description: `To open and close rooms: ${part}`,
          policy: pulumi.jsonStringify(policies.apply((both) => both[part])),
          tags,
        },
        { protect: true },
      ).arn,
  );
}

/**
 * Declares the policy for those who link rooms to suspects.
 *
 * @returns its ARN; none where rooms are linked to no account.
 */
export function declareLinkPolicy(
  settings: AuditSettings,
  vpcId: pulumi.Input<string>,
): pulumi.Output<string>[] {
  const { region, accountId, linkedAccounts } = settings;
  if (linkedAccounts.length === 0) {
    return [];
  }
  const policy = new aws.iam.Policy(
    "incident-deployer-link",
    {
      name: `clean-room-incident-deployer-link-${region}`,
      path: ROLE_PATH,
      description: "To link rooms to suspects",
      policy: pulumi.jsonStringify(
        pulumi
          .output(vpcId)
          .apply((id) =>
            incidentDeployerLinkPolicy({ region, accountId, vpcId: id, linkedAccounts }),
          ),
      ),
      tags: foundationTags(settings),
    },
    { protect: true },
  );
  return [policy.arn];
}
