import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { Case } from "../../components/case";
import { sha256 } from "../../components/sha256";
import { BUNDLE, earlierKeyFile, nameInBundle, versionInBundle } from "../verify/bundleNames";
import { fingerprint } from "../verify/publicKey";
import type { CaseFacts } from "./caseFacts";
import type { CaseReport } from "./caseReport";
import { reportPage } from "./reportPage";

const SCHEMA = join(dirname(dirname(__dirname)), "docs", BUNDLE.schema);

/** What whoever has nothing but the bundle reads first. */
const INSTRUCTIONS = (
  ticket: string,
  program: string,
) => `Case ${ticket}: what is in this folder, and how to verify it

${BUNDLE.page}                 the report; open it in any browser, it needs no network
${BUNDLE.report}                 the same for programs
${BUNDLE.records}/                    custody records, each named after the SHA-256 of its bytes
${BUNDLE.signatures}/                 a signature of each record that has one (ECDSA over SHA-256, in DER)
${BUNDLE.publicKey}              the key that verifies them, where the foundation has one; public-key-earlier-*: of before
${BUNDLE.schema}  the form of a record (JSON Schema, draft 7)
${BUNDLE.sums}                  SHA-256 of every file here but itself

A record says what a deployment saw: which snapshot was handed over, which copy is kept under which key, when a
room was closed and what stayed. No clock is in it; when each was written, the report says in S3's words. A file of
${BUNDLE.records}/ or ${BUNDLE.signatures}/ without an ending is an object that is named otherwise in the vault, too: here its name is the
SHA-256 of its key there.

1. Is the folder as it was handed over? Ask whoever handed it over for the SHA-256 of ${BUNDLE.sums}, on
   another way than the folder came.

     sha256sum ${BUNDLE.sums}
     sha256sum --check --quiet ${BUNDLE.sums}

2. Is each record what it was when it was written? Its name says. Nothing is printed where all are.

     for record in ${BUNDLE.records}/*.json; do
       [ "$(sha256sum <"$record" | cut -c1-64)" = "$(basename "$record" .json)" ] || echo "$record was changed"
     done

3. Did the foundation's key sign it? The key signs in KMS and cannot leave it. Ask the foundation's owner for the
   fingerprint of the key: the public key here is only as good as the way it came.

     for key in public-key*.pem; do openssl pkey -pubin -in "$key" -outform DER | sha256sum; done
     for record in ${BUNDLE.records}/*.json; do
       for key in public-key*.pem; do
         openssl dgst -sha256 -verify "$key" \\
           -signature "${BUNDLE.signatures}/$(basename "$record" .json).sig" "$record" && continue 2
       done
       echo "$record is not signed"
     done

4. All of it, with forms, missing records and the order of events, by the program, offline. No registry has it: run
   it in a checkout of its repository that you trust, after npm ci there. The report was made by
   ${programOf(program)}.

     node cli/clean-room.js verify <this folder> --sums <as you were told> --fingerprint <as you were told>

   Exit codes: 0 all is verified; 2 something is wrong; 3 nothing is wrong, and something could not be verified.

What is not here: the disks, the results, the recordings. The report names each with its object version, snapshot
or event, and the command by which an auditor of the account looks it up.
`;

/** Which program it was, for who has its repository: behind the + of a version is the commit. */
function programOf(program: string): string {
  const [version = program, commit] = program.split("+");
  return commit === undefined ? `version ${version}` : `version ${version}, commit ${commit}`;
}

/**
 * The files of a bundle, by name: all that a court's expert needs to verify a case's records without AWS.
 *
 * @param schema The JSON schema of records.
 */
function bundleOf(
  facts: CaseFacts,
  report: CaseReport,
  schema: string,
): ReadonlyMap<string, Buffer> {
  const ofCase = new Case(facts.ticket);
  const files = new Map<string, Buffer>([
    [BUNDLE.instructions, Buffer.from(INSTRUCTIONS(facts.ticket, facts.program))],
    [BUNDLE.page, Buffer.from(reportPage(report))],
    [BUNDLE.report, Buffer.from(`${JSON.stringify(report, undefined, 2)}\n`)],
    [BUNDLE.schema, Buffer.from(schema)],
  ]);
  if (facts.signingKey !== undefined) {
    files.set(BUNDLE.publicKey, Buffer.from(facts.signingKey.publicKey));
  }
  for (const { publicKey } of facts.earlierSigningKeys ?? []) {
    files.set(earlierKeyFile(fingerprint(publicKey) ?? ""), Buffer.from(publicKey));
  }
  for (const { key, version, bytes } of facts.versions) {
    const kind = (["records", "signatures"] as const).find((each) => key.startsWith(ofCase[each]));
    if (kind !== undefined && bytes !== undefined) {
      const name = `${BUNDLE[kind]}/${nameInBundle(kind, ofCase[kind], key)}`;
      const taken = files.get(name);
      // Versions of a record have the same bytes, or one of them is not what its name says.
      files.set(
        taken === undefined || taken.equals(bytes) ? name : versionInBundle(name, version),
        bytes,
      );
    }
  }
  const sums = [...files].map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`).sort();
  files.set(BUNDLE.sums, Buffer.from(sums.join("")));
  return files;
}

/**
 * Writes a bundle: all of it, or nothing.
 *
 * @param folder Where; nothing may be there yet.
 * @returns SHA-256 of its SHA256SUMS.
 */
export function writeBundle(folder: string, facts: CaseFacts, report: CaseReport): string {
  const place = resolve(folder);
  const files = bundleOf(facts, report, readFileSync(SCHEMA, "utf8"));
  // Beside it, so that the folder is there when all is in it.
  const begun = mkdtempSync(join(dirname(place), `.${basename(place)}-`));
  try {
    for (const [name, bytes] of files) {
      mkdirSync(dirname(join(begun, name)), { recursive: true, mode: 0o700 });
      writeFileSync(join(begun, name), bytes, { mode: 0o600, flag: "wx" });
    }
    renameSync(begun, place);
  } catch (error) {
    rmSync(begun, { recursive: true, force: true });
    throw error;
  }
  return sha256(files.get(BUNDLE.sums) ?? "");
}
