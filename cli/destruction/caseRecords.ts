import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

import { refuseAct } from "../awsRefusals";
import {
  findCaseRecords,
  type FoundRecords,
  readRecord,
} from "../../components/evidence/records/caseRecords";
import { RECORD_CONTENT, type RecordFile } from "../../components/evidence/records/custodyRecord";
import { Refusal } from "../../components/refusal";
import type { Tags } from "../../components/tags";

/** The custody records of a case, in the vault: read, and written once. */
export class CaseRecords {
  /** @param tags What is put on a record that is written. */
  public constructor(
    private readonly client: Pick<S3Client, "send">,
    public readonly bucket: string,
    public readonly ticket: string,
    private readonly tags: Tags,
  ) {}

  /** Reads all of them, and compares each with the hash that its name is. */
  public async all(): Promise<FoundRecords> {
    return findCaseRecords(this.client, this);
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
      if ((await readRecord(this.client, this.bucket, key)) !== content) {
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
}
