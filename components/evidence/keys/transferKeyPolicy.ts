import type * as aws from "@pulumi/aws";

import { iamArn } from "../../aws/arn";
import { RESPONDER_ROLE_NAME, ROLE_PATH } from "../../names";
import { policyDocument } from "../../policies/document";
import { grantsOfEc2ForMembers, OF_AN_INCIDENT } from "./copyingGrants";
import {
  allow,
  custodianship,
  foundationAdministration,
  type KeyParties,
  lookForCopies,
  useThroughEc2,
} from "./keyStatements";

/**
 * Policy of the transfer key, under which member accounts hand snapshots over. A member's role
 * uses it by the grant of an open incident; that grant never contains CreateGrant, as its holder
 * could pass access on. What EBS itself needs to have granted stands here instead, limited to what
 * EC2 asks for on the responder's behalf.
 */
export function transferKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  const rolesOf = (account: string) => iamArn({ ...parties, accountId: account }, "role");
  return policyDocument(
    ...foundationAdministration(parties),
    ...custodianship(parties),
    // EC2's own grants are among those of the organisation's members, below.
    useThroughEc2(parties),
    lookForCopies(parties),
    // To roles of other accounts; in this one to its responder only, and so not to oneself.
    allow(parties, "GrantsOfAnOpenIncident", ["kms:CreateGrant"], parties.incidentDeployers, {
      ...OF_AN_INCIDENT,
      StringLike: { "kms:GranteePrincipal": `${rolesOf("*")}/*` },
      StringNotLike: { "kms:GranteePrincipal": `${rolesOf(parties.accountId)}/*` },
    }),
    allow(parties, "GrantsToTheOwnResponder", ["kms:CreateGrant"], parties.incidentDeployers, {
      ...OF_AN_INCIDENT,
      StringEquals: {
        "kms:GranteePrincipal": `${rolesOf(parties.accountId)}${ROLE_PATH}${RESPONDER_ROLE_NAME}`,
      },
    }),
    {
      // No condition of KMS tells whose organisation a grantee is of, so a grant to an outsider can be
      // made. To another organisation's it is worth nothing; one of none cannot be told from what AWS
      // does by itself for EBS.
      Sid: "OnlyTheOrganization",
      Effect: "Deny",
      Principal: "*",
      Action: [
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: "*",
      Condition: {
        StringNotEquals: { "aws:PrincipalOrgID": parties.organizationId },
        Null: { "aws:PrincipalOrgID": "false" },
        // Nor is anything kept from AWS itself, should it come with an organisation of its own: EBS
        // would fail the copy hours later. Nobody can make a role of that name: it has a colon.
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
        ArnNotLikeIfExists: { "aws:PrincipalArn": `${rolesOf("*")}/aws:ec2-infrastructure` },
      },
    },
    allow(
      parties,
      "EndOfAnIncident",
      ["kms:ListGrants", "kms:RevokeGrant"],
      parties.incidentDeployers,
    ),
    grantsOfEc2ForMembers(parties),
  );
}
