import type * as aws from "@pulumi/aws";

import { recordSignerRoleArn } from "../../names";
import { policyDocument } from "../../policies/document";
import {
  admit,
  allow,
  custodianship,
  foundationAdministration,
  type KeyParties,
} from "./keyStatements";

/**
 * Policy of the key that signs custody records: one runbook signs, and nobody else, whatever other policies
 * say. Of an ended key the signatures stay good, and no record is signed any more: its end is held as the
 * evidence key's is.
 *
 * Source: KMS developer guide, "AWS KMS condition keys", kms:MessageType and kms:SigningAlgorithm.
 */
export function signingKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  const { region, accountId, auditorRoleArn } = parties;
  const signer = recordSignerRoleArn(region, accountId);
  return policyDocument(
    ...foundationAdministration(parties),
    ...custodianship(parties),
    allow(parties, "Signing", ["kms:Sign"], [signer], {
      StringEquals: { "kms:MessageType": "DIGEST", "kms:SigningAlgorithm": "ECDSA_SHA_256" },
    }),
    {
      Sid: "NobodyElseSigns",
      Effect: "Deny",
      Principal: "*",
      Action: "kms:Sign",
      Resource: "*",
      Condition: { ArnNotLike: { "aws:PrincipalArn": [signer] } },
    },
    // By the key's policy alone: the policies of who opens rooms have no place left.
    admit(
      parties,
      "Verification",
      ["kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"],
      [
        ...(auditorRoleArn === undefined ? [] : [auditorRoleArn]),
        ...parties.custodians,
        ...parties.foundationDeployers,
        ...parties.incidentDeployers,
      ],
    ),
  );
}
