import { logicalName } from "../stacks/stateResources";

/** When a resource was begun and done, in milliseconds since the deployment began. */
export interface Span {
  readonly urn: string;
  readonly began: number;
  readonly ended: number;
}

/** What the engine's state says of what a resource came after. */
export interface Placed {
  readonly urn: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
}

/**
 * What a deployment's time went into: the last resource that was done, what it waited for last, and so on to the
 * first. A parent that is only the engine's has no time of its own: what it waited for counts.
 */
export function criticalPath(spans: readonly Span[], state: readonly Placed[]): Span[] {
  const timed = new Map(spans.map((span) => [span.urn, span]));
  const placed = new Map(state.map((each) => [each.urn, each]));
  const lastOf = (urns: readonly string[]): Span | undefined =>
    urns
      .flatMap((urn) => timed.get(urn) ?? lastOf(before(urn)) ?? [])
      .reduce<Span | undefined>(
        (last, span) => (last === undefined || span.ended > last.ended ? span : last),
        undefined,
      );
  const before = (urn: string): string[] => {
    const { parent, dependencies = [] } = placed.get(urn) ?? {};
    return parent === undefined ? [...dependencies] : [...dependencies, parent];
  };
  const path: Span[] = [];
  let last = lastOf([...timed.keys()]);
  while (last !== undefined) {
    path.unshift(last);
    last = lastOf(before(last.urn));
  }
  return path;
}

/** The path in a line, in seconds: when each resource on it was begun, and how long it took. */
export function pathText(path: readonly Span[]): string {
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
  return path
    .map(
      ({ urn, began, ended }) =>
        `at ${seconds(began)} s ${logicalName(urn)} for ${seconds(ended - began)} s`,
    )
    .join(", ");
}
