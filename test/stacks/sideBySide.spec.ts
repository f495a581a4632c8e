import assert from "node:assert/strict";

import type { Registration } from "../support/deployment";
import { wholeFoundation, wholeMember, wholeRoom } from "../support/wholeStacks";

/**
 * What waits for something that it does not use, as `<resource> waits for <resource>`. A child is registered after its
 * component, and that after all of its inputs: one of them that a child does not use keeps it waiting.
 */
function idleWaits(registrations: readonly Registration[]): string[] {
  const all = new Map(registrations.map((each) => [each.urn, each]));
  const used = new Map<string, ReadonlySet<string>>();
  const uses = (urn: string): ReadonlySet<string> => {
    const known = used.get(urn);
    if (known !== undefined) {
      return known;
    }
    const after = all.get(urn)?.after ?? [];
    const found = new Set(after.flatMap((each) => [each, ...uses(each)]));
    used.set(urn, found);
    return found;
  };
  const ancestors = (urn: string): Registration[] => {
    const parent = all.get(all.get(urn)?.parent ?? "");
    return parent === undefined ? [] : [parent, ...ancestors(parent.urn)];
  };
  return registrations
    .filter(({ custom }) => custom)
    .flatMap(({ urn }) => {
      const own = uses(urn);
      const waits = new Set(ancestors(urn).flatMap(({ after }) => after));
      return [...waits]
        .filter((each) => !own.has(each))
        .map((each) => `${nameOf(urn)} waits for ${nameOf(each)}`);
    })
    .sort();
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

describe("Nothing waits for what it does not use", () => {
  for (const [what, whole] of Object.entries({
    "the foundation": wholeFoundation,
    "a member account": wholeMember,
    "a room with evidence": wholeRoom,
  })) {
    it(`of ${what}`, async () => {
      const { registrations } = await whole();
      assert.deepEqual(idleWaits(registrations), []);
    });
  }
});
