import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { recordTimes, type Check, type Finding } from "../report/caseReport";
import { concluded } from "../report/concluded";
import { type JudgedRecord, judge } from "./judgedRecord";
import type { KeptCase } from "./keptCase";
import { misorderedOf, missingOf, unfounded } from "./namedRecords";

/** Verifies a case without AWS: records, forms, names, signatures, and the order of events. */
export function keptChecks({
  ticket,
  records,
  loose,
  publicKey,
  report,
}: KeptCase): readonly Check[] {
  const judged = records.map((record) => judge(record, ticket, publicKey));
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
  return [
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
      publicKey === undefined ? "There is no public key." : "With the public key.",
      [
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
          .filter(({ source }) => !kept.has(source.id))
          .map(({ source }) =>
            found("wrong", `${source.id} is not here, and the report has it.`, source.id),
          ),
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

function found(verdict: Finding["verdict"], said: string, ...keys: readonly string[]): Finding {
  return { verdict, said, sources: keys.map((id) => ({ kind: "object", id })) };
}
