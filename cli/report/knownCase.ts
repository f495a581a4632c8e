import { ACCOUNT_ID, INSTANCE_ID } from "../../components/aws/ids";
import { Case, TICKET, VAULT_FOLDERS } from "../../components/case";
import type { CustodyRecord } from "../../components/evidence/records/recordSchema";
import type { RecordedStream } from "../logs/recordedStreams";
import { type JudgedRecord, judge } from "../verify/judgedRecord";
import type { CaseFacts, ObjectVersion, Unknown } from "./caseFacts";
import type { Check, Source } from "./caseReport";

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

/** What a workstation wrote of a preserved copy that it read block by block, without a disk: ami/files/evidence-direct-hash. */
export interface DirectHash {
  /** The preserved copy. */
  readonly copy: string;
  readonly sha256: string;
  readonly source: Source;
}

/** What a record that is not read leaves open: every check hangs on what records say, and the case's members are in them. */
export const OPENED_BY_A_RECORD: readonly Check["id"][] = [
  "bytes",
  "forms",
  "signatures",
  "missing",
  "order",
  "copies",
  "locks",
  "hashes",
  "keys",
];

/** A case, with its records judged and its facts joined. */
export interface KnownCase extends CaseFacts {
  readonly ofCase: Case;

  /** Objects, without what hides them. */
  readonly objects: readonly ObjectVersion[];
  readonly records: readonly CaseRecord[];

  /** What can be relied on: bytes as named, a form that is known, of this case. By key. */
  readonly read: ReadonlyMap<string, CustodyRecord>;
  readonly hashes: readonly DiskHash[];
  readonly directHashes: readonly DirectHash[];

  /** What was taken for the hash of a disk, and is none that counts; and why, as a sentence. */
  readonly strays: readonly { readonly source: Source; readonly why: string }[];

  /** What is not known of it: what was not read, and records that are not. */
  readonly unknown: readonly Unknown[];
}

/** Joins the facts of a case. */
export function knownCase(facts: CaseFacts): KnownCase {
  const ofCase = new Case(facts.ticket);
  const objects = facts.versions.filter(({ hides }) => !hides);
  const records = recordsOf(facts, ofCase, objects);
  const ofDisks = objects.flatMap((object) => hashIn(object, ofCase) ?? []);
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
    hashes: ofDisks.flatMap((each) => ("volume" in each ? each : [])),
    directHashes: ofDisks.flatMap((each) => ("copy" in each ? each : [])),
    strays: ofDisks.flatMap((each) => ("why" in each ? each : [])),
    unknown: [
      ...facts.unread,
      // Each of these is told by one check itself.
      ...objects
        .filter(({ key, bytes }) => key.startsWith(ofCase.records) && bytes === undefined)
        .map(({ key }) => without(key, "bytes")),
      ...records
        .filter(({ unread }) => unread !== undefined)
        .map(({ key }) => without(key, "bytes", "forms", "signatures")),
    ],
  };
}

function without(record: string, ...told: readonly Check["id"][]): Unknown {
  return {
    what: `what ${record} says`,
    opens: OPENED_BY_A_RECORD.filter((id) => !told.includes(id)),
  };
}

/** Whether nobody knows what is at a place of the vault: it was not listed. */
export function isUnlisted({ unread }: CaseFacts, key: string): boolean {
  return unread.some(({ below }) => below !== undefined && key.startsWith(below));
}

/** Whether an object is what evidence-put writes last, by its key. */
export function isManifest(key: string): boolean {
  return /\/manifest-[^/]+\.json$/.test(key);
}

/** What the keys of a live acquisition begin with that an object is of; undefined of one that is of none. */
export function acquiredPrefix(key: string): string | undefined {
  return ACQUIRED.exec(key)?.[0];
}

const ACQUIRED = new RegExp(
  `^${VAULT_FOLDERS.uploads}/${ACCOUNT_ID}/${TICKET}/live/${INSTANCE_ID}/\\d{8}T\\d{6}Z/`,
);

/** Where an object's version is looked up again. */
export function sourceOf({ key, version }: ObjectVersion): Source {
  return { kind: "object", id: key, version };
}

/** Where a recording is looked up again. Neither name has a colon in it. */
export function sourceOfRecording({ logGroup, session }: RecordedStream): Source {
  return { kind: "recording", id: `${logGroup}:${session}` };
}

