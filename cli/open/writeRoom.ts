import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { Output } from "../output";
import { reasonOf } from "../reasonOf";
import { FileChange } from "../room/fileChange";
import { RoomFile } from "../room/roomFile";
import type { RoomStacks } from "../room/roomStacks";
import type { FoundationOfRooms } from "../room/foundationOfRooms";

/** A room whose settings are right. */
export interface WrittenRoom {
  readonly ticket: string;

  /** Name of its stack. */
  readonly stack: string;

  /** Its settings by full key. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly stacks: RoomStacks;
  readonly foundation: Pick<FoundationOfRooms, "stack">;
  readonly output: Pick<Output, "say">;

  /** Whether the backend has its stack already. */
  readonly hasStack: boolean;
}

/**
 * Writes what a room's file does not say yet, and makes its stack where there is none.
 *
 * @returns what takes that back, as long as nothing is deployed by this command.
 */
export async function writeRoom({
  ticket,
  stack,
  config,
  stacks,
  foundation,
  output,
  hasStack,
}: WrittenRoom): Promise<() => Promise<void>> {
  const path = stacks.file(stack);
  const before = existsSync(path) ? readFileSync(path) : undefined;
  const workspace = await stacks.workspace(await secretsProvider(stacks, foundation.stack));
  if (!hasStack) {
    await workspace.createStack(stack);
  }
  // The engine has written to it.
  const file = RoomFile.read(path);
  if (before === undefined) {
    file.head(
      ` Written by npx clean-room open ${ticket}. To change the room, change it here and run: npx clean-room open ${ticket}`,
    );
  }
  for (const [key, value] of Object.entries(config)) {
    if (!isDeepStrictEqual(file.config[key], value)) {
      file.set(key, value);
    }
  }
  file.write();
  const written = new FileChange(path, before, file.text());
  return async () => {
    try {
      if (!hasStack) {
        await workspace.removeStack(stack, { preserveConfig: true });
      }
    } catch (error) {
      output.say(
        `The stack ${stack} stays, with nothing in it: ${reasonOf(error)}. To forget it: pulumi stack rm --yes ${stack}`,
      );
    } finally {
      if (!written.takeBack()) {
        output.say(`${basename(path)} was changed meanwhile, and is left as it is now.`);
      }
    }
  };
}

/** A room's secrets are kept as its foundation's are. */
async function secretsProvider(
  stacks: RoomStacks,
  auditStack: string,
): Promise<string | undefined> {
  const workspace = await stacks.workspace();
  const name = auditStack.split("/").at(-1) ?? auditStack;
  return workspace.stackSettings(name).then(
    (settings) => settings.secretsProvider,
    // Its file is not here.
    () => undefined,
  );
}
