import { z } from "zod";

import { ACCOUNT_ID, exactly, INSTANCE_ID, SNAPSHOT_ID, VOLUME_ID } from "../../aws/ids";
import { Case, TICKET } from "../../case";
import { DEVICE_NAME } from "../copies/deviceNames";

// The forms of which records are made. Records are kept, so that a form may get wider and never narrower.

/** A text of this form. */
export function text(form: RegExp, description: string) {
  return z.string().regex(form).meta({ description });
}

/** The case of any ticket, as a source of patterns. */
export const ofAny = new Case(TICKET);
/** An AWS account. */
export const accountId = (description: string) => text(exactly(ACCOUNT_ID), description);
/** A SHA-256, in hexadecimal digits. */
export const sha256 = (description: string) => text(/^[0-9a-f]{64}$/, description);
/** An EBS snapshot. */
export const snapshotId = (description: string) => text(exactly(SNAPSHOT_ID), description);
/** An EBS volume. */
export const volumeId = (description: string) => text(exactly(VOLUME_ID), description);
/** An EC2 instance. */
export const instanceId = (description: string) => text(exactly(INSTANCE_ID), description);
/** The ARN of a KMS key. */
export const keyArn = (description: string) =>
  text(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, description);
/** The ARN of a role. */
export const roleArn = (description: string) =>
  text(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, description);
/** Where a record is in the vault. */
export const recordKey = text(
  new RegExp(`^${ofAny.records}[0-9a-f]{64}\\.json$`),
  "Key of an object of the vault.",
);

/** The name that a disk is attached under. */
export const device = (description: string) => text(DEVICE_NAME, description);
/** A port of TCP or UDP. */
export const port = (description: string) => z.int().min(1).max(65535).meta({ description });
