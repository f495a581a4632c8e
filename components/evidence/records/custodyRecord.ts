import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { Case } from "../../case";
import { Refusal } from "../../refusal";
import { sha256 } from "../../sha256";
import type { Tags } from "../../tags";
import { RECORD_FORM } from "./recordFrame";
import { CUSTODY_RECORD, type CustodyRecord } from "./recordSchema";

/** Plain data of which any part may still be on its way from AWS. */
export type Pending<T> = T extends object
  ? pulumi.Input<{ readonly [K in keyof T]: Pending<T[K]> }>
  : pulumi.Input<T>;

/** The facts of an event. */
type KnownFacts<Event extends CustodyRecord["event"]> = Extract<
  CustodyRecord,
  { event: Event }
>["facts"];

/** The facts of an event, some of them still on their way. */
export type Facts<Event extends CustodyRecord["event"]> = Pending<KnownFacts<Event>>;

/**
 * The text of a record: the same facts give the same text. There is no clock in it.
 *
 * @throws Refusal naming every field that does not fit the schema: what is locked for years has to
 *   be right when it is written.
 */
export function recordText(record: unknown): string {
  const { success, data, error } = CUSTODY_RECORD.safeParse(record);
  if (!success) {
    throw new Refusal(
      "The custody record does not fit its schema and is not written",
      error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
    );
  }
  return `${JSON.stringify(data, sorted, 2)}\n`;
}

/** Objects with their members in alphabetical order. */
function sorted(_key: string, value: unknown): unknown {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

/**
 * What the vault and its custodians decide about an object. The provider finds the vault's default
 * retention on an object that asked for none, and would try to take it away again.
 */
export const DECIDED_BY_THE_VAULT = [
  "objectLockLegalHoldStatus",
  "objectLockMode",
  "objectLockRetainUntilDate",
];

/** A record as an object of the vault. */
export interface RecordFile {
  readonly key: string;
  readonly content: string;

  /** Unlike tags, metadata cannot be changed afterwards. */
  readonly metadata: Record<string, string>;
}

/** What the vault is told of every record's content. */
export const RECORD_CONTENT = {
  contentType: "application/json",
  checksumAlgorithm: "SHA256",
} as const;

/**
 * The file of a record.
 *
 * @throws Refusal where the facts do not fit the schema.
 */
export function recordFile<Event extends CustodyRecord["event"]>(
  event: Event,
  ticket: string,
  facts: KnownFacts<Event>,
): RecordFile {
  return fileOf({ form: RECORD_FORM, event, ticket, facts });
}

/** The file of a record that is known already: of one that was read, the very same that it was read from. */
export function fileOf(record: {
  readonly form: string;
  readonly event: string;
  readonly ticket: string;
  readonly facts: object;
}): RecordFile {
  const content = recordText(record);
  const digest = sha256(content);
  const { event, ticket } = record;
  return {
    key: new Case(ticket).record(digest),
    content,
    metadata: { event, sha256: digest, ticket },
  };
}

/** The vault's object that holds a record which is known. */
export function fileObject(
  bucket: pulumi.Input<string>,
  file: RecordFile,
  tags: Tags,
): aws.s3.BucketObjectv2Args {
  return { bucket, ...file, ...RECORD_CONTENT, tags };
}

/** The vault's object that holds a record. */
export function recordObject<Event extends CustodyRecord["event"]>(
  bucket: pulumi.Input<string>,
  event: Event,
  ticket: string,
  facts: Facts<Event>,
  tags: Tags,
): aws.s3.BucketObjectv2Args {
  const { key, content, metadata } = pulumi
    .output({ facts })
    .apply(({ facts: known }) => recordFile(event, ticket, known as KnownFacts<Event>));
  return { bucket, key, content, metadata, ...RECORD_CONTENT, tags };
}
