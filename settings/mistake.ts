/** What is wrong with one setting. */
export interface Mistake {
  /** Name of the setting, with the place in it: `ports.0.name`. */
  readonly key: string;
  readonly found: unknown;

  /** What it has to be, to follow "required:". */
  readonly required: string;
  readonly example?: unknown;
}

/** What a configuration tells beside the values of its settings. */
export interface StackFacts {
  readonly stack: string;

  /** Undefined where it is none that is known. */
  readonly region: string | undefined;

  /** Whether a setting is there, be it right or wrong. */
  readonly given: (name: string) => boolean;

  /** Whether it is left out, or a list without an entry, right or wrong. */
  readonly isEmpty: (name: string) => boolean;
}
