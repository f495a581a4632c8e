import { writeFileSync } from "node:fs";

import type { PulumiCommand, PulumiFn } from "@pulumi/pulumi/automation";
import { Command, InvalidArgumentError, Option } from "commander";

// Pulumi's SDK makes a trace for each promise, in case it is never kept; writing them took a tenth of a rehearsal.
import "../test/support/stackTraces";
import { AUDIT_ACCOUNT } from "./accounts";
import { endpointsOf } from "./account/accountEndpoints";
import { answerThisProcess } from "./account/awsEndpoint";
import { type Act, ACTS } from "./account/faultInjection";
import { resourceTypes } from "./account/resourceTypes";
import { callCast, callSandbox } from "./cast";
import { findPulumi, NoEngineError } from "./engine/pulumiCli";
import { onInterruption } from "./onInterruption";
import type * as Emulated from "../test/emulator/emulatedWorld";
import { type Reporter, runSteps } from "./runSteps";
import { type Report, report, reportText } from "./report";
import { stepsFor } from "./scenario";
import { Stage } from "./stage";
import type { World } from "./world";

/** The options of `npm run rehearse`. */
export interface RehearseOptions {
  /** Keep the temporary folder and say how to look around in it. */
  readonly keep?: true;

  /** File the report is written to as JSON. */
  readonly json?: string;

  /** The world that it plays in. @default the sandbox */
  readonly on?: World["name"];

  /** Perform only the steps about these stacks. Rooms need the audit stack: it is deployed for them. */
  readonly only?: "audit" | "member" | "incident" | "members";

  /** Perform only the steps with these words in their names, and of those before them the ones that they need. */
  readonly step?: string;

  /** An act and a type: the next such change is refused once, and the command is run again. */
  readonly fail?: readonly [act: Act, type: string];

  /** After so many changes of the account the engine is killed, before it is told of the last one. */
  readonly killAfter?: number;
}

/** Reads the command line. */
export function rehearseCommand(run: (options: RehearseOptions) => Promise<void>): Command {
  return new Command("rehearse")
    .description(
      "Rehearses the life of a clean room with the real Pulumi engine, on a simulated AWS account or on an emulator.",
    )
    .addOption(
      new Option(
        "--on <world>",
        "the sandbox, which needs nothing, or an emulator with the real provider, which AWS_ENDPOINT_URL names",
      ).choices(["sandbox", "emulator"]),
    )
    .option("--keep", "keep the temporary folder with the account and the stacks")
    .option("--json <file>", "write the report to a file")
    .addOption(
      new Option("--only <part>", "perform only the steps about these stacks").choices([
        "audit",
        "member",
        "incident",
        "members",
      ]),
    )
    .addOption(
      new Option(
        "--step <words>",
        "perform only the steps with these words in their names, and what they need before",
      ).argParser(wordsOfStep),
    )
    .addOption(
      new Option(
        "--fail <act and type...>",
        "AWS refuses once to create, update or delete one of this type, e.g. create aws:ec2/instance:Instance",
      ).argParser(actAndType),
    )
    .addOption(
      new Option(
        "--kill-after <number>",
        "after so many changes of the account the engine is killed, before it is told of the last one",
      ).argParser(positive),
    )
    .action(run);
}

/** The two words of `--fail`, one after the other. */
function actAndType(word: string, before: readonly string[] = []): readonly string[] {
  const [act] = before;
  if (act === undefined) {
    if (!ACTS.some((each) => each === word)) {
      throw new InvalidArgumentError(`First what fails: ${ACTS.join(", ")}.`);
    }
  } else if (before.length > 1 || !(word in resourceTypes)) {
    const known = Object.keys(resourceTypes).sort();
    throw new InvalidArgumentError(`After ${act} one of\n  ${known.join("\n  ")}`);
  }
  return [...before, word];
}

function wordsOfStep(words: string): string {
  if (stepsFor({ step: words }).length === 0) {
    throw new InvalidArgumentError("No step has these words in its name.");
  }
  return words;
}

function positive(word: string): number {
  if (!/^[1-9]\d*$/.test(word)) {
    throw new InvalidArgumentError("A whole number, 1 or more.");
  }
  return Number(word);
}

/** Performs the rehearsal and prints how it goes. @returns whether it passed. */
export async function rehearse(options: RehearseOptions): Promise<boolean> {
  const say = (line: string) => console.log(line);
  const pulumi = await findPulumi(process.env, say);
  const { on = "sandbox" } = options;
  say(`Rehearsing on the ${on} with Pulumi ${pulumi.version?.toString() ?? "(unknown version)"} …`);
  const played = await (on === "sandbox"
    ? inSandbox(pulumi, say, options)
    : onEmulator(say, options));
  say(reportText(played));
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(played, undefined, 2)}\n`);
  }
  return played.passed;
}

async function inSandbox(
  pulumi: PulumiCommand,
  say: (line: string) => void,
  options: RehearseOptions,
): Promise<Report> {
  // The program is loaded only here: without an engine there is no need to wait for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is a CommonJS `export =`
  const program = require("..") as PulumiFn;
  const stage = Stage.set(pulumi, program);
  stage.keepProvider();
  const endWatch = onInterruption(() => stage.clear());
  // The program runs in this process: it asks AWS's services itself, too.
  const endAnswers = await answerThisProcess(endpointsOf(stage, "foundation-deployer"));
  try {
    const began = Date.now();
    const cast = await callSandbox(stage, program);
    const results = await runSteps(stepsFor(options), cast, reporter(say));
    return report(results, stage.account.read().listing(), secondsSince(began));
  } finally {
    endAnswers();
    endWatch();
    if (options.keep === true) {
      stage.end();
      say(stage.directions());
    } else {
      stage.clear();
    }
  }
}

async function onEmulator(say: (line: string) => void, options: RehearseOptions): Promise<Report> {
  // Whoever rehearses in the sandbox needs none of it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where it is wanted
  const { EmulatedWorld } = require("../test/emulator/emulatedWorld") as typeof Emulated;
  const world = await EmulatedWorld.set();
  const endWatch = onInterruption(() => world.clear());
  try {
    const began = Date.now();
    const results = await runSteps(stepsFor(options), await callCast(world), reporter(say));
    return report(results, await world.things(AUDIT_ACCOUNT), secondsSince(began));
  } finally {
    endWatch();
    world.clear();
  }
}

function secondsSince(began: number): number {
  return (Date.now() - began) / 1000;
}

function reporter(say: (line: string) => void): Reporter {
  return {
    starts: ({ name }) => say(`${name} …`),
    ended: ({ name, outcome, result, seconds }, beside) =>
      say(
        [
          beside ? `  ${name}: ` : "  ",
          outcome === "passed" ? `ok, ${seconds.toFixed(1)} s: ${result}` : `FAILED\n  ${result}`,
        ].join(""),
      ),
  };
}

async function main(options: RehearseOptions): Promise<void> {
  try {
    process.exitCode = (await rehearse(options)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof NoEngineError)) {
      throw error;
    }
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (require.main === module) {
  void rehearseCommand(main).parseAsync();
}
