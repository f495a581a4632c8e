import { signCommand } from "../../components/evidence/runbooks/signRunbook";
import { UNSIGNED } from "../verify/judgedRecord";
import { misorderedOf, missingOf, unfounded } from "../verify/namedRecords";
import type { SigningKey } from "./caseFacts";
import type { Check, Finding, Source } from "./caseReport";
import { concluded as concludedOf } from "./concluded";
import { type CaseRecord, isUnlisted, type KnownCase, sourceOf } from "./knownCase";

/** What is found of a case's records, each by itself and all together. */
export function recordChecks(known: KnownCase): readonly Check[] {
  const { records, unknown } = known;
  const concluded = (
    id: Check["id"],
    title: string,
    said: string,
    findings: readonly Finding[],
  ): Check => concludedOf(id, title, said, findings, unknown);
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
        ? "No signing key is known: the next pulumi up of the audit stack makes one."
        : verifiedWith(known, known.signingKey),
      [
        ...each("wrong", ({ missigned }) => missigned),
        ...unsigned(known),
        ...signedByReplaced(known),
      ],
    ),
    concluded(
      "missing",
      "No record is missing",
      "What records, signatures, the trail and EC2 name was looked for.",
      missing(known),
    ),
    concluded("order", "Records follow each other as they have to", "By S3's times.", [
      ...order(known),
      ...signedLate(known),
    ]),
  ];
}

function verifiedWith({ records, earlierSigningKeys = [] }: KnownCase, today: SigningKey): string {
  const since = (key: SigningKey, word: string) =>
    key.since === undefined ? "" : `, ${word} ${key.since.toISOString()}`;
  const earlier = earlierSigningKeys.map((key) => {
    const count = records.filter(({ verifiedBy }) => verifiedBy?.arn === key.arn).length;
    return ` ${count} with an earlier key of the foundation, ${key.arn}${since(key, "made")}.`;
  });
  return `Verified with ${today.arn}${since(today, "the signing key since")}.${earlier.join("")}`;
}

/** A key that another has taken the place of signs nothing any more: the runbook signs by the alias. */
function signedByReplaced({ records, earlierSigningKeys = [], signingKey }: KnownCase): Finding[] {
  const { since, arn: today } = signingKey ?? {};
  return records.flatMap(({ key, source, verifiedBy, signature }) => {
    const { at } = signature ?? {};
    const isEarlier = earlierSigningKeys.some(({ arn }) => arn === verifiedBy?.arn);
    return isEarlier && since !== undefined && at !== undefined && +at > +since + LATE
      ? {
          verdict: "unverified" as const,
          said: `${key} was signed by ${verifiedBy?.arn} at ${at.toISOString()}, when ${today} had taken its place, ${since.toISOString()}: who signed it so is not known.`,
          sources: [source],
        }
      : [];
  });
}

/**
 * One that has no signature is told by itself, with the way to it; many that lack the same for another reason in one.
 * Whoever writes records can give an object any name, and the way to a signature goes into a shell: a command is told
 * of those alone whose name is the hash of their bytes. The runbook signs no other.
 */
function unsigned({ records, objects, region, signingKey }: KnownCase): Finding[] {
  const without = records.filter(({ unsigned: why }) => why !== undefined);
  const mended =
    signingKey === undefined
      ? []
      : without.filter(({ unsigned: why, changed }) => why === UNSIGNED && changed === undefined);
  const counts = new Map<string, number>();
  for (const { key } of objects) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const others = without.filter((record) => !mended.includes(record));
  const reasons = [...new Set(others.map(({ unsigned: why }) => why ?? ""))];
  return [
    ...mended.map(({ key, source }): Finding => {
      // The runbook takes the newest where it is told no version, and that may have other bytes.
      const version = (counts.get(key) ?? 0) > 1 ? `,VersionId='${source.version}'` : "";
      return {
        verdict: "unverified",
        said: `${UNSIGNED} An administrator of the account has it signed, as it is there now: ${signCommand(region)}${key}${version}`,
        sources: [source],
      };
    }),
    ...reasons.map((why): Finding => {
      const of = others.filter((record) => record.unsigned === why);
      return {
        verdict: "unverified",
        said: of.length === 1 ? why : `${of.length} records: ${why}`,
        sources: of.map(({ source }) => source),
      };
    }),
  ];
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
  const { read, records, ofCase, versions, objects } = known;
  const kept = new Set(objects.map(({ key }) => key));
  const ofRecords = [...kept].filter((key) => key.startsWith(ofCase.records));
  const sourceOfKey = (key: string): Source =>
    records.find((record) => record.key === key)?.source ?? { kind: "object", id: key };
  const signed = new Set(ofRecords.map((key) => ofCase.signatureOf(key)));
  // What is not seen at a place that was not listed may be there.
  const listed = (key: string): Finding["verdict"] =>
    isUnlisted(known, key) ? "unverified" : "wrong";
  // What it lacks may be in a record that is not read.
  const certain: Finding["verdict"] =
    records.some(({ unread }) => unread !== undefined) ||
    objects.some(({ key, bytes }) => key.startsWith(ofCase.records) && bytes === undefined)
      ? "unverified"
      : listed(ofCase.records);
  const hidden = versions.filter(({ hides }) => hides);
  return [
    ...missingOf(read, kept).map(({ by, named }) => ({
      verdict: listed(named),
      said: `${named} is not in the vault, and a record names it.`,
      sources: [sourceOfKey(by), { kind: "object" as const, id: named }],
    })),
    ...objects
      .filter(({ key }) => key.startsWith(ofCase.signatures) && !signed.has(key))
      .map((signature) => ({
        verdict: listed(ofCase.records),
        said: "A record was signed that is not in the vault.",
        sources: [sourceOf(signature)],
      })),
    ...hidden.map((marker) => ({
      verdict: "wrong" as const,
      said: `${marker.key} was hidden by a marker of deletion.`,
      sources: [sourceOf(marker)],
    })),
    ...lost(known, listed),
    ...deleted(known),
    ...unfounded(read).map(({ by, said }) => ({
      verdict: certain,
      said,
      sources: [sourceOfKey(by)],
    })),
    ...unrecorded(known, certain),
    ...(ofRecords.length === 0
      ? [
          {
            verdict: listed(ofCase.records),
            said: `The vault has no record of ${known.ticket}.`,
            sources: [],
          },
        ]
      : []),
  ];
}

