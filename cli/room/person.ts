import { createInterface } from "node:readline/promises";

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
      // Ctrl-C is the command's to take, also while a question stands.
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
      try {
        return (await terminal.question(question)).trim();
      } finally {
        terminal.close();
      }
    },
  };
}

/** Whether an answer is a yes. */
export function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer);
}
