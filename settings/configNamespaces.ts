import type { Mistake } from "./mistake";

/**
 * Keys of a stack's configuration whose namespace is nearly the project's, `cleanroom:ticket` for `clean-room:ticket`:
 * Pulumi keeps them, and no program reads them. What other libraries of the program may read is not among them.
 *
 * @param keys full keys, `namespace:name`.
 */
export function misnamed(project: string, keys: readonly string[]): readonly string[] {
  return keys.filter((key) => {
    const namespace = namespaceOf(key);
    return namespace !== project && letters(namespace) === letters(project);
  });
}

/** The mistake of such a key, with the one that is meant. */
export function misnaming(project: string, key: string, found: unknown): Mistake {
  const required = `${project}:${nameIn(key)}: settings of this project begin with ${project}:`;
  return { key, found, required };
}

/** The setting's name in a full key. */
export function nameIn(key: string): string {
  return key.slice(key.indexOf(":") + 1);
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf(":"));
}

/** What is left where one types another dash or case. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
