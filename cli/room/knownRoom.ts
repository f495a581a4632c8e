import { basename } from "node:path";

import type { LocalWorkspace, OutputMap } from "@pulumi/pulumi/automation";

import { exactly } from "../../components/aws/ids";
import { Case, TICKET, TICKET_FORM } from "../../components/case";
import { Refusal } from "../../components/refusal";
import type { IncidentSettings } from "../../settings/parseSettings";
import { type ClientConfig, readStackSettings } from "../../stacks/incidentState";
import { awsCredentials } from "../../stacks/awsCredentials";
import { requireLogin } from "../login";
import { findFoundation, type FoundationOfRooms } from "./foundationOfRooms";
import { keepSecrets } from "./keptSecrets";
import { RoomFile } from "./roomFile";
import type { RoomStacks } from "./roomStacks";
import type { RoomAws } from "./roomAws";
import type { EngineOptions, Surroundings } from "./surroundings";

/** A room whose stack and file are here, and an account in which AWS has said who is asking. */
export interface KnownRoom {
  readonly ticket: string;

  /** Name of its stack. */
  readonly stack: string;
  readonly stacks: RoomStacks;
  readonly workspace: LocalWorkspace;
  readonly settings: IncidentSettings;
  readonly clientConfig: ClientConfig;
  readonly foundation: FoundationOfRooms;
  readonly aws: RoomAws;

  /** Its stack's outputs; none where it was never opened to its end, or is destroyed. */
  readonly outputs: OutputMap;

  /** How many resources the engine has of it. */
  readonly resourceCount: number;
}

/** @throws Refusal where a ticket has not the form of one. */
export function requireTicket(ticket: string): void {
  if (!exactly(TICKET).test(ticket)) {
    throw new Refusal(`${ticket} is no ticket`, [
      `A ticket is ${TICKET_FORM}, such as INC-2026-0042.`,
    ]);
  }
}

/**
 * Finds a ticket's room.
 *
 * @param asWhom Whose credentials AWS is asked with: those that the stack is deployed with, or the caller's own.
 * @throws Refusal where there is none here, its settings are wrong, or AWS does not tell who is asking.
 */
export async function findRoom(
  ticket: string,
  around: Surroundings,
  options: EngineOptions,
  asWhom: "deployer" | "caller" = "deployer",
): Promise<KnownRoom> {
  requireTicket(ticket);
  const { stack } = new Case(ticket);
  const stacks = await around.stacks(options);
  if (RoomFile.isThere(stacks.file(stack))) {
    // What is wrong with it is said here in more words than the engine has, and before that is asked for anything.
    RoomFile.read(stacks.file(stack));
  }
  const workspace = await stacks.workspace();
  const listed = (await stacks.list()).find(({ name }) => name === stack);
  if (listed === undefined) {
    throw new Refusal(`There is no room of ${ticket} here`, [
      "The backend has no such stack. Which there are: npx clean-room list. To open it: npx clean-room open " +
        ticket,
    ]);
  }
  if (!RoomFile.isThere(stacks.file(stack))) {
    throw new Refusal(`The room of ${ticket} was opened elsewhere`, [
      `Its file ${basename(stacks.file(stack))} is not here, or says nothing of it. To go on with it here: npx clean-room take-over ${ticket}`,
    ]);
  }
  await keepSecrets(stack, stacks.file(stack), workspace, around.output);
  const { settings, clientConfig: ofStack } = await readStackSettings(stack, workspace);
  const clientConfig =
    asWhom === "deployer" ? ofStack : { ...ofStack, credentials: awsCredentials({}) };
  if (settings.kind !== "incident") {
    throw new Refusal(`The stack ${stack} has no room`, ["Name an incident's ticket."]);
  }
  const aws = around.aws(clientConfig);
  await requireLogin(aws.sts, settings.accountId);
  const [foundation, outputs] = await Promise.all([
    findFoundation(settings.auditStack, workspace),
    workspace.stackOutputs(stack),
  ]);
  return {
    // As its settings spell it: tags, records and keys do, and a stack's name has no capitals.
    ticket: settings.ticket,
    stack,
    stacks,
    workspace,
    settings,
    clientConfig,
    foundation,
    aws,
    outputs,
    resourceCount: listed.resourceCount ?? 0,
  };
}
