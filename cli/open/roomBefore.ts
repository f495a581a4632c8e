import { basename } from "node:path";

import type { LocalWorkspace } from "@pulumi/pulumi/automation";

import { Case } from "../../components/case";
import { Refusal } from "../../components/refusal";
import { findFoundation, type FoundationOfRooms } from "../room/foundationOfRooms";
import { keepSecrets } from "../room/keptSecrets";
import { projectConfig } from "../room/projectConfig";
import { RoomFile } from "../room/roomFile";
import type { RoomStacks } from "../room/roomStacks";
import type { Surroundings } from "../room/surroundings";
import { requireSpelling } from "./fileReasons";
import type { OpenOptions } from "./openOptions";

/** What of a room there is before it is opened. */
export interface RoomBefore {
  readonly stacks: RoomStacks;

  /** Name of its stack. */
  readonly stack: string;
  readonly workspace: LocalWorkspace;
  readonly foundation: FoundationOfRooms;

  /** Whether the backend has its stack. */
  readonly hasStack: boolean;

  /** Whether the engine has something of it. */
  readonly isDeployed: boolean;
}

/**
 * Looks at what there is of the room of a ticket.
 *
 * @throws Refusal where its file spells the ticket otherwise, or the room was opened elsewhere
 */
export async function roomBefore(
  ticket: string,
  options: OpenOptions,
  around: Surroundings,
): Promise<RoomBefore> {
  const stack = new Case(ticket).stack;
  const stacks = await around.stacks(options);
  const workspace = await stacks.workspace();
  const project = projectConfig(await workspace.projectSettings());
  const file = RoomFile.read(stacks.file(stack)).config;
  const noted = file["clean-room:ticket"] as string | number | undefined;
  requireSpelling(ticket, noted, basename(stacks.file(stack)));
  const auditStack =
    options.auditStack ??
    (file["clean-room:auditStack"] as string) ??
    (project["clean-room:auditStack"] as string) ??
    "audit";
  const foundation = await findFoundation(auditStack, workspace);
  const listed = (await stacks.list()).find(({ name }) => name === stack);
  const isDeployed = (listed?.resourceCount ?? 0) > 0;
  if (isDeployed && !RoomFile.isThere(stacks.file(stack))) {
    throw new Refusal(`The room of ${ticket} was opened elsewhere`, [
      `Its file ${basename(stacks.file(stack))} is not here, or says nothing of it. To go on with it here: npx clean-room take-over ${ticket}`,
    ]);
  }
  if (isDeployed) {
    await keepSecrets(stack, stacks.file(stack), workspace, around.output);
  }
  return { stacks, stack, workspace, foundation, hasStack: listed !== undefined, isDeployed };
}
