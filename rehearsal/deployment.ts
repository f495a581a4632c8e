import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { logicalName } from "../stacks/stateResources";
import type { Span } from "./criticalPath";

/** One resource that a deployment changed, or would change where it was a preview. */
export interface Change {
  /** What is done to it; never `same`. */
  readonly op: OpType;

  /** Type token, e.g. `aws:ec2/instance:Instance`. */
  readonly type: string;

  /** Logical name. */
  readonly name: string;
}

/** What a policy has against a resource, or against the whole stack. */
export interface Violation {
  readonly policy: string;

  /** URN of the resource; absent where it is the stack. */
  readonly urn?: string;
  readonly message: string;

  /** Whether it stops a deployment. */
  readonly mandatory: boolean;
}

/** What came of one run of the engine. */
export interface Deployment {
  readonly succeeded: boolean;

  /** Resources of AWS that changed; those of the engine itself are left out. */
  readonly changes: readonly Change[];

  /** What the engine, the program or a policy had against it, as the person running it reads it. */
  readonly problems: readonly string[];

  /** What the program said that is no reason to stop. */
  readonly warnings: readonly string[];

  /** What policies had against it. */
  readonly violations: readonly Violation[];

  /** When AWS was asked for what changed. */
  readonly spans: readonly Span[];
}

/** Gathers a {@link Deployment} from the engine's events. */
export class DeploymentRecorder {
  private readonly changes: Change[] = [];
  private readonly problems: string[] = [];
  private readonly warnings: string[] = [];
  private readonly violations: Violation[] = [];
  private readonly spans: Span[] = [];
  private readonly began = Date.now();
  private readonly begun = new Map<string, number>();

  /** Takes one event. */
  readonly take = (event: EngineEvent): void => {
    const now = Date.now() - this.began;
    const beginning = event.resourcePreEvent?.metadata;
    if (beginning !== undefined) {
      this.begun.set(beginning.urn, now);
    }
    // A step that failed has no outputs event, so these are the steps that were done.
    const step = event.resOutputsEvent?.metadata;
    if (step !== undefined && step.op !== "same" && step.type.startsWith("aws:")) {
      this.changes.push({
        op: step.op,
        type: step.type,
        name: logicalName(step.urn),
      });
      this.spans.push({ urn: step.urn, began: this.begun.get(step.urn) ?? now, ended: now });
    }
    const { diagnosticEvent, policyEvent } = event;
    if (diagnosticEvent?.severity === "error") {
      this.problems.push(plain(diagnosticEvent.message));
    }
    if (diagnosticEvent?.severity === "warning") {
      this.warnings.push(plain(diagnosticEvent.message));
    }
    if (policyEvent !== undefined) {
      const { policyName, resourceUrn, message, enforcementLevel } = policyEvent;
      this.violations.push({
        policy: policyName,
        ...(resourceUrn === undefined ? {} : { urn: resourceUrn }),
        message: plain(message),
        mandatory: enforcementLevel === "mandatory",
      });
    }
    if (policyEvent?.enforcementLevel === "mandatory") {
      const resource = policyEvent.resourceUrn?.split("::").at(-1) ?? "the stack";
      this.problems.push(`${policyEvent.policyName}: ${resource}: ${plain(policyEvent.message)}`);
    }
  };

  /** The deployment, once the engine has ended. */
  end(succeeded: boolean): Deployment {
    const { changes, problems, warnings, violations, spans } = this;
    return { succeeded, changes, problems, warnings, violations, spans };
  }
}

/** A message without the engine's colour marks. */
function plain(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}
