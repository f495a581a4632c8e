/** What a command tells, and whom. */
export interface Output {
  /** Tells people: a line on standard error. */
  readonly say: (line: string) => void;

  /** Tells programs, where `--json` asks for it: a line of JSON on standard output. */
  readonly tell: (fact: Readonly<Record<string, unknown>>) => void;
}
