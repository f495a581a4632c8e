import { listOf, type Mistake, ofStack } from "../policyForms";
import type { StackGraph } from "../stackGraph";
import type { Subject } from "../subject";
import { isUnset } from "../fieldRequirements";

const ROLE = "aws:iam/role:Role";

/** Kinds of stacks whose roles are not a case's: those have a policy of their own. */
const LASTING = ["foundation", "member"];

/** Configuration of this policy. */
interface BoundedConfig {
  /** Kinds of stacks of which every role has a boundary. */
  readonly kinds: readonly string[];

  /** Regular expression for the names of roles without one: the logical one, or IAM's. */
  readonly unbounded: string;
}

/**
 * Whether the roles that outlive cases have a boundary is the organisation's to say. Where one of a stack's has, it has said
 * so, and the one without is forgotten.
 */
export const boundedRoles = ofStack<BoundedConfig>(
  {
    name: "bounded-roles",
    displayName: "No role of a foundation is left out of the organisation's boundary",
    description:
      "Checks that every role of a foundation's or a member account's stack has a permissions boundary where one of them has, or where kinds names its kind of stack, but roles that unbounded names.",
    severity: "high",
    tags: ["access"],
    remediationSteps: "Set permissionsBoundary of the role, or name the role in unbounded.",
    configSchema: {
      properties: {
        kinds: listOf("Kinds of stacks (foundation, member) of which every role has a boundary."),
        unbounded: {
          type: "string",
          format: "regex",
          description:
            "Regular expression for the names of roles without a boundary: the logical one, or IAM's.",
          default: "^(aws-controltower-|stacksets-exec-|AWSServiceRoleFor)",
        },
      },
    },
  },
  mistakesOf,
);

function mistakesOf(graph: StackGraph, { kinds, unbounded }: BoundedConfig): Mistake[] {
  const excepted = new RegExp(unbounded);
  const roles = graph.ofType(ROLE).filter(({ kind = "" }) => LASTING.includes(kind));
  const bounded = roles.find((role) => !isUnset(role.at("permissionsBoundary")));
  return roles
    .filter(
      (role) =>
        isUnset(role.at("permissionsBoundary")) &&
        ![role.name, role.at("name")].some(
          (name) => typeof name === "string" && excepted.test(name),
        ) &&
        (bounded !== undefined || kinds.includes(role.kind ?? "")),
    )
    .map((subject) => ({ subject, sentence: sentenceOf(subject, bounded) }));
}

function sentenceOf(role: Subject, bounded: Subject | undefined): string {
  const like =
    bounded === undefined ? "the organisation's boundary" : `one, as ${bounded.name} has`;
  return `permissionsBoundary is not set; required: ${like}.\nSet permissionsBoundary, or configure the pack: { "bounded-roles": { "unbounded": "^${role.name}$" } }.`;
}
