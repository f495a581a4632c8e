import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from "@aws-sdk/client-s3";

import { fewAtATime } from "../../components/aws/fewAtATime";
import type { Case } from "../../components/case";
import type { ObjectVersion } from "./caseFacts";
import type { Check } from "./caseReport";
import { acquiredPrefix, isManifest, OPENED_BY_A_RECORD } from "./knownCase";
import type { Reading } from "./reading";
import type { ReportAws } from "./reportAws";

/** Objects that are looked at at the same time, as many as S3 answers without slowing down. */
const AT_A_TIME = 24;

/** What is larger is no record, no hash and no manifest; the state of an acquired machine may be. */
const MOST_BYTES = 16 << 20;

/** Of what is small there may be any number: whoever may upload into a case decides how many manifests it has. */
const MOST_BYTES_TOGETHER = 256 << 20;

/** How many bytes of a case a report still reads: of its objects altogether, in the order in which they come. */
export class ByteBudget {
  private readonly refused: string[] = [];
  private left: number;

  public constructor(private readonly most = MOST_BYTES_TOGETHER) {
    this.left = most;
  }

  /** Takes an object's bytes out of it. @returns false where they are too many */
  public takes({ key, size }: Pick<ObjectVersion, "key" | "size">): boolean {
    if (size > this.left) {
      this.refused.push(key);
      return false;
    }
    this.left -= size;
    return true;
  }

  /** Notes what was not read for it, in one line. */
  public tell(reading: Reading): void {
    const [first] = this.refused;
    if (first !== undefined) {
      reading.note(
        {
          what: `The bytes of ${this.refused.length} objects, the first of them ${first}`,
          opens: [],
        },
        `A report reads ${this.most} of a case at most: its records and signatures before hashes of disks, and manifests last.`,
      );
    }
  }
}

/** Where in a vault is looked. */
export interface VaultSearch {
  /** The vault's name. */
  readonly bucket: string;
  readonly ofCase: Case;
  readonly prefixes: readonly string[];

  /** What of it is read altogether. */
  readonly budget: ByteBudget;
}

/**
 * Every version of every object of a case, with what S3 tells of each: its times, its retention, its checksum; and the
 * bytes of what a report reads. What is not told is left out, and noted.
 *
 * Source: S3 API reference, ListObjectVersions, HeadObject (retention, hold and checksum are headers of its answer),
 * GetObject.
 */
export async function findVersions(
  s3: ReportAws["s3"],
  { bucket, ofCase, prefixes, budget }: VaultSearch,
  reading: Reading,
): Promise<readonly ObjectVersion[]> {
  const listed = await Promise.all(
    prefixes.map((prefix) =>
      reading.of(
        {
          what: `Objects below s3://${bucket}/${prefix}`,
          opens: openedByListOf(prefix, ofCase),
          below: prefix,
        },
        [],
        () => list(s3, bucket, prefix),
      ),
    ),
  );
  const every = listed.flat();
  // Decided before anything is read, so that it is the same each time.
  const within = new Set(
    every
      .filter(({ hides, key, size }) => !hides && isRead(key, ofCase) && size <= MOST_BYTES)
      .sort((a, b) => rank(a.key, ofCase) - rank(b.key, ofCase))
      .filter((found) => budget.takes(found)),
  );
  return fewAtATime(every, AT_A_TIME, async (found) => {
    if (found.hides) {
      return found;
    }
    const { key, version, size } = found;
    const Key = key;
    const head = await reading.of(
      { what: `What S3 tells of ${key}`, opens: ["locks"] },
      undefined,
      () =>
        s3.send(
          new HeadObjectCommand({
            Bucket: bucket,
            Key,
            VersionId: version,
            ChecksumMode: "ENABLED",
          }),
        ),
    );
    const told = head === undefined ? {} : toldOf(head);
    if (!isRead(key, ofCase)) {
      return { ...found, ...told };
    }
    // What hangs on them is open without a word here: no check relies on an object without its bytes.
    const itsBytes = { what: `The bytes of ${key}`, opens: [] };
    if (size > MOST_BYTES) {
      reading.note(itsBytes, `It has ${size}: a report reads ${MOST_BYTES} of one object at most.`);
      return { ...found, ...told };
    }
    if (!within.has(found)) {
      return { ...found, ...told };
    }
    const bytes = await reading.of(itsBytes, undefined, () => read(s3, bucket, key, version));
    return { ...found, ...told, bytes };
  });
}

/** What stays open where objects are not listed. */
function openedByListOf(prefix: string, ofCase: Case): readonly Check["id"][] {
  switch (prefix) {
    case ofCase.records:
      return OPENED_BY_A_RECORD;
    case ofCase.signatures:
      return ["signatures", "missing", "locks"];
    case ofCase.results:
      return ["missing", "locks", "hashes"];
    default:
      // What member accounts upload, live acquisitions among it.
      return ["missing", "locks", "hashes"];
  }
}

/** Whether a report reads what an object says. */
function isRead(key: string, ofCase: Case): boolean {
  return (
    key.startsWith(ofCase.records) ||
    key.startsWith(ofCase.signatures) ||
    (key.startsWith(ofCase.diskHashes) && key.endsWith(".json")) ||
    isManifest(key) ||
    // Of a machine that was acquired all but its memory.
    (acquiredPrefix(key) !== undefined && !key.includes("/memory/"))
  );
}

/** What is read first of a case: what its other objects are held against. */
function rank(key: string, ofCase: Case): number {
  const place = [ofCase.records, ofCase.signatures, ofCase.diskHashes].findIndex((prefix) =>
    key.startsWith(prefix),
  );
  return place < 0 ? 3 : place;
}

async function list(s3: ReportAws["s3"], Bucket: string, Prefix: string): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined =
    {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix, ...next }),
    );
    const every = [
      ...(page.Versions ?? []).map((each) => ({ ...each, hides: false })),
      ...(page.DeleteMarkers ?? []).map((each) => ({ ...each, Size: 0, hides: true })),
    ];
    for (const { Key, VersionId = "null", LastModified, Size = 0, hides } of every) {
      if (Key !== undefined) {
        const written = LastModified ?? new Date(0);
        found.push({ key: Key, version: VersionId, written, size: Size, hides });
      }
    }
    next =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
  }
  return found;
}

function toldOf({
  Metadata,
  ChecksumSHA256,
  ObjectLockLegalHoldStatus,
  ObjectLockRetainUntilDate,
}: HeadObjectCommandOutput): Partial<ObjectVersion> {
  return {
    retainedUntil: ObjectLockRetainUntilDate,
    held: ObjectLockLegalHoldStatus === "ON",
    claimedSha256: Metadata?.["sha256"],
    signedBy: Metadata?.["key"],
    s3Sha256: ChecksumSHA256,
  };
}

async function read(
  s3: ReportAws["s3"],
  Bucket: string,
  Key: string,
  VersionId: string,
): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
