import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";

import { Case } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { CASE_REPORT, type CaseReport } from "../report/caseReport";
import { asJson } from "../report/knownCase";
import { BUNDLE, isEarlierKeyFile, recordNamed } from "./bundleNames";
import type { KeptRecord } from "./judgedRecord";
import { KeptFolder } from "./keptFolder";
import type { KeptKey } from "./publicKey";

/** What was told of a case on another way than it came. */
export interface ToldOfCase {
  /** SHA-256 of SHA256SUMS: 64 hexadecimal digits. */
  readonly sums?: string;

  /** SHA-256 of each public key that somebody told of. */
  readonly fingerprints: readonly string[];
}

/** A case as it was taken away from AWS. */
export interface KeptCase {
  readonly ticket: string;
  readonly folder: KeptFolder;
  readonly told: ToldOfCase;
  readonly records: readonly KeptRecord[];

  /** Paths of files where records and signatures are that are neither; nothing of them is read. */
  readonly strange: readonly string[];

  /** Names of signatures that no record has. */
  readonly loose: readonly string[];

  /** The public keys; today's, where the folder has it, is the first. */
  readonly publicKeys: readonly KeptKey[];

  /** The report that was made when the bundle was; undefined where there is none. */
  readonly report: CaseReport | undefined;
}

/** What the command line says. */
interface NamedOfCase {
  readonly ticket?: string;
  readonly sums?: string;

  /** What is told of public keys: SHA-256 of each. */
  readonly fingerprint?: readonly string[];

  /** Files with a public key each. */
  readonly publicKey?: readonly string[];
}

/**
 * Reads a folder.
 *
 * @throws Refusal where it is no such folder, or what is told is no SHA-256.
 */
export function readKeptCase(path: string, named: NamedOfCase): KeptCase {
  const refuse = (reason: string) => new Refusal(`${path} cannot be verified`, [reason]);
  const told = toldIn(named, refuse);
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw refuse("There is no such folder. Name one that report --bundle wrote.");
  }
  try {
    return keptIn(path, new KeptFolder(path), named, told, refuse);
  } catch (error) {
    throw error instanceof Refusal
      ? error
      : refuse(`It cannot be read: ${(error as Error).message}.`);
  }
}

function keptIn(
  path: string,
  folder: KeptFolder,
  named: NamedOfCase,
  told: ToldOfCase,
  refuse: (reason: string) => Refusal,
): KeptCase {
  const namesBelow = (prefix: string) =>
    [...folder.files, ...folder.others.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
  // A folder with records alone has them beside each other in itself.
  const ownFolder = namesBelow(`${BUNDLE.records}/`).length > 0;
  const recordsAt = ownFolder ? `${BUNDLE.records}/` : "";
  const signaturesAt = `${BUNDLE.signatures}/`;
  const isFile = (name: string) => folder.files.has(name);
  const recordNames = namesBelow(recordsAt).filter(
    (name) => recordNamed("records", name) !== undefined && isFile(recordsAt + name),
  );
  const signatureNames = namesBelow(signaturesAt).filter(
    (name) => recordNamed("signatures", name) !== undefined && isFile(signaturesAt + name),
  );
  const texts = recordNames.map((name) => folder.read(recordsAt + name));
  const report = reportIn(folder, refuse);
  const ticket = named.ticket ?? report?.ticket ?? mostNamed(texts);
  if (recordNames.length === 0 && report === undefined) {
    throw refuse(
      "It has no record: <SHA-256>.json, in it or in its folder records. Name one that report --bundle wrote, or that aws s3 cp --recursive has filled.",
    );
  }
  if (ticket === undefined) {
    throw refuse("No record says which case it is of. Say it: --ticket INC-2026-0042.");
  }
  const ofCase = new Case(ticket);
  const signatures = new Map<string, Buffer[]>();
  for (const name of signatureNames) {
    const digest = recordNamed("signatures", name) ?? "";
    const others = signatures.get(digest) ?? [];
    signatures.set(digest, [...others, folder.read(signaturesAt + name)]);
  }
  // A file does not say by which key it is: S3 told the report.
  const signedBy = new Map(
    report?.records.map(({ source, signature }) => [source.id, signature?.by] as const),
  );
  const digests = recordNames.map((name) => recordNamed("records", name) ?? "");
  const read = new Set([
    ...recordNames.map((name) => recordsAt + name),
    ...signatureNames.map((name) => signaturesAt + name),
  ]);
  return {
    ticket,
    folder,
    told,
    records: digests.map((digest, index) => ({
      key: ofCase.record(digest),
      text: texts[index] ?? Buffer.alloc(0),
      signatures: (signatures.get(digest) ?? []).map((bytes) => ({
        bytes,
        by: signedBy.get(ofCase.record(digest)),
      })),
    })),
    strange: [...folder.files, ...folder.others.keys()].filter(
      (name) =>
        (name.startsWith(recordsAt) || name.startsWith(signaturesAt)) &&
        !read.has(name) &&
        !(isFile(name) && (Object.values<string>(BUNDLE).includes(name) || isEarlierKeyFile(name))),
    ),
    loose: signatureNames.filter(
      (name) => !digests.includes(recordNamed("signatures", name) ?? ""),
    ),
    publicKeys: publicKeysIn(path, folder, named.publicKey ?? [], refuse),
    report,
  };
}

/** Digests as people write them: openssl with colons, some in capitals. */
function toldIn(named: NamedOfCase, refuse: (reason: string) => Refusal): ToldOfCase {
  const digestOf = (option: string, value: string) => {
    const digest = value.replace(/[:\s]/g, "").toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(digest)) {
      throw refuse(`--${option} ${value} is no SHA-256: 64 hexadecimal digits are.`);
    }
    return digest;
  };
  const { sums, fingerprint = [] } = named;
  return {
    ...(sums === undefined ? {} : { sums: digestOf("sums", sums) }),
    fingerprints: fingerprint.map((value) => digestOf("fingerprint", value)),
  };
}

function reportIn(folder: KeptFolder, refuse: (reason: string) => Refusal): CaseReport | undefined {
  if (!folder.files.has(BUNDLE.report)) {
    return undefined;
  }
  const { success, data, error } = CASE_REPORT.safeParse(asJson(folder.read(BUNDLE.report)));
  if (!success) {
    const [first] = error.issues;
    throw refuse(
      `${BUNDLE.report} is no report that this program reads: ${first?.path.join(".")}: ${first?.message}. Take another version of the program, or verify the records alone: their folder.`,
    );
  }
  return data;
}

function publicKeysIn(
  path: string,
  folder: KeptFolder,
  named: readonly string[],
  refuse: (reason: string) => Refusal,
): readonly KeptKey[] {
  if (named.length > 0) {
    return named.map((file) => {
      if (!existsSync(file) || !statSync(file).isFile()) {
        throw refuse(`There is no file ${file} with a public key.`);
      }
      // Named or not, what lies in the folder came with it.
      const way = relative(realpathSync(path), realpathSync(file));
      const own = !isAbsolute(way) && way.split(sep)[0] !== "..";
      return { pem: readFileSync(file, "utf8"), own };
    });
  }
  const files = [...folder.files];
  return [BUNDLE.publicKey, ...files.filter(isEarlierKeyFile)]
    .filter((name) => folder.files.has(name))
    .map((name) => ({ pem: folder.read(name).toString("utf8"), own: true }));
}

/** The ticket that most of the records say. */
function mostNamed(texts: readonly Buffer[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const { ticket } = (asJson(text) ?? {}) as { readonly ticket?: unknown };
    if (typeof ticket === "string") {
      counts.set(ticket, (counts.get(ticket) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
