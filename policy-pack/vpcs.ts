import type { PolicyResource } from "@pulumi/policy";

const VPC = "aws:ec2/vpc:Vpc";

/** Configuration of the policies that keep networks closed. */
export interface InternetConfig {
  /** Logical names of the VPCs that may reach the internet. */
  readonly internetVpcs: readonly string[];
}

/** Schema of {@link InternetConfig}. */
export const internetSchema = {
  properties: {
    internetVpcs: {
      type: "array" as const,
      items: { type: "string" as const },
      description: "Logical names of the VPCs that may reach the internet.",
      default: [],
    },
  },
};

/**
 * Whether the resource belongs to VPCs that may reach the internet, and to no other. It is traced
 * through the dependency graph, as ids are not known in a preview; what leads to no VPC of the
 * stack may not.
 */
export function mayReachInternet(resource: PolicyResource, config: InternetConfig): boolean {
  const vpcs = vpcsOf(resource, new Set());
  return vpcs.length > 0 && vpcs.every(({ name }) => config.internetVpcs.includes(name));
}

function vpcsOf(resource: PolicyResource, seen: Set<string>): PolicyResource[] {
  if (resource.type === VPC) {
    return [resource];
  }
  if (seen.has(resource.urn)) {
    return [];
  }
  seen.add(resource.urn);
  return Object.values(resource.propertyDependencies)
    .flat()
    .flatMap((used) => vpcsOf(used, seen));
}
