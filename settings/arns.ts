import type { z } from "zod";

import { parseArn } from "../components/aws/arn";
import { PARTITION_NAME, REGION_NAME } from "../components/aws/partition";
import { listOf, text, unique } from "./forms";
import type { Mistake } from "./mistake";

// The forms of ARNs, and whose they may be.

/** The form of an ARN: `rest` follows the partition. */
export const arnForm = (rest: string) => new RegExp(`^arn:${PARTITION_NAME}:${rest}$`);

export const ROLE_ARN = arnForm("iam::\\d{12}:role/([\\w+=,.@-]+/)*[\\w+=,.@-]+\\*?");

/** What the role of an IAM Identity Center permission set is called, in which path. */
const PERMISSION_SET_ROLE =
  /:role\/aws-reserved\/sso\.amazonaws\.com\/([a-z0-9-]+\/)?AWSReservedSSO_[^/]*$/;

/** Refuses a role of IAM Identity Center without its path: AWS's conditions compare it. */
export const withItsPath = (arn: z.ZodString) =>
  arn.refine((value) => !value.includes("AWSReservedSSO") || PERMISSION_SET_ROLE.test(value), {
    error:
      "the path of a role of IAM Identity Center as well: role/aws-reserved/sso.amazonaws.com/<Region>/AWSReservedSSO_…, without <Region>/ where Identity Center is in us-east-1; aws iam list-roles --path-prefix /aws-reserved/ shows it",
  });

export const roleArns = (fewest: number) =>
  unique(
    listOf(
      withItsPath(
        text(
          ROLE_ARN,
          "the ARN of an IAM role; a * is allowed as its last character only, for the suffix IAM Identity Center appends",
        ),
      ),
      "a list of role ARNs",
    ).min(fewest, { error: "at least one role ARN" }),
    "role",
  );

/** One role: what is granted or assumed has no `*`. */
export const roleArn = (required: string) =>
  withItsPath(text(arnForm("iam::\\d{12}:role/([\\w+=,.@-]+/)*[\\w+=,.@-]+"), required));

export const keyArn = () =>
  text(
    arnForm(
      `kms:${REGION_NAME}:\\d{12}:key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})`,
    ),
    "the ARN of a key: an id or an alias means nothing in another account",
  );

/** ARNs of a list that are not of the account they have to be of; nothing where that is not known. */
export function ofOtherAccounts(
  setting: string,
  arns: readonly string[] = [],
  accountId: string | undefined,
  required: string,
): Mistake[] {
  return arns.flatMap((arn, index) =>
    accountId === undefined || parseArn(arn).account === accountId
      ? []
      : [{ key: `${setting}.${index}`, found: arn, required }],
  );
}
