import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { World } from "./world";

/** A resource as the file backend has it. */
export interface StateEntry {
  readonly urn: string;

  /** Type token. */
  readonly type: string;
  readonly id?: string;
  readonly protect?: boolean;

  /** Names of the hooks that the program gave it. */
  readonly resourceHooks?: { readonly BeforeDelete?: readonly string[] };
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Where the file backend has a stack's state. */
export function stateFile({ folder }: Pick<World, "folder">, stack: string): string {
  return join(folder, "state/.pulumi/stacks/clean-room", `${stack}.json`);
}

/** The resources in a stack's state, read without the engine; none where there is no state. */
export function resourcesIn(world: Pick<World, "folder">, stack: string): readonly StateEntry[] {
  const file = stateFile(world, stack);
  if (!existsSync(file)) {
    return [];
  }
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: { latest?: { resources?: StateEntry[] } };
  };
  return checkpoint.latest?.resources ?? [];
}

/** The outputs in a stack's state. */
export function outputsIn(
  world: Pick<World, "folder">,
  stack: string,
): Readonly<Record<string, unknown>> {
  const root = resourcesIn(world, stack).find(({ type }) => type === "pulumi:pulumi:Stack");
  return root?.outputs ?? {};
}
