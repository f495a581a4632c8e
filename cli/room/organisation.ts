import { Refusal } from "../../components/refusal";

/**
 * Pulumi Cloud names a stack of the default organisation by its name alone, and one of another organisation with that in
 * front. Rooms are found by their name alone, and made in the default one.
 *
 * @throws Refusal where every stack of the project is of another organisation.
 */
export function requireDefaultOrganisation(stacks: readonly { readonly name: string }[]): void {
  const [first] = stacks;
  if (first !== undefined && stacks.every(({ name }) => name.includes("/"))) {
    const [organisation] = first.name.split("/");
    throw new Refusal("The project's stacks are not in Pulumi's default organisation", [
      `pulumi org set-default ${organisation}, then this again.`,
    ]);
  }
}
