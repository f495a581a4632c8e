import { setTimeout } from "node:timers/promises";

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
 * @throws what the CLI said last
 */
export async function listedStacks<Listed>(
  workspace: { readonly listStacks: () => Promise<Listed> },
  wait: () => Promise<unknown> = () => setTimeout(WAIT),
): Promise<Listed> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await workspace.listStacks();
    } catch (error) {
      if (tried === TRIES || !/\bEOF$/.test(reasonOf(error))) {
        throw error;
      }
      await wait();
    }
  }
}
