/** What differs from one run to the next, and what stands for it on the page. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\b(i|sg|snap|vol|ami|vpc|subnet|eni)-[0-9a-f]{8,17}\b/g, "$1-0123456789abcdef0"],
  [
    /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
    "1a2b3c4d-0000-4000-8000-000000000000",
  ],
  [/\b[0-9a-f]{64}\b/g, "<hash>"],
  [/(records\/[^/\s]+\/)\S+\.json/g, "$1<hash>.json"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "2026-11-21T03:00:00Z"],
  [/\b20\d\d-\d\d-\d\d\b(?!T)/g, "2026-11-21"],
  [/\b(?:\d+ h )?(?:\d+ min )?\d+ s\b/g, "9 s"],
  [/\bvault-bucket-[0-9a-f]{7}\b/g, "vault-bucket-1a2b3c4"],
];

/** Lines of progress, of which there are more on a slow machine. */
const PROGRESS = [
  /^ *(?:preview|up|destroy|preview of destroy): /,
  /^ {2}[a-z]+ \S+(?: \S+)?, 9 s$/,
  /^ {2}copying /,
];

const MARK = "```console";

/** A terminal's text without what is another one each time. */
export function steadily(text: string): string {
  const steady = CHANGING.reduce((all, [sign, put]) => all.replace(sign, put), text);
  return steady
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => PROGRESS.every((sign) => !sign.test(line)))
    .join("\n")
    .trim();
}

/** The page with this text in the place of its terminal. */
export function withTerminal(page: string, text: string): string {
  const begin = page.indexOf(MARK);
  const end = page.indexOf("\n```\n", begin);
  if (begin < 0 || end < 0) {
    throw new Error("the page has no place for a terminal's text");
  }
  return `${page.slice(0, begin)}${MARK}\n${text}${page.slice(end)}`;
}
