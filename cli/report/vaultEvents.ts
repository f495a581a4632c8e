import { gunzipSync } from "node:zlib";

import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";

import { fewAtATime } from "../../components/aws/fewAtATime";
import { Case } from "../../components/case";
import type { EventFact } from "./caseFacts";
import { asJson } from "./knownCase";
import type { Reading } from "./reading";
import type { ReportAws } from "./reportAws";

const AT_A_TIME = 16;
const DAY = 24 * 60 * 60 * 1000;

/** Where a trail's log files are, and what of them is wanted. */
export interface TrailSearch {
  readonly accountId: string;
  readonly region: string;

  /** Bucket of the log files. */
  readonly trailBucket: string;

  /** The vault's name: what is asked of another bucket is left out. */
  readonly vaultBucket: string;
  readonly ticket: string;

  /** From the day of this time on, to that one. */
  readonly from: Date;
  readonly to: Date;
}

/**
 * What the trail of the vault's events has of a case. A log file that is not read is noted, and the others are.
 *
 * Source: CloudTrail user guide, "CloudTrail log file name format", "CloudTrail record contents".
 */
export async function findVaultEvents(
  s3: ReportAws["s3"],
  search: TrailSearch,
  reading: Reading,
): Promise<readonly EventFact[]> {
  const { trailBucket } = search;
  const files = await fewAtATime(daysOf(search), AT_A_TIME, async (day) => {
    const listed = await reading.of(
      { what: `The trail's log files in ${trailBucket}`, opens: ["missing"] },
      [],
      () => filesOf(s3, trailBucket, prefixOf(search, day)),
    );
    return listed.map((key) => ({ day, key }));
  });
  const found = await fewAtATime(files.flat(), AT_A_TIME, ({ day, key }) =>
    reading.of(
      { what: `Every log file of the trail of ${day}`, opens: ["missing"] },
      [],
      async () => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: trailBucket, Key: key }));
        return eventsIn(Buffer.from((await Body?.transformToByteArray()) ?? []), search);
      },
    ),
  );
  return found.flat();
}

/** The events about a case in a log file, and deletions in the vault that name no object: they may be about it. */
export function eventsIn(
  file: Buffer,
  { vaultBucket, ticket }: Pick<TrailSearch, "vaultBucket" | "ticket">,
): readonly EventFact[] {
  const { Records = [] } = (asJson(gunzipSync(file)) ?? {}) as {
    readonly Records?: readonly TrailRecord[];
  };
  const ofCase = new Case(ticket);
  const isOfCase = (key: string) =>
    [ofCase.records, ofCase.signatures, ofCase.results, ofCase.reports].some((prefix) =>
      key.startsWith(prefix),
    ) || new RegExp(`^${ofCase.uploads("\\d{12}")}`).test(key);
  return Records.flatMap((record) => {
    const { eventName, userIdentity, requestParameters, responseElements } = record;
    const { bucketName, key } = requestParameters ?? {};
    if (bucketName !== vaultBucket && !bucketsOf(record).includes(vaultBucket)) {
      return [];
    }
    const about =
      key === undefined
        ? eventName === "DeleteObjects"
          ? vaultBucket
          : undefined
        : isOfCase(key)
          ? key
          : undefined;
    return about === undefined
      ? []
      : [
          {
            id: record.eventID,
            at: new Date(record.eventTime),
            name: eventName,
            who: userIdentity?.arn ?? userIdentity?.invokedBy ?? "somebody",
            about,
            version: responseElements?.["x-amz-version-id"],
            refused: record.errorCode,
            from: "trail" as const,
          },
        ];
  });
}

/** A record of CloudTrail's, as far as it is read. */
interface TrailRecord {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly userIdentity?: { readonly arn?: string; readonly invokedBy?: string };
  readonly requestParameters?: { readonly bucketName?: string; readonly key?: string } | null;
  readonly responseElements?: { readonly "x-amz-version-id"?: string } | null;
  readonly resources?: readonly { readonly ARN?: string; readonly ARNPrefix?: string }[];
  readonly errorCode?: string;
}

/** Buckets that a record is about by their ARN: asked for through an access point, a bucket has that one's name. */
function bucketsOf({ resources = [] }: TrailRecord): readonly string[] {
  return resources.flatMap(
    ({ ARN, ARNPrefix }) => /^arn:[^:]+:s3:::([^/]+)/.exec(ARN ?? ARNPrefix ?? "")?.[1] ?? [],
  );
}

function daysOf({ from, to }: TrailSearch): readonly string[] {
  const first = Math.floor(from.getTime() / DAY);
  const last = Math.floor(to.getTime() / DAY);
  return Array.from({ length: last - first + 1 }, (_, day) =>
    new Date((first + day) * DAY).toISOString().slice(0, 10).replaceAll("-", "/"),
  );
}

function prefixOf({ accountId, region }: TrailSearch, day: string): string {
  return `AWSLogs/${accountId}/CloudTrail/${region}/${day}/`;
}

async function filesOf(s3: ReportAws["s3"], Bucket: string, Prefix: string): Promise<string[]> {
  const found: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found.filter((key) => key.endsWith(".json.gz"));
}
