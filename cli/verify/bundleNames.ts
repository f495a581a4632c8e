import { sha256 } from "../../components/sha256";

/** The files of a bundle; a folder with nothing but records is one, too. */
export const BUNDLE = {
  records: "records",
  signatures: "signatures",
  publicKey: "public-key.pem",
  report: "report.json",
  page: "report.html",
  schema: "custody-record.schema.json",
  sums: "SHA256SUMS",
  instructions: "README.txt",
} as const;

/** The file with an earlier signing key's public half. @param print Its fingerprint */
export function earlierKeyFile(print: string): string {
  return `public-key-earlier-${print.slice(0, 12)}.pem`;
}

/** Whether a file has an earlier signing key's public half, by its name. */
export function isEarlierKeyFile(name: string): boolean {
  return /^public-key-earlier-[0-9a-f]{12}\.pem$/.test(name);
}

/** What a bundle has of the vault, with the ending of its files. */
const ENDINGS = { records: ".json", signatures: ".sig" } as const;

type Kind = keyof typeof ENDINGS;

/**
 * Name of an object's file in its folder of a bundle: the last part of its key. Of a key that is no record's or
 * signature's it is the key's SHA-256, without an ending: whatever somebody named an object, no two have the same file,
 * and none leads out of the folder.
 *
 * @param prefix Where the vault has the case's objects of this kind.
 */
export function nameInBundle(kind: Kind, prefix: string, key: string): string {
  const name = key.slice(prefix.length);
  return key.startsWith(prefix) && recordNamed(kind, name) !== undefined && !isVersion(name)
    ? name
    : sha256(key);
}

/** The same of a further version of the object that has other bytes. @param version S3's id of it */
export function versionInBundle(name: string, version: string): string {
  return name.replace(/(\.\w+)?$/, (ending) => `.version-${sha256(version).slice(0, 12)}${ending}`);
}

/** The SHA-256 that is the name of the record that a file is, or signs; undefined of any other file. */
export function recordNamed(kind: Kind, name: string): string | undefined {
  const [, digest, , ending] =
    /^([0-9a-f]{64})(\.version-[0-9a-f]{12})?(\.json|\.sig)$/.exec(name) ?? [];
  return ending === ENDINGS[kind] ? digest : undefined;
}

function isVersion(name: string): boolean {
  return name.includes(".version-");
}
