import type { EvidenceFacts } from "../../components/evidence/records/evidenceForm";
import { HOLDING } from "../../components/evidence/runbooks/lockRunbook";
import type { LockFact, SnapshotFact } from "./caseFacts";
import type { Disk, Source, Verdict } from "./caseReport";
import { worst } from "./concluded";
import type { CaseRecord, DirectHash, DiskHash, KnownCase } from "./knownCase";

/** All that is known of a disk, from the snapshot that was handed over on. */
export interface Custody {
  /** The snapshot that was handed over. */
  readonly snapshot: string;

  /** What its records say; the last one counts. */
  readonly said: readonly { readonly facts: EvidenceFacts; readonly source: Source }[];

  /** Its working volumes, as records of attachment name them. */
  readonly attached: readonly {
    readonly volume: string;
    readonly instance: string;
    readonly device: string;
    readonly source: Source;
  }[];

  /** Working volumes that were made of it, `vol-…`: recorded ones, and those that carry its tag. */
  readonly volumes: readonly string[];
  readonly hashes: readonly DiskHash[];

  /** Hashes of its preserved copies, read by EBS's direct APIs and not from a disk. */
  readonly directHashes: readonly DirectHash[];

  /** Why no hash of it was taken, as the closing record says. */
  readonly unhashed: string | undefined;

  /** Whether a record says that it was withdrawn. */
  readonly withdrawn: Source | undefined;
}

/** The disks of a case, by the snapshot that was handed over. */
export function custodiesOf(known: KnownCase): readonly Custody[] {
  const records = [...known.records]
    .filter(({ key }) => known.read.has(key))
    .sort((a, b) => a.written.getTime() - b.written.getTime());
  const snapshots = new Set(
    records.flatMap(({ record }) =>
      record?.event === "evidence" ? record.facts.source.snapshot : [],
    ),
  );
  return [...snapshots].map((snapshot) => custodyOf(known, records, snapshot));
}

function custodyOf(known: KnownCase, records: readonly CaseRecord[], snapshot: string): Custody {
  const attached = records.flatMap(({ record, source }) =>
    record?.event === "attachment" && record.facts.source === snapshot
      ? [{ ...record.facts.working, source }]
      : [],
  );
  const volumes = [
    ...new Set([
      ...attached.map(({ volume }) => volume),
      ...known.volumes.flatMap(({ id, source }) => (source === snapshot ? id : [])),
    ]),
  ];
  const said = records.flatMap(({ record, source }) =>
    record?.event === "evidence" && record.facts.source.snapshot === snapshot
      ? [{ facts: record.facts, source }]
      : [],
  );
  return {
    snapshot,
    said,
    attached,
    volumes,
    hashes: known.hashes.filter(({ volume }) => volumes.includes(volume)),
    directHashes: known.directHashes.filter(({ copy }) =>
      said.some(({ facts }) => facts.preserved.snapshot === copy),
    ),
    unhashed: records
      .flatMap(({ record }) => (record?.event === "closing" ? record.facts.existed.evidence : []))
      .filter(({ source }) => source.snapshot === snapshot)
      .at(-1)?.unhashed,
    withdrawn: records.find(
      ({ record }) => record?.event === "withdrawal" && record.facts.source.snapshot === snapshot,
    )?.source,
  };
}

/** Whether a lock holds, and is no more than expired at a time. */
export function holds({ state, until }: LockFact, at: Date): boolean {
  return HOLDING.includes(state) && (until === undefined || until > at);
}

/** Whether EBS is still at a copy: until it is complete nothing locks it. */
export function isUnderWay(found: SnapshotFact | undefined): boolean {
  return found?.state === "pending";
}

/** What is wrong with a preserved copy, or could not be seen of it, as sentences. */
export function faultsOfCopy(
  { preserved, source }: EvidenceFacts,
  found: SnapshotFact | undefined,
): readonly string[] {
  if (found === undefined) {
    return [`${preserved.snapshot} is recorded as preserved, and EC2 has no such snapshot.`];
  }
  return [
    ...(found.keyArn === preserved.key
      ? []
      : [
          `${preserved.snapshot} is under ${found.keyArn ?? "no key"}; its record says ${preserved.key}.`,
        ]),
    ...(found.sizeGiB === preserved.sizeGiB
      ? []
      : [
          `${preserved.snapshot} has ${found.sizeGiB} GiB; its record says ${preserved.sizeGiB} GiB.`,
        ]),
    ...(found.source === undefined || found.source === source.snapshot
      ? []
      : [
          `${preserved.snapshot} is tagged as a copy of ${found.source}; its record says ${source.snapshot}.`,
        ]),
    ...(found.state === "completed"
      ? []
      : [`${preserved.snapshot} is ${found.state}, and not completed.`]),
  ];
}

/** How a copy is read that is no disk. */
const DIRECTLY = "by EBS's direct APIs";

