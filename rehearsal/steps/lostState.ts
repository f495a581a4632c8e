import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { parse } from "yaml";

import { belongings, type Cast } from "../cast";
import { expect, expectNoChanges, expectSuccess } from "../expectations";
import { commandsOf, runBlock } from "../interruptedPage";
import type { StackFile } from "../rehearsedStack";
import type { Observation, Step } from "../story";

/** The state of a room with evidence is thrown away, with its settings. What comes after works in the rebuilt room. */
export const LOST_STATE: Step = {
  part: "incident",
  name: "lose the room's state and settings, and rebuild it from tags and records",
  expected: "settings as they were, nothing made again",
  needed: true,
  run: rebuild,
};

async function rebuild(cast: Cast): Promise<Observation> {
  const { room, stage } = cast;
  const { stack } = room;
  const file = join(stage.project, `Pulumi.${stack.name}.yaml`);
  const settings = () => (parse(readFileSync(file, "utf8")) as StackFile).config;
  const idsOf = () =>
    belongings(cast, room)
      .map(({ type, id, state }) => `${type} ${id} ${state}`)
      .sort();
  const [lost, there] = [settings(), idsOf()];

  await stack.cli("stack", "rm", "--force", "--yes", "--remove-backups");
  expect(!existsSync(file), "the settings are there still");
  const refused = await stack.mend().then(
    ({ said }) => said.join("\n"),
    (error: Error) => error.message,
  );
  expect(/has no state.*stack init/s.test(refused), `mend does not say so: ${refused}`);

  const [restoring = ""] = commandsOf("Lost settings");
  const restored = await runBlock(restoring, stage, stack);
  expect(
    restored.mended === 0 && isDeepStrictEqual(sorted(settings()), sorted(lost)),
    `the settings are otherwise: ${restored.output}\n${JSON.stringify(settings())}\ninstead of\n${JSON.stringify(lost)}`,
  );
  const [, rebuilding = ""] = commandsOf("A state that is gone");
  const rebuilt = await runBlock(rebuilding, stage, stack);
  expect(rebuilt.succeeded, `the room was not rebuilt: ${rebuilt.output}`);
  expect(
    rebuilt.mended === 1 && /AWS has Instance .*, and the state does not/.test(rebuilt.output),
    `mend did not tell what the state has not: ${rebuilt.output}`,
  );
  const now = idsOf();
  expect(
    isDeepStrictEqual(now, there),
    `the account has something else: ${now.filter((id) => !there.includes(id)).join(", ")} is new, ${there.filter((id) => !now.includes(id)).join(", ")} is gone`,
  );
  const up = await stack.up({ policies: true });
  expectSuccess(up, "the next up");
  expectNoChanges(await stack.preview(), "the rebuilt room");
  const mended = await stack.mend();
  expect(mended.code === 0, `something is left to do: ${mended.said.join("\n")}`);
  return { result: `${there.length} found again` };
}

/** Settings with their lists in an order of their own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .map(([key, inner]) => [key, sorted(inner)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    : value;
}
