import { isMap, isSeq, parseDocument, YAMLMap } from "yaml";

import { Refusal } from "../../components/refusal";

/** What the lines of a handover may stand below. */
const HEADINGS = ["config", "clean-room:evidence", "evidence"];

/**
 * Reads the lines that `handover` prints, indented as they come, with or without the line above them.
 *
 * @returns an entry for each disk, with its comments.
 * @throws Refusal where they are something else.
 */
export function handedOver(text: string): readonly YAMLMap[] {
  const lines = withFirstIndent(text.split(/\r?\n/));
  const margin = Math.min(...lines.filter((line) => line.trim() !== "").map(indentOf));
  const document = parseDocument(lines.map((line) => line.slice(margin)).join("\n"), {
    version: "1.1",
  });
  const notLines = (why: string) =>
    new Refusal("No evidence was added; nothing was changed", [
      `${why}. What is taken are the lines that handover prints, from "- snapshot: …" on, unchanged.`,
    ]);
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw notLines(`The lines cannot be read: ${mistake.message.split("\n")[0]}`);
  }
  let found: unknown = document.contents;
  for (const heading of HEADINGS) {
    if (isMap(found) && found.has(heading)) {
      found = found.get(heading, true);
    }
  }
  if (!isSeq(found) || found.items.length === 0 || !found.items.every(isMap)) {
    throw notLines(text.trim() === "" ? "There are no lines" : "The lines are no list of disks");
  }
  const items = found.items as unknown as readonly YAMLMap[];
  const [first] = items;
  const above = [document.commentBefore, found.commentBefore].filter((each) => each != null);
  if (first !== undefined && above.length > 0) {
    first.commentBefore = [...above, first.commentBefore].filter((each) => each != null).join("\n");
  }
  return items;
}

/** What is copied from the first dash on lacks the indent of its first line alone: gives it that. */
function withFirstIndent(lines: readonly string[]): readonly string[] {
  const [first, ...others] = lines.filter((line) => !/^\s*(#|$)/.test(line));
  const least = Math.min(...others.map(indentOf));
  if (first?.startsWith("- ") !== true || others.length === 0 || least === 0) {
    return lines;
  }
  const isEntry = (line: string) => indentOf(line) === least && line.trimStart().startsWith("- ");
  const indent = others.some(isEntry) ? least : Math.max(least - 2, 0);
  return lines.map((line) => (line === first ? " ".repeat(indent) + line : line));
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}
