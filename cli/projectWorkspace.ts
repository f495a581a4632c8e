import { dirname } from "node:path";

import { LocalWorkspace } from "@pulumi/pulumi/automation";

import { pulumiOnPath } from "./pulumiOnPath";

/** Opens the project of this very program, wherever the command is called. */
export async function projectWorkspace(): Promise<LocalWorkspace> {
  const pulumiCommand = await pulumiOnPath();
  return LocalWorkspace.create({ workDir: dirname(__dirname), pulumiCommand });
}
