import { dirname } from "node:path";

import { LocalWorkspace } from "@pulumi/pulumi/automation";

/** Opens the project of this very program, wherever the command is called. */
export function projectWorkspace(): Promise<LocalWorkspace> {
  return LocalWorkspace.create({ workDir: dirname(__dirname) });
}
