import type { SizedDocument } from "../components/documentSize";
import {
  evidenceKeyPolicy,
  foundationKeyPolicy,
  incidentKeyPolicy,
  transferKeyPolicy,
} from "../components/evidence/keyPolicies";
import { daysOf } from "../components/evidence/retention";
import { vaultPolicy } from "../components/evidence/vaultPolicy";
import { evidenceTrailArn } from "../components/evidenceTrailArn";
import { builderPolicy } from "../components/image/builderPolicy";
import { bucketObjects } from "../components/image/inventory";
import { responderTrust } from "../components/member/memberTrust";
import { responderPolicy } from "../components/member/responderPolicy";
import { partitionOf } from "../components/partition";
import { caseRoles, ROLE_PATH } from "../components/rolePaths";
import { type Tags } from "../components/tags";
import { trustedRoles } from "../components/trustedRoles";
import { trailBucketPolicy } from "../components/watch/trailPolicies";
import type { AuditSettings, IncidentSettings, MemberSettings } from "../settings";

/** What Pulumi puts behind a name. */
const SUFFIX = "0a1b2c3";

/**
 * The documents of an audit stack that grow with its settings; where they name what is not made yet, with
 * names as long as AWS's.
 */
export function auditDocuments(settings: AuditSettings): readonly SizedDocument[] {
  const { accountId, region, vault } = settings;
  const partition = partitionOf(region).name;
  const deployers = ["foundationDeployers", "incidentDeployers"];
  const lists = [...deployers, "custodians"];
  const keyPolicies = {
    "the foundation key": foundationKeyPolicy(settings),
    "the evidence key": evidenceKeyPolicy(settings),
    "the transfer key": transferKeyPolicy(settings),
    "each incident's key": incidentKeyPolicy(settings),
  };
  const vaultDocument = vaultPolicy({
    ...settings,
    bucketArn: `arn:${partition}:s3:::vault-bucket-${SUFFIX}`,
    keyArn: `arn:${partition}:kms:${region}:${accountId}:key/00000000-0000-4000-8000-000000000000`,
    caseRoles: caseRoles(region, accountId),
    fewestDays: daysOf(vault.retention),
    mostDays: vault.mostDays,
    holders: vault.legalHold
      ? [`arn:${partition}:iam::${accountId}:role${ROLE_PATH}vault-hold-runbook-role-${SUFFIX}`]
      : [],
  });
  const trailDocument = trailBucketPolicy({
    ...settings,
    bucketArn: `arn:${partition}:s3:::vault-events-logs-${SUFFIX}`,
    trailArn: evidenceTrailArn(region, accountId),
  });
  const builderDocument = builderPolicy({
    region,
    accountId,
    bucketObjects: bucketObjects(settings.toolsBucket, region),
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
  ];
}

/** The documents of an incident's stack that grow with its settings. */
export function incidentDocuments(
  { investigators, responderRoles }: IncidentSettings,
  organizationId: string,
): readonly SizedDocument[] {
  const trust = (of: string, roles: readonly string[], growsWith: string): SizedDocument => ({
    of,
    kind: "role trust",
    document: documentOf(
      trustedRoles("People", roles, organizationId, growsWith !== "investigators"),
    ),
    growsWith: [growsWith],
  });
  const accounts = new Set(responderRoles.map((arn) => arn.split(":")[4] ?? ""));
  return [
    trust("the investigators' role", investigators, "investigators"),
    ...[...accounts].map((account) =>
      trust(
        `the role that ${account} uploads with`,
        responderRoles.filter((arn) => arn.split(":")[4] === account),
        "responderRoles",
      ),
    ),
  ];
}

/** The documents of a member account's stack that grow with its settings. */
export function memberDocuments(settings: MemberSettings, tags: Tags): readonly SizedDocument[] {
  return [
    {
      of: "the responder role",
      kind: "role trust",
      document: responderTrust({ ...settings, principals: settings.responderPrincipals }),
      growsWith: ["responderPrincipals"],
    },
    {
      of: "the role that grants the account's transfer keys",
      kind: "role trust",
      document: documentOf(
        trustedRoles(
          "IncidentDeployers",
          settings.incidentDeployers,
          settings.organizationId,
          true,
        ),
      ),
      growsWith: ["incidentDeployers"],
    },
    {
      of: "the responder role",
      kind: "inline policy",
      document: responderPolicy({ ...settings, tags }),
      growsWith: ["transferKeyArns", "tags"],
    },
  ];
}

function documentOf(...Statement: object[]): object {
  return { Version: "2012-10-17", Statement };
}
