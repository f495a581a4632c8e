/** What Ctrl-C means while stacks are being deployed. */
export class Interruption {
  private readonly first = new AbortController();
  private readonly second = new AbortController();

  /** @param say Told what happens, a line at a time. */
  constructor(private readonly say: (line: string) => void) {}

  /** Aborted by the first Ctrl-C: nothing new is started, what is running ends. */
  get stop(): AbortSignal {
    return this.first.signal;
  }

  /** Aborted by the second: what is running is cancelled, in order, so that no stack stays locked. */
  get cancel(): AbortSignal {
    return this.second.signal;
  }

  /** Takes one Ctrl-C. */
  readonly take = (): void => {
    if (!this.stop.aborted) {
      this.say("no more accounts are started; the running ones end first (again: cancel them)");
      this.first.abort();
    } else if (!this.cancel.aborted) {
      this.say("cancelling the running ones");
      this.second.abort();
    }
  };
}
