import { readsDirectly } from "../components/policies/directReading";
import { policyDocument } from "../components/policies/document";
import { boundaryPolicy } from "../components/access/boundary";
import {
  incidentDeployerLinkPolicy,
  incidentDeployerPolicies,
} from "../components/access/incidentDeployerPolicies";
import {
  AMI_PARAMETER,
  auditorRoleArn,
  caseRoles,
  evidenceTrailArn,
  findingsRoleArn,
  previewRoleArn,
  recordSignerRoleArn,
  ROLE_PATH,
} from "../components/names";
import type { SizedDocument } from "../components/policies/documentSize";
import { evidenceKeyPolicy } from "../components/evidence/keys/evidenceKeyPolicy";
import { foundationKeyPolicy } from "../components/evidence/keys/foundationKeyPolicy";
import { incidentKeyPolicy } from "../components/evidence/keys/incidentKeyPolicy";
import { signingKeyPolicy } from "../components/evidence/keys/signingKeyPolicy";
import { transferKeyPolicy } from "../components/evidence/keys/transferKeyPolicy";
import { memberTransferKeyPolicy } from "../components/evidence/keys/memberTransferKeyPolicy";
import { daysOf } from "../components/evidence/retentionPeriod";
import { suspectKeyGrantsPolicy } from "../components/evidence/grants/suspectKeyGrantsPolicy";
import { vaultPolicy } from "../components/evidence/vaultPolicy";
import {
  acquisitionPolicy,
  acquisitionRunbookPolicy,
  acquisitionRunbookStartPolicy,
} from "../components/acquisition/acquisitionPolicy";
import {
  containmentPolicy,
  containmentStartPolicy,
} from "../components/containment/containmentPolicy";
import {
  administrationPolicy,
  centralStartPolicy,
  containmentStartRolePolicy,
  containmentStartTrust,
} from "../components/containment/centralPolicies";
import { builderPolicy } from "../components/image/builderPolicy";
import { bucketObjects } from "../components/image/inventory";
import { linkRolePolicy } from "../components/link/linkRolePolicy";
import { responderTrust } from "../components/member/memberTrust";
import { responderPolicy } from "../components/member/responderPolicy";
import { interfaceEndpointPolicy, s3EndpointPolicy } from "../components/network/endpointPolicies";
import { arnIn, bucketArn, iamArn, parseArn, type Place } from "../components/aws/arn";
import { foundationTags } from "../components/tags";
import { trustedRoles } from "../components/policies/trustedRoles";
import { trailBucketPolicy } from "../components/watch/trailPolicies";
import type { AuditSettings, IncidentSettings, MemberSettings } from "../settings/parseSettings";

/** What Pulumi puts behind a name. */
const SUFFIX = "0a1b2c3";

/**
 * The documents of an audit stack that grow with its settings; where they name what is not made yet, with
 * names as long as AWS's.
 */
