import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where the Pulumi CLI keeps state by now. */
export interface PulumiLogin {
  readonly url: string;

  /** How it is given up, as a sentence's start. */
  readonly giveUp: string;
}

/**
 * The backend that the CLI asks, in the order that it looks for one; undefined where nobody ever named one here, and for
 * that reason nobody keeps stacks. The CLI itself says the same words of a login that has expired and of none.
 *
 * Source: Pulumi's pkg/workspace GetCurrentCloudURL and sdk/go/common/workspace/creds.go.
 *
 * @param ofProject What `Pulumi.yaml` says.
 */
export function pulumiLogin(
  ofProject: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): PulumiLogin | undefined {
  const { PULUMI_BACKEND_URL, PULUMI_ACCESS_TOKEN } = environment;
  if (PULUMI_BACKEND_URL) {
    return { url: PULUMI_BACKEND_URL, giveUp: "unset PULUMI_BACKEND_URL" };
  }
  if (ofProject !== undefined) {
    return { url: ofProject, giveUp: "take backend out of Pulumi.yaml" };
  }
  const current = currentIn(environment);
  if (current) {
    return { url: current, giveUp: "pulumi logout" };
  }
  return PULUMI_ACCESS_TOKEN
    ? { url: "https://api.pulumi.com", giveUp: "unset PULUMI_ACCESS_TOKEN" }
    : undefined;
}

/** The last login that was not ended by a logout. Of the file, which keeps tokens too, nothing else is read. */
function currentIn({
  PULUMI_CREDENTIALS_PATH,
  PULUMI_HOME,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = PULUMI_CREDENTIALS_PATH || PULUMI_HOME || join(homedir(), ".pulumi");
  const path = join(folder, "credentials.json");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return text.trim() === "" ? undefined : (JSON.parse(text) as { current?: string }).current;
}
