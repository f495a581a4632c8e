import { z } from "zod";

import type { Check, Finding } from "./caseReport";
import { concluded } from "./concluded";
import { type Custody, faultsOfCopy, faultsOfHashes, holds, isUnderWay, unseen } from "./custody";
import { asJson, type KnownCase, sourceOf } from "./knownCase";

/** What is found of what keeps a case: copies, locks, hashes, keys. */
export function keepingChecks(known: KnownCase, custodies: readonly Custody[]): readonly Check[] {
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
      "The workstation's of each disk with the member account's, results' with S3's own and with the manifests.",
      [
        ...custodies
          .flatMap(faultsOfHashes)
          .map((fault) => ({ ...fault, sources: [...fault.sources] })),
        ...results(known),
      ],
    ),
    concluded("keys", "Keys are as records say", "As KMS tells of them.", keys(known)),
    concluded(
      "reading",
      "Everything that was to be read was read",
      "The vault, EC2, KMS, CloudTrail and Session Manager.",
      known.unread.map(({ what, why }) => ({
        verdict: "unverified",
        said: `${what}: ${why}`,
        sources: [],
      })),
    ),
  ];
}

function copies(known: KnownCase, custodies: readonly Custody[]): Finding[] {
  const verdict = unseen(known, "snapshots") ? "unverified" : "wrong";
  return custodies.flatMap(({ snapshot, said }) => {
    const contradictory = new Set(said.map(({ facts }) => facts.preserved.snapshot)).size > 1;
    return [
      ...said.flatMap(({ facts, source }) => {
        const id = facts.preserved.snapshot;
        const found = known.snapshots.find((each) => each.id === id);
        return faultsOfCopy(facts, found).map((words) => ({
          verdict: isUnderWay(found) ? "unverified" : verdict,
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

/** Results whose hashes differ: what their writer says, what S3 took, what manifests say. */
function results(known: KnownCase): Finding[] {
  const { objects, ofCase } = known;
  const ofResults = objects.filter(({ key }) => key.startsWith(ofCase.results));
  const differing = ofResults.flatMap((object) => {
    const { claimedSha256, s3Sha256 = "" } = object;
    // Of an object in parts S3's is one of its parts'.
    const whole = /^[A-Za-z0-9+/]{43}=$/.test(s3Sha256)
      ? Buffer.from(s3Sha256, "base64").toString("hex")
      : undefined;
    return claimedSha256 === undefined || whole === undefined || whole === claimedSha256
      ? []
      : [
          {
            verdict: "wrong" as const,
            said: `${object.key} has the SHA-256 ${whole}, as S3 took it; who wrote it says ${claimedSha256}.`,
            sources: [sourceOf(object)],
          },
        ];
  });
  const listed = ofResults.flatMap((manifest) => {
    const { data } = MANIFEST.safeParse(manifest.bytes && asJson(manifest.bytes));
    return (data?.files ?? []).map((file) => ({ file, manifest }));
  });
  return [
    ...differing,
    ...listed.flatMap(({ file, manifest }) => {
      const object = ofResults.find(
        ({ key, version }) => key === file.key && version === file.versionId,
      );
      const differs =
        object === undefined
          ? "is not in the vault"
          : object.s3Sha256 !== undefined &&
              file.checksum != null &&
              object.s3Sha256 !== file.checksum
            ? `has the checksum ${object.s3Sha256}, as S3 took it, and not ${file.checksum}`
            : undefined;
      return differs === undefined
        ? []
        : [
            {
              verdict: "wrong" as const,
              said: `${file.key}, version ${file.versionId}, which a manifest lists, ${differs}.`,
              sources: [sourceOf(manifest), ...(object === undefined ? [] : [sourceOf(object)])],
            },
          ];
    }),
  ];
}

/** What evidence-put writes last, as far as it is read. */
const MANIFEST = z.object({
  form: z.literal("clean-room/manifest/1"),
  files: z.array(
    z.object({ key: z.string(), versionId: z.string(), checksum: z.string().nullish() }),
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
  return known.flatMap(({ arn, state }): Finding[] => {
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
}
