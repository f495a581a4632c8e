import { accountId, text } from "./forms";

/** Source of a pattern of an e-mail address. */
export const ADDRESS = "[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+";

/** The settings of every kind of stack. */
export const common = {
  accountId: accountId().meta({
    description:
      "The Audit account everything is built in. Must be the only entry of `aws:allowedAccountIds`.",
    example: "111122223333",
  }),
  notification: text(
    new RegExp(`^(?=.{3,256}$)${ADDRESS}( ${ADDRESS})*$`),
    "an e-mail address, or several separated by single spaces; at most 256 characters",
  ).meta({
    description: "Who is told about these resources; the value of the `notification` tag.",
    example: "aws-operations@example.edu",
  }),
};
