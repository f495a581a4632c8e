/* eslint-disable @typescript-eslint/no-require-imports -- a subcommand's files, with its clients of AWS, are loaded
   when it is the one that is called; import() would want the ending of a file's name */
import { Command } from "commander";

import { readProgram } from "../stacks/program";
import type { Output } from "./output";
import { reasonOf } from "./reasonOf";
import { Interrupted } from "./room/interruption";
import { Terminal } from "./terminal";

/** One of the things that `clean-room` does. */
interface Subcommand {
  readonly summary: string;
  readonly load: (output: Output) => Command;
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  init: {
    summary: "make what a team keeps its stacks' state in",
    load: (output) => (require("./init/init") as typeof import("./init/init")).init(output),
  },
  open: {
    summary: "open the room of a ticket",
    load: (output) => (require("./open/open") as typeof import("./open/open")).open(output),
  },
  image: {
    summary: "build the forensics image, and follow its builds",
    load: (output) => (require("./image/image") as typeof import("./image/image")).image(output),
  },
  members: {
    summary: "deploy the stacks of member accounts, several at a time",
    load: (output) =>
      (require("./members/members") as typeof import("./members/members")).members(output),
  },
  evidence: {
    summary: "add to a room's evidence, withdraw of it, see how far each disk is",
    load: (output) =>
      (require("./evidence/evidence") as typeof import("./evidence/evidence")).evidence(output),
  },
  acquire: {
    summary: "acquire the memory and the volatile state of a running machine",
    load: (output) =>
      (require("./acquire/acquire") as typeof import("./acquire/acquire")).acquire(output),
  },
  contain: {
    summary: "contain instances of member accounts, or see what that would do",
    load: (output) =>
      (require("./contain/contain") as typeof import("./contain/contain")).contain(output),
  },
  close: {
    summary: "close a room, in the order that loses nothing, and see what is left",
    load: (output) => (require("./close/close") as typeof import("./close/close")).close(output),
  },
  list: {
    summary: "list the rooms of a foundation",
    load: (output) => (require("./list/list") as typeof import("./list/list")).list(output),
  },
  status: {
    summary: "tell all of a room",
    load: (output) =>
      (require("./status/status") as typeof import("./status/status")).status(output),
  },
  connect: {
    summary: "log in on a room's workstation",
    load: (output) =>
      (require("./connect/connect") as typeof import("./connect/connect")).connect(output),
  },
  logs: {
    summary: "list the recorded sessions of a room, or print one",
    load: (output) => (require("./logs/logs") as typeof import("./logs/logs")).logs(output),
  },
  report: {
    summary: "tell a case from what AWS has of it, and verify its records",
    load: (output) =>
      (require("./report/report") as typeof import("./report/report")).report(output),
  },
  verify: {
    summary: "verify the records of a case away from AWS",
    load: (output) =>
      (require("./verify/verify") as typeof import("./verify/verify")).verify(output),
  },
  "take-over": {
    summary: "go on with a room that was opened elsewhere",
    load: (output) =>
      (require("./takeOver/takeOver") as typeof import("./takeOver/takeOver")).takeOver(output),
  },
  doctor: {
    summary: "look on a quiet day at what an incident will need",
    load: (output) =>
      (require("./doctor/doctor") as typeof import("./doctor/doctor")).doctor(output),
  },
  drill: {
    summary: "perform the yearly game day on a throw-away instance, and report it",
    load: (output) => (require("./drill/drill") as typeof import("./drill/drill")).drill(output),
  },
  uninstall: {
    summary: "say how all is taken down, what stays, until when and why",
    load: (output) =>
      (require("./uninstall/uninstall") as typeof import("./uninstall/uninstall")).uninstall(
        output,
      ),
  },
  mend: {
    summary: "compare what AWS and the vault have of a room with what the engine knows of",
    load: (output) => (require("./mend/mend") as typeof import("./mend/mend")).mend(output),
  },
  grants: {
    summary: "show and revoke what a closing room leaves granted on the transfer key",
    load: (output) =>
      (require("./grants/grants") as typeof import("./grants/grants")).grants(output),
  },
  policy: {
    summary: "preview every kind of stack under the policy pack, without AWS",
    load: (output) =>
      (require("./policy/policy") as typeof import("./policy/policy")).policy(output),
  },
  destruction: {
    summary: "record for when the deletion of a destroyed room's key is scheduled",
    load: (output) =>
      (
        require("./destruction/destruction") as typeof import("./destruction/destruction")
      ).destruction(output),
  },
};

/**
 * The command `clean-room`; of its subcommands all are listed, and the called one can be run.
 *
 * @param args Its arguments, without the names of Node.js and of the file.
 */
export function cleanRoom(args: readonly string[], terminal: Terminal): Command {
  const command = new Command("clean-room")
    .description(
      "Opens, fills and closes clean rooms, by the same program and stacks as pulumi up and pulumi destroy; and does what those do not.",
    )
    // The commit is git's to say: only who asks waits for that.
    .option("-V, --version", "output the version number")
    .on("option:version", () => {
      console.log(readProgram().version);
      process.exit(0);
    })
    .option("--json", "a line of JSON for each thing, on standard output")
    .hook("preAction", (root) => {
      terminal.json = root.opts<{ json?: true }>().json === true;
    });
  const called = calledBy(args);
  for (const [name, { summary, load }] of Object.entries(SUBCOMMANDS)) {
    const subcommand = name === called ? load(terminal) : new Command(name);
    command.addCommand(subcommand.summary(summary));
  }
  showAllOptions(command);
  return command;
}

/** Runs it as this process: a failure is said, without a stack trace, and ends it with 1. */
export async function main(args: readonly string[]): Promise<void> {
  const terminal = new Terminal();
  try {
    await cleanRoom(args, terminal).parseAsync(args, { from: "user" });
  } catch (error) {
    terminal.say(`clean-room ${calledBy(args) ?? ""}: ${reasonOf(error)}`);
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
  }
}

/** The subcommand that is called; also by `help`. */
function calledBy(args: readonly string[]): string | undefined {
  return args.find((arg) => arg in SUBCOMMANDS);
}

/** In every `--help` are the options of the commands above, too. */
function showAllOptions(command: Command): void {
  command.configureHelp({ showGlobalOptions: true });
  command.commands.forEach(showAllOptions);
}
