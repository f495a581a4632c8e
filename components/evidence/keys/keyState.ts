import * as aws from "@pulumi/aws";

import { parseArn } from "../../aws/arn";

/**
 * Why a key cannot be used, as the rest of a sentence about it: in every state but Enabled KMS refuses.
 * Undefined where it can.
 *
 * Source: KMS developer guide, "Key states of AWS KMS keys".
 *
 * @param keyId ARN of the key.
 * @throws what AWS answers where the key cannot be looked at.
 */
export async function unusableState(keyId: string): Promise<string | undefined> {
  const { keyState, deletionDate } = await aws.kms.getKey({ keyId });
  const { region, account: owner } = parseArn(keyId);
  const command = (action: string) => `aws kms ${action} --region ${region} --key-id ${keyId}`;
  switch (keyState) {
    case "Enabled":
      return undefined;
    case "Disabled":
      return `is disabled: have account ${owner} enable it, then run this again: ${command("enable-key")}`;
    case "PendingDeletion":
    case "PendingReplicaDeletion":
      return `is to be deleted${deletionDate ? ` on ${deletionDate}` : ""}, and what is under it is then unreadable for ever: have account ${owner} cancel that, then enable it: ${command("cancel-key-deletion")}; ${command("enable-key")}`;
    case "PendingImport":
      return `has no key material: have account ${owner} import it again, then run this again.`;
    case "Unavailable":
      return `is unavailable: have account ${owner} connect its custom key store, then run this again.`;
    case "Creating":
    case "Updating":
      return `is ${keyState} still: run this again in a minute.`;
    default:
      return `is ${keyState}, not Enabled: have account ${owner} enable it, then run this again.`;
  }
}
