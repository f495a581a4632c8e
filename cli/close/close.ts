import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { Command } from "commander";

import { Refusal } from "../../components/refusal";
import { asText, parseSettings } from "../../settings/parseSettings";
import { columns } from "../columns";
import { destructionCommand, roomOfStack } from "../destruction/destruction";
import { findDisks } from "../evidence/disksInAws";
import { diskRows, diskStates } from "../evidence/evidenceStatus";
import { grantsCommand, grantsOfStack, MOST_LOOKS } from "../grants/grants";
import type { Output } from "../output";
import { changesText } from "../room/deploymentOutcome";
import { FileChange } from "../room/fileChange";
import { Interrupted } from "../room/interruption";
import { findRoom, type KnownRoom } from "../room/knownRoom";
import { isYes } from "../room/person";
import { duration } from "../room/progress";
import { projectConfig } from "../room/projectConfig";
import { RefusedDeployment } from "../room/refusedDeployment";
import { RoomFile } from "../room/roomFile";
import type { EngineAct } from "../room/roomStacks";
import {
  type EngineOptions,
  type Surroundings,
  surroundings,
  withEngineOptions,
} from "../room/surroundings";
import { type ClosingStep, howFarClosed, isNoRoom, STEPS, stepsLeft } from "./closingSteps";
import { findRemains } from "./remains";

/** The options of `clean-room close`. */
interface CloseOptions extends EngineOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

const CLOSING = "clean-room:closing";

/** Reads the command line. @param wait Waits between two looks at a key's grants */
export function closeCommand(around: Surroundings, wait: () => Promise<void>): Command {
  const command = withEngineOptions(new Command("close"))
    .description(
      "Closes the room of a ticket: each step of docs/close-the-room.md in its order, told before it is done. Between two of them it may be stopped, and the same command again goes on there. Ends with 0 when the room is closed and nothing of it is left that should not be, with 1 when it is not, with 130 after Ctrl-C.",
    )
    .argument("<ticket>", "the incident's ticket")
    .option("--dry-run", "tell what would be done, and what speaks against it; change nothing")
    .option("--yes", "close it without asking")
    .action(async (ticket: string) => {
      const options = command.opts<CloseOptions>();
      await new ClosingRun(await findRoom(ticket, around, options), options, around, wait).run();
    });
  return command;
}

/** One room that is being closed. */
class ClosingRun {
  private readonly began = Date.now();
  private readonly again: string;

  public constructor(
    private readonly room: KnownRoom,
    private readonly options: CloseOptions,
    private readonly around: Surroundings,
    private readonly wait: () => Promise<void>,
  ) {
    this.again = `npx clean-room close ${room.ticket}`;
  }

  public async run(): Promise<void> {
    const { room, output } = this;
    const closed = await howFarClosed(room);
    if (isNoRoom(closed)) {
      // No step of closing was done, and none may be: of a lost state the room may be open, and in use.
      output.say(
        `There is nothing to close: the engine has nothing of a room of ${room.ticket}, and the vault no closing record. Opening it failed before anything was made, or the stack's state is lost.`,
      );
      await this.requireNothingLeft();
      output.say(
        `Nothing was changed. To open it: npx clean-room open ${room.ticket}. To forget its stack, which is empty: pulumi stack rm ${room.stack}`,
      );
      return;
    }
    const left = stepsLeft(closed);
    output.say(`To close the room of ${room.ticket}:`);
    for (const step of Object.keys(STEPS) as ClosingStep[]) {
      output.say(`  ${left.includes(step) ? "to do" : "done "}  ${STEPS[step]}`);
    }
    const states = diskStates(room.settings.evidence, await findDisks(room));
    columns(diskRows(states)).forEach((line) => output.say(`  ${line}`));
    if (this.options.dryRun === true) {
      await this.previewClosing(left);
      return;
    }
    await this.requireYes();
    for (const step of left) {
      output.say(`${STEPS[step]} …`);
      const began = Date.now();
      await this.do(step);
      output.tell({ ticket: room.ticket, closed: step, seconds: (Date.now() - began) / 1000 });
    }
    await this.tellRemains();
  }

  private get output(): Output {
    return this.around.output;
  }

  private async do(step: ClosingStep): Promise<void> {
    const { stack } = this.room;
    switch (step) {
      case "record":
        return this.record();
      case "lift":
        // Somebody may have thought again since the record was written.
        await this.setClosing(this.room.stacks.file(stack));
        await this.engine("up");
        if (!(await howFarClosed(this.room)).lifted) {
          throw new Refusal(`The room of ${this.room.ticket} is still protected`, [
            `The vault's closing record does not name all that it has by now. Run this again: ${this.again}`,
          ]);
        }
        return;
      case "revoke":
        return this.command("revoke", () =>
          grantsCommand(
            (name) => grantsOfStack(name, this.room.workspace, this.around.aws),
            this.output,
            this.wait,
            MOST_LOOKS,
          ).parseAsync(["revoke", "--stack", stack], { from: "user" }),
        );
      case "destroy":
        // The engine checks the protection of one resource after the other: what it would refuse is seen before.
        await this.engine("preview of destroy");
        return this.engine("destroy");
      case "certify":
        return this.command("certify", () =>
          destructionCommand(
            (name) => roomOfStack(name, this.room.workspace, this.around.aws),
            this.output,
            "is told",
          ).parseAsync(["--stack", stack], { from: "user" }),
        );
    }
  }

