import { Case } from "../../components/case";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { recordTimes, type Check, type Finding } from "../report/caseReport";
import { concluded } from "../report/concluded";
import { BUNDLE, nameInBundle } from "./bundleNames";
import { carriedOver, contradictions } from "./carriedOver";
import { type JudgedRecord, judge } from "./judgedRecord";
import type { KeptCase } from "./keptCase";
import { misorderedOf, missingOf, unfounded } from "./namedRecords";
import { keyFindings } from "./publicKey";
import { sumFindings } from "./sums";

/**
 * Verifies a case without AWS: the folder, records, forms, names, signatures, and the order of events. What AWS alone
 * shows is carried over from the report.
 */
export function keptChecks(kept: KeptCase): readonly Check[] {
  const own = ownChecks(kept);
  return kept.report === undefined ? own : carriedOver(kept.report, own);
}

function ownChecks({
  ticket,
  folder,
  told,
  records,
  strange,
  loose,
  publicKeys,
  report,
}: KeptCase): readonly Check[] {
  const known = [report?.signingKey ?? [], report?.earlierSigningKeys ?? []].flat();
  const signingKeys = publicKeys.map(({ pem }) => ({
    pem,
    arn: (known.find(({ publicKey }) => publicKey === pem) ?? report?.signingKey)?.arn,
  }));
  const judged = records.map((record) => judge(record, ticket, signingKeys));
  const read = new Map<string, CustodyRecord>(
    judged.flatMap(({ key, record, changed, forged }) =>
      record === undefined || changed !== undefined || forged !== undefined
        ? []
        : [[key, record] as const],
    ),
  );
  const kept = new Set(records.map(({ key }) => key));
  const each = (
    verdict: Finding["verdict"],
    said: (record: JudgedRecord) => string | undefined,
  ): Finding[] =>
    judged.flatMap((record) => {
      const words = said(record);
      return words === undefined ? [] : [found(verdict, `${record.key}: ${words}`, record.key)];
    });
  const written = report === undefined ? new Map<string, Date>() : recordTimes(report);
  const isKept = isKeptIn(ticket, kept, strange);
  const sums = sumFindings(folder, told.sums);
  return [
    concluded("files", "The folder is as it was handed over", `By its ${BUNDLE.sums}.`, [
      ...sums,
      ...strange
        .filter((name) => !sums.some(({ said }) => said.startsWith(`${name} `)))
        .map((name) =>
          found(
            "unverified",
            `${name} has no name of a record or of a signature: it was not read.`,
          ),
        ),
      ...(report === undefined ? [] : contradictions(report)),
    ]),
    concluded(
      "bytes",
      "No byte of a record was changed",
      `${records.length} hashed.`,
      each("wrong", ({ changed }) => changed),
    ),
    concluded("forms", "No record is forged", "Form, ticket and spelling.", [
      ...each("wrong", ({ forged }) => forged),
      ...each("unverified", ({ unread }) => unread),
    ]),
    concluded(
      "signatures",
      "Every record is signed by the key",
      ["There is no public key.", "With the public key."][publicKeys.length] ??
        `With ${publicKeys.length} public keys.`,
      [
        ...keyFindings(publicKeys, told.fingerprints),
        ...each("wrong", ({ missigned }) => missigned),
        ...each("unverified", ({ unsigned }) => unsigned),
      ],
    ),
    concluded(
      "missing",
      "No record is missing",
      "What records, signatures and the report name was looked for.",
      [
        ...missingOf(read, kept).map(({ by, named }) =>
          found("wrong", `${named} is not here, and a record names it.`, by, named),
        ),
        ...loose.map((name) => found("wrong", `${name} signs a record that is not here.`, name)),
        ...(report?.records ?? [])
          .filter(({ source }) => !isKept(source.id))
          .map(({ source }) =>
            found("wrong", `${source.id} is not here, and the report has it.`, source.id),
          ),
        ...(records.length === 0 ? [found("wrong", `There is no record of ${ticket}.`)] : []),
        // What it lacks may be in a record that is not read.
        ...unfounded(read).map(({ by, said }) =>
          found(
            judged.some(({ unread }) => unread !== undefined) ? "unverified" : "wrong",
            said,
            by,
          ),
        ),
      ],
    ),
    concluded(
      "order",
      "Records follow each other as they have to",
      "By S3's times, as the report has them.",
      [
        ...misorderedOf(read, written).map(({ by, named }) =>
          found("wrong", `${named} was written after ${by}, which names it.`, by, named),
        ),
        ...(report === undefined
          ? [
              {
                verdict: "unverified" as const,
                said: "There is no report beside the records: when each was written is not known.",
                sources: [],
              },
            ]
          : []),
      ],
    ),
  ];
}

/** Whether the object of a key is here: as a record, or under the name that a bundle gives any other object. */
function isKeptIn(ticket: string, records: ReadonlySet<string>, strange: readonly string[]) {
  const named = (key: string) => nameInBundle("records", new Case(ticket).records, key);
  return (key: string) => records.has(key) || strange.includes(`${BUNDLE.records}/${named(key)}`);
}

function found(verdict: Finding["verdict"], said: string, ...keys: readonly string[]): Finding {
  return { verdict, said, sources: keys.map((id) => ({ kind: "object", id })) };
}
