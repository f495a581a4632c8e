import { createHash, createPublicKey } from "node:crypto";

import { Command } from "commander";

import type { Output } from "../output";
import { worst } from "../report/concluded";
import { EXIT_CODES, linesOf } from "../report/verdicts";
import { readKeptCase } from "./keptCase";
import { keptChecks } from "./keptChecks";

/** The subcommand, as it is called. It asks nobody. */
export function verify(output: Output): Command {
  const command = new Command("verify")
    .description(
      `Verifies the records of a case away from AWS: their bytes, forms, signatures, and the order of events. The folder is one that report --bundle wrote, or has the records alone.

Exit codes: 0 all is verified; 1 it is no such folder; 2 something is wrong; 3 nothing is wrong, and something could not be verified.`,
    )
    .argument("<folder>", "the bundle")
    .option("--public-key <file>", "the signing key's public half, from elsewhere than the bundle")
    .option("--ticket <ticket>", "the case, where no report is in the folder")
    .action((folder: string) => {
      const kept = readKeptCase(folder, command.opts());
      const checks = keptChecks(kept);
      const verdict = worst(checks.map((check) => check.verdict));
      linesOf(checks).forEach((line) => output.say(line));
      if (kept.publicKey !== undefined) {
        output.say(
          `The public key has the SHA-256 ${fingerprint(kept.publicKey)}: compare it with what the foundation's owner tells you.`,
        );
      }
      output.say(`${kept.ticket}: ${kept.records.length} records, ${verdict}.`);
      output.tell({ ticket: kept.ticket, verdict, checks });
      process.exitCode = EXIT_CODES[verdict];
    });
  return command;
}

/** SHA-256 of the key in DER, as `openssl pkey -pubin -outform DER | sha256sum` takes it. */
function fingerprint(pem: string): string {
  try {
    const der = createPublicKey(pem).export({ type: "spki", format: "der" });
    return createHash("sha256").update(der).digest("hex");
  } catch {
    return "of no key: the file has none in PEM";
  }
}
