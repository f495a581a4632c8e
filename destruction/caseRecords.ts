import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import { RECORD_CONTENT, type RecordFile } from "../components/evidence/custodyRecord";
import { CUSTODY_RECORD, type CustodyRecord } from "../components/evidence/recordSchema";
import type { Tags } from "../components/tags";

/** The custody records of a case, in the vault. */
export class CaseRecords {
  /** @param tags What is put on a record that is written. */
  public constructor(
    private readonly client: Pick<S3Client, "send">,
    private readonly bucket: string,
    public readonly ticket: string,
    private readonly tags: Tags,
  ) {}

  /** Every record in the form that is written now, by the key of its object. */
  public async all(): Promise<ReadonlyMap<string, CustodyRecord>> {
    const records = new Map<string, CustodyRecord>();
    for (const Key of await this.keys()) {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key }));
      const { data } = CUSTODY_RECORD.safeParse(parsed(await Body?.transformToString()));
      if (data !== undefined) {
        records.set(Key, data);
      }
    }
    return records;
  }

  /** Writes a record, locked by the vault's default. Where it is there already it stays as it is. */
  public async write({ key, content, metadata }: RecordFile): Promise<void> {
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: content,
          Metadata: metadata,
          ContentType: RECORD_CONTENT.contentType,
          ChecksumAlgorithm: RECORD_CONTENT.checksumAlgorithm,
          Tagging: new URLSearchParams(this.tags).toString(),
          IfNoneMatch: "*",
        }),
      );
    } catch (error) {
      if ((error as Error).name !== "PreconditionFailed") {
        throw error;
      }
    }
  }

  /** Where in S3 the object of a record is. */
  public uri(key: string): string {
    return `s3://${this.bucket}/${key}`;
  }

  private async keys(): Promise<string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: `records/${this.ticket}/`,
          ContinuationToken,
        }),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
