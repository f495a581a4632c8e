import type { StackSummary } from "@pulumi/pulumi/automation";

import { Refusal } from "../../components/refusal";
import { reasonOf } from "../reasonOf";
import type { Finding } from "./checks";

/** Member accounts that have a stack in this backend. */
export interface PreparedMembers {
  /** Their ids, 12 digits each. */
  readonly accounts: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Finds the member accounts that have a stack. Listing stacks reads the state of each, which not everybody may who looks at
 * the foundation: then that is said, and what else there is to look at is looked at.
 *
 * @throws Refusal where the stacks are none that can be used
 */
export async function findPreparedMembers(
  list: () => Promise<readonly Pick<StackSummary, "name">[]>,
): Promise<PreparedMembers> {
  try {
    const accounts = (await list()).flatMap(
      ({ name }) => /^member-(\d{12})$/.exec(name)?.[1] ?? [],
    );
    const said = "No member account is prepared: docs/member-accounts.md.";
    return { accounts, findings: accounts.length === 0 ? [{ verdict: "mend", said }] : [] };
  } catch (error) {
    if (error instanceof Refusal) {
      throw error;
    }
    const said = `Which member accounts are prepared is not known, as the stacks cannot be listed: ${reasonOf(error)}`;
    return { accounts: [], findings: [{ verdict: "unknown", said }] };
  }
}
