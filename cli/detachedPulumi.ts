import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, fstatSync } from "node:fs";
import { delimiter, dirname, isAbsolute } from "node:path";

import type { PulumiCommand } from "@pulumi/pulumi/automation";

/** How much of the end of a log is read for the last words, in bytes. */
const END_OF_LOG = 8192;

/** What the Automation API asks around every update and nobody here needs, with what it takes for an answer. */
const UNASKED: Readonly<Record<string, string>> = {
  "stack history": "[]",
  "stack output": "{}",
  "stack select": "",
};

/** What the Automation API takes from a command that succeeded. */
interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/**
 * The Pulumi CLI for the Automation API, which takes it as its `PulumiCommand`. It differs in this:
 *
 * - The CLI runs in a session of its own. Ctrl-C at the terminal does not reach it, so that an update
 *   under way ends and releases its lock; so does closing the terminal.
 * - What `up`, `preview` and `destroy` print goes straight into a log file and never through this process, whose
 *   memory does not grow with it.
 * - A stack is never selected: many are worked on at the same time, and the person's own choice stays.
 * - After an update its outputs and history are not read again: nobody asked for them here.
 */
export class DetachedPulumi {
  readonly command: string;
  readonly version: PulumiCommand["version"];

  /**
   * @param pulumi The CLI.
   * @param log File that `up`, `preview` and `destroy` print to, appended.
   * @param purpose Whether a stack is deployed or asked.
   */
  constructor(
    pulumi: PulumiCommand,
    private readonly log: string,
    private readonly purpose: "deploy" | "ask",
  ) {
    this.command = pulumi.command;
    this.version = pulumi.version;
  }

  /**
   * Runs the CLI, as the Automation API calls it.
   *
   * @param signal Aborted to cancel an update; the engine ends it in order.
   * @throws Error with the CLI's last words when it fails.
   */
  async run(
    args: readonly string[],
    cwd: string,
    environment: Readonly<Record<string, string>>,
    _onOutput?: (text: string) => void,
    _onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const [verb, noun] = args;
    const unasked = this.purpose === "deploy" ? UNASKED[`${verb} ${noun}`] : undefined;
    if (unasked !== undefined) {
      return { stdout: unasked, stderr: "", code: 0 };
    }
    const printsToLog = verb === "up" || verb === "preview" || verb === "destroy";
    const log = openSync(this.log, "a+");
    const { size: before } = fstatSync(log);
    try {
      const child = spawn(
        this.command,
        [
          ...args,
          ...(verb === "stack" && noun === "init" ? ["--no-select"] : []),
          "--non-interactive",
        ],
        {
          cwd,
          env: {
            ...process.env,
            ...environment,
            PATH: this.path(environment),
            PULUMI_AUTOMATION_API: "true",
          },
          detached: true,
          stdio: ["ignore", printsToLog ? log : "pipe", printsToLog ? log : "pipe"],
        },
      );
      let stdout = "";
      let stderr = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      const cancel = () => child.kill("SIGINT");
      signal?.addEventListener("abort", cancel);
      // It may have come while the Automation API was at its own questions.
      if (signal?.aborted === true) {
        cancel();
      }
      const code = await new Promise<number>((resolve, reject) => {
        child.on("error", reject).on("close", (status) => resolve(status ?? -1));
      });
      signal?.removeEventListener("abort", cancel);
      if (code !== 0) {
        throw new Error(
          lastWords(printsToLog ? endOf(log, before) : stderr) ?? `pulumi ended with ${code}`,
        );
      }
      return { stdout, stderr, code };
    } finally {
      closeSync(log);
    }
  }

  /** The plugins that came with a CLI lie beside it. */
  private path(environment: Readonly<Record<string, string>>): string {
    const usual = environment["PATH"] ?? process.env["PATH"] ?? "";
    return isAbsolute(this.command) ? `${dirname(this.command)}${delimiter}${usual}` : usual;
  }
}

/** The last error that a text tells of, or its last line. */
function lastWords(text: string): string | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const errors = lines.filter((line) => line.startsWith("error:"));
  return errors.at(-1)?.slice("error:".length).trim() ?? lines.at(-1);
}

/** @param from Where what was printed since begins. */
function endOf(file: number, from: number): string {
  const { size } = fstatSync(file);
  const end = Buffer.alloc(Math.min(size - from, END_OF_LOG));
  readSync(file, end, 0, end.length, size - end.length);
  return end.toString("utf8");
}
