import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const REPOSITORY = join(__dirname, "..");

/** Where what is exported has to be used, and where else it may be. */
const PROGRAM = ["cli", "components", "policy-pack", "settings", "stacks"];
const USERS = [...PROGRAM, "docs", "rehearsal", "test"];

/** Exported for a program that is called by its file's name. */
const ENTRIES = new Set(["policy-pack/index.ts", "stacks/audit.ts"]);

describe("what a file exports", () => {
  it("is used by another file, or tells what a function of its own takes and gives", () => {
    const words = new Map(
      ["index.ts", ...USERS.flatMap(sources)].map((file) => [
        file,
        readFileSync(join(REPOSITORY, file), "utf8").match(/[A-Za-z_$][\w$]*/g) ?? [],
      ]),
    );
    const users = new Map<string, Set<string>>();
    for (const [file, those] of words) {
      for (const word of those) {
        users.set(word, (users.get(word) ?? new Set()).add(file));
      }
    }
    const unused = PROGRAM.flatMap(sources)
      .filter((file) => !ENTRIES.has(file))
      .flatMap((file) =>
        exportsOf(file)
          .filter(({ name, isType }) => {
            const elsewhere = [...(users.get(name) ?? [])].some((user) => user !== file);
            const here = words.get(file)?.filter((word) => word === name).length ?? 0;
            return !elsewhere && !(isType && here > 1);
          })
          .map(({ name }) => `${file}: ${name}`),
      );
    assert.deepEqual(unused, []);
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}

function exportsOf(file: string): { name: string; isType: boolean }[] {
  const text = readFileSync(join(REPOSITORY, file), "utf8");
  const form =
    /^export (?:abstract |async )?(const|class|function|interface|type|let) ([A-Za-z_$][\w$]*)/gm;
  return [...text.matchAll(form)].map(([, kind = "", name = ""]) => ({
    name,
    isType: kind === "interface" || kind === "type",
  }));
}
