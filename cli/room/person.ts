import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

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
  return personAt(process.stdin, process.stderr);
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
