import { Command } from "commander";

import { columns } from "../columns";
import { findDisks } from "../evidence/disksInAws";
import { diskRows, diskStates } from "../evidence/evidenceStatus";
import { howFarClosed } from "../close/closingSteps";
import { readEngineState } from "../mend/engineState";
import { roomFindings } from "../mend/mend";
import { roomCard } from "../room/roomSummary";
import type { Output } from "../output";
import { findRoom, type KnownRoom } from "../room/knownRoom";
import { RoomFile } from "../room/roomFile";
import { READING, type Surroundings, surroundings } from "../room/surroundings";

/** Reads the command line. */
export function statusCommand(around: Surroundings): Command {
  return new Command("status")
    .description(
      "Tells all of a room: its card, how far each disk is and the room is closed, and what AWS has that the engine does not know of. Changes nothing.",
    )
    .argument("<ticket>", "the incident's ticket")
    .action(async (ticket: string) => {
      await tellRoom(await findRoom(ticket, around, READING), around.output);
    });
}

/** Tells all there is to tell of a room. */
export async function tellRoom(room: KnownRoom, output: Output): Promise<void> {
  const { ticket, stack, stacks, settings, outputs, workspace, foundation, aws } = room;
  const [closed, disks, state] = await Promise.all([
    howFarClosed(room),
    findDisks(room),
    readEngineState(stack, workspace),
  ]);
  const stage = closed.destroyed
    ? "destroyed, or was never opened"
    : closed.lifted
      ? "closed, and can be destroyed"
      : closed.recorded
        ? "closing: its record is in the vault, and it is as protected as before"
        : "open";
  output.say(`The room of ${ticket} is ${stage}.`);
  const { config } = RoomFile.read(stacks.file(stack));
  if (!closed.destroyed) {
    roomCard({ ticket, config, outputs }).forEach((line) => output.say(line));
  }
  const states = diskStates(settings.evidence, disks);
  if (states.length > 0) {
    output.say("Evidence:");
    columns(diskRows(states)).forEach((line) => output.say(`  ${line}`));
  }
  const findings = await roomFindings(stack, settings, state, foundation.vaultBucket, aws);
  for (const { what, commands } of findings) {
    output.say(what);
    commands.forEach((line) => output.say(`  ${line}`));
  }
  if (findings.length === 0) {
    output.say("AWS has of it what the engine knows of, as far as that is looked up.");
  }
  output.tell({ ticket, stage, disks: states, findings: findings.map(({ what }) => what) });
}

/** The subcommand, as it is called. */
export function status(output: Output): Command {
  return statusCommand(surroundings(output));
}
