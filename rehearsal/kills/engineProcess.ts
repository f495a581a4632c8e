import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { delimiter, dirname, isAbsolute } from "node:path";

import type { Listening } from "../account/awsEndpoint";
import { CALLER_VARIABLE } from "../account/pluginEnvironment";
import { INCIDENT_DEPLOYER } from "../cast";
import type { Stage } from "../stage";

/** How a command of the engine ended. */
export interface Ended {
  /** False where it failed, or was killed. */
  readonly succeeded: boolean;

  /** Everything it printed. */
  readonly output: string;
}

/** A run of the Pulumi CLI, or of a command that starts it, in a process group of its own, with all that these start. */
export class EngineProcess {
  /** How it ended; never rejects. */
  public readonly ended: Promise<Ended>;
  private readonly cli: ChildProcess;

  /** Starts it. */
  public constructor(
    command: string,
    args: readonly string[],
    { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {
    this.cli = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [this.cli.stdout, this.cli.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    this.ended = new Promise((resolve) => {
      this.cli.on("error", (error) => resolve({ succeeded: false, output: error.message }));
      this.cli.on("close", (code) => resolve({ succeeded: code === 0, output }));
    });
  }

  /** Kills it as the machine's end would: everything at once, and nothing is told. */
  public kill(): void {
    const { pid } = this.cli;
    if (pid === undefined || this.cli.exitCode !== null) {
      return;
    }
    // The plugins have process groups of their own, and so has the CLI of a command; stopped, they start no more.
    signal(-pid, "SIGSTOP");
    descendants(pid).forEach((other) => signal(other, "SIGSTOP"));
    const others = descendants(pid);
    signal(-pid, "SIGKILL");
    others.forEach((other) => signal(other, "SIGKILL"));
  }
}

/**
 * The environment of a room's commands, on its stage.
 *
 * @param aws What answers the program's own requests to AWS.
 * @param language Folder of the executable by which the engine runs the program.
 */
export function roomEnvironment(
  { environment, pulumi }: Stage,
  aws: Listening,
  language: string,
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...environment,
    ...aws.environment,
    PATH: [language, ...cliFolder(pulumi), environment["PATH"] ?? ""].join(delimiter),
    [CALLER_VARIABLE]: INCIDENT_DEPLOYER,
  };
}

/** Where `clean-room` finds the CLI, too; none where it is on PATH. */
function cliFolder({ command }: Stage["pulumi"]): string[] {
  return isAbsolute(command) ? [dirname(command)] : [];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}

/** What a process has started, and what that has. */
function descendants(ancestor: number): number[] {
  const all = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.filter(([, ppid]) => ppid === parent).flatMap(([pid = 0]) => [pid, ...below(pid)]);
  return below(ancestor);
}
