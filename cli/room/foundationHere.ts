import type { LocalWorkspace } from "@pulumi/pulumi/automation";

import { asText } from "../../settings/parseSettings";
import { awsCredentials } from "../../stacks/awsCredentials";
import { requireLogin } from "../login";
import { findFoundation, type FoundationOfRooms } from "./foundationOfRooms";
import { projectConfig } from "./projectConfig";
import type { RoomAws } from "./roomAws";
import type { RoomStacks } from "./roomStacks";
import { type EngineOptions, READING, type Surroundings } from "./surroundings";

/** A foundation of this backend, and an account in which AWS has said who is asking. */
export interface FoundationHere {
  readonly stacks: RoomStacks;
  readonly workspace: LocalWorkspace;
  readonly foundation: FoundationOfRooms;

  /** All that its stack puts out, by name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly aws: RoomAws;

  /** Settings of its AWS provider by full key, as text: those credentials are found by. */
  readonly awsValues: Readonly<Record<string, string>>;
}

/**
 * Finds the foundation, by the credentials that its stack is deployed with.
 *
 * @param named Name of its stack. @default what the project's file says, else `audit`
 * @throws Refusal where there is none, or AWS does not tell who is asking.
 */
export async function findFoundationHere(
  named: string | undefined,
  around: Surroundings,
  options: EngineOptions = READING,
): Promise<FoundationHere> {
  const stacks = await around.stacks(options);
  const workspace = await stacks.workspace();
  const project = projectConfig(await workspace.projectSettings());
  const stack = named ?? (project["clean-room:auditStack"] as string | undefined) ?? "audit";
  const foundation = await findFoundation(stack, workspace);
  const config = Object.entries({ ...foundation.config, ...project });
  const ofAws = Object.fromEntries(config.filter(([key]) => key.startsWith("aws:")));
  const awsValues = asText(ofAws);
  const credentials = awsCredentials(awsValues);
  const aws = around.aws({ region: foundation.region, credentials });
  await requireLogin(aws.sts, foundation.accountId);
  const outputs = Object.fromEntries(
    Object.entries(await workspace.stackOutputs(stack)).map(([name, { value }]) => [
      name,
      value as unknown,
    ]),
  );
  return { stacks, workspace, foundation, outputs, aws, awsValues };
}
