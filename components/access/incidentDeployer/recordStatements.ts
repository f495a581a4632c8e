import type * as aws from "@pulumi/aws";

import { EVERY_CASE, RECORDS_AND_REPORTS, VAULT_FOLDERS } from "../../case";
import { viaService } from "../../policies/viaService";
import type { IncidentDeployerAccess } from "./incidentDeployerAccess";

/** Writing records into the vault, and seeing which there are; putting reports there, and reading none. */
export function recordStatements(access: IncidentDeployerAccess): aws.iam.PolicyStatement[] {
  return [
    {
      // Of reports the vault's own policy lets them put new ones, and neither read nor tag any.
      Sid: "WriteRecords",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:GetObjectAttributes",
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ],
      Resource: `${access.vaultArn}/${RECORDS_AND_REPORTS}/*`,
    },
    {
      // A room closes when its disks' hashes are there: their names say so, and are all that is seen of a case.
      // Without any prefix: else S3 says of a record that is gone that it is forbidden to look, and no up goes on.
      Sid: "FindRecordsAndHashes",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: access.vaultArn,
      Condition: {
        StringLikeIfExists: {
          "s3:prefix": [`${VAULT_FOLDERS.records}/*`, `${EVERY_CASE.diskHashes}*`],
        },
      },
    },
    {
      Sid: "EncryptRecords",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: access.evidenceKeyArn,
      Condition: { StringEquals: { "kms:ViaService": viaService(access, "s3") } },
    },
  ];
}
