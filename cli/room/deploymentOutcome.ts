import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";

/** What came of a run of the engine. */
export interface DeploymentOutcome {
  /** How many resources of AWS changed, or would, by what is done to them. */
  readonly changes: ReadonlyMap<OpType, number>;

  /** The same, each with what it was and would be. */
  readonly steps: readonly StepEventMetadata[];

  /** What the program said that is no reason to stop. */
  readonly warnings: readonly string[];

  /** Why it did not succeed; none where it did. */
  readonly reasons: readonly string[];
}

/** What the engine says last of every failure, and what says nothing by itself. */
const NO_REASON = /^(update|preview|destroy) failed$|^resource monitor shut down/;

/** What the engine says of itself. */
const IS_OF_THE_ENGINE = /^using pulumi-\S+ from \$PATH/;

/** What changes nothing; a refresh is a look. */
const UNCHANGED: readonly OpType[] = ["same", "read", "refresh"];

/** Gathers a {@link DeploymentOutcome} from the engine's events. */
export class OutcomeRecorder {
  private readonly changes = new Map<OpType, number>();
  private readonly steps: StepEventMetadata[] = [];
  private readonly warnings = new Set<string>();
  private readonly reasons = new Set<string>();

  /** Takes one event. */
  public readonly take = ({ resOutputsEvent, diagnosticEvent, policyEvent }: EngineEvent): void => {
    const step = resOutputsEvent?.metadata;
    if (step !== undefined && !UNCHANGED.includes(step.op) && step.type.startsWith("aws:")) {
      this.changes.set(step.op, (this.changes.get(step.op) ?? 0) + 1);
      this.steps.push(step);
    }
    if (diagnosticEvent !== undefined) {
      const message = plain(diagnosticEvent.message);
      if (diagnosticEvent.severity === "error" && !NO_REASON.test(message)) {
        this.reasons.add(message);
      }
      if (diagnosticEvent.severity === "warning" && !IS_OF_THE_ENGINE.test(message)) {
        this.warnings.add(message);
      }
    }
    if (policyEvent !== undefined) {
      const resource = policyEvent.resourceUrn?.split("::").slice(3).join("::") ?? "the stack";
      const said = `${policyEvent.policyName}: ${resource}: ${plain(policyEvent.message)}`;
      (policyEvent.enforcementLevel === "mandatory" ? this.reasons : this.warnings).add(said);
    }
  };

  /** What came of it. @param lastWords What the CLI said last, where it failed */
  public outcome(lastWords?: string): DeploymentOutcome {
    const reasons = [...this.reasons];
    return {
      changes: this.changes,
      steps: this.steps,
      warnings: [...this.warnings],
      reasons: lastWords === undefined || reasons.length > 0 ? reasons : [lastWords],
    };
  }
}

/** `41 made, 2 changed` */
export function changesText(changes: ReadonlyMap<OpType, number>): string {
  const words: Partial<Record<OpType, string>> = {
    create: "made",
    update: "changed",
    delete: "removed",
    replace: "replaced",
    import: "taken on",
  };
  const parts = [...changes].flatMap(([op, count]) =>
    words[op] === undefined ? [] : `${count} ${words[op]}`,
  );
  return parts.length === 0 ? "nothing changed" : parts.join(", ");
}

/** How many resources change. */
export function countOf(changes: ReadonlyMap<OpType, number>): number {
  return [...changes.values()].reduce((sum, count) => sum + count, 0);
}

/** A message without the engine's colour marks. */
function plain(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}
