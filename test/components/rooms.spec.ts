import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

const COMPONENTS = join(__dirname, "../../components");

/** Folders that every room may use, as it may the files beside them. */
const SHARED = ["aws", "policies"];

describe("a folder of components", () => {
  it("imports nothing of another one's inside, and what rooms share nothing of any", () => {
    const trespasses = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => file.replaceAll("\\", "/"))
      .flatMap((file) =>
        importsOf(file)
          .filter((imported) => ![...SHARED, undefined].includes(roomOf(imported)))
          .filter((imported) => roomOf(imported) !== roomOf(file))
          .map((imported) => `${file} imports ${imported}`),
      );
    assert.deepEqual(trespasses, []);
  });
});

/** What a file imports of the components, as paths below their folder. */
function importsOf(file: string): string[] {
  return [...readFileSync(join(COMPONENTS, file), "utf8").matchAll(/ from "(\.[^"]+)";/g)].map(
    ([, path = ""]) => posix.join(posix.dirname(file), path),
  );
}

/** The folder that a file is in; undefined at the top. */
function roomOf(file: string): string | undefined {
  const [first, ...rest] = file.split("/");
  return rest.length === 0 ? undefined : first;
}
