import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";

import { logicalName } from "../../stacks/stateResources";
import type { Output } from "../output";

/** After so long without a word it is said what is waited for. */
const QUIET_MILLISECONDS = 10_000;

/** What took longer than this has a line of its own, in milliseconds. */
const SLOW = 3_000;

/** What is done to a resource, as people read it. */
const DONE: Partial<Record<OpType, string>> = {
  create: "made",
  "create-replacement": "made anew",
  update: "changed",
  delete: "removed",
  "delete-replaced": "removed",
  import: "taken on",
};

/** Something the engine is at. */
interface Begun {
  readonly what: string;
  readonly since: number;
}

/**
 * Tells how the engine comes on: what took its time, and every ten seconds what is waited for. Programs are told of each
 * resource.
 */
export class Progress {
  private readonly began: number;
  private readonly begun = new Map<string, Begun>();
  private done = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param act Which command it is, such as `up`.
   * @param total How many resources it is expected to change; undefined where nobody knows.
   * @param aside What else is waited for, such as how far copies are. @default nothing
   */
  public constructor(
    private readonly output: Output,
    private readonly act: string,
    private readonly total: number | undefined,
    private readonly aside: () => Promise<readonly string[]> = () => Promise.resolve([]),
    private readonly now: () => number = Date.now,
  ) {
    this.began = now();
  }

  /** Begins to tell. */
  public start(): void {
    this.rest();
  }

  /** Takes one of the engine's events. */
  public readonly take = ({ resourcePreEvent, resOutputsEvent }: EngineEvent): void => {
    const before = resourcePreEvent?.metadata;
    if (before !== undefined && DONE[before.op] !== undefined && isOfAws(before.type)) {
      this.begun.set(before.urn, { what: nameOf(before), since: this.now() });
    }
    const after = resOutputsEvent?.metadata;
    const did = after === undefined ? undefined : DONE[after.op];
    if (after === undefined || did === undefined || !isOfAws(after.type)) {
      return;
    }
    this.done += 1;
    const since = this.begun.get(after.urn)?.since ?? this.now();
    this.begun.delete(after.urn);
    const took = this.now() - since;
    this.output.tell({
      act: this.act,
      did: after.op,
      type: after.type,
      name: logicalName(after.urn),
      seconds: round(took),
    });
    if (took >= SLOW) {
      this.output.say(`  ${did} ${nameOf(after)}, ${duration(took)}`);
      this.rest();
    }
  };

  /** Says no more. @returns how long it was, in milliseconds */
  public end(): number {
    clearTimeout(this.timer);
    return this.now() - this.began;
  }

  /** `12 of 41 after 31 s; waiting for workstation (Instance, 25 s)` */
  public line(): string {
    const count = this.total === undefined ? String(this.done) : `${this.done} of ${this.total}`;
    const waiting = [...this.begun.values()].map(
      ({ what, since }) => `${what} ${duration(this.now() - since)}`,
    );
    return [
      `  ${this.act}: ${count} done after ${duration(this.now() - this.began)}`,
      ...(waiting.length === 0 ? [] : [`waiting for ${someOf(waiting)}`]),
    ].join("; ");
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.output.say(this.line());
      void this.aside()
        .then((lines) => lines.forEach((line) => this.output.say(`  ${line}`)))
        // How far a copy is may stay unknown; what is wrong with the copy the engine tells.
        .catch(() => undefined);
      this.rest();
    }, QUIET_MILLISECONDS);
    this.timer.unref();
  }
}

/** `14 min 3 s` */
export function duration(milliseconds: number): string {
  const whole = Math.round(milliseconds / 1000);
  const [hours, minutes, seconds] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (hours > 0) {
    return `${hours} h ${minutes} min`;
  }
  return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`;
}

/** Components are made of what is told one by one. */
function isOfAws(type: string): boolean {
  return type.startsWith("aws:");
}

function nameOf({ urn, type }: { readonly urn: string; readonly type: string }): string {
  return `${logicalName(urn)} (${type.split(":").at(-1)})`;
}

function someOf(all: readonly string[]): string {
  return all.length <= 3
    ? all.join(", ")
    : `${all.slice(0, 3).join(", ")} and ${all.length - 3} more`;
}

function round(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