const WRITES = ["PutObject", "CopyObject", "CompleteMultipartUpload"];
const DELETES = ["DeleteObject", "DeleteObjects"];

/** What the trail says was written, and is not there: the object, or the version that S3 answered with. */
function lost(
  { events, objects, askedAt }: KnownCase,
  verdictOf: (key: string) => Finding["verdict"],
): Finding[] {
  const kept = new Set(objects.map(({ key }) => key));
  const versions = new Set(objects.map(({ key, version }) => `${version} ${key}`));
  return (
    events
      // What was written since may have been listed too early.
      .filter(({ from, refused, at }) => from === "trail" && refused === undefined && at <= askedAt)
      .filter(({ name }) => WRITES.includes(name))
      .filter(({ about, version }) =>
        version === undefined ? !kept.has(about) : !versions.has(`${version} ${about}`),
      )
      .map(({ id, about, who, version }) => ({
        verdict: verdictOf(about),
        said: `${kept.has(about) ? `Version ${version} of ${about}` : about} is not in the vault, and the trail says that ${who} wrote it.`,
        sources: [{ kind: "event", id }],
      }))
  );
}

/**
 * What the trail says was deleted. Of a list of objects, which the S3 console deletes by, it does not say which.
 *
 * Source: S3 user guide, "Amazon S3 CloudTrail events": DeleteObjects is one data event, without the list of keys.
 */
function deleted({ events, vaultBucket }: KnownCase): Finding[] {
  const all = events.filter(({ name, refused }) => DELETES.includes(name) && refused === undefined);
  const lists = all.filter(({ about }) => about === vaultBucket);
  return [
    ...all
      .filter(({ about }) => about !== vaultBucket)
      .map(({ id, about, who, name }): Finding => ({
        verdict: "wrong",
        said: `${who} asked for ${name} of ${about}, and AWS did it.`,
        sources: [{ kind: "event", id }],
      })),
    ...[...new Set(lists.map(({ who }) => who))].map((by): Finding => {
      const own = lists.filter(({ who }) => who === by);
      return {
        verdict: "unverified",
        said: `${by} asked for DeleteObjects in ${vaultBucket}, ${own.map(({ at }) => at.toISOString()).join(", ")}: the trail does not say of which objects, and they may be this case's.`,
        sources: own.map(({ id }) => ({ kind: "event", id })),
      };
    }),
  ];
}

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

/** How long after a record its signature may be put, in milliseconds; the runbook takes a minute. */
const LATE = 60 * 60 * 1000;

/** A signature says nothing of the time before it. */
function signedLate({ records, ofCase }: KnownCase): Finding[] {
  return records.flatMap(({ key, source, written, signed, signature }) => {
    const after = (signature?.at?.getTime() ?? 0) - written.getTime();
    return signed && after > LATE
      ? {
          verdict: "unverified" as const,
          said: `${key} was signed ${Math.floor(after / LATE)} h after it was written: its signature does not say that it had these bytes until then.`,
          sources: [source, { kind: "object" as const, id: ofCase.signatureOf(key) }],
        }
      : [];
  });
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
