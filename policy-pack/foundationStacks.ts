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

/** Whether the resource of this URN belongs to a stack that outlives incidents. */
export function inFoundation(urn: string, { foundationStacks }: FoundationConfig): boolean {
  // urn:pulumi:<stack>::<project>::<type>::<name>
  const stack = urn.split("::")[0]?.slice("urn:pulumi:".length) ?? "";
  return new RegExp(foundationStacks).test(stack);
}
