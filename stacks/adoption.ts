import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import type { Check } from "../components/refusal";
import type { Comparison, Made } from "./comparison";
import { KEY } from "./madeForRoom";

/** What is taken on while a program declares its resources. */
export interface Adoption {
  /** Says, once everything is declared, what was taken on and what nothing asked for. */
  readonly tell: (ticket: string) => void;
}

/**
 * Has the engine take on what is there, rather than make it again: by type, and by name, tag `Name` or logical
 * name. What is taken on and differs is changed to what is declared.
 *
 * Call it before the first resource is declared.
 */
export function adopt(leftovers: readonly Made[]): Adoption {
  const byName = new Map(leftovers.map((each) => [`${each.type} ${each.name}`, each]));
  const taken = new Set<Made>();
  if (leftovers.length > 0) {
    pulumi.runtime.registerStackTransformation(({ type, name: logicalName, props, opts }) => {
      const { name, tags } = props as {
        readonly name?: unknown;
        readonly tags?: { readonly Name?: unknown };
      };
      const found = [name, tags?.Name, logicalName]
        .map((called) => byName.get(`${type} ${String(called)}`))
        .find((each) => each !== undefined);
      if (found === undefined) {
        return undefined;
      }
      taken.add(found);
      const { ignoreChanges = [] } = opts as pulumi.CustomResourceOptions;
      return {
        props: props,
        opts: {
          ...opts,
          import: found.id,
          // The provider reads a default of a key that nobody asks for, and would make another key for it.
          ignoreChanges: [...ignoreChanges, ...(type === KEY ? ["keyUsage"] : [])],
        },
      };
    });
  }
  return {
    tell: (ticket) => {
      const rest = leftovers.filter((each) => !taken.has(each));
      if (taken.size > 0) {
        void pulumi.log.warn(
          `Found again and taken on, not made a second time: ${listed([...taken])}. AWS had made it, and the pulumi up that asked for it was interrupted before it had written that down; or the state was lost.`,
        );
      }
      if (rest.length > 0) {
        void pulumi.log.warn(
          `Left over from an interrupted pulumi up, and asked for by nothing in these settings: ${listed(rest)}. What becomes of each: npx clean-room mend --stack ${new Case(ticket).stack}.`,
        );
      }
    },
  };
}

function listed(made: readonly Made[]): string {
  return made.map(({ type, id }) => `${kindOf(type)} ${id}`).join(", ");
}

/**
 * Refuses what is there more than once, and not each of it known to the engine.
 *
 * @param stack Name of the room's stack.
 * @returns a reason for each, naming all of it.
 */
export function checkOnce({ twice }: Comparison, stack: string): Check {
  return [
    "Something of the room is there more than once",
    twice.map((all) => {
      const [{ type, name } = { type: "", name: "" }] = all;
      return `${kindOf(type)} ${name}: ${all.map(({ id }) => id).join(" and ")}. Find out which is in use and have the other one deleted, then run this again: npx clean-room mend --stack ${stack} has the commands.`;
    }),
  ];
}

/** The last word of a type token, e.g. `Instance`. */
export function kindOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}
