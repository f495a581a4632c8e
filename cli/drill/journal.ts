import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { Refusal } from "../../components/refusal";
import { reasonOf } from "../reasonOf";
import type { Drill } from "./drillForm";
import { drillReport } from "./drillReport";

/**
 * The report of a drill while it is performed: two files, JSON and the same for people, written after every step. So what
 * ends the command leaves a report, and the next run knows by it what is done, and that the room is the drill's.
 */
export class Journal {
  private constructor(
    private readonly base: string,
    public readonly drill: Drill,
  ) {}

  /**
   * The journal of a ticket's drill; undefined where there is none.
   *
   * @param folder Of all drills' reports.
   * @throws Refusal where it cannot be read
   */
  public static find(folder: string, ticket: string): Journal | undefined {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const name = names.find((each) => each.slice(DATED) === `${ticket}.json`);
    if (name === undefined) {
      return undefined;
    }
    const path = join(folder, name);
    try {
      const drill = JSON.parse(readFileSync(path, "utf8")) as Drill;
      if (drill.form !== "clean-room/drill/1" || drill.ticket !== ticket) {
        throw new Error("it is no report of this drill in a form that is read here");
      }
      return new Journal(path.slice(0, -".json".length), drill);
    } catch (error) {
      throw new Refusal(`The drill of ${ticket} cannot go on`, [
        `${path}: ${reasonOf(error)}. Close its room: npx clean-room close ${ticket}. Then drill with another ticket.`,
      ]);
    }
  }

  /** Begins one. @throws Error where its files cannot be written */
  public static begin(folder: string, drill: Drill): Journal {
    mkdirSync(folder, { recursive: true });
    const journal = new Journal(
      join(folder, `${drill.begunAt.slice(0, 10)}-${drill.ticket}`),
      drill,
    );
    // Of two that begin at once the second ends here; what is killed here leaves what can be gone on with.
    writeFileSync(`${journal.base}.json`, textOf(drill), { flag: "wx" });
    journal.keep();
    return journal;
  }

  /** The report for people. */
  public get report(): string {
    return `${this.base}.md`;
  }

  /** Writes it as it is by now, never half of it. */
  public keep(): void {
    for (const [path, text] of [
      [`${this.base}.json`, textOf(this.drill)],
      [this.report, drillReport(this.drill)],
    ] as const) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    }
  }
}

function textOf(drill: Drill): string {
  return `${JSON.stringify(drill, undefined, 2)}\n`;
}

/** Characters of the date before a ticket, and the hyphen. */
const DATED = "2026-11-30-".length;
