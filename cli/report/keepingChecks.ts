import { z } from "zod";

import { acquisitions } from "./acquisitionChecks";
import type { ObjectVersion, SnapshotFact } from "./caseFacts";
import type { Check, Finding } from "./caseReport";
import { concluded as concludedOf } from "./concluded";
import { type Custody, faultsOfCopy, faultsOfHashes, holds, isUnderWay, unseen } from "./custody";
import { asJson, isManifest, type KnownCase, sourceOf } from "./knownCase";

/** What is found of what keeps a case: copies, locks, hashes, keys. */
export function keepingChecks(known: KnownCase, custodies: readonly Custody[]): readonly Check[] {
  const concluded = (
    id: Check["id"],
    title: string,
    said: string,
    findings: readonly Finding[],
  ): Check => concludedOf(id, title, said, findings, known.unknown);
  return [
    concluded(
      "copies",
      "Every preserved copy is there, as its record says",
      `${custodies.length} compared with what EC2 has.`,
      copies(known, custodies),
    ),
    concluded(
      "locks",
      "Nothing of it can be deleted",
      `Locks of copies, and retention and legal hold of ${known.objects.length} versions of objects.`,
      [...copyLocks(known, custodies), ...objectLocks(known)],
    ),
    concluded(
      "hashes",
      "Hashes of disks and results agree",
      "The workstation's of each disk with the member account's, results' with S3's own and with the manifests, live acquisitions' with their records and manifests.",
      [
        ...custodies
          .flatMap(faultsOfHashes)
          .map((fault) => ({ ...fault, sources: [...fault.sources] })),
        ...known.strays.map(({ source, why }) => ({
          verdict: "unverified" as const,
          said: why,
          sources: [source],
        })),
        ...results(known),
        ...manifests(known),
        ...acquisitions(known),
      ],
    ),
    concluded("keys", "Keys are as records say", "As KMS tells of them.", keys(known)),
    concluded(
      "reading",
      "Everything that was to be read was read",
      `The vault, EC2, KMS, CloudTrail's history of 90 days, ${known.trailFrom === undefined ? "" : `the trail's log files from ${known.trailFrom.toISOString().slice(0, 10)} on, `}and Session Manager.`,
      known.unread.map(({ what, why }) => ({
        verdict: "unverified",
        said: `${what}: ${why}`,
        sources: [],
      })),
    ),
  ];
}

function copies(known: KnownCase, custodies: readonly Custody[]): Finding[] {
  const isOpen = (found: SnapshotFact | undefined) =>
    isUnderWay(found) || (found === undefined && unseen(known, "snapshots"));
  return custodies.flatMap(({ snapshot, said }) => {
    const contradictory = new Set(said.map(({ facts }) => facts.preserved.snapshot)).size > 1;
    return [
      ...said.flatMap(({ facts, source }) => {
        const id = facts.preserved.snapshot;
        const found = known.snapshots.find((each) => each.id === id);
        return faultsOfCopy(facts, found).map((words) => ({
          verdict: isOpen(found) ? "unverified" : "wrong",
          said: words,
          sources: [source, { kind: "snapshot", id }],
        })) satisfies Finding[];
      }),
      ...(contradictory
        ? [
            {
              verdict: "unverified" as const,
              said: `Records name more than one preserved copy of ${snapshot}: it was copied again, or one of them is forged.`,
              sources: said.map(({ source }) => source),
            },
          ]
        : []),
    ];
  });
}

function copyLocks(known: KnownCase, custodies: readonly Custody[]): Finding[] {
  const copiesThere = new Set(
    custodies.flatMap(({ said }) => said.map(({ facts }) => facts.preserved.snapshot)),
  );
  if (unseen(known, "locks")) {
    return [];
  }
  return (
    [...copiesThere]
      // One that is gone is told as that, and what is under way is locked once it is complete.
      .filter((id) => known.snapshots.some((each) => each.id === id && !isUnderWay(each)))
      .flatMap((id) => {
        const lock = known.locks.find(({ snapshot }) => snapshot === id);
        const said =
          lock === undefined
            ? `${id} is not locked: whoever may delete snapshots can delete it.`
            : holds(lock, known.askedAt)
              ? undefined
              : `The lock of ${id} has expired${lock.until === undefined ? "" : ` on ${lock.until.toISOString()}`}: whoever may delete snapshots can delete it.`;
        return said === undefined
          ? []
          : [{ verdict: "wrong", said, sources: [{ kind: "snapshot", id }] } satisfies Finding];
      })
  );
}

