import { Command } from "commander";

import type { Output } from "../output";
import { type Surroundings, surroundings } from "../room/surroundings";
import { Opening } from "./opening";
import { type OpenOptions, withOpenOptions } from "./openOptions";

/** Reads the command line. */
export function openCommand(around: Surroundings): Command {
  const command = new Command("open")
    .description(
      "Opens the room of a ticket, or goes on where that was interrupted. What is not said by an option is taken from the room's file, from the config of Pulumi.yaml, from the member account's stack and from a free slot; what is still missing is asked at a terminal. Ends with 0 when the room is open, with 1 when it is not, with 130 after Ctrl-C.",
    )
    .argument("<ticket>", "the incident's ticket, such as INC-2026-0042")
    .action(async (ticket: string) => {
      await new Opening(ticket, command.opts<OpenOptions>(), around).run();
    });
  return withOpenOptions(command);
}

/** The subcommand, as it is called. */
export function open(output: Output): Command {
  return openCommand(surroundings(output));
}
