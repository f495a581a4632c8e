import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What the tests, and the commands that they run, put into the temporary folder goes with the run: it is in a folder of its own.

/** Names the run's folder to its processes. */
const FOLDER = "CLEANROOM_TESTS_FOLDER";

if (process.env[FOLDER] === undefined) {
  const folder = mkdtempSync(join(tmpdir(), "clean-room-tests-"));
  Object.assign(process.env, { [FOLDER]: folder, TMPDIR: folder });
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}
