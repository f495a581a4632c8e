import type * as aws from "@pulumi/aws";

import { type CaseAccess, throughTheVault } from "./caseAccess";

/**
 * What a member account may do in the vault while its incident's room is open: put new objects below
 * `intake/<account>/<ticket>/`. It reads nothing back, its own uploads neither.
 */
export function intakePolicy(access: CaseAccess, memberAccount: string): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "HandOver",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        Resource: `${access.vaultArn}/intake/${memberAccount}/${access.ticket}/*`,
      },
      {
        // Decrypt is for multipart uploads: S3 reads the parts back to put them together.
        Sid: "EncryptThroughTheVault",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: access.evidenceKeyArn,
        Condition: throughTheVault(access),
      },
    ],
  };
}
