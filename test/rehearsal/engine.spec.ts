import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findPulumi, NoEngineError, pinnedVersion } from "../../rehearsal/engine/pulumiCli";

describe("the Pulumi CLI of the rehearsal", () => {
  let folder: string;
  let said: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "engine-"));
    said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Only this folder is on PATH, save what a shell script needs. */
  const find = (install = () => Promise.resolve(false)) =>
    findPulumi(
      { PATH: folder, XDG_CACHE_HOME: join(folder, "cache") },
      (line) => said.push(line),
      install,
    );

  function program(name: string, script: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  /** A Go that "builds" a script which prints a version. */
  const GO = `
    echo "$*" >> '${"$"}{0%/*}/calls'
    while [ $# -gt 1 ]; do [ "$1" = "-o" ] && out=$2; shift; done
    printf '#!/bin/sh\\necho v3.259.0\\n' > "$out"
    /bin/chmod +x "$out"`.replaceAll("'", '"');

  it("says what to install where there is neither a CLI nor Go", async () => {
    await assert.rejects(find(), (error: Error) => {
      assert.ok(error instanceof NoEngineError);
      assert.match(error.message, /no `pulumi` on PATH/);
      assert.match(error.message, /https:\/\/www\.pulumi\.com\/docs\/iac\/download-install\//);
      assert.match(error.message, /https:\/\/go\.dev\/dl\//);
      return true;
    });
  });

  it("is downloaded where that can be, and then needs no Go", async () => {
    const root = join(folder, "cache", "clean-room", "pulumi", pinnedVersion());
    const pulumi = await find(() => {
      mkdirSync(join(root, "bin"), { recursive: true });
      writeFileSync(join(root, "bin", "pulumi"), "#!/bin/sh\necho v3.259.0\n", { mode: 0o755 });
      return Promise.resolve(true);
    });
    assert.equal(pulumi.command, join(root, "bin", "pulumi"));
  });

  it("is built once, from the pinned version, and says so", async () => {
    program("go", GO.replace(/printf .*/, `printf "#!/bin/sh\\necho v3.259.0\\n" > "$out"`));
    const pulumi = await find();
    const root = join(folder, "cache", "clean-room", "pulumi", pinnedVersion());
    assert.equal(pulumi.command, join(root, "bin", "pulumi"));
    assert.equal(`v${pulumi.version?.toString()}`, "v3.259.0");
    assert.match(
      said.join("\n"),
      /fetching v3\.259\.0, about 150 MB, once.*\n.*building it .*\n.*about 4 minutes on 2 cores/,
    );
    await find();
    const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    assert.equal(calls.length, 1);
    assert.match(calls[0] ?? "", /version\.Version=v3\.259\.0 .*pulumi\/pkg\/v3\/cmd\/pulumi$/);
  });

  it("leaves no half-built CLI, and shows Go's own words, when the build fails", async () => {
    program("go", `echo "go: cannot find module" >&2\nexit 1`);
    await assert.rejects(find(), /could not build the Pulumi CLI:\ngo: cannot find module/);
    const root = join(folder, "cache", "clean-room", "pulumi", pinnedVersion());
    assert.equal(existsSync(join(root, "bin", "pulumi")), false);
  });
});
