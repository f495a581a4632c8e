import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { Case } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { CASE_REPORT, type CaseReport } from "../report/caseReport";
import { asJson } from "../report/knownCase";
import type { KeptRecord } from "./judgedRecord";

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

/** A case as it was taken away from AWS. */
export interface KeptCase {
  readonly ticket: string;
  readonly records: readonly KeptRecord[];

  /** Names of signatures that no record has. */
  readonly loose: readonly string[];

  /** In PEM; undefined where there is none. */
  readonly publicKey: string | undefined;

  /** The report that was made when the bundle was; undefined where there is none. */
  readonly report: CaseReport | undefined;
}

/**
 * Reads a folder.
 *
 * @param named What the command line says: the ticket, and a file with the public key.
 * @throws Refusal where it is no such folder.
 */
export function readKeptCase(
  folder: string,
  named: { readonly ticket?: string; readonly publicKey?: string },
): KeptCase {
  const refuse = (reason: string) => new Refusal(`${folder} cannot be verified`, [reason]);
  const records = existsSync(join(folder, BUNDLE.records)) ? join(folder, BUNDLE.records) : folder;
  if (!existsSync(records) || !statSync(records).isDirectory()) {
    throw refuse("There is no such folder. Name one that report --bundle wrote.");
  }
  const names = readdirSync(records)
    .filter(
      (name) => name.endsWith(".json") && (records !== folder || /^[0-9a-f]{64}\./.test(name)),
    )
    .sort();
  const texts = names.map((name) => readFileSync(join(records, name)));
  const report = reportIn(folder, refuse);
  const ticket = named.ticket ?? report?.ticket ?? mostNamed(texts);
  if (names.length === 0 && report === undefined) {
    throw refuse(
      "It has no record: <SHA-256>.json, in it or in its folder records. Name one that report --bundle wrote, or that aws s3 cp --recursive has filled.",
    );
  }
  if (ticket === undefined) {
    throw refuse("No record says which case it is of. Say it: --ticket INC-2026-0042.");
  }
  const ofCase = new Case(ticket);
  const signatures = new Map(
    filesIn(join(folder, BUNDLE.signatures)).map((name) => [
      name,
      readFileSync(join(folder, BUNDLE.signatures, name)),
    ]),
  );
  const signatureOf = (name: string) => name.replace(/\.json$/, ".sig");
  return {
    ticket,
    records: names.map((name, index) => ({
      key: `${ofCase.records}${name}`,
      text: texts[index] ?? Buffer.alloc(0),
      signature: signatures.get(signatureOf(name)),
    })),
    loose: [...signatures.keys()].filter(
      (name) => !names.some((record) => signatureOf(record) === name),
    ),
    publicKey: publicKeyIn(folder, named.publicKey, refuse),
    report,
  };
}

function reportIn(folder: string, refuse: (reason: string) => Refusal): CaseReport | undefined {
  const file = join(folder, BUNDLE.report);
  if (!existsSync(file)) {
    return undefined;
  }
  const { success, data, error } = CASE_REPORT.safeParse(asJson(readFileSync(file)));
  if (!success) {
    const [first] = error.issues;
    throw refuse(
      `${BUNDLE.report} is no report that this program reads: ${first?.path.join(".")}: ${first?.message}. Take another version of the program, or verify the records alone: their folder.`,
    );
  }
  return data;
}

function publicKeyIn(
  folder: string,
  named: string | undefined,
  refuse: (reason: string) => Refusal,
): string | undefined {
  const own = join(folder, BUNDLE.publicKey);
  const file = named ?? (existsSync(own) ? own : undefined);
  if (file === undefined) {
    return undefined;
  }
  if (!existsSync(file)) {
    throw refuse(`There is no file ${file} with a public key.`);
  }
  return readFileSync(file, "utf8");
}

function filesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
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
