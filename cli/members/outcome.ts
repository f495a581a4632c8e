import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What came of one account's stack; small, because there is one per account until the end. */
export interface Outcome {
  /** How many resources were created, updated and so on, or would be; nothing when all are as they were. */
  readonly changes: Readonly<Record<string, number>>;

  /** Why it failed; absent when it did not. */
  readonly reason?: string;
}

/** The longest reason that is kept, in characters; the log has the whole. */
const REASON_LENGTH = 600;

/** What the engine's operations are called; the halves of a replacement are not counted again. */
const DONE: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  import: "imported",
};

/** Gathers an {@link Outcome} from the engine's events. */
export class OutcomeRecorder {
  private readonly changes: Record<string, number> = {};
  private reason: string | undefined;

  /** Takes one event. */
  readonly take = ({ summaryEvent, diagnosticEvent, policyEvent }: EngineEvent): void => {
    if (summaryEvent !== undefined) {
      for (const [op, count] of Object.entries(summaryEvent.resourceChanges)) {
        const done = DONE[op];
        if (done !== undefined) {
          this.changes[done] = count;
        }
      }
    }
    if (diagnosticEvent?.severity === "error") {
      const message = plain(diagnosticEvent.message);
      // What the engine says last of every failure.
      if (!/^(update|preview) failed$/.test(message)) {
        this.reason ??= message;
      }
    }
    if (policyEvent?.enforcementLevel === "mandatory") {
      const resource = policyEvent.resourceUrn?.split("::").at(-1) ?? "the stack";
      this.reason ??= `${policyEvent.policyName}: ${resource}: ${plain(policyEvent.message)}`;
    }
  };

  /** What came of it where the command succeeded. */
  succeeded(): Outcome {
    return { changes: this.changes };
  }

  /** What came of it where the command failed. @param lastWords What it said last. */
  failed(lastWords: string): Outcome {
    return { changes: this.changes, reason: (this.reason ?? lastWords).slice(0, REASON_LENGTH) };
  }
}

/** A message without the engine's colour marks. */
function plain(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}
