import { misorderedOf, missingOf, unfounded } from "../verify/namedRecords";
import type { Check, Finding, Source } from "./caseReport";
import { concluded } from "./concluded";
import { type CaseRecord, type KnownCase, sourceOf } from "./knownCase";

/** What is found of a case's records, each by itself and all together. */
export function recordChecks(known: KnownCase): readonly Check[] {
  const { records } = known;
  const each = (
    verdict: Finding["verdict"],
    said: (record: CaseRecord) => string | undefined,
  ): Finding[] =>
    records.flatMap((record) => {
      const words = said(record);
      return words === undefined ? [] : [{ verdict, said: words, sources: [record.source] }];
    });
  const counted = `${records.length} ${records.length === 1 ? "record" : "records"}`;
  return [
    concluded("bytes", "No byte of a record was changed", `${counted} hashed.`, [
      ...each("wrong", ({ changed }) => changed),
      ...unreadable(known),
    ]),
    concluded(
      "forms",
      "No record is forged",
      `${counted} compared with the form of its event, its ticket and its spelling; and with what AWS has, below.`,
      [...each("wrong", ({ forged }) => forged), ...each("unverified", ({ unread }) => unread)],
    ),
    concluded(
      "signatures",
      "Every record is signed by the foundation's key",
      known.signingKey === undefined
        ? "No signing key is known."
        : `Verified with ${known.signingKey.arn}.`,
      [...each("wrong", ({ missigned }) => missigned), ...unsigned(known)],
    ),
    concluded(
      "missing",
      "No record is missing",
      "What records, signatures, the trail and EC2 name was looked for.",
      missing(known),
    ),
    concluded("order", "Records follow each other as they have to", "By S3's times.", order(known)),
  ];
}

/** Many that lack the same are told in one. */
function unsigned({ records }: KnownCase): Finding[] {
  const without = records.filter(({ unsigned: why }) => why !== undefined);
  const reasons = [...new Set(without.map(({ unsigned: why }) => why ?? ""))];
  return reasons.map((why) => {
    const of = without.filter((record) => record.unsigned === why);
    return {
      verdict: "unverified",
      said: of.length === 1 ? why : `${of.length} records: ${why}`,
      sources: of.map(({ source }) => source),
    };
  });
}

function unreadable({ objects, ofCase }: KnownCase): Finding[] {
  return objects
    .filter(({ key, bytes }) => key.startsWith(ofCase.records) && bytes === undefined)
    .map((object) => ({
      verdict: "unverified",
      said: "It was not read.",
      sources: [sourceOf(object)],
    }));
}

function missing(known: KnownCase): Finding[] {
  const { read, records, ofCase, versions, objects, events } = known;
  const kept = new Set(objects.map(({ key }) => key));
  const sourceOfKey = (key: string): Source =>
    records.find((record) => record.key === key)?.source ?? { kind: "object", id: key };
  const signed = new Set(
    [...kept].filter((key) => key.startsWith(ofCase.records)).map((key) => ofCase.signatureOf(key)),
  );
  // What it lacks may be in a record that is not read.
  const certain: Finding["verdict"] = records.some(({ unread }) => unread !== undefined)
    ? "unverified"
    : "wrong";
  const hidden = versions.filter(({ hides }) => hides);
  return [
    ...missingOf(read, kept).map(({ by, named }) => ({
      verdict: "wrong" as const,
      said: `${named} is not in the vault, and a record names it.`,
      sources: [sourceOfKey(by), { kind: "object" as const, id: named }],
    })),
    ...objects
      .filter(({ key }) => key.startsWith(ofCase.signatures) && !signed.has(key))
      .map((signature) => ({
        verdict: "wrong" as const,
        said: "A record was signed that is not in the vault.",
        sources: [sourceOf(signature)],
      })),
    ...hidden.map((marker) => ({
      verdict: "wrong" as const,
      said: `${marker.key} was hidden by a marker of deletion.`,
      sources: [sourceOf(marker)],
    })),
    ...events
      .filter(({ from, refused }) => from === "trail" && refused === undefined)
      .filter(({ name, about }) => WRITES.includes(name) && !kept.has(about))
      .map(({ id, about, who }) => ({
        verdict: "wrong" as const,
        said: `${about} is not in the vault, and the trail says that ${who} wrote it.`,
        sources: [{ kind: "event" as const, id }],
      })),
    ...events
      .filter(({ name, refused }) => DELETES.includes(name) && refused === undefined)
      .map(({ id, about, who, name }) => ({
        verdict: "wrong" as const,
        said: `${who} asked for ${name} of ${about}, and AWS did it.`,
        sources: [{ kind: "event" as const, id }],
      })),
    ...unfounded(read).map(({ by, said }) => ({
      verdict: certain,
      said,
      sources: [sourceOfKey(by)],
    })),
    ...unrecorded(known, certain),
    ...(records.length === 0
      ? [
          {
            verdict: "wrong" as const,
            said: `The vault has no record of ${known.ticket}.`,
            sources: [],
          },
        ]
      : []),
  ];
}

const WRITES = ["PutObject", "CompleteMultipartUpload"];
const DELETES = ["DeleteObject", "DeleteObjects"];

/** Preserved copies that carry the ticket, and that no record tells of. */
function unrecorded({ read, snapshots }: KnownCase, verdict: Finding["verdict"]): Finding[] {
  const evidence = [...read.values()].flatMap((record) =>
    record.event === "evidence" ? [record.facts] : [],
  );
  const keys = new Set(
    [...read.values()].flatMap((record) =>
      record.event === "opening" || record.event === "room" ? record.facts.room.evidenceKey : [],
    ),
  );
  return snapshots
    .filter(({ state, source, keyArn }) => {
      const preserved = source !== undefined && keys.has(keyArn ?? "");
      return preserved && state === "completed";
    })
    .filter(({ id }) => !evidence.some(({ preserved }) => preserved.snapshot === id))
    .map(({ id, source }) => ({
      verdict,
      said: `${id} is a preserved copy of ${source}, and there is no record of that.`,
      sources: [{ kind: "snapshot", id }],
    }));
}

function order({ read, records }: KnownCase): Finding[] {
  const written = new Map<string, Date>();
  for (const { key, written: at } of records) {
    const before = written.get(key);
    written.set(key, before === undefined || at < before ? at : before);
  }
  return misorderedOf(read, written).map(({ by, named }) => ({
    verdict: "wrong",
    said: `${named} was written after ${by}, which names it.`,
    sources: [by, named].map((id) => ({ kind: "object", id })),
  }));
}
