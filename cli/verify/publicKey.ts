import { createPublicKey } from "node:crypto";

import { sha256 } from "../../components/sha256";
import type { Finding } from "../report/caseReport";

/** The key that a case's signatures are verified with, and where it is from. */
export interface KeptKey {
  readonly pem: string;

  /** Whether it came with what it verifies: whoever forged that may have made it. */
  readonly own: boolean;
}

/** SHA-256 of a key in DER, as `openssl pkey -pubin -outform DER | sha256sum` takes it; undefined of what is no key. */
export function fingerprint(pem: string): string | undefined {
  try {
    return sha256(createPublicKey(pem).export({ type: "spki", format: "der" }));
  } catch {
    return undefined;
  }
}

/**
 * Whether a key is known to be the foundation's.
 *
 * @param told Its fingerprint as somebody told it; undefined where nobody did.
 */
export function keyFindings(
  key: KeptKey | undefined,
  told: string | undefined,
): readonly Finding[] {
  const found = (verdict: Finding["verdict"], said: string) => [{ verdict, said, sources: [] }];
  if (key === undefined) {
    return found(
      "unverified",
      "There is no public key: no signature can be verified. Name a file with it: --public-key.",
    );
  }
  const print = fingerprint(key.pem);
  if (print === undefined) {
    return found("wrong", "The file with the public key has none in PEM.");
  }
  if (told !== undefined) {
    return told === print
      ? []
      : found("wrong", `The public key has the fingerprint ${print}, not ${told}: it is another.`);
  }
  return key.own
    ? found(
        "unverified",
        `The public key came with the records: whoever forged them may have made it. Ask the foundation's owner for its fingerprint, on another way than the folder came, and say it: --fingerprint.`,
      )
    : [];
}
