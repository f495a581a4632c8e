import { Refusal } from "../components/refusal";
import { common } from "./common";
import { misnamed, nameIn } from "./configNamespaces";
import type { StackConfig } from "./parseSettings";

/** Where it stands how a stack that is no room is made. */
const PAGES = { audit: "docs/foundation.md", member: "docs/member-accounts.md" } as const;

/**
 * Asks whether a stack has settings of its own, beside those that the project's file has for all: without its file each of
 * them would be told as lacking, and not what is.
 *
 * @throws Refusal where it has none.
 */
export function requireOwnSettings({ project, stack, values }: StackConfig): void {
  const keys = Object.keys(values);
  const own = keys.filter((key) => key.startsWith(`${project}:`)).map(nameIn);
  const kind = (["audit", "member"] as const).find((each) => stack.split("-")[0] === each);
  const isThere =
    misnamed(project, keys).length > 0 ||
    own.includes("kind") ||
    own.includes("ticket") ||
    (kind !== undefined && own.some((name) => !Object.hasOwn(common, name)));
  if (isThere) {
    return;
  }
  const file = `Pulumi.${stack}.yaml`;
  const ticket = stack.toUpperCase();
  throw new Refusal(`The stack ${stack} has no settings of its own; nothing was changed`, [
    kind === undefined
      ? `${file} is not here, or says neither ${project}:kind nor ${project}:ticket. Where the room was opened elsewhere, take that file away, if there is one, then: npx clean-room take-over ${ticket}. To open one: npx clean-room open ${ticket}`
      : `${file} is not here, or has no ${project}:kind. As it was deployed last the backend has it: pulumi config refresh --stack ${stack}. To make one: ${PAGES[kind]}`,
  ]);
}
