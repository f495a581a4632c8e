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
  [/failed to load checkpoint/, [DELETE_TORN_FILE]],
  [/unexpected end of JSON input/, [CANCEL]],
];

/** Commands of which the advice is read; what follows a command in a sentence ends it. */
const COMMAND =
  /(?:`|'|^|\s)((?:pulumi (?:cancel|refresh|up|destroy|state|config)|npm run (?:mend|grants|destruction)|aws [a-z0-9-]+ [a-z-]+)\b[^`\n]*)/g;

/**
 * Reads which commands a failed command told to run, in their order, each once: what somebody does who knows nothing
 * but what is printed, and the page about it.
 */
export function adviceIn(output: string): readonly Advice[] {
  const [, page] = BY_THE_PAGE.find(([words]) => words.test(output)) ?? [];
  if (page !== undefined) {
    return page;
  }
  const found = [...output.matchAll(COMMAND)].map(([, text = ""]) => wordsOf(text));
  return [...new Map(found.map((words) => [words.join(" "), words])).values()];
}

/** The words up to where the sentence goes on. */
function wordsOf(text: string): string[] {
  const [command = ""] = text.split(
    /[,;:)](?=\s|$)|\.(?=\s|$)|\s(?:and|or|to|then|which|if|will|from)\s/,
  );
  return (command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replace(/^(['"])(.*)\1$/, "$2").replace(/['"]$/, ""),
  );
}
