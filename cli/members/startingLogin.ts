import { requireLogin, type Sts } from "../login";
import { asText } from "../../settings/parseSettings";
import { awsCredentials, FIRST_CREDENTIALS } from "../../stacks/awsCredentials";
import type { ClientConfig } from "../../stacks/incidentState";

/** What decides about the credentials of an account's stack. */
export interface ConfiguredStack {
  readonly region: string;

  /** Its configuration by full key. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Asks STS who is calling, once for each of the credentials that these stacks start from: the roles that they
 * assume with them are of their own accounts, and each stack asks as whom it works.
 *
 * @throws Refusal where nobody is logged in.
 */
export async function requireStartingLogin(
  stacks: readonly ConfiguredStack[],
  stsOf: (config: ClientConfig) => Sts,
): Promise<void> {
  const asked = new Set<string>();
  for (const { region, config } of stacks) {
    const first = FIRST_CREDENTIALS.flatMap((key) =>
      config[key] === undefined ? [] : [[key, config[key]] as const],
    );
    const name = JSON.stringify(first);
    // What is encrypted only the engine reads.
    if (asked.has(name) || first.some(([, value]) => isSecret(value))) {
      continue;
    }
    asked.add(name);
    const credentials = awsCredentials(asText(Object.fromEntries(first)));
    await requireLogin(stsOf({ region, credentials }));
  }
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}
