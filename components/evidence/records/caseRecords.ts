import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

import { lookUpFailure } from "../../aws/failure";
import { Case } from "../../case";
import { fewAtATime } from "../../aws/fewAtATime";
import { Refusal } from "../../refusal";
import { sha256 } from "../../sha256";
import { CUSTODY_RECORD, type CustodyRecord } from "./recordSchema";

/** Records that are read at the same time, as many as S3 answers without slowing down. */
const AT_A_TIME = 24;

/** A case in the vault. */
export interface CaseVault {
  /** The vault's name. */
  readonly bucket: string;
  readonly ticket: string;
}

/** What lies among the records of a case. */
export interface FoundRecords {
  /** Every record in a form that is read, by the key of its object. */
  readonly records: ReadonlyMap<string, CustodyRecord>;

  /** When the newest version of each object was written, as S3 says; no record says it itself. */
  readonly written: ReadonlyMap<string, Date>;

  /** Keys of objects in another form, such as an earlier one. */
  readonly ofAnotherForm: readonly string[];

  /** Keys of objects that are not what their names say: not of this text, or not of this ticket. */
  readonly forged: readonly string[];
}

/**
 * Reads all records of a case, and compares each with the hash that its name is.
 *
 * @throws Refusal where S3 does not give one of them.
 */
export async function findCaseRecords(
  client: Pick<S3Client, "send">,
  { bucket, ticket }: CaseVault,
): Promise<FoundRecords> {
  const ofCase = new Case(ticket);
  const objects = await listObjects(client, bucket, ofCase.records);
  const keys = objects.map(({ key }) => key);
  const texts = await fewAtATime(keys, AT_A_TIME, (key) => readRecord(client, bucket, key));
  const records = new Map<string, CustodyRecord>();
  const ofAnotherForm: string[] = [];
  const forged: string[] = [];
  keys.forEach((key, index) => {
    const text = texts[index] ?? "";
    const { data } = CUSTODY_RECORD.safeParse(parsed(text));
    if (key !== ofCase.record(sha256(text)) || (data?.ticket ?? ticket) !== ticket) {
      forged.push(key);
    } else if (data === undefined) {
      ofAnotherForm.push(key);
    } else {
      records.set(key, data);
    }
  });
  const written = new Map(objects.map((object) => [object.key, object.written]));
  return { records, written, ofAnotherForm, forged };
}

/** The text of one record. @throws Refusal where S3 does not give it. */
export async function readRecord(
  client: Pick<S3Client, "send">,
  bucket: string,
  Key: string,
): Promise<string> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    throw new Refusal("The vault was not read", [
      lookUpFailure(`The record s3://${bucket}/${Key}`, error),
    ]);
  }
}

/**
 * Keys of the vault's objects below a prefix.
 *
 * @throws Refusal where S3 does not tell.
 */
export async function findObjects(
  client: Pick<S3Client, "send">,
  bucket: string,
  prefix: string,
): Promise<string[]> {
  return (await listObjects(client, bucket, prefix)).map(({ key }) => key);
}

/** The same, each with when S3 says that its newest version was written. */
export async function listObjects(
  client: Pick<S3Client, "send">,
  bucket: string,
  Prefix: string,
): Promise<{ readonly key: string; readonly written: Date }[]> {
  const objects: { key: string; written: Date }[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client
      .send(new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken }))
      .catch((error: unknown) => {
        throw new Refusal("The vault was not read", [
          lookUpFailure(`What lies in s3://${bucket}/${Prefix}`, error),
        ]);
      });
    for (const { Key, LastModified = new Date(0) } of page.Contents ?? []) {
      if (Key !== undefined) {
        objects.push({ key: Key, written: LastModified });
      }
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return objects;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
