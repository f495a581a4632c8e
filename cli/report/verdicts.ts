import { printable } from "../printable";
import type { Check, Verdict } from "./caseReport";

/** What a process ends with, by what was found. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = { sound: 0, wrong: 2, unverified: 3 };

const WORDS: Readonly<Record<Verdict, string>> = {
  sound: "ok    ",
  unverified: "open  ",
  wrong: "WRONG ",
};

/** Checks for a terminal: a line each, what was found below, a line each whatever names it quotes. */
export function linesOf(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ title, verdict, findings }) => [
    `${WORDS[verdict]}${title}`,
    ...findings.map(({ said }) => `        ${printable(said)}`),
  ]);
}
