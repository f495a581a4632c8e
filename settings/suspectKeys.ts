import { z } from "zod";

import { parseArn } from "../components/aws/arn";
import { keyArn, roleArn } from "./arns";
import { listOf, unique } from "./forms";
import type { Mistake } from "./mistake";

const suspectKey = z.strictObject(
  {
    keyArn: keyArn(),
    assumeRole: roleArn(
      "the ARN of an IAM role of the key's account, which may make and revoke grants on it",
    ),
  },
  { error: "keyArn and assumeRole" },
);

/** Keys of member accounts that are granted while a room is open. */
export const suspectKeys = unique(
  listOf(suspectKey, "a list of keyArn and assumeRole"),
  "key",
  "keyArn",
)
  .default([])
  .meta({
    description:
      "Customer managed keys of member accounts, for evidence that is handed over under them as it is: `keyArn`, and `assumeRole`, a role of that account that the deployer may assume and that may make, list and revoke grants on the key. Granted to the incident deployers while the room is open.",
    example: [
      {
        keyArn: "arn:aws:kms:us-east-1:222233334444:key/0f1e2d3c-0000-4000-8000-000000000000",
        assumeRole: "arn:aws:iam::222233334444:role/clean-room-grants",
      },
    ],
  });

/** What is wrong with keys that are to be granted, beside the Audit account and the stack's Region. */
export function suspectKeyMistakes(
  keys: readonly Partial<z.output<typeof suspectKey>>[] = [],
  accountId: string | undefined,
  region: string | undefined,
): Mistake[] {
  return keys.flatMap(({ keyArn: arn, assumeRole }, index) => {
    if (arn === undefined) {
      return [];
    }
    const key = parseArn(arn);
    const at = (name: string) => `suspectKeys.${index}.${name}`;
    const mistakes: Mistake[] = [];
    if (key.account === accountId) {
      const required = `a key of another account than ${accountId}, whose own keys need no grant`;
      mistakes.push({ key: at("keyArn"), found: arn, required });
    }
    if (region !== undefined && key.region !== region) {
      const required = `a key of ${region}, the stack's Region`;
      mistakes.push({ key: at("keyArn"), found: arn, required });
    }
    if (assumeRole !== undefined && parseArn(assumeRole).account !== key.account) {
      const required = `a role of account ${key.account}, the key's`;
      mistakes.push({ key: at("assumeRole"), found: assumeRole, required });
    }
    return mistakes;
  });
}
