import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { Command } from "commander";
import { isMap } from "yaml";

import { isUnderWay } from "../../components/evidence/copies/preservedCopies";
import { Refusal } from "../../components/refusal";
import { asText, parseSettings } from "../../settings/parseSettings";
import { columns } from "../columns";
import type { Output } from "../output";
import { changeRoom } from "../room/changeRoom";
import { changesText } from "../room/deploymentOutcome";
import { FileChange } from "../room/fileChange";
import { findRoom, type KnownRoom } from "../room/knownRoom";
import { duration } from "../room/progress";
import { projectConfig } from "../room/projectConfig";
import { RoomFile } from "../room/roomFile";
import {
  type EngineOptions,
  type Surroundings,
  surroundings,
  withEngineOptions,
} from "../room/surroundings";
import { addEvidence } from "./addedEvidence";
import { findDisks } from "./disksInAws";
import { diskRows, diskStates } from "./evidenceStatus";
import { handedOver } from "./handedOver";
import { wholeText } from "./wholeText";

const EVIDENCE = "clean-room:evidence";

/** The options of `clean-room evidence`. */
interface EvidenceOptions extends EngineOptions {
  readonly yes?: true;
}

/** Reads the command line. @param readInput Reads all of standard input */
export function evidenceCommand(around: Surroundings, readInput: () => Promise<string>): Command {
  const { output } = around;
  const command = withEngineOptions(new Command("evidence"))
    .description(
      "Adds to the evidence of a room, withdraws of it, or tells how far each disk is. Run again, it goes on where it was.",
    )
    .argument("<ticket>", "the incident's ticket")
    .argument("<act>", "add, withdraw or list")
    .argument(
      "[what]",
      "add: the file with handover's lines; without one they are read from standard input: pasted at a terminal and ended with Ctrl-D, or from a pipe, which needs --yes as nobody can be asked there. withdraw: the snapshot that was handed over",
    )
    .option("--yes", "deploy without asking")
    .action(async (ticket: string, act: string, what: string | undefined) => {
      const options = command.opts<EvidenceOptions>();
      switch (act) {
        case "add":
          return add(ticket, what, options);
        case "withdraw":
          return withdraw(ticket, what, options);
        case "list":
          return list(ticket, options);
        default:
          throw new Refusal(`${act} is nothing that is done with evidence`, [
            "add, withdraw or list.",
          ]);
      }
    });
  return command;

  async function add(ticket: string, from: string | undefined, options: EvidenceOptions) {
    if (from === undefined && around.person() !== undefined) {
      output.say("Paste the lines that handover printed, then press Ctrl-D:");
    }
    const handed = handedOver(from === undefined ? await readInput() : textOf(from));
    const room = await findRoom(ticket, around, options);
    // Its lines are in the file by then, whatever ends it.
    await change(room, options, `npx clean-room open ${ticket}`, (file) =>
      addEvidence(file.list(EVIDENCE), handed),
    );
  }

  async function withdraw(ticket: string, snapshot: string | undefined, options: EvidenceOptions) {
    const room = await findRoom(ticket, around, options);
    const again = `npx clean-room evidence ${ticket} withdraw ${snapshot}`;
    await change(room, options, again, (file) => {
      const entries = file.list(EVIDENCE).items.filter((item) => isMap(item));
      const entry = entries.find((each) => each.get("snapshot") === snapshot);
      if (entry === undefined) {
        throw new Refusal(`${snapshot ?? "No snapshot"} is no evidence of ${ticket}`, [
          `It has ${entries.map((each) => String(each.get("snapshot"))).join(", ") || "none"}.`,
        ]);
      }
      if (entry.get("withdrawn") === true) {
        return [`${snapshot} is withdrawn already: what is left of it is done now.`];
      }
      entry.set("withdrawn", true);
      return [`${snapshot} is withdrawn; its preserved copy stays.`];
    });
  }

  /** Changes the room's file, then the room. */
  async function change(
    room: KnownRoom,
    options: EvidenceOptions,
    again: string,
    work: (file: RoomFile) => string[],
  ): Promise<void> {
    const { stack, stacks, ticket, workspace } = room;
    const path = stacks.file(stack);
    const before = readFileSync(path);
    const file = RoomFile.read(path);
    const ofProject = projectConfig(await workspace.projectSettings());
    if (String({ ...ofProject, ...file.config }["clean-room:closing"]) === "true") {
      throw new Refusal(`The room of ${ticket} is left as it is, and so is ${basename(path)}`, [
        `Its file says closing: true. To close: npx clean-room close ${ticket}. To go on: closing: false there, then this again.`,
      ]);
    }
    const told = work(file);
    const project = "clean-room";
    // What is wrong is said before the file is touched.
    parseSettings({ project, stack, values: asText({ ...ofProject, ...file.config }) });
    file.write();
    const written = new FileChange(path, before, file.text());
    told.forEach((line) => output.say(line));
    const { up } = await changeRoom({
      stacks,
      stack,
      output,
      person: around.person(),
      yes: options.yes === true,
      question: (changes) => `This up of the room of ${ticket}: ${changes}.`,
      notDone: `The room of ${ticket} is left as it was`,
      again,
      undo: () =>
        output.say(
          written.takeBack()
            ? `${basename(path)} is as it was.`
            : `${basename(path)} was changed by somebody else meanwhile and is left: what this wrote is still in it.`,
        ),
      aside: () => copying(room),
    });
    output.say(
      up === undefined
        ? "Nothing was to be changed."
        : `Done: ${changesText(up.changes)} in ${duration(up.milliseconds)}.`,
    );
    output.tell({ ticket, evidence: told, seconds: Math.round((up?.milliseconds ?? 0) / 1000) });
    await tellDisks({ ...room, settings: (await findRoom(ticket, around, options)).settings });
    const next = (await room.workspace.stackOutputs(stack))["next"]?.value as string | undefined;
    (next ?? "").split("\n").forEach((line) => output.say(line));
  }

  async function list(ticket: string, options: EvidenceOptions): Promise<void> {
    await tellDisks(await findRoom(ticket, around, options));
  }

  async function tellDisks(room: KnownRoom): Promise<void> {
    const states = diskStates(room.settings.evidence, await findDisks(room));
    if (states.length === 0) {
      output.say(`The room of ${room.ticket} has no evidence yet.`);
      return;
    }
    columns(diskRows(states)).forEach((line) => output.say(line));
    states.forEach((state) => output.tell({ ticket: room.ticket, ...state }));
  }

  async function copying(room: KnownRoom): Promise<readonly string[]> {
    const { copies, progress } = await findDisks(room);
    return copies
      .filter(({ state }) => isUnderWay(state))
      .map(
        ({ copySnapshotId, sourceSnapshotId = "" }) =>
          `copying ${sourceSnapshotId}: ${progress.get(copySnapshotId) || "0%"}`,
      );
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Refusal("No evidence was added; nothing was changed", [
      `There is no file ${path} that can be read.`,
    ]);
  }
}

/** The subcommand, as it is called. */
export function evidence(output: Output): Command {
  return evidenceCommand(surroundings(output), () => wholeText(process.stdin));
}
