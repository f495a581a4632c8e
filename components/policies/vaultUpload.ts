import type * as aws from "@pulumi/aws";

import { viaService } from "./viaService";

/** The vault, for policies of the roles that use it. */
export interface VaultPlace {
  readonly region: string;
  readonly vaultArn: string;
  readonly evidenceKeyArn: string;
}

/** Condition for using the evidence key: through S3, for this vault's objects. */
export function throughTheVault({ region, vaultArn }: VaultPlace) {
  return {
    StringEquals: {
      "kms:EncryptionContext:aws:s3:arn": vaultArn,
      "kms:ViaService": viaService({ region }, "s3"),
    },
  };
}

/**
 * Statements of a policy that puts new objects into the vault, and reads none.
 *
 * @param prefix Where, such as `cases/INC-1/`.
 */
export function vaultUpload(place: VaultPlace, prefix: string): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "PutNewObjects",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
      Resource: `${place.vaultArn}/${prefix}*`,
    },
    {
      // Decrypt is for multipart uploads: S3 reads the parts back to put them together.
      Sid: "EncryptUploads",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: place.evidenceKeyArn,
      Condition: throughTheVault(place),
    },
  ];
}
