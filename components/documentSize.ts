import { Refusal } from "./refusal";

/**
 * The most that a document may have, by its kind. IAM counts characters without white space, S3 and KMS
 * count bytes.
 *
 * Sources: "IAM and AWS STS quotas" (a role's trust: 2,048 unless the quota was raised; inline policies of a
 * role together: 10,240), "Bucket policies" (20 KB), "KMS resource quotas" (32 KB).
 */
const LIMITS = {
  "role trust": { most: 2_048, sizeOf: withoutSpace },
  "inline policy": { most: 10_240, sizeOf: withoutSpace },
  "bucket policy": { most: 20_480, sizeOf: (text: string) => Buffer.byteLength(text) },
  "key policy": { most: 32_768, sizeOf: (text: string) => Buffer.byteLength(text) },
} as const;

/** A document that is going to be placed. */
export interface SizedDocument {
  /** Whose it is, such as `the vault`. */
  readonly of: string;
  readonly kind: keyof typeof LIMITS;
  readonly document: object;

  /** Settings that it grows with. */
  readonly growsWith: readonly string[];
}

/**
 * Refuses documents that AWS would refuse for their size in mid-deployment.
 *
 * @throws Refusal naming each of them, and the settings to shorten.
 */
export function requireFittingDocuments(documents: readonly SizedDocument[]): void {
  const reasons = documents.flatMap(({ of, kind, document, growsWith }) => {
    const { most, sizeOf } = LIMITS[kind];
    const size = sizeOf(JSON.stringify(document));
    return size <= most
      ? []
      : `The ${kind} of ${of} would have ${size}, and AWS takes ${most}. Shorten ${growsWith.join(", ")}: where entries are roles whose names begin alike, name them by one entry with a trailing *.`;
  });
  if (reasons.length > 0) {
    throw new Refusal("The settings make documents that are too long", reasons);
  }
}

function withoutSpace(text: string): number {
  return text.replace(/\s/g, "").length;
}
