import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import { refuseAct, refuseLookUp } from "../commands/awsRefusals";
import { RECORD_CONTENT, type RecordFile, recordKey } from "../components/evidence/custodyRecord";
import { CUSTODY_RECORD, type CustodyRecord } from "../components/evidence/recordSchema";
import { Refusal } from "../components/refusal";
import { sha256 } from "../components/sha256";
import type { Tags } from "../components/tags";

/** What lies among the records of a case. */
export interface FoundRecords {
  /** Every record in the form that is written now, by the key of its object. */
  readonly records: ReadonlyMap<string, CustodyRecord>;

  /** Keys of objects in another form, such as an earlier one. */
  readonly ofAnotherForm: readonly string[];

  /** Keys of objects that are not what their names say: not of this text, or not of this ticket. */
  readonly forged: readonly string[];
}

/** The custody records of a case, in the vault. */
export class CaseRecords {
  /** @param tags What is put on a record that is written. */
  public constructor(
    private readonly client: Pick<S3Client, "send">,
    private readonly bucket: string,
    public readonly ticket: string,
    private readonly tags: Tags,
  ) {}

  /** Reads all of them, and compares each with the hash that its name is. */
  public async all(): Promise<FoundRecords> {
    const records = new Map<string, CustodyRecord>();
    const ofAnotherForm: string[] = [];
    const forged: string[] = [];
    for (const key of await this.keys()) {
      const text = await this.text(key);
      const { data } = CUSTODY_RECORD.safeParse(parsed(text));
      if (
        key !== recordKey(this.ticket, sha256(text)) ||
        (data?.ticket ?? this.ticket) !== this.ticket
      ) {
        forged.push(key);
      } else if (data === undefined) {
        ofAnotherForm.push(key);
      } else {
        records.set(key, data);
      }
    }
    return { records, ofAnotherForm, forged };
  }

  /**
   * Writes a record, locked by the vault's default. One that is there already stays as it is.
   *
   * @throws Refusal where something else has its name.
   */
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
        refuseAct(`The record ${this.uri(key)} was not written`)(error);
      }
      if ((await this.text(key)) !== content) {
        throw new Refusal("The record is not written", [
          `${this.uri(key)} holds something else than its name says.`,
        ]);
      }
    }
  }

  /** Where in S3 the object of a record is. */
  public uri(key: string): string {
    return `s3://${this.bucket}/${key}`;
  }

  private async text(Key: string): Promise<string> {
    const { Body } = await this.client
      .send(new GetObjectCommand({ Bucket: this.bucket, Key }))
      .catch(refuseLookUp(`The record ${this.uri(Key)}`));
    return (await Body?.transformToString()) ?? "";
  }

  private async keys(): Promise<string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const Prefix = `records/${this.ticket}/`;
      const page = await this.client
        .send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix, ContinuationToken }))
        .catch(refuseLookUp(`What lies in ${this.uri(Prefix)}`));
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
