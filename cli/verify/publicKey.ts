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
 * Whether keys are known to be the foundation's.
 *
 * @param told Their fingerprints as somebody told them.
 */
export function keyFindings(keys: readonly KeptKey[], told: readonly string[]): readonly Finding[] {
  const found = (verdict: Finding["verdict"], said: string): Finding => ({
    verdict,
    said,
    sources: [],
  });
  if (keys.length === 0) {
    return [
      found(
        "unverified",
        "There is no public key: no signature can be verified. Name a file with it: --public-key.",
      ),
    ];
  }
  const prints = keys.map(({ pem }) => fingerprint(pem));
  const readable = prints.flatMap((print) => print ?? []);
  const others = readable.length === 0 ? [] : told.filter((each) => !readable.includes(each));
  return [
    ...others.map((each) =>
      found(
        "wrong",
        readable.length === 1
          ? `The public key has the fingerprint ${readable[0]}, not ${each}: it is another.`
          : `No public key has the fingerprint ${each}: they have ${readable.join(", ")}.`,
      ),
    ),
    ...keys.flatMap(({ own }, index) => {
      const print = prints[index];
      if (print === undefined) {
        return found("wrong", "The file with the public key has none in PEM.");
      }
      // Where nothing that was told is of any of them, that is said above.
      const isTold = told.includes(print) || (told.length > 0 && others.length === told.length);
      return !own || isTold
        ? []
        : found(
            "unverified",
            `The public key${keys.length === 1 ? "" : ` with the fingerprint ${print}`} came with the records: whoever forged them may have made it. Ask the foundation's owner for its fingerprint, on another way than the folder came, and say it: --fingerprint.`,
          );
    }),
  ];
}
