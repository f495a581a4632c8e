import { openSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { ReadStream } from "node:tty";

import { Refusal } from "../../components/refusal";
import { Interrupted } from "./interruption";

/** Somebody at a terminal, who can be asked. */
export interface Person {
  /** Asks one question. @returns the answer, without blanks around it */
  readonly ask: (question: string) => Promise<string>;
}

/** Whoever is at this process's terminal; nobody where input or messages go elsewhere, as in a pipe. */
export function personAtTerminal(): Person | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    return undefined;
  }
  return {
    ask: async (question) => {
      const input = terminalInput();
      try {
        return await personAt(input, process.stderr).ask(question);
      } finally {
        if (input !== process.stdin) {
          input.destroy();
        }
      }
    },
  };
}

/** Standard input; the terminal by its name where that was read to its end, as after lines that were pasted. */
function terminalInput(): ReadStream {
  if (!process.stdin.readableEnded) {
    return process.stdin;
  }
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    throw new Refusal("Nobody can be asked any more: standard input is at its end", [
      "Name a file with what was pasted, or say --yes.",
    ]);
  }
}

/** Somebody at a terminal. Ctrl-C at a question, or Ctrl-D, is thrown as Interrupted, so that what was begun is taken back. */
export function personAt(input: Readable, output: Writable): Person {
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const terminal = createInterface({ input, output, terminal: true });
        const leave = () => {
          reject(new Interrupted("Interrupted at a question; nothing was done after it."));
          terminal.close();
        };
        terminal.once("SIGINT", leave).once("close", leave);
        terminal.question(question, (answer) => {
          resolve(answer.trim());
          terminal.close();
        });
      }),
  };
}

/** Whether an answer is a yes. */
export function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer);
}
