import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";

import { Refusal } from "../../components/refusal";

/**
 * Looks whether files and folders can be made.
 *
 * @param paths Where; each by itself.
 * @throws Refusal with every one that cannot.
 */
export function requireNew(paths: readonly string[]): void {
  const reasons = paths.flatMap((path, index) => {
    if (paths.findIndex((other) => resolve(other) === resolve(path)) < index) {
      return [`${path} is named for two things: name two.`];
    }
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
      return [
        `${path} is there already, and nothing is written over. Move it away, or name another place: --out <file>, --bundle <folder that is not there>.`,
      ];
    }
    try {
      accessSync(dirname(resolve(path)), constants.W_OK | constants.X_OK);
      return [];
    } catch {
      return [
        `${path} cannot be made: ${dirname(resolve(path))} is no folder that you may write in.`,
      ];
    }
  });
  if (reasons.length > 0) {
    throw new Refusal("The report is not written", reasons);
  }
}

/** Writes a file that is there for nobody else to read. Nothing is written over, and no link is followed. */
export function writeNew(path: string, text: string): void {
  // O_CREAT with O_EXCL: of a link it fails, too (POSIX, open).
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, text);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}
