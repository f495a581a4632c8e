import { Case } from "../../components/case";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import { type JudgedRecord, judge } from "../verify/judgedRecord";
import type { CaseFacts, ObjectVersion } from "./caseFacts";
import type { Source } from "./caseReport";

/** A record of the case: an object's versions of the same bytes are one. */
export interface CaseRecord extends JudgedRecord {
  readonly source: Source;

  /** When the first of its versions was written. */
  readonly written: Date;

  /** The newest of its versions. */
  readonly newest: ObjectVersion;
}

/** What a workstation wrote of a disk. */
export interface DiskHash {
  readonly volume: string;
  readonly sha256: string;
  readonly source: Source;
  readonly startedAt?: string;
  readonly finishedAt?: string;

  /** Bytes that could not be read, and count as zeros. */
  readonly unreadableBytes: number;

  /** Who looked at the disk before its hash was known; undefined where the workstation does not tell. */
  readonly lookedAtBefore?: readonly { readonly at?: string; readonly user?: string }[];
}

/** A case, with its records judged and its facts joined. */
export interface KnownCase extends CaseFacts {
  readonly ofCase: Case;

  /** Objects, without what hides them. */
  readonly objects: readonly ObjectVersion[];
  readonly records: readonly CaseRecord[];

  /** What can be relied on: bytes as named, a form that is known, of this case. By key. */
  readonly read: ReadonlyMap<string, CustodyRecord>;
  readonly hashes: readonly DiskHash[];
}

/** Joins the facts of a case. */
export function knownCase(facts: CaseFacts): KnownCase {
  const ofCase = new Case(facts.ticket);
  const objects = facts.versions.filter(({ hides }) => !hides);
  const records = recordsOf(facts, ofCase, objects);
  return {
    ...facts,
    ofCase,
    objects,
    records,
    read: new Map(
      records.flatMap(({ key, record, changed, forged }) =>
        record === undefined || changed !== undefined || forged !== undefined
          ? []
          : [[key, record] as const],
      ),
    ),
    hashes: objects.flatMap((object) => hashIn(object, ofCase)),
  };
}

/** Where an object's version is looked up again. */
export function sourceOf({ key, version }: ObjectVersion): Source {
  return { kind: "object", id: key, version };
}

function recordsOf(
  { ticket, signingKey }: CaseFacts,
  ofCase: Case,
  objects: readonly ObjectVersion[],
): CaseRecord[] {
  const signatures = new Map(
    objects
      .filter(({ key }) => key.startsWith(ofCase.signatures))
      .map(({ key, bytes }) => [key, bytes] as const),
  );
  const byBytes = new Map<string, ObjectVersion[]>();
  for (const object of objects.filter(({ key }) => key.startsWith(ofCase.records))) {
    const bytes = `${object.key} ${object.bytes?.toString("base64") ?? object.version}`;
    byBytes.set(bytes, [...(byBytes.get(bytes) ?? []), object]);
  }
  return [...byBytes.values()].flatMap((versions) => {
    const inOrder = [...versions].sort((a, b) => a.written.getTime() - b.written.getTime());
    const [first] = inOrder;
    const newest = inOrder.at(-1);
    if (first?.bytes === undefined || newest === undefined) {
      return [];
    }
    const signature = signatures.get(ofCase.signatureOf(first.key));
    const judged = judge(
      { key: first.key, text: first.bytes, signature },
      ticket,
      signingKey?.publicKey,
    );
    return [{ ...judged, source: sourceOf(first), written: first.written, newest }];
  });
}

/** What an object says of a disk's hash; nothing where it is no such object. */
function hashIn(object: ObjectVersion, ofCase: Case): DiskHash[] {
  if (!object.key.startsWith(ofCase.diskHashes) || object.bytes === undefined) {
    return [];
  }
  const said = asJson(object.bytes) as Partial<Record<string, unknown>> | undefined;
  const { form, volumeId, sha256, startedAt, finishedAt, unreadableBytes, lookedAtBefore } =
    said ?? {};
  if (typeof form !== "string" || !/^clean-room\/intake\/\d+$/.test(form)) {
    return [];
  }
  return typeof volumeId === "string" && typeof sha256 === "string"
    ? [
        {
          volume: volumeId,
          sha256,
          source: sourceOf(object),
          unreadableBytes: typeof unreadableBytes === "number" ? unreadableBytes : 0,
          ...(typeof startedAt === "string" ? { startedAt } : {}),
          ...(typeof finishedAt === "string" ? { finishedAt } : {}),
          ...(Array.isArray(lookedAtBefore)
            ? { lookedAtBefore: lookedAtBefore as DiskHash["lookedAtBefore"] & object }
            : {}),
        },
      ]
    : [];
}

/** The JSON in bytes; undefined where they are none. */
export function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