function objectLocks({ objects, askedAt, ofCase }: KnownCase): Finding[] {
  const free = objects.filter(
    ({ held, retainedUntil }) =>
      held !== true && (retainedUntil === undefined || retainedUntil <= askedAt),
  );
  const expired = free.filter(({ retainedUntil }) => retainedUntil !== undefined);
  const unknown = free.filter(({ retainedUntil }) => retainedUntil === undefined);
  const folders = [ofCase.records, ofCase.results];
  const told = (some: typeof free, verdict: Finding["verdict"], words: string): Finding[] =>
    folders
      .concat("")
      .map((folder) =>
        some.filter(({ key }) =>
          folder === "" ? !folders.some((each) => key.startsWith(each)) : key.startsWith(folder),
        ),
      )
      .flatMap((those) =>
        those.length === 0
          ? []
          : [
              {
                verdict,
                said: `${those.length === 1 ? (those[0]?.key ?? "") : `${those.length} objects`}: ${words}`,
                sources: those.map(sourceOf),
              },
            ],
      );
  return [
    ...told(expired, "wrong", "its retention has expired, and no legal hold is on it."),
    ...told(unknown, "unverified", "S3 tells no retention and no legal hold of it."),
  ];
}

/** Results whose hash is not what S3 took, or of which there are no two to compare. */
function results({ objects, ofCase }: KnownCase): Finding[] {
  const ofResults = objects.filter(({ key }) => key.startsWith(ofCase.results));
  const without = (words: string, some: typeof ofResults): Finding[] =>
    some.length === 0
      ? []
      : [
          {
            verdict: "unverified",
            said: `${some.length === 1 ? (some[0]?.key ?? "") : `${some.length} results`}: ${words}`,
            sources: some.map(sourceOf),
          },
        ];
  return [
    ...ofResults.flatMap((object): Finding[] => {
      const { claimedSha256 } = object;
      const whole = wholeSha256(object);
      return claimedSha256 === undefined || whole === undefined || whole === claimedSha256
        ? []
        : [
            {
              verdict: "wrong",
              said: `${object.key} has the SHA-256 ${whole}, as S3 took it; who wrote it says ${claimedSha256}.`,
              sources: [sourceOf(object)],
            },
          ];
    }),
    ...without(
      "who wrote it says no SHA-256, so that nothing was compared.",
      ofResults.filter(({ claimedSha256 }) => claimedSha256 === undefined),
    ),
    ...without(
      "S3 has no SHA-256 of the whole, so that what its writer says was compared with nothing. What is in the vault says it: aws s3 cp … - | sha256sum",
      ofResults.filter(
        (object) => object.claimedSha256 !== undefined && wholeSha256(object) === undefined,
      ),
    ),
  ];
}

/** SHA-256 of the whole as S3 took it, in hexadecimal digits; of an object in parts it has only that of its parts'. */
function wholeSha256({ s3Sha256 = "" }: ObjectVersion): string | undefined {
  return /^[A-Za-z0-9+/]{43}=$/.test(s3Sha256)
    ? Buffer.from(s3Sha256, "base64").toString("hex")
    : undefined;
}

