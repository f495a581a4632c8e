import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { actionOf } from "./callsMade";

/** An answer that is held back. */
export interface HeldAnswer {
  /** Settles when AWS has done what was asked for. */
  readonly done: Promise<void>;

  /** Lets the answer go. */
  readonly release: () => void;
}

/** What is held of requests, by action. */
interface Hold {
  readonly action: string;
  readonly arrived: () => void;
  readonly released: Promise<void>;
}

/**
 * Holds requests and answers back, so that something can happen in between: an engine that is killed after AWS has
 * made what it asked for and before it is told, and others that ask for the same at the same moment.
 */
export class HeldRequests implements Correction {
  private readonly answers: Hold[] = [];
  private readonly requests: Hold[] = [];

  /** Holds back the answer to the next request of an action that succeeds, e.g. `kms:CreateKey`. */
  public answerTo(action: string): HeldAnswer {
    return held(this.answers, action);
  }

  /** Lets the next requests of an action wait for each other. @param count how many */
  public untilThereAre(count: number, action: string): void {
    const all = Array.from({ length: count }, () => held(this.requests, action));
    void Promise.all(all.map(({ done }) => done)).then(() =>
      all.forEach(({ release }) => release()),
    );
  }

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const action = actionOf(request);
    await heldBack(this.requests, action);
    const answer = await pass(request);
    if (answer.status < 300) {
      await heldBack(this.answers, action);
    }
    return answer;
  }
}

function held(holds: Hold[], action: string): HeldAnswer {
  let arrived: () => void = () => undefined;
  let release: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (arrived = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  holds.push({ action, arrived, released });
  return { done, release };
}

/** Takes the first hold of an action, if there is one, and waits for its release. */
async function heldBack(holds: Hold[], action: string): Promise<void> {
  const hold = holds.find((each) => each.action === action);
  if (hold !== undefined) {
    holds.splice(holds.indexOf(hold), 1);
    hold.arrived();
    await hold.released;
  }
}
