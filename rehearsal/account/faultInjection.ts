import type { Account } from "./account";
import type { AccountStore } from "./accountStore";
import { AwsError } from "./awsError";

/** What a deployment does to a resource. */
export const ACTS = ["create", "update", "delete"] as const;

/** One of {@link ACTS}. */
export type Act = (typeof ACTS)[number];

/** What is to go wrong with one change of the account. Of look-ups see `refusedLookUps` of the account. */
export interface PlannedFault {
  /**
   * `refused`: AWS has an error of its own, and nothing is changed. `awaited`: AWS waits with it until it is
   * released, so that others come first. The others happen when it is changed, before
   * the engine is told: `lost`, the connection breaks; `held`, the answer waits until it is released, which
   * is when the engine can be killed; `killed`, the engine ends there and then.
   */
  readonly effect: "refused" | "awaited" | "lost" | "held" | "killed";

  /** @default any */
  readonly act?: Act;

  /** Type token of the resource. @default any */
  readonly type?: string;

  /** Name of the stack. @default any */
  readonly stack?: string;

  /** Which one of those that fit it hits: 1 is the next. Counted down. */
  number: number;
}

/** A change of the account that a fault has hit. */
export interface StruckChange {
  readonly effect: PlannedFault["effect"];
  readonly act: Act;
  readonly type: string;
  readonly urn: string;
}

/** A change of the account, as a fault sees it. */
export type Change = Pick<StruckChange, "act" | "type" | "urn">;

/** What is planned to go wrong in an account, and what has. */
export interface FaultState {
  planned: PlannedFault[];

  /** In their order. One that is held is the last thing that its engine waits for. */
  struck: StruckChange[];

  /** Every change that is made, where somebody wants them noted. @default none is noted */
  noted?: Change[];
}

const POLL_MILLISECONDS = 25;

/** Has the faults that are planned for an account happen. */
export class FaultInjection {
  /**
   * @param store The account, which says what is planned.
   * @param endEngine Ends whoever asked for the change, as if it was killed.
   */
  public constructor(
    private readonly store: AccountStore,
    private readonly endEngine: () => void,
  ) {}

  /**
   * Takes the next refusal that is planned for this change.
   * @returns whether AWS refuses it.
   */
  public static refuses(faults: FaultState, change: Change): boolean {
    return take(faults, change, ["refused"]) !== undefined;
  }

  /** Waits before a change, where that is planned. */
  public async before(change: (account: Account) => Change): Promise<void> {
    const isPlanned = ({ state }: Account) =>
      state.faults.planned.some(({ effect }) => effect === "awaited");
    if (isPlanned(this.store.read())) {
      await this.happen(
        await this.store.change((account) =>
          take(account.state.faults, change(account), ["awaited"]),
        ),
      );
    }
  }

  /** Takes what is planned to happen once this change is made. */
  public static after(faults: FaultState, change: Change): StruckChange | undefined {
    return take(faults, change, ["lost", "held", "killed"]);
  }

  /** What AWS says when it refuses as planned. */
  public static refusal(): AwsError {
    return new AwsError("InternalError", "An internal error has occurred (planned failure).");
  }

  /**
   * Has it happen, after the change is in the account.
   * @throws Error where the connection was lost.
   */
  public async happen(struck: StruckChange | undefined): Promise<void> {
    switch (struck?.effect) {
      case "lost":
        throw new Error("the connection was lost before AWS had answered (planned)");
      case "killed":
        await this.store.settled();
        return this.endEngine();
      case "awaited":
      case "held":
        while (heldIn(this.store.read().state.faults, struck)) {
          await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        }
        return;
      default:
    }
  }
}

/** Whether its engine waits until it is released. */
export function isWaiting({ effect }: StruckChange): boolean {
  return effect === "awaited" || effect === "held";
}

/** Whether the answer to this change is still held back. */
function heldIn({ struck }: FaultState, { urn }: StruckChange): boolean {
  return struck.some((each) => isWaiting(each) && each.urn === urn);
}

/** Counts the faults that fit down; the first that is due is taken, and noted as struck. */
function take(
  faults: FaultState,
  change: Change,
  effects: readonly PlannedFault["effect"][],
): StruckChange | undefined {
  const fits = (fault: PlannedFault) =>
    effects.includes(fault.effect) &&
    (fault.act ?? change.act) === change.act &&
    (fault.type ?? change.type) === change.type &&
    (fault.stack === undefined || change.urn.startsWith(`urn:pulumi:${fault.stack}::`));
  const fitting = faults.planned.filter(fits);
  fitting.forEach((fault) => (fault.number -= 1));
  const due = fitting.find(({ number }) => number <= 0);
  if (due === undefined) {
    return undefined;
  }
  faults.planned = faults.planned.filter((fault) => fault !== due);
  const struck = { effect: due.effect, ...change };
  faults.struck.push(struck);
  return struck;
}
