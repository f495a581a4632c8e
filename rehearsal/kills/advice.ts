/** A command that a failed command told to run: its words, without a shell's quotes. */
export type Advice = readonly string[];

/** What docs/interrupted.md has for a torn file beside the state. */
export const DELETE_TORN_FILE: Advice = ["docs/interrupted.md: delete the empty .attrs"];

/** What it has for a torn state. */
export const RESTORE_STATE: Advice = ["docs/interrupted.md: put the .bak back"];

/** What it has for the lock of a command that ended, which may be torn. */
const CANCEL: Advice = ["pulumi", "cancel"];

/** Faults of the file backend, whose words name no command: the page is looked up by them. */
const BY_THE_PAGE: readonly (readonly [RegExp, readonly Advice[]])[] = [
  [/failed to load checkpoint: .*unexpected end of JSON input/, [DELETE_TORN_FILE, RESTORE_STATE]],
  [
    /failed to load checkpoint|docs\/interrupted\.md, Failed to load checkpoint/,
    [DELETE_TORN_FILE],
  ],
  [/unexpected end of JSON input/, [CANCEL]],
];

/** Where a command begins of which the advice is read; one that is spoken of, "a pulumi destroy that …", is none. */
const BEGINNING =
  /(?<!\b(?:a|an|the|that|interrupted) )(?<=^|[\s`'"(])(?:pulumi (?:cancel|refresh|up|destroy|state [a-z]+|config [a-z]+)|npx clean-room [a-z]+|aws [a-z0-9-]+ [a-z-]+)(?=$|[\s`'".,;:)])/gm;

/** What a command that has no operands has: its options, each with its value if it has one. */
const OPTIONS_ONLY =
  /^(?:pulumi (?:cancel|refresh|up|destroy)|npx clean-room (?:mend|destruction)|aws)\b/;

/**
 * Reads which commands a failed command told to run, in their order, each once: what somebody does who knows nothing
 * but what is printed, and the page about it.
 */
export function adviceIn(output: string): readonly Advice[] {
  const [, page] = BY_THE_PAGE.find(([words]) => words.test(output)) ?? [];
  if (page !== undefined) {
    return page;
  }
  const places = [...output.matchAll(BEGINNING)].map(({ index }) => index);
  const found = places.map((place, index) => wordsOf(output.slice(place, places[index + 1])));
  return [...new Map(found.map((words) => [words.join(" "), words])).values()];
}

/** The words up to where the sentence, or the line, goes on. */
function wordsOf(text: string): string[] {
  const [command = ""] = text.split(
    /[`\n]|[,;:)](?=\s|$)|\.(?=\s|$)|\s(?:&&|and|or|to|then|which|if|will|from)\s/,
  );
  const words = (command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replace(/^(['"])(.*)\1$/, "$2").replace(/['"]$/, ""),
  );
  if (!OPTIONS_ONLY.test(command)) {
    return words;
  }
  const head = command.startsWith("pulumi") ? 2 : 3;
  const end = words.findIndex(
    (word, index) =>
      index >= head && !word.startsWith("-") && words[index - 1]?.startsWith("-") !== true,
  );
  return end < 0 ? words : words.slice(0, end);
}
