/** What the policies of a case's roles are made from. */
export interface CaseAccess {
  readonly ticket: string;
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;
  readonly vaultArn: string;
  readonly evidenceKeyArn: string;
}

/** Condition for using the evidence key: through S3, for this vault's objects. */
export function throughTheVault({ region, vaultArn }: CaseAccess): object {
  return {
    StringEquals: {
      "kms:EncryptionContext:aws:s3:arn": vaultArn,
      "kms:ViaService": `s3.${region}.amazonaws.com`,
    },
  };
}
