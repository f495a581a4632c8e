import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

describe("The version of Node.js", () => {
  const pinned = read(".node-version").trim();
  const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
  const oldest = engines.node.slice(">=".length);

  it("is pinned in one place, to one that is supported for long; older ones work", () => {
    assert.match(pinned, /^24\.\d+\.\d+$/);
    assert.match(engines.node, /^>=20\.\d+\.\d+$/);
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Readonly<Record<string, { engines?: { node: string } }>>;
    };
    assert.equal(packages[""]?.engines?.node, engines.node);
    const types = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
    // Who has the oldest has no more than that.
    assert.equal(types.devDependencies["@types/node"]?.split(".")[0], oldest.split(".")[0]);
  });

  it("is read there by the workflows and by .ci/run, which runs the tests on the oldest too", () => {
    for (const file of readdirSync(join(ROOT, ".github/workflows"))) {
      const text = read(join(".github/workflows", file));
      const files = [...text.matchAll(/node-version(-file)?: (.*)/g)].map(([, , value]) => value);
      assert.deepEqual(new Set(files), new Set([".node-version"]), file);
    }
    const run = read(".ci/run");
    assert.match(run, /\$\(<\.node-version\)/);
    assert.match(run, /package\.json"\)\.engines\.node/);
    assert.doesNotMatch(run, /node@\d/);
  });

  it("is what the README and CONTRIBUTING say", () => {
    const [majorOfPinned] = pinned.split(".");
    const [major, minor] = oldest.split(".");
    for (const page of ["README.md", "CONTRIBUTING.md"]) {
      const said = read(page).match(/Node\.js (\d+)\b[^]*?\b(\d+\.\d+) and newer work/);
      assert.deepEqual(said?.slice(1), [majorOfPinned, `${major}.${minor}`], page);
      const others = read(page).match(/Node\.js \d+(\.\d+)* or newer/g);
      assert.equal(others, null, page);
    }
  });
});