/** How the hash that was read by EBS's direct APIs compares with the disk's. */
function directHashOf({ hashes, directHashes }: Custody): NonNullable<Disk["directHash"]> {
  const [direct] = directHashes;
  const same = directHashes.every(({ sha256 }) => hashes.every((each) => each.sha256 === sha256));
  return {
    compared:
      direct === undefined
        ? "absent"
        : hashes.length === 0
          ? "without a disk's"
          : same
            ? "equal"
            : "differs",
    ...(direct === undefined ? {} : { sha256: direct.sha256 }),
    sources: directHashes.map(({ source }) => source),
  };
}

/** What the page says of that. */
const COMPARED: Readonly<Record<NonNullable<Disk["directHash"]>["compared"], string>> = {
  absent: `not read ${DIRECTLY}`,
  "without a disk's": `read ${DIRECTLY} alone: no disk's is there to compare`,
  equal: `the same as read ${DIRECTLY}`,
  differs: `not the same as read ${DIRECTLY}`,
};

/** What is wrong with the hashes of a disk, or is not known of them. */
export function faultsOfHashes({
  snapshot,
  said,
  hashes,
  directHashes,
  unhashed,
  withdrawn,
  volumes,
}: Custody): readonly {
  readonly verdict: "wrong" | "unverified";
  readonly said: string;
  readonly sources: readonly Source[];
}[] {
  const sources = hashes.map(({ source }) => source);
  const all = [
    ...hashes.map((hash) => ({ ...hash, from: `read from ${hash.volume}` })),
    ...directHashes.map((hash) => ({ ...hash, from: `read from ${hash.copy} ${DIRECTLY}` })),
  ];
  const claims = said.flatMap(({ facts, source }) =>
    facts.claimed.sha256 === undefined ? [] : [{ sha256: facts.claimed.sha256, source }],
  );
  const differing = all.flatMap((hash) =>
    claims
      .filter(({ sha256 }) => sha256 !== hash.sha256)
      .map(({ sha256, source }) => ({
        verdict: "wrong" as const,
        said: `The disk of ${snapshot} has the SHA-256 ${hash.sha256}, ${hash.from}; the member account took ${sha256}.`,
        sources: [hash.source, source],
      })),
  );
  const taken = [...new Set(hashes.map(({ sha256 }) => sha256))];
  const note = (words: string, of = sources) => ({
    verdict: "unverified" as const,
    said: words,
    sources: of,
  });
  return [
    ...differing,
    ...(taken.length > 1
      ? [
          {
            verdict: "wrong" as const,
            said: `Of the disk of ${snapshot} there are ${taken.length} hashes that differ: ${taken.join(", ")}.`,
            sources,
          },
        ]
      : []),
    ...directHashes.flatMap((direct) =>
      hashes
        .filter(({ sha256 }) => sha256 !== direct.sha256)
        .map((hash) => ({
          // What the disk did not give counts as zeros, and is read here.
          verdict: hash.unreadableBytes > 0 ? ("unverified" as const) : ("wrong" as const),
          said: `The preserved copy ${direct.copy} has the SHA-256 ${direct.sha256}, read ${DIRECTLY}; the disk ${hash.volume}, made of it, has ${hash.sha256}${hash.unreadableBytes > 0 ? ", of which a part could not be read" : ""}.`,
          sources: [direct.source, hash.source],
        })),
    ),
    ...(all.length > 0 || withdrawn !== undefined
      ? []
      : [
          note(
            unhashed === undefined
              ? `No hash of the disk of ${snapshot} is in the vault${volumes.length === 0 ? ": it was never attached" : ""}.`
              : `No hash of the disk of ${snapshot} is in the vault, as the closing record says: ${unhashed}`,
            said.map(({ source }) => source),
          ),
        ]),
    ...(all.length > 0 && claims.length === 0
      ? [
          note(
            `The member account took no hash of ${snapshot}, so that the copy's is compared with none.`,
            all.map(({ source }) => source),
          ),
        ]
      : []),
    ...hashes
      .filter(({ unreadableBytes }) => unreadableBytes > 0)
      .map(({ unreadableBytes, volume, source }) =>
        note(`${unreadableBytes} bytes of ${volume} could not be read, and count as zeros.`, [
          source,
        ]),
      ),
    ...hashes
      .filter(({ lookedAtBefore }) => lookedAtBefore === undefined || lookedAtBefore.length > 0)
      .map(({ lookedAtBefore, volume, source }) =>
        note(
          lookedAtBefore === undefined
            ? `The workstation does not tell who looked at ${volume} before its hash was known.`
            : `${[...new Set(lookedAtBefore.map(({ user = "somebody" }) => user))].join(", ")} looked at ${volume} before its hash was known.`,
          [source],
        ),
      ),
  ];
}

