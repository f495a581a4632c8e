/** What a shell expects of a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Thrown where somebody asked a command to end; what it says is where it stands. */
export class Interrupted extends Error {
  public readonly exitCode = INTERRUPTED;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What is said at the first signal, and at the next one. */
interface Words {
  readonly first: string;
  readonly again: string;
}

const OF_THE_ENGINE: Words = {
  first: "The engine ends what it has begun and starts nothing new; this waits for it.",
  again: "Left; the engine ends by itself what it has begun.",
};

/**
 * Ctrl-C, and what else asks this process to end, while the engine is at work: first the engine is asked to end what it
 * has begun and to give its lock back, then this process waits for that. Asked again it leaves; the engine ends by itself.
 */
export class Interruption {
  private readonly controller = new AbortController();

  /**
   * @param say Told what happens, a line at a time.
   * @param words What that is, where something else is at work.
   */
  public constructor(
    private readonly say: (line: string) => void,
    private readonly words: Words = OF_THE_ENGINE,
  ) {}

  /** Aborted at the first signal. */
  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether there was one. */
  public get came(): boolean {
    return this.controller.signal.aborted;
  }

  /** Listens as long as the work takes. */
  public async during<T>(work: () => Promise<T>): Promise<T> {
    SIGNALS.forEach((signal) => process.on(signal, this.take));
    try {
      return await work();
    } finally {
      SIGNALS.forEach((signal) => process.off(signal, this.take));
    }
  }

  private readonly take = (): void => {
    if (this.came) {
      this.say(this.words.again);
      process.exit(INTERRUPTED);
    }
    this.say(this.words.first);
    this.controller.abort();
  };
}