export function auditDocuments(settings: AuditSettings): readonly SizedDocument[] {
  const { accountId, region, vault } = settings;
  const vaultArn = bucketArn(region, `vault-bucket-${SUFFIX}`);
  const evidenceKeyArn = keyArn(settings);
  const vpcId = `vpc-0123456789${SUFFIX}`;
  const role = (name: string) => iamArn(settings, `role${ROLE_PATH}${name}`);
  const deployers = ["foundationDeployers", "incidentDeployers"];
  const lists = [...deployers, "custodians"];
  const directReading = readsDirectly(settings);
  const parties = {
    ...settings,
    auditorRoleArn: settings.auditors.length === 0 ? undefined : auditorRoleArn(region, accountId),
    previewRoleArn:
      settings.previewRole === undefined ? undefined : previewRoleArn(region, accountId),
    findingsRoleArn:
      settings.containmentFindings.length === 0 ? undefined : findingsRoleArn(region, accountId),
    directReading,
  };
  const keyPolicies = {
    "the foundation key": foundationKeyPolicy(parties),
    "the evidence key": evidenceKeyPolicy(parties),
    "the transfer key": transferKeyPolicy(parties),
    "the signing key": signingKeyPolicy(parties),
    "each incident's key": incidentKeyPolicy(parties),
  };
  const vaultDocument = vaultPolicy({
    ...parties,
    bucketArn: vaultArn,
    keyArn: evidenceKeyArn,
    caseRoles: caseRoles(region, accountId),
    fewestDays: daysOf(vault.retention),
    mostDays: vault.mostDays,
    signerRoleArn: recordSignerRoleArn(region, accountId),
    holders: vault.legalHold ? [role(`vault-hold-runbook-role-${SUFFIX}`)] : [],
  });
  const trailDocument = trailBucketPolicy({
    ...settings,
    bucketArn: bucketArn(region, `vault-events-logs-${SUFFIX}`),
    trailArn: evidenceTrailArn(region, accountId),
  });
  const builderDocument = builderPolicy({
    region,
    accountId,
    bucketObjects: bucketObjects(settings.toolsBucket, region),
  });
  const deployerPolicies = incidentDeployerPolicies({
    ...settings,
    vpcId,
    vaultArn,
    evidenceKeyArn,
    transferKeyArn: evidenceKeyArn,
    amiParameter: AMI_PARAMETER,
    boundaryArn: iamArn(settings, `policy${ROLE_PATH}clean-room-case-boundary-${region}`),
    runbookRoleArn: role(`snapshot-lock-runbook-role-${SUFFIX}`),
  });
  return [
    ...Object.entries(keyPolicies).map(([of, document]) => ({
      of,
      kind: "key policy" as const,
      document,
      growsWith: lists,
    })),
    { of: "the vault", kind: "bucket policy", document: vaultDocument, growsWith: lists },
    {
      of: "the trail's bucket",
      kind: "bucket policy",
      document: trailDocument,
      growsWith: ["foundationDeployers", "custodians"],
    },
    {
      of: "the machines that build the image",
      kind: "inline policy",
      document: builderDocument,
      growsWith: ["toolsBucket.tools"],
    },
    ...(settings.auditors.length === 0
      ? []
      : [
          {
            of: "the auditors' role",
            kind: "role trust" as const,
            document: policyDocument(
              trustedRoles("Auditors", settings.auditors, settings.organizationId, true),
            ),
            growsWith: ["auditors"],
          },
        ]),
    {
      of: "an incident deployer, of evidence",
      kind: "managed policy",
      document: deployerPolicies.evidence,
      growsWith: ["incidentDeployers"],
    },
    ...(settings.linkedAccounts.length === 0
      ? []
      : [
          {
            of: "an incident deployer, of links",
            kind: "managed policy" as const,
            document: incidentDeployerLinkPolicy({ ...settings, vpcId }),
            growsWith: ["linkedAccounts"],
          },
        ]),
    ...(settings.containmentAccounts.length === 0
      ? []
      : [
          {
            of: "an incident deployer, to contain",
            kind: "managed policy" as const,
            document: centralStartPolicy(settings),
            growsWith: ["containmentAccounts"],
          },
          {
            of: "the role that has instances contained",
            kind: "inline policy" as const,
            document: administrationPolicy(settings),
            growsWith: ["containmentAccounts"],
          },
        ]),
    ...Object.entries({
      "an incident deployer, of rooms": deployerPolicies.room,
      "the roles of a case, their boundary": boundaryPolicy({
        region,
        accountId,
        vpcId,
        vaultArn,
        evidenceKeyArn,
        directReading,
      }),
    }).map(([of, document]) => ({
      of,
      kind: "managed policy" as const,
      document,
      growsWith: [],
    })),
    ...[
      ...settings.interfaceEndpoints.map(
        (service) => [service, interfaceEndpointPolicy(service, settings)] as const,
      ),
      ["s3", s3EndpointPolicy(accountId)] as const,
    ].map(([service, document]) => ({
      of: `the endpoint of ${service}`,
      kind: "endpoint policy" as const,
      document,
      growsWith: [],
    })),
  ];
}

/** A key that is not made yet. */
function keyArn(place: Place): string {
  return arnIn(place, "kms", "key/00000000-0000-4000-8000-000000000000");
}

/** The documents of an incident's stack that grow with its settings. */
export function incidentDocuments(
  { investigators, responderRoles }: IncidentSettings,
  organizationId: string,
): readonly SizedDocument[] {
  const trust = (of: string, roles: readonly string[], growsWith: string): SizedDocument => ({
    of,
    kind: "role trust",
    document: policyDocument(
      trustedRoles("People", roles, organizationId, growsWith !== "investigators"),
    ),
    growsWith: [growsWith],
  });
  const accounts = new Set(responderRoles.map((arn) => parseArn(arn).account));
  return [
    trust("the investigators' role", investigators, "investigators"),
    ...[...accounts].map((account) =>
      trust(
        `the role that ${account} uploads with`,
        responderRoles.filter((arn) => parseArn(arn).account === account),
        "responderRoles",
      ),
    ),
  ];
}