/** The way of a disk, from what is claimed to its hash. */
export function wayOf(known: KnownCase, custody: Custody): Disk {
  const { snapshot, said, attached, volumes, hashes, withdrawn } = custody;
  const last = said.at(-1);
  const facts = last?.facts;
  const recorded = said.map(({ source }) => source);
  const copy = facts?.preserved.snapshot ?? "";
  const found = known.snapshots.find(({ id }) => id === copy);
  const lock = known.locks.find((each) => each.snapshot === copy);
  const copyFaults = facts === undefined ? [] : faultsOfCopy(facts, found);
  const locked = lock !== undefined && holds(lock, known.askedAt);
  const hashFaults = faultsOfHashes(custody);
  const directHash = directHashOf(custody);
  const { sourceVolume, sourceInstance, sourceDevice, sourceTaken, sha256 } = facts?.claimed ?? {};
  const seen = found === undefined && unseen(known, "snapshots") ? "unverified" : "wrong";
  const steps: Disk["steps"] = [
    {
      what: "claimed",
      id: sourceVolume ?? "not said",
      // AWS shows nothing of it of a copy.
      verdict: "unverified",
      said: [
        sourceInstance && `of ${sourceInstance}${sourceDevice ? ` as ${sourceDevice}` : ""}`,
        sourceTaken && `taken ${sourceTaken}`,
        sha256 && `SHA-256 ${sha256}`,
        "claimed by the handover; AWS shows none of it",
      ].flatMap((words) => words ?? []),
      sources: recorded,
    },
    {
      what: "handed over",
      id: snapshot,
      verdict: "sound",
      said: [`owned by ${facts?.source.account}, as AWS said before it was copied`],
      sources: recorded,
    },
    {
      what: "preserved",
      id: copy,
      verdict: isUnderWay(found)
        ? "unverified"
        : copyFaults.length > 0
          ? seen
          : locked
            ? "sound"
            : seenLock(known),
      said: [
        ...copyFaults,
        ...(facts === undefined ? [] : [`${facts.preserved.sizeGiB} GiB`, facts.preserved.key]),
        lock === undefined
          ? "not locked"
          : `${lock.state}${lock.until ? ` until ${lock.until.toISOString()}` : ""}`,
        ...(withdrawn === undefined ? [] : ["withdrawn; the copy stays"]),
      ],
      sources: [...recorded, { kind: "snapshot", id: copy }],
    },
    ...volumes.map((volume) => {
      const at = attached.find((each) => each.volume === volume);
      const there = known.volumes.find(({ id }) => id === volume);
      return {
        what: "working" as const,
        id: volume,
        verdict: "sound" as const,
        said: [
          at === undefined ? "attached by no record" : `attached to ${at.instance} as ${at.device}`,
          there === undefined ? "ended with its room" : `there, ${there.state}`,
        ],
        sources: [
          ...(at === undefined ? [] : [at.source]),
          { kind: "volume" as const, id: volume },
        ],
      };
    }),
    {
      what: "hash",
      id: hashes[0]?.sha256 ?? directHash.sha256 ?? "none",
      verdict: worst(hashFaults.map(({ verdict }) => verdict)),
      said: [
        ...(hashFaults.length > 0
          ? hashFaults.map(({ said: words }) => words)
          : ["as the member account's"]),
        COMPARED[directHash.compared],
      ],
      sources: [...hashes.map(({ source }) => source), ...directHash.sources],
    },
  ];
  return {
    snapshot,
    account: facts?.source.account ?? "",
    // That nothing shows the claims is no fault of the disk's way here.
    verdict: worst(steps.slice(1).map(({ verdict }): Verdict => verdict)),
    steps,
    directHash,
    readers: readersOf(known, [copy, ...volumes], hashes),
  };
}

/** Whether EC2 did not tell of something, such as `snapshots`. */
export function unseen({ unread }: KnownCase, what: string): boolean {
  return unread.some((each) => each.what.startsWith(`The ${what}`));
}

function seenLock(known: KnownCase): Verdict {
  return unseen(known, "locks") ? "unverified" : "wrong";
}

function readersOf(
  { events }: KnownCase,
  ids: readonly string[],
  hashes: readonly DiskHash[],
): Disk["readers"] {
  return [
    ...events
      .filter(({ about, refused }) => ids.includes(about) && refused === undefined)
      .map(({ id, at, name, who, about }) => ({
        who,
        what: `${name} of ${about}`,
        at: at.toISOString(),
        clock: "CloudTrail" as const,
        sources: [{ kind: "event" as const, id }],
      })),
    ...hashes.flatMap(({ lookedAtBefore = [], volume, source }) =>
      lookedAtBefore.flatMap(({ at = "", user = "somebody" }) =>
        Number.isNaN(Date.parse(at))
          ? []
          : [
              {
                who: user,
                what: `looked at ${volume} before its hash was known`,
                at: new Date(at).toISOString(),
                clock: "workstation" as const,
                sources: [source],
              },
            ],
      ),
    ),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
}
