import * as pulumi from "@pulumi/pulumi";

/** A resource as the engine has it in a stack's state. */
export interface StateResource {
  /** Type token, e.g. `aws:ec2/instance:Instance`. */
  readonly type: string;

  /** Logical name. */
  readonly name: string;

  /** Physical id; undefined for components. */
  readonly id: string | undefined;

  /** What AWS answered of it, and what it was asked for. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * The resources in this stack's own state, as the last deployment left it: what the engine knows of. What
 * AWS made and the engine was not told, as it was killed in between, is not among them.
 *
 * The engine answers this call itself, and no provider; the SDK has no function for it.
 *
 * Source: pulumi/pulumi, pkg/resource/deploy/builtins.go, readStackResourceOutputs.
 */
export async function readStateResources(): Promise<readonly StateResource[]> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackResourceOutputs",
    { stackName },
    { async: true },
  )) as { outputs: Record<string, { type: string; outputs: { id?: string } }> };
  return Object.entries(outputs).map(([urn, resource]) => ({
    type: resource.type,
    name: logicalName(urn),
    id: resource.outputs.id,
    outputs: resource.outputs,
  }));
}

/** The logical name of a resource, which its URN ends with and which may hold the URN's separator itself. */
export function logicalName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
