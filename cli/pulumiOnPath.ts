import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { parse } from "yaml";

import { Refusal } from "../components/refusal";

const INSTALL = "install it (https://www.pulumi.com/docs/iac/download-install/)";

/**
 * The Pulumi CLI on the PATH, whatever works with it.
 *
 * @throws Refusal where it does not run, or is older than Pulumi.yaml says; the system's own error where there is none.
 */
export async function pulumiOnPath(): Promise<PulumiCommand> {
  const pulumi = await PulumiCommand.get({ skipVersionCheck: true }).catch((error: unknown) => {
    const { message = "", code } = error as { message?: string; code?: string };
    // That one is not there, reasonOf says.
    if (/ENOENT/.test(`${code} ${message}`)) {
      throw error;
    }
    throw new Refusal("The Pulumi CLI on the PATH does not run; nothing was changed", [
      `Which one it is: command -v pulumi. Mend it, or ${INSTALL}, then run this again. It said: ${lastLine(message)}`,
    ]);
  });
  const needed = neededVersion();
  const { version } = pulumi;
  if (version === null || version.compare(needed) < 0) {
    throw new Refusal(
      "The Pulumi CLI on the PATH is another one than this needs; nothing was changed",
      [
        `${needed} or newer is needed, and it says ${version === null ? "no version" : version.version}. Which one it is: command -v pulumi. Where it came from a package, update that; else ${INSTALL}, then run this again.`,
      ],
    );
  }
  return pulumi;
}

/** `requiredPulumiVersion`: a CLI that is older may not know that line itself. */
function neededVersion(): string {
  const file = readFileSync(join(dirname(__dirname), "Pulumi.yaml"), "utf8");
  const { requiredPulumiVersion } = parse(file) as { readonly requiredPulumiVersion: string };
  return requiredPulumiVersion.replace(/^>=\s*/, "");
}

/** What it said last, of all that the Automation API tells of a command that failed. */
function lastLine(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/^(code|stdout|stderr|err\??):/, "").trim())
    .filter((line) => line !== "");
  return lines.at(-1) ?? "nothing";
}
