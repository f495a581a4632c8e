import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { sha256 } from "../sha256";
import type { Tags } from "../tags";

/** A custody record: facts as plain data, written once and never changed. */
export interface CustodyRecord {
  /** Version of the record's form. */
  readonly form: "clean-room/record/1";

  /** What the record is about. */
  readonly event: "opening" | "closing";
  readonly ticket: string;

  /** The facts of the event; no secrets. */
  readonly facts: pulumi.Inputs;
}

/** The text of a record: the same facts give the same text. */
export function recordText(record: pulumi.Unwrap<CustodyRecord>): string {
  return `${JSON.stringify(record, sorted, 2)}\n`;
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

/**
 * The vault's object that holds a record. Its name is the hash of its content, so that a changed
 * record is another object, and a reader can tell that nothing was changed.
 */
export function recordObject(
  bucket: pulumi.Input<string>,
  record: CustodyRecord,
  tags: Tags,
): aws.s3.BucketObjectv2Args {
  const content = pulumi.output(record).apply(recordText);
  const digest = content.apply(sha256);
  return {
    bucket,
    key: digest.apply((hash) => `records/${record.ticket}/${hash}.json`),
    content,
    contentType: "application/json",
    checksumAlgorithm: "SHA256",
    tags,
    // Unlike tags, metadata cannot be changed afterwards.
    metadata: { event: record.event, sha256: digest, ticket: record.ticket },
  };
}