  /** Says in the file that the room is to be closed, and has that recorded; refused, it is as open as before. */
  private async record(): Promise<void> {
    const path = this.room.stacks.file(this.room.stack);
    const written = await this.setClosing(path);
    try {
      await this.engine("up");
    } catch (error) {
      // Whatever ended it may end this look, too, as where credentials are over: the first reason is the one to tell.
      const closed = await howFarClosed(this.room).catch(() => undefined);
      if (closed === undefined) {
        this.output.say("Whether it was recorded is not known; closing: true stays in the file.");
      } else if (!closed.recorded) {
        this.output.say(
          written.takeBack()
            ? "Nothing was recorded: the room is as open as before."
            : `Nothing was recorded. ${basename(path)} was changed by somebody else meanwhile and is left: set closing: false there, and the room is as open as before.`,
        );
      }
      throw error;
    }
  }

  /** Writes it into the file. */
  private async setClosing(path: string): Promise<FileChange> {
    const before = readFileSync(path);
    const text = await this.closingText(path);
    writeFileSync(path, text);
    return new FileChange(path, before, text);
  }

  /** The room's file, once it says that the room is to be closed. @throws SettingsError where it is wrong */
  private async closingText(path: string): Promise<string> {
    const file = RoomFile.read(path);
    file.set(CLOSING, true);
    const ofProject = projectConfig(await this.room.workspace.projectSettings());
    parseSettings({
      project: "clean-room",
      stack: this.room.stack,
      values: asText({ ...ofProject, ...file.config }),
    });
    return file.text();
  }

  private async engine(act: EngineAct, configFile?: string): Promise<void> {
    const { stacks, stack } = this.room;
    const ran = await stacks.run(act, stack, this.output, {
      message: this.again,
      ...(configFile === undefined ? {} : { configFile }),
    });
    ran.warnings.forEach((warning) => this.output.say(`warning: ${warning}`));
    if (ran.interrupted) {
      throw new Interrupted(`Interrupted; nothing is lost by that. Go on with: ${this.again}`);
    }
    if (ran.reasons.length > 0) {
      throw new RefusedDeployment(ran.reasons, [
        `Then the same again: ${this.again}`,
        `Everything that the engine printed: ${stacks.log(stack)}`,
      ]);
    }
    if (act !== "preview" && act !== "preview of destroy") {
      this.output.say(`  ${changesText(ran.changes)} in ${duration(ran.milliseconds)}`);
    }
  }

  /** Runs another of these commands, which says by its exit code that something is left. */
  private async command(what: string, run: () => Promise<unknown>): Promise<void> {
    const before = process.exitCode;
    process.exitCode = 0;
    await run();
    // The other command has set it.
    const ended: unknown = process.exitCode;
    process.exitCode = before;
    if (ended !== 0) {
      throw new Refusal(`Closing the room of ${this.room.ticket} stops before its next step`, [
        `${what}: what is left is told above. Then the same again: ${this.again}`,
      ]);
    }
  }

  /** Previews the first step that the engine does. */
  private async previewClosing(left: readonly ClosingStep[]): Promise<void> {
    const { stack, stacks, ticket } = this.room;
    if (!left.includes("destroy")) {
      await this.tellRemains();
      return;
    }
    if (left.includes("lift")) {
      // A copy says that it is closing: whatever ends this process, the room's own file never does.
      const folder = mkdtempSync(join(tmpdir(), "clean-room-"));
      try {
        const path = stacks.file(stack);
        const copy = join(folder, basename(path));
        writeFileSync(copy, await this.closingText(path), { mode: 0o600 });
        await this.engine("preview", copy);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    } else {
      // Of a room that is destroyed in part the program refuses an up.
      await this.engine("preview of destroy");
    }
    this.output.say(
      `Nothing speaks against it, and nothing was changed. To close it: ${this.again}`,
    );
    this.output.tell({ ticket, dryRun: true, left });
  }

  private async tellRemains(): Promise<void> {
    const { ticket, stack } = this.room;
    await this.requireNothingLeft();
    this.output.say(
      `The room of ${ticket} is closed, ${duration(Date.now() - this.began)}. Its stack is empty: pulumi stack rm ${stack} forgets it, once nobody goes on with the case.`,
    );
  }

  /** Tells what AWS has of the room. @throws Refusal where something should not be there. */
  private async requireNothingLeft(): Promise<void> {
    const { ticket, stack } = this.room;
    const { kept, tooMuch } = await findRemains(this.room);
    this.output.say("What AWS has of it now:");
    kept.forEach((line) => this.output.say(`  ${line}`));
    tooMuch.forEach((line) => this.output.say(`  LEFT OVER: ${line}`));
    this.output.tell({ ticket, kept, tooMuch, seconds: (Date.now() - this.began) / 1000 });
    if (tooMuch.length > 0) {
      throw new Refusal(`${tooMuch.length} of the room of ${ticket} should not be there any more`, [
        `What settles each: npx clean-room mend --stack ${stack}`,
      ]);
    }
  }

  private async requireYes(): Promise<void> {
    if (this.options.yes === true) {
      return;
    }
    const { ticket } = this.room;
    const notDone = `The room of ${ticket} is left as it is`;
    const person = this.around.person();
    if (person === undefined) {
      throw new Refusal(notDone, ["Nobody can be asked here: say --yes."]);
    }
    const answer = await person.ask(
      "The workstation and the working volumes end; preserved copies, results and records stay. Close it? (yes/no) ",
    );
    if (!isYes(answer)) {
      throw new Refusal(notDone, ["You said no."]);
    }
  }
}

/** The subcommand, as it is called. */
export function close(output: Output): Command {
  return closeCommand(surroundings(output), () => setTimeout(10_000));
}
