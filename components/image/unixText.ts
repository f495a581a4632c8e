import { readFileSync } from "node:fs";

import { Refusal } from "../refusal";

/**
 * The text of a file that the image is built from, as it stands in the repository.
 *
 * @throws Refusal where its lines end as on Windows: bash reads the carriage return as part of a word.
 */
export function unixText(path: string): string {
  const text = readFileSync(path, "utf8");
  if (text.includes("\r")) {
    throw new Refusal(`${path} cannot go into the image`, [
      "It has carriage returns, as Git for Windows makes them in a clone: run git config core.autocrlf false, then git rm -q --cached -r . and git reset --hard, which drops changes that are not committed.",
    ]);
  }
  return text;
}
