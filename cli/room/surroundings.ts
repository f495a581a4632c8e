import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Command } from "commander";
import { parse } from "yaml";

import type { ClientConfig } from "../../stacks/incidentState";
import type { Output } from "../output";
import { pulumiOnPath } from "../pulumiOnPath";
import { type Person, personAtTerminal } from "./person";
import { type RoomAws, roomAws } from "./roomAws";
import { RoomStacks } from "./roomStacks";

/** Options of every command that deploys a room. */
export interface EngineOptions {
  /** Folder of the policy pack; false deploys without one. */
  readonly policyPack: string | false;
  readonly policyPackConfig?: string;
  readonly logs: string;
}

/** Commands that deploy nothing need no policy pack. */
export const READING: EngineOptions = { policyPack: false, logs: "room-logs" };

/** What is around the commands about rooms. */
export interface Surroundings {
  readonly stacks: (options: EngineOptions) => Promise<RoomStacks>;
  readonly aws: (config: ClientConfig) => RoomAws;

  /** Who can be asked; nobody where there is no terminal. */
  readonly person: () => Person | undefined;
  readonly output: Output;
}

const PROGRAM = dirname(dirname(__dirname));

/** Adds those options to a command. */
export function withEngineOptions(command: Command): Command {
  return command
    .option("--policy-pack <folder>", "the policy pack", join(PROGRAM, "policy-pack"))
    .option("--no-policy-pack", "deploy without the policy pack")
    .option("--policy-pack-config <file>", "the pack's configuration")
    .option("--logs <folder>", "where everything that the engine prints goes", "room-logs");
}

/** The surroundings of this process. */
export function surroundings(output: Output): Surroundings {
  return {
    stacks: async ({ policyPack, policyPackConfig, logs }) =>
      new RoomStacks({
        folder: projectFolder(),
        pulumi: await pulumiOnPath(),
        ...(policyPack === false ? {} : { policyPack }),
        ...(policyPackConfig === undefined ? {} : { policyPackConfig }),
        logs: resolve(projectFolder(), logs),
      }),
    aws: roomAws,
    person: personAtTerminal,
    output,
  };
}

/** The folder of the project: the one that it is called in, where that is one of this program's, else the program's own. */
function projectFolder(): string {
  try {
    const { name } = parse(readFileSync(join(process.cwd(), "Pulumi.yaml"), "utf8")) as {
      readonly name?: string;
    };
    return name === "clean-room" ? process.cwd() : PROGRAM;
  } catch {
    return PROGRAM;
  }
}