/** The documents of a member account's stack that grow with its settings. */
export function memberDocuments(settings: MemberSettings): readonly SizedDocument[] {
  const { region, accountId, auditAccountId, transferKeyArns, transferKey } = settings;
  const tags = foundationTags(settings);
  const regions = transferKeyArns.map((arn) => parseArn(arn).region);
  const vpcs = settings.vpcs.map(({ vpcId, region: vpcRegion = region }) => ({
    vpcId,
    region: vpcRegion,
  }));
  const own =
    transferKey === "on" ? regions.map((each) => keyArn({ region: each, accountId })) : [];
  const deployersTrust = policyDocument(
    trustedRoles("IncidentDeployers", settings.incidentDeployers, settings.organizationId, true),
  );
  return [
    {
      of: "the responder role",
      kind: "role trust",
      document: responderTrust({ ...settings, principals: settings.responderPrincipals }),
      growsWith: ["responderPrincipals"],
    },
    {
      of: "the responder role",
      kind: "inline policy",
      document: responderPolicy({ ...settings, ownTransferKeyArns: own, tags }),
      growsWith: ["transferKeyArns", "foreignKeyArns", "tags"],
    },
    ...(own.length === 0
      ? []
      : [
          {
            of: "the role that grants the account's transfer keys",
            kind: "role trust" as const,
            document: deployersTrust,
            growsWith: ["incidentDeployers"],
          },
          {
            of: "the role that grants the account's transfer keys",
            kind: "inline policy" as const,
            document: suspectKeyGrantsPolicy({ ...settings, keyArns: own }),
            growsWith: ["transferKeyArns"],
          },
          {
            of: "the account's transfer key",
            kind: "key policy" as const,
            document: memberTransferKeyPolicy({ region, accountId, auditAccountId }),
            growsWith: [],
          },
        ]),
    ...(settings.containment === "off"
      ? []
      : [
          {
            of: "the responder role, to contain",
            kind: "inline policy" as const,
            document: containmentStartPolicy({
              region,
              accountId,
              regions: [...new Set(vpcs.map((vpc) => vpc.region))],
            }),
            growsWith: ["vpcs"],
          },
          {
            of: "the role that starts containment",
            kind: "role trust" as const,
            document: containmentStartTrust(settings),
            growsWith: ["incidentDeployers"],
          },
          {
            of: "the role that starts containment",
            kind: "inline policy" as const,
            document: containmentStartRolePolicy({
              ...settings,
              regions: [...new Set(vpcs.map((vpc) => vpc.region))],
            }),
            growsWith: ["vpcs"],
          },
          {
            of: "the role of the containment runbook",
            kind: "inline policy" as const,
            document: containmentPolicy({
              ...settings,
              vpcs,
            }),
            growsWith: ["vpcs"],
          },
        ]),
    ...(settings.acquisition === undefined
      ? []
      : [
          {
            of: "the responder role, to acquire",
            kind: "inline policy" as const,
            document: acquisitionPolicy({
              accountId,
              regions: [...new Set(vpcs.map((vpc) => vpc.region))],
            }),
            growsWith: ["vpcs"],
          },
          ...(settings.acquisition.tools === undefined
            ? []
            : [
                {
                  of: "the role of the acquisition runbook",
                  kind: "inline policy" as const,
                  document: acquisitionRunbookPolicy({
                    ...settings,
                    regions: [...new Set(vpcs.map((vpc) => vpc.region))],
                    pins: settings.acquisition,
                    tools: settings.acquisition.tools,
                  }),
                  growsWith: ["vpcs"],
                },
                {
                  of: "the role that starts containment, to acquire",
                  kind: "inline policy" as const,
                  document: acquisitionRunbookStartPolicy({
                    ...settings,
                    regions: [...new Set(vpcs.map((vpc) => vpc.region))],
                  }),
                  growsWith: ["vpcs"],
                },
              ]),
        ]),
    ...(settings.link === "off"
      ? []
      : [
          {
            of: "the role that links rooms to suspects",
            kind: "role trust" as const,
            document: deployersTrust,
            growsWith: ["incidentDeployers"],
          },
          {
            of: "the role that links rooms to suspects",
            kind: "inline policy" as const,
            document: linkRolePolicy({
              ...settings,
              groups: settings.vpcs.map(({ vpcId, region: vpcRegion = region }) => ({
                vpcId,
                region: vpcRegion,
                securityGroupId: `sg-0123456789${SUFFIX}`,
              })),
            }),
            growsWith: ["vpcs"],
          },
        ]),
  ];
}
