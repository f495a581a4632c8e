import { createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";

import { Case, VAULT_FOLDERS } from "../../components/case";
import { SIGNING_KEY_ALIAS, SIGNING_RUNBOOK } from "../../components/names";
import type { Account } from "./account";
import { addObject, objectsIn } from "./buckets";
import { findKey, requireUsableKey } from "./keys";

const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";

/** A key in SEC 1's form is these bytes, its number, and the curve P-256. Source: RFC 5915, section 3. */
const BEFORE = "30310201010420";
const CURVE = "a00a06082a8648ce3d030107";

/**
 * The private half of a key that signs: always the same of the same key, as KMS keeps it, and written nowhere.
 *
 * @param keyId Its id.
 */
export function privateKeyOf(keyId: string): KeyObject {
  const number = createHash("sha256").update(keyId).digest("hex");
  return createPrivateKey({
    key: Buffer.from(BEFORE + number + CURVE, "hex"),
    format: "der",
    type: "sec1",
  });
}

/**
 * What the runbook that signs has done by now, which nothing here runs: each record of the vault has a signature, where
 * the vault's events start it and the key is usable.
 *
 * @returns how many were signed just now.
 * @throws AwsError where KMS refuses the key.
 */
export function signRecords(account: Account, bucket: string): number {
  const runbook = account.find("aws:ssm/document:Document", SIGNING_RUNBOOK);
  if (
    runbook === undefined ||
    account.find(NOTIFICATION, bucket)?.properties["eventbridge"] !== true
  ) {
    return 0;
  }
  const key = findKey(account, SIGNING_KEY_ALIAS);
  requireUsableKey(account, key?.arn ?? SIGNING_KEY_ALIAS, "SIGN_VERIFY");
  const objects = objectsIn(account, bucket);
  const keys = objects.map(({ properties }) => String(properties["key"]));
  const unsigned = objects.flatMap(({ properties }) => {
    const [folder, ticket = "", name = ""] = String(properties["key"]).split("/");
    const content = String(properties["content"]);
    const isItsName = name === `${createHash("sha256").update(content).digest("hex")}.json`;
    const signature = new Case(ticket).signatureOf(String(properties["key"]));
    return folder === VAULT_FOLDERS.records && isItsName && !keys.includes(signature)
      ? [{ content, signature }]
      : [];
  });
  for (const { content, signature } of unsigned) {
    const made = sign("sha256", Buffer.from(content), privateKeyOf(key?.id ?? ""));
    addObject(account, bucket, signature, {
      properties: { contentBase64: made.toString("base64") },
    });
  }
  return unsigned.length;
}
