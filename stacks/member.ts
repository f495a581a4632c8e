import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { parseArn } from "../components/aws/arn";
import { checkFittingDocuments } from "../components/policies/documentSize";
import {
  grantsOfEc2ForMembers,
  grantsOfEc2ForTheAuditAccount,
} from "../components/evidence/keys/copyingGrants";
import { MemberTransferKeys } from "../components/evidence/keys/memberTransferKeys";
import type { SuspectKey } from "../components/evidence/grants/suspectKeyGrants";
import { suspectKeyGrantsPolicy } from "../components/evidence/grants/suspectKeyGrantsPolicy";
import { Acquisition } from "../components/acquisition/acquisition";
import { Containment } from "../components/containment/containment";
import { LinkRole } from "../components/link/linkRole";
import { IsolationGroup } from "../components/member/isolationGroup";
import { isolationRules } from "../components/member/isolationRules";
import { MemberRoles } from "../components/member/memberRoles";
import { responderPolicy } from "../components/member/responderPolicy";
import { hasAccountManagement } from "../components/aws/partitionServices";
import { foundationTags } from "../components/tags";
import type { MemberSettings } from "../settings/parseSettings";
import { setAccountSwitches } from "./accountSwitches";
import { findCaller } from "./caller";
import { findAgain } from "./foundAgain";
import { memberDocuments } from "./policySizes";
import { NOTHING_CHANGED, refuseFor } from "./settleAll";

/** What a member account's stack puts out, for those who open rooms. */
export interface MemberOutputs {
  /** The account, 12 digits. */
  readonly accountId: string;

  /** Per VPC the group as an incident's setting `isolationSecurityGroup` names it. */
  readonly isolationSecurityGroups: {
    readonly vpcId: string;
    readonly region: string;
    readonly securityGroup: pulumi.Output<string>;
  }[];

  /** The role that links rooms to the isolation groups; none with `link: off`. */
  readonly linkRoleArn?: pulumi.Output<string>;

  /** For an incident's setting `responderRoles`. */
  readonly responderRoleArn: pulumi.Output<string>;
  readonly federatedRoleArns: pulumi.Output<string>[];
  readonly executionRoleArns: pulumi.Output<string>[];

  /** What a responder role may do, as JSON: for an account that has no stack of its own. */
  readonly responderPolicy: string;

  /** What the policy of each transfer key has to say for a handover, as JSON; it says so already. */
  readonly keyPolicyStatements: { readonly keyArn: string; readonly statements: string }[];

  /**
   * What the policy of one of the account's own keys has to say before a room can name it in
   * `suspectKeys`, as JSON, for each Region that rooms are opened in.
   */
  readonly suspectKeyStatements: { readonly region: string; readonly statement: string }[];

  /** What the role may do that `suspectKeys` names in `assumeRole`, as JSON. */
  readonly suspectKeyGrantsPolicy: string;

  /** The account's own transfer keys, for an incident's setting `suspectKeys`; none with `transferKey: off`. */
  readonly transferKeys: pulumi.Output<SuspectKey>[];
}

/**
 * A member account, prepared for the day it has an incident: whoever is to be told, isolation security
 * groups, roles. Everything in it is protected.
 */
