import { NotLoggedIn } from "../../components/aws/failure";
import type { Output } from "../output";
import { reasonOf } from "../reasonOf";
import { Interrupted } from "../room/interruption";
import { duration } from "../room/progress";
import { type DrillStep, type Moment, STEPS } from "./drillForm";
import type { Journal } from "./journal";

/** What is done in a drill, step by step; each says why it failed by what it throws, and can be done again. */
export interface DrillActs extends Readonly<
  Record<Exclude<DrillStep, "handover" | "evidence">, () => Promise<void>>
> {
  /** @returns the lines for the room's evidence */
  readonly handover: () => Promise<string>;

  /** @param lines As the handover printed them. */
  readonly evidence: (lines: string) => Promise<void>;

  /** Whether somebody has begun to close the room: then there is nothing but that to go on with. */
  readonly isClosing: () => Promise<boolean>;

  /** What AWS says of when it was, and what is left. */
  readonly lookBack: () => Promise<{
    readonly moments: readonly Moment[];
    readonly left: readonly string[];
  }>;
}

/** One run of the command at a drill: does what is not done yet, and keeps the journal. */
export class DrillRun {
  /**
   * @param again The command that goes on with it.
   * @param now The clock of this machine.
   */
  public constructor(
    private readonly journal: Journal,
    private readonly acts: DrillActs,
    private readonly output: Output,
    private readonly again: string,
    private readonly now: () => Date,
  ) {}

  /**
   * @returns whether every step went as it has to, and the room is closed
   * @throws Interrupted, NotLoggedIn: the drill goes on by the next run
   */
  public async run(): Promise<boolean> {
    const { drill } = this.journal;
    const begunBefore = drill.steps.room.tries > 0;
    if (!begunBefore || !(await this.acts.isClosing())) {
      await this.work();
    }
    const closed = await this.attempt("close", this.acts.close);
    await this.lookBack();
    if (closed) {
      drill.endedAt = this.now().toISOString();
      const isDone = Object.values(drill.steps).every(({ state }) => state === "done");
      drill.verdict = isDone ? "passed" : "failed";
    }
    this.journal.keep();
    this.tellEnd();
    return drill.verdict === "passed";
  }

  /** The steps before the closing, up to one that fails. */
  private async work(): Promise<void> {
    const { acts, journal } = this;
    const works: readonly (readonly [DrillStep, () => Promise<void>])[] = [
      ["room", acts.room],
      [
        "handover",
        async () => {
          journal.drill.lines = await acts.handover();
        },
      ],
      ["evidence", () => acts.evidence(journal.drill.lines ?? "")],
      ["lock", acts.lock],
      ["hash", acts.hash],
    ];
    for (const [step, work] of works) {
      if (journal.drill.steps[step].state !== "done" && !(await this.attempt(step, work))) {
        return;
      }
    }
  }

  /** @returns whether it went as it has to. @throws what only stops the drill */
  private async attempt(step: DrillStep, work: () => Promise<void>): Promise<boolean> {
    const { output, journal } = this;
    const { ticket, steps } = journal.drill;
    const taken = steps[step];
    const names = Object.keys(STEPS);
    output.say(`Drill, step ${names.indexOf(step) + 1} of ${names.length}: ${STEPS[step]} …`);
    taken.begunAt ??= this.now().toISOString();
    taken.tries += 1;
    taken.state = "begun";
    journal.keep();
    try {
      await work();
      taken.state = "done";
      delete taken.said;
      return true;
    } catch (error) {
      taken.said = reasonOf(error);
      if (error instanceof Interrupted || error instanceof NotLoggedIn) {
        taken.state = "stopped";
        output.say(
          `The drill goes on where it was: ${this.again}. To end it instead: npx clean-room close ${ticket}`,
        );
        throw error;
      }
      taken.state = "failed";
      output.say(`FAILED: ${taken.said}`);
      return false;
    } finally {
      const ended = this.now();
      taken.endedAt = ended.toISOString();
      taken.seconds = Math.round((ended.getTime() - Date.parse(taken.begunAt)) / 1000);
      journal.keep();
      output.say(`Drill: ${STEPS[step]}: ${taken.state}, ${duration(taken.seconds * 1000)}`);
      output.tell({ drill: ticket, step, state: taken.state, seconds: taken.seconds });
    }
  }

  /** The report says when it was by AWS's own times, also of a drill that failed; where AWS does not tell, that. */
  private async lookBack(): Promise<void> {
    const { drill } = this.journal;
    try {
      Object.assign(drill, await this.acts.lookBack());
    } catch (error) {
      drill.left = [`What is left could not be looked up: ${reasonOf(error)}`];
    }
  }

  private tellEnd(): void {
    const { output, journal } = this;
    const { ticket, verdict, left } = journal.drill;
    left.forEach((line) => output.say(`  ${line}`));
    output.say(
      verdict === undefined
        ? `The room of ${ticket} is not closed. The drill goes on: ${this.again}. To close it alone: npx clean-room close ${ticket}`
        : `The drill ${ticket} is over: ${verdict}.`,
    );
    output.say(`Its report: ${journal.report}, and the same as JSON beside it.`);
    output.tell({ drill: ticket, verdict: verdict ?? "not over", report: journal.report });
  }
}
