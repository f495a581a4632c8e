import type { Output } from "./output";
import { printable } from "./printable";

/** Output of this process. What it says may quote names that others chose: none of them reaches a terminal raw. */
export class Terminal implements Output {
  /** Whether programs are told as well. */
  public json = false;

  // What is said may have several lines; whoever quotes a name into one line takes its line breaks out.
  public readonly say = (line: string): void =>
    console.error(line.split("\n").map(printable).join("\n"));

  public readonly tell = (fact: Readonly<Record<string, unknown>>): void => {
    if (this.json) {
      console.log(printable(JSON.stringify(fact)));
    }
  };
}
