import type * as aws from "@pulumi/aws";

import { partitionOf } from "../partition";

type Statement = aws.iam.PolicyStatement;

/** What stands for the account's SAML provider among those who may assume a role. */
export const SAML = "saml";

/** Who may assume a role: whoever the identity provider vouches for, at the console or by API. */
export function samlTrust(providerArn: string, region: string): aws.iam.PolicyDocument {
  return document(samlStatement(providerArn, region));
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
 * Trust of the responder role. Roles are named by condition, as IAM refuses a trust policy whose
 * principal does not exist, and knows no `*` in it; they need leave to assume the role on their side
 * as well.
 */
export function responderTrust(args: ResponderTrustArgs): aws.iam.PolicyDocument {
  const roles = args.principals.filter((principal) => principal !== SAML);
  const statements: Statement[] = [];
  if (roles.length > 0) {
    const accounts = [...new Set(roles.map((arn) => arn.split(":")[4] ?? ""))];
    statements.push(rolesStatement("Responders", accounts, { ArnLike: roles }, args));
  }
  if (args.principals.includes(SAML) && args.samlProviderArn !== undefined) {
    statements.push(samlStatement(args.samlProviderArn, args.region));
  }
  return document(...statements);
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
  const arn = `arn:${partitionOf(region).name}:iam::${auditAccountId}:role/${auditRole}`;
  return document(rolesStatement("Automation", [auditAccountId], { ArnEquals: [arn] }, args));
}

function rolesStatement(
  Sid: string,
  accounts: readonly string[],
  arns: { readonly ArnLike: string[] } | { readonly ArnEquals: string[] },
  { region, organizationId }: { readonly region: string; readonly organizationId: string },
): Statement {
  const [[operator, values] = ["ArnEquals", []]] = Object.entries(arns);
  return {
    Sid,
    Effect: "Allow",
    Principal: {
      AWS: accounts.map((account) => `arn:${partitionOf(region).name}:iam::${account}:root`),
    },
    // Whoever says who they are has to be let, or the role cannot be assumed.
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    Condition: {
      [operator]: { "aws:PrincipalArn": values },
      StringEquals: { "aws:PrincipalOrgID": organizationId },
    },
  };
}

function samlStatement(providerArn: string, region: string): Statement {
  return {
    Sid: "Federation",
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: ["sts:AssumeRoleWithSAML", "sts:SetSourceIdentity"],
    Condition: { StringEquals: { "SAML:aud": partitionOf(region).samlAudience } },
  };
}

function document(...Statement: Statement[]): aws.iam.PolicyDocument {
  return { Version: "2012-10-17", Statement };
}