function recordsOf(
  facts: CaseFacts,
  ofCase: Case,
  objects: readonly ObjectVersion[],
): CaseRecord[] {
  const { ticket, signingKey, earlierSigningKeys = [] } = facts;
  const verifying = [...(signingKey === undefined ? [] : [signingKey]), ...earlierSigningKeys].map(
    ({ publicKey: pem, arn }) => ({ pem, arn }),
  );
  // S3 lists the newest of an object's versions first.
  const inTime = (versions: readonly ObjectVersion[]) =>
    [...versions].sort((a, b) => a.written.getTime() - b.written.getTime());
  const signaturesOf = new Map<string, ObjectVersion[]>();
  for (const object of objects.filter(({ key }) => key.startsWith(ofCase.signatures))) {
    signaturesOf.set(object.key, [...(signaturesOf.get(object.key) ?? []), object]);
  }
  const byBytes = new Map<string, ObjectVersion[]>();
  for (const object of objects.filter(({ key }) => key.startsWith(ofCase.records))) {
    const bytes = `${object.key} ${object.bytes?.toString("base64") ?? object.version}`;
    byBytes.set(bytes, [...(byBytes.get(bytes) ?? []), object]);
  }
  return [...byBytes.values()].flatMap((versions) => {
    const inOrder = inTime(versions);
    const [first] = inOrder;
    const newest = inOrder.at(-1);
    if (first?.bytes === undefined || newest === undefined) {
      return [];
    }
    const signatureKey = ofCase.signatureOf(first.key);
    const kept = inTime(signaturesOf.get(signatureKey) ?? []);
    const signatures = kept.flatMap(({ bytes, signedBy: by, written: at }) =>
      bytes === undefined ? [] : [{ bytes, by, at }],
    );
    const mayBeThere = kept.length > 0 || isUnlisted(facts, signatureKey);
    const judged = judge({ key: first.key, text: first.bytes, signatures }, ticket, verifying);
    return [
      {
        ...judged,
        ...(signatures.length === 0 && mayBeThere
          ? { unsigned: "Its signature was not read." }
          : {}),
        source: sourceOf(first),
        written: first.written,
        newest,
      },
    ];
  });
}

/** What is written beside the hashes of disks. Sources: ami/files/evidence-intake; write-mirrored, of captured traffic. */
const NO_HASH = /^clean-room\/(intake-(pending|refusal)|capture)\/\d+$/;

/** What an object says of a disk's hash, or why that does not count; undefined where it is no such object. */
function hashIn(
  object: ObjectVersion,
  ofCase: Case,
): DiskHash | DirectHash | KnownCase["strays"][number] | undefined {
  const { key, bytes } = object;
  if (!key.startsWith(ofCase.diskHashes) || !key.endsWith(".json") || isManifest(key)) {
    return undefined;
  }
  const source = sourceOf(object);
  if (bytes === undefined) {
    return { source, why: `${key} was not read: it may be the hash of a disk.` };
  }
  const said = asJson(bytes) as Partial<Record<string, unknown>> | undefined | null;
  // A workstation that does not know which instance it is says none.
  const { instanceId = "unknown" } = said ?? {};
  const { form, volumeId, snapshotId, sha256, startedAt, finishedAt } = said ?? {};
  const { unreadableBytes, lookedAtBefore } = said ?? {};
  if (typeof form === "string" && NO_HASH.test(form)) {
    return undefined;
  }
  const isDirect = form === "clean-room/direct-hash/1";
  const of = isDirect ? snapshotId : volumeId;
  if (
    typeof form !== "string" ||
    !(isDirect || /^clean-room\/intake\/\d+$/.test(form)) ||
    typeof of !== "string" ||
    typeof sha256 !== "string"
  ) {
    return { source, why: `${key} is where hashes of disks are, and is none that is read.` };
  }
  const isInPlace =
    typeof instanceId === "string" &&
    key === (isDirect ? ofCase.directHash(instanceId, of) : ofCase.diskHash(instanceId, of));
  if (!isInPlace) {
    return {
      source,
      why: `${key} says what the hash of ${of} is, and is not where a workstation writes that: it counts for nothing.`,
    };
  }
  if (isDirect) {
    return { copy: of, sha256, source };
  }
  return {
    volume: of,
    sha256,
    source,
    unreadableBytes: typeof unreadableBytes === "number" ? unreadableBytes : 0,
    ...(typeof startedAt === "string" ? { startedAt } : {}),
    ...(typeof finishedAt === "string" ? { finishedAt } : {}),
    ...(Array.isArray(lookedAtBefore)
      ? { lookedAtBefore: lookedAtBefore as DiskHash["lookedAtBefore"] & object }
      : {}),
  };
}

/** The JSON in bytes; undefined where they are none. */
export function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
