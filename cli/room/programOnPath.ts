import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Windows finds a program by its name without these. */
const ENDINGS =
  process.platform === "win32"
    ? (process.env["PATHEXT"] ?? ".COM;.EXE;.BAT;.CMD").split(";").filter((each) => each !== "")
    : [""];

/** Whether a program is on the PATH. @param endings Of a program's file */
export function isOnPath(
  program: string,
  path = process.env["PATH"] ?? "",
  endings: readonly string[] = ENDINGS,
): boolean {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => endings.map((ending) => join(folder, `${program}${ending}`)))
    .some((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}
