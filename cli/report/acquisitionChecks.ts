import { z } from "zod";

import type { AcquisitionFacts } from "../../components/evidence/records/acquisitionRecord";
import { sha256 } from "../../components/sha256";
import type { ObjectVersion } from "./caseFacts";
import type { Finding, Source } from "./caseReport";
import { acquiredPrefix, asJson, isUnlisted, type KnownCase, sourceOf } from "./knownCase";

/** What a machine writes last, as far as it is read: components/acquisition/acquire.sh. */
const MANIFEST = z.object({
  form: z.literal("clean-room/acquisition/1"),
  prefix: z.string(),
  files: z.array(
    z.object({
      key: z.string(),
      size: z.int(),
      sha256: z.string(),
      versionId: z.string(),
    }),
  ),
});

type Listed = z.output<typeof MANIFEST>["files"][number];

/**
 * Live acquisitions whose objects are otherwise than the record says, and the manifest that the record pins; and those of
 * which there is no record. Of what a report does not read, such as the parts of a memory, the size and the version are
 * compared: S3 compared its MD5 before it gave that version, and a version never changes.
 */
export function acquisitions(known: KnownCase): Finding[] {
  const { records, read, objects } = known;
  const recorded = records.flatMap(({ key, source }) => {
    const record = read.get(key);
    return record?.event === "acquisition" ? [{ facts: record.facts, source }] : [];
  });
  const prefixes = new Set(recorded.map(({ facts }) => facts.prefix));
  const unrecorded = new Map<string, ObjectVersion>();
  for (const object of objects) {
    const prefix = acquiredPrefix(object.key);
    if (prefix !== undefined && !prefixes.has(prefix) && !unrecorded.has(prefix)) {
      unrecorded.set(prefix, object);
    }
  }
  return [
    ...recorded.flatMap(({ facts, source }) => ofOne(known, facts, source)),
    ...[...unrecorded].map(([prefix, object]): Finding => ({
      verdict: "unverified",
      said: `${prefix} is what a machine was acquired to, and no record says so: nothing pins what was taken.`,
      sources: [sourceOf(object)],
    })),
  ];
}

function ofOne(known: KnownCase, facts: AcquisitionFacts, record: Source): Finding[] {
  const { objects } = known;
  const isThere = (name: string) => objects.some(({ key }) => key === `${facts.prefix}${name}`);
  const pinned = [
    ["manifest.json", facts.manifest],
    [isThere("state.zip") ? "state.zip" : "state.tar.gz", facts.state],
    ["command.json", facts.commandFile],
  ] as const;
  const named = pinned.flatMap(([name, digest]): Finding[] => {
    if (digest === undefined) {
      return [];
    }
    const key = `${facts.prefix}${name}`;
    const versions = objects.filter((each) => each.key === key);
    return versions.length === 0
      ? [absent(known, key, "its record names", [record])]
      : versions.flatMap((each) => faults(each, digest, "its record", [record]));
  });
  const key = `${facts.prefix}manifest.json`;
  // Of several versions the one that the record pins.
  const manifest = objects.find(
    (each) => each.key === key && each.bytes !== undefined && sha256(each.bytes) === facts.manifest,
  );
  const { data } = MANIFEST.safeParse(manifest?.bytes && asJson(manifest.bytes));
  if (manifest === undefined || data === undefined) {
    return facts.manifest === undefined || manifest === undefined
      ? named
      : [
          ...named,
          {
            verdict: "unverified",
            said: `${key} is no manifest that is read, so that what it lists was not compared.`,
            sources: [sourceOf(manifest)],
          },
        ];
  }
  const from = [record, sourceOf(manifest)];
  return [...named, ...data.files.flatMap((file) => ofListed(known, file, from))];
}

function ofListed(known: KnownCase, file: Listed, from: readonly Source[]): Finding[] {
  const versions = known.objects.filter(({ key }) => key === file.key);
  const object = versions.find(
    ({ version }) => file.versionId === "" || version === file.versionId,
  );
  if (object === undefined) {
    return versions.length === 0
      ? [absent(known, file.key, "a machine's manifest lists", from)]
      : versions.map((other) => ({
          verdict: "wrong",
          said: `${file.key} is there as version ${other.version} and not as ${file.versionId}, which S3 gave the machine.`,
          sources: [...from, sourceOf(other)],
        }));
  }
  return object.size === file.size
    ? faults(object, file.sha256, "the machine's manifest", from)
    : [
        {
          verdict: "wrong",
          said: `${file.key} has ${object.size} bytes, and the machine's manifest says ${file.size}.`,
          sources: [...from, sourceOf(object)],
        },
      ];
}

function faults(
  object: ObjectVersion,
  digest: string,
  by: string,
  from: readonly Source[],
): Finding[] {
  const found = object.bytes === undefined ? undefined : sha256(object.bytes);
  return found === undefined || found === digest
    ? []
    : [
        {
          verdict: "wrong",
          said: `${object.key} has the SHA-256 ${found}, and ${by} says ${digest}.`,
          sources: [...from, sourceOf(object)],
        },
      ];
}

/** What is not seen at a place that was not listed may be there. */
function absent(known: KnownCase, key: string, by: string, sources: readonly Source[]): Finding {
  return {
    verdict: isUnlisted(known, key) ? "unverified" : "wrong",
    said: `${key}, which ${by}, is not in the vault.`,
    sources: [...sources],
  };
}
