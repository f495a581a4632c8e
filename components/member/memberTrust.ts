import type * as aws from "@pulumi/aws";

import { iamArn } from "../aws/arn";
import { policyDocument } from "../policies/document";
import { partitionOf } from "../aws/partition";
import { trustedRoles } from "../policies/trustedRoles";

type Statement = aws.iam.PolicyStatement;

/** What stands for the account's SAML provider among those who may assume a role. */
export const SAML = "saml";

/** Who may assume a role: whoever the identity provider vouches for, at the console or by API. */
export function samlTrust(providerArn: string, region: string): aws.iam.PolicyDocument {
  return policyDocument(samlStatement(providerArn, region));
}

/** Who may assume the responder role. */
export interface ResponderTrustArgs {
  readonly region: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** ARNs of roles, which may end in `*`, and {@link SAML}. */
  readonly principals: readonly string[];

  /** ARN of the account's SAML provider; needed where {@link SAML} is among the principals. */
  readonly samlProviderArn?: string | undefined;
}

/**
 * Trust of the responder role: roles, and whom the identity provider vouches for.
 */
export function responderTrust(args: ResponderTrustArgs): aws.iam.PolicyDocument {
  const roles = args.principals.filter((principal) => principal !== SAML);
  const statements: Statement[] = [];
  if (roles.length > 0) {
    statements.push(trustedRoles("Responders", roles, args.organizationId, true));
  }
  if (args.principals.includes(SAML) && args.samlProviderArn !== undefined) {
    statements.push(samlStatement(args.samlProviderArn, args.region));
  }
  return policyDocument(...statements);
}

/** Who may assume an execution role. */
export interface ExecutionTrustArgs {
  readonly region: string;

  /** The AWS organisation, `o-…`. */
  readonly organizationId: string;

  /** The Audit account, 12 digits. */
  readonly auditAccountId: string;

  /** Name of the Audit account's automation role. */
  readonly auditRole: string;
}

/** Trust of an execution role: the one automation role of the Audit account it is for. */
export function executionTrust(args: ExecutionTrustArgs): aws.iam.PolicyDocument {
  const { auditAccountId, auditRole, region } = args;
  const arn = iamArn({ region, accountId: auditAccountId }, `role/${auditRole}`);
  return policyDocument(trustedRoles("Automation", [arn], args.organizationId, true));
}

function samlStatement(providerArn: string, region: string): Statement {
  const { signIn } = partitionOf(region);
  return {
    Sid: "Federation",
    Effect: "Allow",
    Principal: { Federated: providerArn },
    // Identity providers may send session tags; nothing here gives rights by a tag.
    Action: ["sts:AssumeRoleWithSAML", "sts:SetSourceIdentity", "sts:TagSession"],
    // The sign-in of each Region too, for the day the first one is down. The * stands for a Region: AWS
    // has no other hosts below these, and the names of all Regions would not fit a trust policy.
    Condition: {
      StringLike: { "SAML:aud": [`https://${signIn}/saml`, `https://*.${signIn}/saml`] },
    },
  };
}
