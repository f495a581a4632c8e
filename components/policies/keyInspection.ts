/** Looking at a key: what it is, who may use it, and to whom it was granted. None of it uses the key. */
export const LOOKING_AT_A_KEY = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
];
