import { Refusal } from "../../components/refusal";
import { asText, parseSettings, SettingsError } from "../../settings/parseSettings";
import type { MemberAccount } from "./accountsFile";
import { configOf, stackOf } from "./stackFile";

/** A mistake in the defaults is a mistake in every account: so many are shown. */
const SHOWN = 3;

/**
 * Checks the settings of every account as its stack would, before the first one is deployed.
 *
 * @param project Name of the Pulumi project.
 * @throws Refusal with every mistake of the first accounts that have any, and how many more have.
 */
export function requireSettings(accounts: readonly MemberAccount[], project: string): void {
  const mistaken = accounts.flatMap((account) => {
    const stack = stackOf(account);
    try {
      parseSettings({ project, stack, values: asText(configOf(account, project)) });
      return [];
    } catch (error) {
      if (error instanceof SettingsError) {
        return [error.message];
      }
      throw error;
    }
  });
  if (mistaken.length > 0) {
    const more = mistaken.length - SHOWN;
    throw new Refusal(`${mistaken.length} of ${accounts.length} accounts have mistakes`, [
      ...mistaken.slice(0, SHOWN),
      ...(more > 0 ? [`and ${more} more`] : []),
    ]);
  }
}
