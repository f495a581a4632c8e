import { Command } from "commander";

import type { Output } from "../output";
import { findFoundationHere } from "../room/foundationHere";
import { type Surroundings, surroundings } from "../room/surroundings";
import { findInstalled } from "./installed";
import { leftBehind, partsOf } from "./left";

/** Reads the command line. */
export function uninstallCommand(around: Surroundings): Command {
  const { output } = around;
  const command = new Command("uninstall")
    .description(
      "Says how a foundation is taken down, in the order that loses nothing, with every command to type; and what stays in the account after that, until when and why. It changes nothing itself. Ends with 0.",
    )
    .option("--audit-stack <name>", "the foundation's stack")
    .action(async () => {
      const { auditStack } = command.opts<{ auditStack?: string }>();
      const there = await findInstalled(await findFoundationHere(auditStack, around));
      output.say("To take it down, in this order; nothing of it is done here:");
      partsOf(there).forEach(({ what, commands }, index) => {
        output.say(`${index + 1}. ${what}`);
        commands.forEach((line) => output.say(`     ${line}`));
        output.tell({ part: index + 1, what, commands });
      });
      output.say("");
      output.say("What stays, and costs what it costs:");
      leftBehind(there, new Date()).forEach((said) => {
        output.say(`  - ${said}`);
        output.tell({ stays: said });
      });
    });
  return command;
}

/** The subcommand, as it is called. */
export function uninstall(output: Output): Command {
  return uninstallCommand(surroundings(output));
}
