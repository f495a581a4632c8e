import { parse } from "yaml";

/** A step of a component document, as far as the documents of this repository go. */
export interface Step {
  readonly name: string;
  readonly action: string;
  readonly inputs: unknown;
}

/** A component document of Image Builder. */
export interface ComponentDocument {
  readonly name: string;
  readonly schemaVersion: number;
  readonly phases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}

/** The machine that steps are run on. */
export interface Machine {
  /** Runs a script as root; answers its exit code and what it printed. */
  run(script: string): { readonly code: number; readonly output: string };

  /** Writes a file, its folders included. */
  write(path: string, content: string | Buffer, mode: number): void;

  /** Content of an object of the tools bucket; throws where there is none. */
  object(source: string): Buffer;
}

/** How often a step may ask for a restart (exit code 194) before it counts as failed. */
const MOST_RESTARTS = 5;

/** Reads a component document. */
export function parseDocument(text: string): ComponentDocument {
  return parse(text) as ComponentDocument;
}

/**
 * The document as an orchestrator would run it that takes backslashes for the beginning of escapes,
 * in every text of every step. Whether AWS's does is written nowhere.
 */
export function withEscapes(document: ComponentDocument): ComponentDocument {
  const texts = JSON.stringify(document, (_, value: unknown) =>
    typeof value === "string" ? unescaped(value) : value,
  );
  return JSON.parse(texts) as ComponentDocument;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\n": "" };

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[^])/g, (_, escape: string) =>
    /^[0-7]/.test(escape) ? String.fromCharCode(parseInt(escape, 8)) : (ESCAPES[escape] ?? escape),
  );
}

/**
 * Runs a step as Image Builder's task orchestrator would, for the two actions the documents use.
 *
 * @returns what the step printed.
 * @throws Error where the step fails, with the end of what it printed.
 */
export function runStep(machine: Machine, step: Step): string {
  switch (step.action) {
    case "S3Download":
      for (const { source, destination } of step.inputs as S3Download[]) {
        machine.write(destination, machine.object(source), 0o644);
      }
      return "";
    case "ExecuteBash":
      return runScript(machine, step.name, (step.inputs as ExecuteBash).commands);
    default:
      throw new Error(`${step.name}: this runner knows no action ${step.action}`);
  }
}

interface S3Download {
  readonly source: string;
  readonly destination: string;
}

interface ExecuteBash {
  readonly commands: readonly string[];
}

/** All commands are one script, whose exit code is its last command's. */
function runScript(machine: Machine, name: string, commands: readonly string[]): string {
  for (let restarts = 0; restarts <= MOST_RESTARTS; restarts++) {
    const { code, output } = machine.run(`${commands.join("\n")}\n`);
    if (code === 0) {
      return output;
    }
    if (code !== 194) {
      throw new Error(`${name} ended with ${code}:\n${output.split("\n").slice(-15).join("\n")}`);
    }
  }
  throw new Error(`${name} asked for a restart ${MOST_RESTARTS + 1} times`);
}
