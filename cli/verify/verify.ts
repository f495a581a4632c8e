import { Command } from "commander";

import type { Output } from "../output";
import { worst } from "../report/concluded";
import { EXIT_CODES, linesOf } from "../report/verdicts";
import { readKeptCase } from "./keptCase";
import { keptChecks } from "./keptChecks";
import { fingerprint } from "./publicKey";
import { sumOfSums } from "./sums";

/** An option that may be given more than once. */
function each(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The subcommand, as it is called. It asks nobody. */
export function verify(output: Output): Command {
  const command = new Command("verify")
    .description(
      `Verifies the records of a case away from AWS: their bytes, forms, signatures, and the order of events, and that nothing of the folder was changed; what AWS alone shows is told as its report tells it. The folder is one that report --bundle wrote, or has the records alone.

Exit codes: 0 all is verified; 1 it is no such folder; 2 something is wrong; 3 nothing is wrong, and something could not be verified.`,
    )
    .argument("<folder>", "the bundle")
    .option(
      "--public-key <file>",
      "the signing key's public half, from elsewhere than the bundle; once more for one of before",
      each,
    )
    .option(
      "--fingerprint <sha256>",
      "the public key's fingerprint, as the foundation's owner tells it; once more for one of before",
      each,
    )
    .option("--sums <sha256>", "SHA-256 of SHA256SUMS, as who handed the folder over tells it")
    .option("--ticket <ticket>", "the case, where no report is in the folder")
    .action((folder: string) => {
      const kept = readKeptCase(folder, command.opts());
      const checks = keptChecks(kept);
      const verdict = worst(checks.map((check) => check.verdict));
      linesOf(checks).forEach((line) => output.say(line));
      const sums = sumOfSums(kept.folder);
      const [print, ...earlier] = kept.publicKeys.flatMap(({ pem }) => fingerprint(pem) ?? []);
      if (sums !== undefined) {
        output.say(
          `SHA256SUMS has the SHA-256 ${sums}: compare it with what you were told on another way, or name that by --sums.`,
        );
      }
      if (print !== undefined) {
        output.say(
          `The public key has the fingerprint ${print}: compare it with what the foundation's owner tells you.`,
        );
      }
      for (const one of earlier) {
        output.say(`An earlier one has the fingerprint ${one}.`);
      }
      output.say(`${kept.ticket}: ${kept.records.length} records, ${verdict}.`);
      output.tell({
        ticket: kept.ticket,
        verdict,
        ...(sums === undefined ? {} : { sums }),
        ...(print === undefined ? {} : { fingerprint: print }),
        ...(earlier.length === 0 ? {} : { earlierFingerprints: earlier }),
        checks,
      });
      process.exitCode = EXIT_CODES[verdict];
    });
  return command;
}
