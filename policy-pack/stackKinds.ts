import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOM_STACK } from "./ticket";

/**
 * Resource types by kind of stack. The list follows from the program: `npm run stack-types` makes it
 * anew, and what changed is read as a difference; a test fails when it is stale.
 */
export const TYPES_OF_KIND = JSON.parse(
  readFileSync(join(__dirname, "stackTypes.json"), "utf8"),
) as Readonly<Record<string, readonly string[]>>;

/** A kind of stack, and whose names are of it. */
export interface StackKind {
  readonly kind: string;

  /** Regular expression for the names of its stacks. */
  readonly stacks: string;
}

/**
 * The first that matches counts. A room's stack is its ticket in lower case, so nearly every name is one;
 * that of a foundation is not, and `prod-audit`, which nobody decided on, is neither. The engine takes Go's
 * expressions alone, which look neither ahead nor back.
 */
export const STACK_KINDS: StackKind[] = [
  { kind: "foundation", stacks: "^audit(-|$)" },
  { kind: "member", stacks: "^member(-|$)" },
  { kind: "undecided", stacks: "(^|-)(audit|member)[0-9]*(-|$)" },
  { kind: "incident", stacks: `^${ROOM_STACK}$` },
];

/** The kind that a stack is of by its name, or undefined. */
export function kindOf(stack: string, kinds: readonly StackKind[]): string | undefined {
  return kinds.find(({ stacks }) => new RegExp(stacks).test(stack))?.kind;
}
