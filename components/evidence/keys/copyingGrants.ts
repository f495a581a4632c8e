import { viaService } from "../../policies/viaService";
import { accountOf, type KeyParties, type Statement } from "./keyStatements";

/**
 * What copying a snapshot from or under a key takes of whoever copies, but CreateGrant: what a member's
 * responder is granted on the transfer key, and an incident deployer on a suspect's own, while the
 * incident is open.
 *
 * Source: EBS user guide, "Share the KMS key that was used to encrypt a shared snapshot".
 */
export const COPYING_OPERATIONS = [
  "Decrypt",
  "DescribeKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
];

/** Condition of a grant that a room makes: these operations and no other. */
export const OF_AN_INCIDENT = {
  "ForAllValues:StringEquals": { "kms:GrantOperations": COPYING_OPERATIONS },
  // For all values is true of none: the operations have to be there.
  Null: { "kms:GrantOperations": "false" },
};

/** Leave to have EC2 make grants of its own, as EBS does on behalf of whoever copies a snapshot. */
function grantsOfEc2(
  Sid: string,
  Principal: Statement["Principal"],
  { region }: Pick<KeyParties, "region">,
  caller: Readonly<Record<string, string>> = {},
): Statement {
  return {
    Sid,
    Effect: "Allow",
    Principal,
    Action: "kms:CreateGrant",
    Resource: "*",
    Condition: {
      StringEquals: { ...caller, "kms:ViaService": viaService({ region }, "ec2") },
      Bool: { "kms:GrantIsForAWSResource": "true" },
    },
  };
}

/**
 * What the transfer key's policy has to say for a member account's copy under it: EBS makes a grant of
 * its own on the copying role's behalf. Any account of the organisation, as incidents are not
 * foreseen; worth nothing without the grant of an open incident, which decides who uses the key.
 */
export function grantsOfEc2ForMembers(
  place: Pick<KeyParties, "region" | "organizationId">,
): Statement {
  return grantsOfEc2("GrantsOfEc2ForMembers", "*", place, {
    "aws:PrincipalOrgID": place.organizationId,
  });
}

/**
 * What the policy of a suspect's own key has to say for a copy of its snapshots in the Audit account,
 * beside the grant of an open incident: that one never contains CreateGrant, and EBS makes a grant of
 * its own. In another account than the key's, a role's own policy has to allow it as well.
 *
 * Alone it lets nobody decrypt: EC2 makes the grant for a copy, a volume or an instance, never for the
 * caller, and wants Decrypt and ReEncryptFrom of the caller before it copies what is shared. The
 * operations are not limited by kms:GrantOperations: AWS tells nowhere which ones EBS asks for when it
 * copies, and a list that lacks one of them would fail every copy.
 *
 * Source: EBS user guide, "Share the KMS key that was used to encrypt a shared snapshot".
 */
export function grantsOfEc2ForTheAuditAccount(
  auditAccount: Pick<KeyParties, "region" | "accountId">,
): Statement {
  return grantsOfEc2(
    "GrantsOfEc2ForTheAuditAccount",
    { AWS: accountOf(auditAccount) },
    auditAccount,
  );
}
