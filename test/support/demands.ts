import assert from "node:assert/strict";

import { UNTAGGABLE } from "../../policy-pack/untaggable";
import type { Deployment } from "./deployment";

/** Names of the fields that hold tags, wherever in a resource they stand. */
const TAG_FIELDS = ["tags", "volumeTags", "amiTags", "resourceTags"];

/**
 * Asserts that every resource that can carry tags carries these, and so does every nested field that
 * holds tags of what AWS makes along with one.
 */
export function assertDemands(
  { resources }: Pick<Deployment, "resources">,
  tags: Readonly<Record<string, string>>,
): void {
  for (const { type, name, inputs } of resources) {
    if (type.startsWith("pulumi:providers:") || UNTAGGABLE.has(type)) {
      continue;
    }
    assert.ok(inputs["tags"] !== undefined, `${type} ${name} has no tags`);
    for (const [path, found] of tagFields(inputs, "")) {
      const carried = Object.fromEntries(
        Object.keys(tags).map((key) => [key, (found as Record<string, unknown>)[key]]),
      );
      assert.deepEqual(carried, tags, `${type} ${name}${path}`);
    }
  }
}

/** The most tags that any resource of these carries. */
export function mostTags(resources: Deployment["resources"]): number {
  return Math.max(
    ...resources.flatMap(({ inputs }) =>
      tagFields(inputs, "").map(([, tags]) => Object.keys(tags as object).length),
    ),
  );
}

function tagFields(value: unknown, path: string): (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([field, inner]) =>
        TAG_FIELDS.includes(field)
          ? [[`${path}.${field}`, inner] as const]
          : tagFields(inner, `${path}.${field}`),
      )
    : [];
}
