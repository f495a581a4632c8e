import { ACCOUNT_SWITCHES } from "../components/account/switchNames";
import { listOf, oneOf, unique } from "./forms";

/** Which of the account's own switches a stack sets. */
export const accountSwitches = {
  accountSwitches: unique(listOf(oneOf(ACCOUNT_SWITCHES), "a list of names"), "switch")
    .default([])
    .meta({
      description:
        "Switches of the account in this Region that the stack sets; where your organisation decides them, leave them out. `disks`: new disks are encrypted. `snapshots`, `images`, `buckets`: none is shared with everybody. `metadata`: new machines want a token. `serial-console`: off.",
      example: [...ACCOUNT_SWITCHES],
    }),
};
