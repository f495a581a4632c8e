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
  sessionDocumentOf,
  sessionLogGroupOf,
} from "../components/access/sessionDocument";
import { ROLE_PATH } from "../components/names";
import { planSubnets } from "../components/network/subnetPlan";
import { readsDirectly } from "../components/policies/directReading";
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
  const directReading = readsDirectly(settings);
  return new aws.iam.Policy(
    "case-boundary",
    {
      // IAM is global, the foundation is not: one in each Region.
      name: `clean-room-case-boundary-${region}`,
      path: ROLE_PATH,
      description: "The most that a role of a case can be given",
      policy: pulumi.jsonStringify(
        pulumi
          .output(to)
          .apply((known) => boundaryPolicy({ region, accountId, directReading, ...known })),
      ),
      tags: foundationTags(settings),
    },
    { protect: true },
  ).arn;
}

/** By what the sessions of a room are started, and where they are recorded. */
export interface DeclaredSessions {
  /** Name of the Session Manager document. */
  readonly document: pulumi.Output<string>;

  /** Name of the log group. */
  readonly logGroup: pulumi.Output<string>;
}

/**
 * Declares, for each slot, the document that sessions on its room's workstation use and the log group they are
 * recorded in, so that no room's machine writes among another's. Rooms that were opened before keep to the
 * document and the group that all shared.
 *
 * @param keyArn ARN of the foundation key.
 */
export function declareSessions(
  settings: AuditSettings,
  keyArn: pulumi.Input<string>,
): {
  readonly shared: DeclaredSessions;

  /** Of the room in a slot, by the slot's name. */
  readonly ofSlot: (name: string) => DeclaredSessions;
} {
  const { vpcCidr, availabilityZones, slotsPerZone } = settings;
  const tags = foundationTags(settings);
  const kept = { protect: true };
  const declare = (end: string, document: string, logGroup: string): DeclaredSessions => {
    const log = new aws.cloudwatch.LogGroup(
      `session-log${end}`,
      {
        name: logGroup,
        kmsKeyId: keyArn,
        retentionInDays: settings.logRetentionDays,
        tags,
      },
      { ...kept, retainOnDelete: true },
    );
    const { name } = new aws.ssm.Document(
      `session-document${end}`,
      {
        name: document,
        documentType: "Session",
        documentFormat: "JSON",
        content: JSON.stringify(sessionDocument(logGroup)),
        tags,
      },
      { ...kept, dependsOn: [log] },
    );
    return { document: name, logGroup: log.name };
  };
  const ofSlots = new Map(
    planSubnets(vpcCidr, availabilityZones, slotsPerZone).slots.map(({ name }) => [
      name,
      declare(`-${name}`, sessionDocumentOf(name), sessionLogGroupOf(name)),
    ]),
  );
  return {
    shared: declare("", SESSION_DOCUMENT, SESSION_LOG_GROUP),
    ofSlot: (name) => {
      const declared = ofSlots.get(name);
      if (declared === undefined) {
        throw new Error(`there is no slot ${name}`);
      }
      return declared;
    },
  };
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
