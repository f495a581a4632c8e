/** Configuration of a policy that tells foundations from incidents. */
export interface FoundationConfig {
  /** Regular expression for the names of the stacks that outlive incidents. */
  readonly foundationStacks: string;
}

/** Schema of {@link FoundationConfig}, for a policy's `configSchema.properties`. */
export const foundationSchema = {
  foundationStacks: {
    type: "string" as const,
    format: "regex" as const,
    description: "Regular expression for the names of the stacks that outlive incidents.",
    default: "^(audit|member)(-|$)",
  },
};

/** Name of the stack that the resource of this URN belongs to. */
export function stackOf(urn: string): string {
  // urn:pulumi:<stack>::<project>::<type>::<name>
  return urn.split("::")[0]?.slice("urn:pulumi:".length) ?? "";
}

/** Whether the resource of this URN belongs to a stack that outlives incidents. */
export function inFoundation(urn: string, { foundationStacks }: FoundationConfig): boolean {
  return new RegExp(foundationStacks).test(stackOf(urn));
}
