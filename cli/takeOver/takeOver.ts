import { rmSync } from "node:fs";
import { basename } from "node:path";

import { Command } from "commander";

import { Case } from "../../components/case";
import { Refusal } from "../../components/refusal";
import type { Output } from "../output";
import { findRoom, requireTicket } from "../room/knownRoom";
import { RoomFile } from "../room/roomFile";
import { READING, type Surroundings, surroundings } from "../room/surroundings";
import { tellRoom } from "../status/status";

/** Reads the command line. */
export function takeOverCommand(around: Surroundings): Command {
  const { output } = around;
  return new Command("take-over")
    .description(
      "Takes over a room that was opened elsewhere: writes its stack's file as it was deployed last, from the backend, and tells all of the room. Changes nothing in AWS.",
    )
    .argument("<ticket>", "the incident's ticket")
    .action(async (ticket: string) => {
      requireTicket(ticket);
      const { stack } = new Case(ticket);
      const stacks = await around.stacks(READING);
      const workspace = await stacks.workspace();
      const path = stacks.file(stack);
      const listed = (await stacks.list()).find(({ name }) => name === stack);
      if (listed === undefined) {
        throw new Refusal(`There is no room of ${ticket} in this backend`, [
          `Is it the backend that it was opened with? pulumi whoami --verbose. Where its state is lost: npx clean-room mend --stack ${stack} --restore`,
        ]);
      }
      const wasThere = RoomFile.isThere(path);
      if (!wasThere) {
        await workspace.refreshConfig(stack);
        const file = RoomFile.read(path);
        if (Object.keys(file.config).length === 0) {
          // With it there, the room would look as if it were this machine's.
          rmSync(path, { force: true });
          throw new Refusal(
            `The room of ${ticket} was never deployed, so nothing says what it is`,
            [`Open it: npx clean-room open ${ticket}`],
          );
        }
        output.say(`${basename(path)} is written as the room was deployed last; commit it.`);
        output.tell({ ticket, written: path });
      }
      const room = await findRoom(ticket, around, READING);
      if (wasThere) {
        output.say(`${basename(path)} was here already, and is left as it is.`);
      }
      await tellRoom(room, output);
    });
}

/** The subcommand, as it is called. */
export function takeOver(output: Output): Command {
  return takeOverCommand(surroundings(output));
}
