import {
  type ClientConfig,
  type IncidentState,
  readAuditOutputs,
  readIncidentState,
  type ReadWorkspace,
} from "../../stacks/incidentState";
import { requireLogin, type Sts } from "../login";

/** A room, with the clients of who is logged in to its account. */
interface RoomByStack<Name extends string, Clients> extends Pick<
  IncidentState,
  "settings" | "outputs"
> {
  readonly aws: Clients;

  /** Outputs of its audit stack. */
  readonly foundation: Readonly<Record<Name, string>>;
}

/**
 * The room of an incident's stack, by its configuration and its audit stack's outputs: also where its own state was lost.
 *
 * @param stack The stack's name, or `organisation/project/stack`.
 * @param names Which outputs of the audit stack are asked for.
 * @throws Refusal where nobody is logged in, it is no incident's stack, or its audit stack has no vault.
 */
export async function roomByStack<Name extends string, Clients extends { readonly sts: Sts }>(
  stack: string,
  workspace: ReadWorkspace,
  clients: (config: ClientConfig) => Clients,
  names: readonly Name[],
): Promise<RoomByStack<Name, Clients>> {
  const { settings, outputs, clientConfig } = await readIncidentState(stack, workspace);
  const aws = clients(clientConfig);
  await requireLogin(aws.sts, settings.accountId);
  const foundation = await readAuditOutputs(settings.auditStack, workspace, names);
  return { settings, outputs, aws, foundation };
}
