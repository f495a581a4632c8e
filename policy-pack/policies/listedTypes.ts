import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";

import { stackOf } from "../foundationStacks";
import { kindOf, STACK_KINDS, type StackKind, TYPES_OF_KIND } from "../stackKinds";

/** Configuration of this policy. */
interface ListedTypesConfig {
  /** Kinds of stacks; the first that matches a stack's name counts. */
  readonly kinds: readonly StackKind[];

  /** Resource types that a stack may contain, by its kind. */
  readonly types: Readonly<Record<string, readonly string[]>>;

  /** Types beside those of `types`, by kind. */
  readonly extraTypes: Readonly<Record<string, readonly string[]>>;
}

const TYPES_BY_KIND = {
  type: "object" as const,
  additionalProperties: { type: "array" as const, items: { type: "string" as const } },
};

/**
 * What leads out of a clean room has many names, and new ones come every month; what a room is made of
 * has few. A type that nobody thought of is therefore refused, whichever package it is of: another
 * provider, a CloudFormation stack, a command or a dynamic resource goes round every other policy.
 */
export const listedTypes: ResourceValidationPolicy = {
  name: "listed-types",
  displayName: "A stack is made of listed types, and nothing else",
  description:
    "Checks that every resource is of a type that is listed for its kind of stack, whichever package the type is of.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["types"],
  remediationSteps:
    "Remove the resource, or add its type to extraTypes of listed-types in the policy pack's configuration.",
  configSchema: {
    properties: {
      kinds: {
        type: "array",
        items: {
          type: "object",
          required: ["kind", "stacks"],
          additionalProperties: false,
          properties: { kind: { type: "string" }, stacks: { type: "string", format: "regex" } },
        },
        description:
          "Kinds of stacks, and regular expressions for their names: the first that matches counts.",
        default: STACK_KINDS,
      },
      types: {
        ...TYPES_BY_KIND,
        description: "Resource types that a stack may contain, by its kind.",
        default: TYPES_OF_KIND,
      },
      extraTypes: {
        ...TYPES_BY_KIND,
        description: "Types that a stack may contain beside those, by its kind.",
        default: {},
      },
    },
  },
  validateResource: (args: ResourceValidationArgs, reportViolation) => {
    const { kinds, types, extraTypes } = args.getConfig<ListedTypesConfig>();
    const stack = stackOf(args.urn);
    const kind = kindOf(stack, kinds);
    const lists = [types, extraTypes].flatMap((byKind) => byKind[kind ?? ""] ?? []);
    if (kind === undefined || lists.length === 0) {
      const told = kinds.filter((each) => each.kind in types);
      reportViolation(
        `the stack's name is ${stack}; required: a name that tells its kind (${told.map((each) => `${each.kind} ${each.stacks}`).join(", ")}).\n` +
          "Rename the stack, or put its name before the others in kinds of listed-types in the policy pack's configuration.",
      );
      return;
    }
    if (!lists.includes(args.type)) {
      reportViolation(
        `type is ${args.type}; required: a type that is listed for ${kind} stacks.\n` +
          `Remove the resource, or configure the pack: { "listed-types": { "extraTypes": { "${kind}": ["${args.type}"] } } }.`,
      );
    }
  },
};
