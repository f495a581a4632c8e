import { parseArn } from "../components/aws/arn";
import { arnForm } from "./arns";
import { text } from "./forms";
import type { Mistake } from "./mistake";

const permissionsBoundary = arnForm("iam::(\\d{12}|aws):policy/([\\w+=,.@-]+/)*[\\w+=,.@-]+");

/** The boundary of the roles that are no case's. */
export const boundary = {
  permissionsBoundary: text(permissionsBoundary, "the ARN of a managed policy").optional().meta({
    description:
      "Permissions boundary that your organisation demands: for every role this stack makes.",
    example: "arn:aws:iam::aws:policy/PowerUserAccess",
  }),
};

/** A boundary is found in the account of the role, or is AWS's own. */
export function boundaryMistakes(
  accountId: string | undefined,
  arn: string | undefined,
): Mistake[] {
  const owner = arn === undefined ? "aws" : parseArn(arn).account;
  return owner === "aws" || accountId === undefined || owner === accountId
    ? []
    : [
        {
          key: "permissionsBoundary",
          found: arn,
          required: `a policy of account ${accountId}, or one of AWS's own: IAM finds no other`,
        },
      ];
}
