/** The most that a document may have, and how AWS counts it. */
export interface DocumentQuota {
  readonly most: number;
  readonly sizeOf: (text: string) => number;
}

const withoutSpace = (text: string) => text.replace(/\s/g, "").length;
const bytes = (text: string) => Buffer.byteLength(text);

/**
 * What AWS takes, for both worlds. It is written down apart from what the program counts by itself, which it is to find
 * wrong.
 *
 * Sources: "IAM and AWS STS quotas" (characters without white space; the inline policies of a role together), "AWS
 * PrivateLink quotas" (characters), S3 user guide "Bucket policies" and "KMS resource quotas" (bytes).
 */
export const DOCUMENT_QUOTAS = {
  roleTrust: { most: 2_048, sizeOf: withoutSpace },
  managedPolicy: { most: 6_144, sizeOf: withoutSpace },
  inlinePolicies: { most: 10_240, sizeOf: withoutSpace },
  endpointPolicy: { most: 20_480, sizeOf: (text: string) => text.length },
  bucketPolicy: { most: 20_480, sizeOf: bytes },
  keyPolicy: { most: 32_768, sizeOf: bytes },
} as const satisfies Record<string, DocumentQuota>;
