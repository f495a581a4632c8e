import { sha256 } from "../sha256";

/** The highest number Image Builder takes in a part of a semantic version is 2^30 - 1. */
const DIGITS = 6;

/**
 * A semantic version that follows from a content: Image Builder keeps what has a name and a version
 * as it is for ever, so another content has to be another version. It says nothing of newer or
 * older.
 *
 * @param content Whatever makes the resource what it is.
 * @returns `1.<24 bits>.<24 bits>` of the SHA-256.
 */
export function contentVersion(content: string): string {
  const hash = sha256(content);
  const part = (index: number) => parseInt(hash.slice(index * DIGITS, (index + 1) * DIGITS), 16);
  return `1.${part(0)}.${part(1)}`;
}
