import type { ProjectSettings } from "@pulumi/pulumi/automation";

/** An entry of a project's `config:` where it is more than a value. */
interface Entry {
  readonly value?: unknown;
  readonly default?: unknown;
}

/**
 * What `config:` of `Pulumi.yaml` says for every stack of the project, by full key.
 *
 * Source: Pulumi's reference of project files, "config".
 */
export function projectConfig({
  name,
  config,
}: Pick<ProjectSettings, "name" | "config">): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries((config ?? {}) as unknown as Readonly<Record<string, unknown>>).flatMap(
      ([key, entry]) => {
        const value = isEntry(entry) ? (entry.value ?? entry.default) : entry;
        return value === undefined ? [] : [[key.includes(":") ? key : `${name}:${key}`, value]];
      },
    ),
  );
}

function isEntry(entry: unknown): entry is Entry {
  return typeof entry === "object" && entry !== null && !Array.isArray(entry);
}
