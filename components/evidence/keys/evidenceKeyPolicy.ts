import type * as aws from "@pulumi/aws";

import { workstationRoles } from "../../names";
import { policyDocument } from "../../policies/document";
import { viaService } from "../../policies/viaService";
import {
  accountOf,
  allow,
  custodianship,
  foundationAdministration,
  type KeyParties,
  lookForCopies,
  useAndGrantsThroughEc2,
} from "./keyStatements";

/**
 * Policy of the evidence key: the vault's objects through S3, preserved copies through EC2. It has
 * to outlive what it encrypts, so only a custodian can destroy it.
 */
export function evidenceKeyPolicy(parties: KeyParties): aws.iam.PolicyDocument {
  return policyDocument(
    ...foundationAdministration(parties),
    ...custodianship(parties),
    {
      // Who of the account may, is said by the roles' own policies; none of them without S3.
      Sid: "UseThroughS3",
      Effect: "Allow",
      Principal: { AWS: accountOf(parties) },
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:CallerAccount": parties.accountId,
          "kms:ViaService": viaService(parties, "s3"),
        },
      },
    },
    ...useAndGrantsThroughEc2(parties),
    lookForCopies(parties),
    ...(parties.directReading
      ? [
          allow(parties, "ReadDirectly", ["kms:Decrypt"], [workstationRoles(parties)], {
            StringEquals: { "kms:ViaService": viaService(parties, "ec2") },
          }),
        ]
      : []),
  );
}
