/** A command that a failed command told to run: its words, without a shell's quotes. */
export type Advice = readonly string[];

/** What the file backend leaves of a file that was being written. Source: README, "When an `up` was interrupted". */
const TORN = /failed to load checkpoint/;

/** The advice for {@link TORN}, as README has it. */
export const DELETE_TORN_FILE: Advice = ["rm", "attrs"];

/** Commands of which the advice is read; what follows a command in a sentence ends it. */
const COMMAND =
  /(?:`|'|^|\s)((?:pulumi (?:cancel|refresh|up|destroy|state|config)|npm run (?:mend|grants|destruction)|aws [a-z0-9-]+ [a-z-]+)\b[^`\n]*)/g;

/**
 * Reads which commands a failed command told to run, in their order, each once: what somebody does who knows nothing
 * but what is printed.
 */
export function adviceIn(output: string): readonly Advice[] {
  if (TORN.test(output)) {
    return [DELETE_TORN_FILE];
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
