import * as pulumi from "@pulumi/pulumi";
import type { IResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { ALIAS, CLAIM, KEY, PROFILE, ROLE } from "./madeForRoom";
import { importId } from "./ownership";

/** A resource as the engine has it in a stack's state. */
export interface StateResource {
  /** Type token, e.g. `aws:ec2/instance:Instance`. */
  readonly type: string;

  /** Logical name. */
  readonly name: string;

  /** Physical id; undefined for components, and for what cannot be taken on. */
  readonly id: string | undefined;

  /** What AWS answered of it, and what it was asked for. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * The resources in this stack's own state, as the last deployment left it: what the engine knows of. What
 * AWS made and the engine was not told, as it was killed in between, is not among them.
 *
 * The engine answers this call itself, and no provider; the SDK has no function for it. It tells what a provider
 * put out of each, and no ids.
 *
 * Source: pulumi/pulumi, pkg/resource/deploy/builtins.go, readStackResourceOutputs.
 */
export async function readStateResources(): Promise<readonly StateResource[]> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const request = new ResourceInvokeRequest();
  request.setTok("pulumi:pulumi:readStackResourceOutputs");
  request.setArgs(Struct.fromJavaScript({ stackName }));
  // What a component of another package puts out are resources, and the SDK asks the engine for each: while nothing is
  // declared it knows of none, and the program ends.
  request.setAcceptresources(false);
  const monitor = pulumi.runtime.getMonitor() as Pick<IResourceMonitorClient, "invoke">;
  const answer = await new Promise<Struct>((resolve, reject) => {
    monitor.invoke(request, (error, answered) =>
      error ? reject(error) : resolve(answered.getReturn() ?? new Struct()),
    );
  });
  const outputs = pulumi.runtime.unwrapRpcSecret(
    pulumi.runtime.deserializeProperties(answer)["outputs"],
  ) as Record<string, Pick<StateResource, "type" | "outputs">>;
  return Object.entries(outputs).map(([urn, resource]) => ({
    type: resource.type,
    name: logicalName(urn),
    id: physicalId(resource),
    outputs: resource.outputs,
  }));
}

/**
 * The id of a resource, by what its provider put out of it. A bridge to a Terraform provider calls it `id`, or, where
 * the schema that it bridges has that as an attribute like any other, `kmsKeyId`, `iamRoleId` and so on.
 *
 * Source: pulumi/pulumi-terraform-bridge, docs/guides/resource-ids.md and the renaming of reserved names.
 *
 * @returns undefined where neither `id` nor anything that is documented says it.
 */
export function physicalId({
  type,
  outputs: { id, arn, keyId, name },
}: Pick<StateResource, "type" | "outputs">): string | undefined {
  if (typeof id === "string") {
    return id;
  }
  switch (type) {
    case KEY:
      return keyId as string | undefined;
    case ALIAS:
    case CLAIM:
    case PROFILE:
    case ROLE:
      return name as string | undefined;
    default:
      return typeof arn === "string" ? importId(type, arn) : undefined;
  }
}

/** The logical name of a resource, which its URN ends with and which may hold the URN's separator itself. */
export function logicalName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
