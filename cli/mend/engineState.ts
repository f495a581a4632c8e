import type { Workspace } from "@pulumi/pulumi/automation";

import { logicalName, type StateResource } from "../../stacks/stateResources";
import type { PendingOperation } from "./findings";

/** A stack as the engine has it. */
export interface EngineState {
  readonly resources: readonly StateResource[];

  /** What a deployment was doing when it ended. */
  readonly pending: readonly PendingOperation[];

  /** Whether something of it refuses to be destroyed by a hook of the program. */
  readonly isGuarded: boolean;
}

/** What of a stack's export is read. */
interface Exported {
  readonly resources?: readonly {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly resourceHooks?: { readonly BeforeDelete?: readonly string[] };
  }[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: { readonly urn: string; readonly type: string };
  }[];
}

/** Reads what the engine has of a stack. */
export async function readEngineState(
  stack: string,
  workspace: Pick<Workspace, "exportStack">,
): Promise<EngineState> {
  const exported = await workspace.exportStack(stack);
  const { resources = [], pending_operations: operations = [] } =
    (exported.deployment as Exported | null) ?? {};
  return {
    resources: resources.map(({ urn, type, id, outputs = {} }) => ({
      type,
      name: logicalName(urn),
      id,
      outputs,
    })),
    pending: operations.map(({ type: act, resource: { urn, type } }) => ({
      act,
      type,
      name: logicalName(urn),
    })),
    isGuarded: resources.some(({ resourceHooks }) => resourceHooks?.BeforeDelete !== undefined),
  };
}
