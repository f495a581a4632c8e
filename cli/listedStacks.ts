import { setTimeout } from "node:timers/promises";

import { Refusal } from "../components/refusal";
import { reasonOf } from "./reasonOf";

/** So often a listing is tried, and so long is waited in between (ms): a stack's file is written within a moment. */
const TRIES = 10;
const WAIT = 200;

/**
 * Every stack of a project, also while other processes deploy some of them. In a backend of files the CLI reads each stack as it
 * lies there, and says `EOF` of one that is being written at that moment (fileblob of gocloud.dev writes a file's attributes in
 * place). What is torn for good, as by a kill, says the same every time.
 *
 * @param wait What passes the time between two tries.
 * @throws Refusal that leads to what mends a torn file; else what the CLI said
 */
export async function listedStacks<Listed>(
  workspace: { readonly listStacks: () => Promise<Listed> },
  wait: () => Promise<unknown> = () => setTimeout(WAIT),
): Promise<Listed> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await workspace.listStacks();
    } catch (error) {
      if (!/\bEOF$/.test(reasonOf(error))) {
        throw error;
      }
      if (tried === TRIES) {
        throw new Refusal("The stacks of the project cannot be listed", [
          "A file beside a stack's state is empty (EOF), as a command leaves it that is killed while it writes. It holds nothing that is needed; how to delete it: docs/interrupted.md, Failed to load checkpoint: EOF.",
        ]);
      }
      await wait();
    }
  }
}