export async function member(settings: MemberSettings): Promise<MemberOutputs> {
  const { accountId, region, organizationId, securityContact } = settings;
  // Nothing here shuts its deployer out: no policy of this stack names who may change it, a key's leaves it
  // to the account. So any role that may will do.
  await findCaller(accountId);
  const transferKeys = settings.transferKeyArns.map((keyArn) => ({
    keyArn,
    keyRegion: parseArn(keyArn).region,
  }));
  const tags = foundationTags(settings);
  await refuseFor(
    NOTHING_CHANGED,
    [checkFittingDocuments(settings, memberDocuments)],
    findAgain(settings),
  );
  const kept = { protect: true };

  if (hasAccountManagement(region)) {
    new aws.account.AlternativeContact(
      "security-contact",
      { alternateContactType: "SECURITY", ...securityContact },
      kept,
    );
  } else {
    void pulumi.log.warn(
      `securityContact is not set: AWS's Account Management has no endpoint in the partition of ${region}. Have it set for the account by hand.`,
    );
  }

  await setAccountSwitches(settings);

  const rules = isolationRules(settings.tools, settings.ports, settings.workstationCidrs);
  const isolationGroups = settings.vpcs.map(({ vpcId, region: vpcRegion = region, release }) => {
    const { securityGroupId } = new IsolationGroup(`isolation-${vpcId}`, {
      vpcId,
      region: vpcRegion,
      rules,
      released: release,
      tags,
    });
    return { vpcId, region: vpcRegion, securityGroupId };
  });

  const ownKeys =
    settings.transferKey === "on"
      ? new MemberTransferKeys("transfer-keys", {
          region,
          keyRegions: transferKeys.map(({ keyRegion }) => keyRegion),
          accountId,
          auditAccountId: settings.auditAccountId,
          organizationId,
          incidentDeployers: settings.incidentDeployers,
          permissionsBoundary: settings.permissionsBoundary,
          tags,
        })
      : undefined;

  const roles = new MemberRoles("roles", {
    region,
    accountId,
    auditAccountId: settings.auditAccountId,
    organizationId,
    transferKeyArns: settings.transferKeyArns,
    ownTransferKeyArns: ownKeys?.keyArns ?? [],
    foreignKeyArns: settings.foreignKeyArns,
    responderPrincipals: settings.responderPrincipals,
    samlProviderArn: settings.samlProviderArn,
    namespace: settings.namespace,
    federatedSessionHours: settings.federatedSessionHours,
    executionRoles: settings.automationRoles === "create",
    permissionsBoundary: settings.permissionsBoundary,
    tags,
  });

  const link =
    settings.link === "on"
      ? new LinkRole("link", {
          region,
          accountId,
          auditAccountId: settings.auditAccountId,
          organizationId,
          groups: isolationGroups,
          incidentDeployers: settings.incidentDeployers,
          permissionsBoundary: settings.permissionsBoundary,
          tags,
        })
      : undefined;

  const containment =
    settings.containment === "off"
      ? undefined
      : new Containment("containment", {
          region,
          accountId,
          auditAccountId: settings.auditAccountId,
          organizationId,
          incidentDeployers: settings.incidentDeployers,
          groups: isolationGroups,
          responderRoleName: roles.responderRoleName,
          approvers: settings.containmentApprovers,
          permissionsBoundary: settings.permissionsBoundary,
          tags,
        });

  if (settings.acquisition !== undefined) {
    new Acquisition("acquisition", {
      pins: settings.acquisition,
      tools: settings.acquisition.tools,
      region,
      accountId,
      auditAccountId: settings.auditAccountId,
      startRoleName: containment?.startRoleName,
      permissionsBoundary: settings.permissionsBoundary,
      regions: [...new Set(isolationGroups.map((each) => each.region))],
      responderRoleName: roles.responderRoleName,
      tags,
    });
  }

  return {
    accountId,
    isolationSecurityGroups: isolationGroups.map(
      ({ vpcId, region: vpcRegion, securityGroupId }) => ({
        vpcId,
        region: vpcRegion,
        securityGroup: pulumi.interpolate`${accountId}/${securityGroupId}`,
      }),
    ),
    ...(link === undefined ? {} : { linkRoleArn: link.roleArn }),
    responderRoleArn: roles.responderRoleArn,
    federatedRoleArns: roles.federatedRoleArns,
    executionRoleArns: roles.executionRoleArns,
    responderPolicy: JSON.stringify(responderPolicy(settings)),
    keyPolicyStatements: transferKeys.map(({ keyArn, keyRegion }) => ({
      keyArn,
      statements: JSON.stringify([grantsOfEc2ForMembers({ region: keyRegion, organizationId })]),
    })),
    suspectKeyStatements: transferKeys.map(({ keyRegion }) => ({
      region: keyRegion,
      statement: JSON.stringify(
        grantsOfEc2ForTheAuditAccount({ region: keyRegion, accountId: settings.auditAccountId }),
      ),
    })),
    suspectKeyGrantsPolicy: JSON.stringify(suspectKeyGrantsPolicy(settings)),
    transferKeys: ownKeys?.suspectKeys ?? [],
  };
}