/** Manifests that say otherwise than the vault, or that are not read. */
function manifests({ objects, ofCase }: KnownCase): Finding[] {
  const found = objects.filter(({ key }) => key.startsWith(ofCase.results) && isManifest(key));
  return found.flatMap((manifest): Finding[] => {
    const { data } = MANIFEST.safeParse(manifest.bytes && asJson(manifest.bytes));
    if (data === undefined) {
      const why =
        manifest.bytes === undefined ? "it was not read" : "it is no manifest that is read";
      return [
        {
          verdict: "unverified",
          said: `${manifest.key}: ${why}, so that what it lists was not compared.`,
          sources: [sourceOf(manifest)],
        },
      ];
    }
    return data.files.flatMap((file) => {
      const object = objects.find(
        ({ key, version }) => key === file.key && version === file.versionId,
      );
      const sources = [sourceOf(manifest), ...(object === undefined ? [] : [sourceOf(object)])];
      const is = `${file.key}, version ${file.versionId}, which a manifest lists,`;
      return faultsOfListed(file, object).map(({ verdict, said }) => ({
        verdict,
        said: `${is} ${said}.`,
        sources,
      }));
    });
  });
}

/** How what a manifest says of a file differs from what the vault has, or could not be compared. */
function faultsOfListed(
  { sha256, checksum }: z.output<typeof MANIFEST>["files"][number],
  object: ObjectVersion | undefined,
): readonly Pick<Finding, "verdict" | "said">[] {
  if (object === undefined) {
    return [{ verdict: "wrong", said: "is not in the vault" }];
  }
  const { s3Sha256, claimedSha256 } = object;
  const compared = (listed: string | undefined | null, there: string | undefined, what: string) =>
    listed == null || there === undefined
      ? [{ verdict: "unverified" as const, said: `has no ${what} on both sides to compare` }]
      : listed === there
        ? []
        : [{ verdict: "wrong" as const, said: `has the ${what} ${there}, and not ${listed}` }];
  return [
    ...compared(checksum, s3Sha256, "checksum as S3 took it"),
    ...compared(sha256, claimedSha256, "SHA-256 as its writer says"),
  ];
}

/** What evidence-put writes last, as far as it is read. */
const MANIFEST = z.object({
  form: z.literal("clean-room/manifest/1"),
  files: z.array(
    z.object({
      key: z.string(),
      versionId: z.string(),
      sha256: z.string().nullish(),
      checksum: z.string().nullish(),
    }),
  ),
});

/** KMS deletes a key at most a day after its date. Source: KMS developer guide, "Deleting AWS KMS keys". */
const DELETED_WITHIN = 24 * 60 * 60 * 1000;

function keys({ read, keys: known, askedAt }: KnownCase): Finding[] {
  const records = [...read.values()];
  const evidenceKeys = new Set(
    records.flatMap((record) =>
      record.event === "evidence"
        ? record.facts.preserved.key
        : record.event === "opening" || record.event === "room"
          ? record.facts.room.evidenceKey
          : [],
    ),
  );
  const ended = new Map(
    records.flatMap((record) =>
      record.event === "destruction"
        ? [[record.facts.key, record.facts.deletionDate] as const]
        : [],
    ),
  );
  const told = new Set(known.map(({ arn }) => arn));
  const untold = [...new Set([...evidenceKeys, ...ended.keys()])].filter((arn) => !told.has(arn));
  const judged = known.flatMap(({ arn, state }): Finding[] => {
    const sources: Finding["sources"] = [{ kind: "key", id: arn }];
    if (evidenceKeys.has(arn) && state !== "Enabled") {
      return [
        {
          verdict: "wrong",
          said: `The evidence key ${arn} is ${state}: nothing that is kept under it can be read.`,
          sources,
        },
      ];
    }
    const end = ended.get(arn);
    if (end === undefined) {
      return [];
    }
    const over = new Date(end).getTime() + DELETED_WITHIN <= askedAt.getTime();
    return state === "gone" || (state === "PendingDeletion" && !over)
      ? []
      : [
          {
            verdict: "wrong",
            said: `${arn} is recorded to be deleted by ${end}, and it is ${state}: somebody cancelled that.`,
            sources,
          },
        ];
  });
  return [
    ...judged,
    ...untold.map((arn): Finding => ({
      verdict: "unverified",
      said: `KMS did not tell of ${arn}.`,
      sources: [{ kind: "key", id: arn }],
    })),
  ];
}
