import type { OutputMap, Workspace } from "@pulumi/pulumi/automation";

import { Refusal } from "../components/refusal";
import { type IncidentSettings, parseSettings, type Settings } from "../settings/parseSettings";
import { requireOwnSettings } from "../settings/ownSettings";
import { awsCredentials } from "./awsCredentials";

/** What a command reads of a workspace. */
export type ReadWorkspace = Pick<Workspace, "projectSettings" | "getAllConfig" | "stackOutputs">;

/** What a client of AWS's SDK needs to work where the stack does, and as its AWS provider. */
export interface ClientConfig {
  readonly region: string;
  readonly credentials: ReturnType<typeof awsCredentials>;
}

/** An incident's stack, as a command beside the program sees it. */
export interface IncidentState {
  readonly settings: IncidentSettings;

  /** The stack's outputs; none where it was never opened, or is destroyed. */
  readonly outputs: OutputMap;
  readonly clientConfig: ClientConfig;
}

/** A stack's settings, as a command beside the program reads them. */
export interface StackSettings {
  readonly settings: Settings;
  readonly clientConfig: ClientConfig;
}

/**
 * Reads the configuration of a stack of any kind.
 *
 * @param stack The stack's name, or `organisation/project/stack`.
 * @throws Refusal where it has none of its own, SettingsError where it is wrong.
 */
export async function readStackSettings(
  stack: string,
  workspace: Pick<Workspace, "projectSettings" | "getAllConfig">,
): Promise<StackSettings> {
  const [{ name: project }, config] = await Promise.all([
    workspace.projectSettings(),
    workspace.getAllConfig(stack),
  ]);
  const values = Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
  const of = { project, stack: stack.split("/").at(-1) ?? stack, values };
  requireOwnSettings(of);
  const settings = parseSettings(of);
  return {
    settings,
    clientConfig: { region: settings.region, credentials: awsCredentials(values) },
  };
}

/**
 * Reads the configuration and the outputs of an incident's stack.
 *
 * @param stack The stack's name, or `organisation/project/stack`.
 * @throws Refusal where it is no incident's stack, SettingsError where its configuration is wrong.
 */
export async function readIncidentState(
  stack: string,
  workspace: ReadWorkspace,
): Promise<IncidentState> {
  const [{ settings, clientConfig }, outputs] = await Promise.all([
    readStackSettings(stack, workspace),
    workspace.stackOutputs(stack),
  ]);
  if (settings.kind !== "incident") {
    throw new Refusal(`The stack ${stack} has no room`, ["Name an incident's stack."]);
  }
  return { settings, outputs, clientConfig };
}

/**
 * Outputs of the audit stack: a room's own are gone with its state.
 *
 * @throws Refusal where it has not all of them.
 */
export async function readAuditOutputs<Name extends string>(
  auditStack: string,
  workspace: ReadWorkspace,
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>>> {
  const outputs = await workspace.stackOutputs(auditStack);
  const missing = names.filter((name) => typeof outputs[name]?.value !== "string");
  if (missing.length > 0) {
    throw new Refusal(`The stack ${auditStack} has no vault`, [
      `It was never deployed, or it is not the audit stack: it has no ${missing.join(", ")}.`,
    ]);
  }
  return Object.fromEntries(names.map((name) => [name, outputs[name]?.value as string])) as Record<
    Name,
    string
  >;
}
