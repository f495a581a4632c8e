import { dirname, join } from "node:path";

import { EngineProcess } from "./kills/engineProcess";
import type { Stage } from "./stage";

/** The command, as `npx` starts it. */
const COMMAND = join(dirname(__dirname), "cli/clean-room.js");

/** Subcommands that deploy: on a stage, what they deploy is judged by its policy pack. */
const DEPLOYING: readonly string[] = ["open", "evidence", "close"];

/** Starts `npx clean-room` on a stage, in a process of its own. @param environment Of a room's commands there */
export function commandProcess(
  stage: Stage,
  environment: NodeJS.ProcessEnv,
  [subcommand = "", ...args]: readonly string[],
): EngineProcess {
  const pack = ["--policy-pack", stage.policyPack, "--policy-pack-config", stage.policyConfig];
  return new EngineProcess(
    process.execPath,
    [COMMAND, subcommand, ...args, ...(DEPLOYING.includes(subcommand) ? pack : [])],
    { cwd: stage.project, env: environment },
  );
}
