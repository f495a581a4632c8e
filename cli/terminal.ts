import type { Output } from "./output";

/** Output of this process. */
export class Terminal implements Output {
  /** Whether programs are told as well. */
  public json = false;

  public readonly say = (line: string): void => console.error(line);

  public readonly tell = (fact: Readonly<Record<string, unknown>>): void => {
    if (this.json) {
      console.log(JSON.stringify(fact));
    }
  };
}
