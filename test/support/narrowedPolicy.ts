/** A policy document. */
export interface Policy {
  readonly Version?: string;
  readonly Statement: readonly object[];
}

/** One of its statements, as far as what it is about. */
export interface Statement {
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
}

const narrow = new WeakMap<Policy, Map<string, Policy>>();

/**
 * The statements of a policy that can decide about an action: a decision is the same without all others.
 * One of them stays where none can, as a document without a statement is none.
 */
export function narrowed(policy: Policy, action: string): Policy {
  const known = narrow.get(policy) ?? new Map<string, Policy>();
  narrow.set(policy, known);
  let found = known.get(action);
  if (found === undefined) {
    const concerned = policy.Statement.filter((each) => isAbout(each, action));
    found = {
      ...policy,
      Statement: concerned.length === 0 ? policy.Statement.slice(0, 1) : concerned,
    };
    known.set(action, found);
  }
  return found;
}

/** Whether a statement names the action. */
export function isAbout({ Action, NotAction }: Statement, action: string): boolean {
  const names = (actions: string | readonly string[]) =>
    [actions].flat().some((pattern) => matches(pattern, action));
  return Action === undefined ? NotAction === undefined || !names(NotAction) : names(Action);
}

const patterns = new Map<string, RegExp>();

/** Whether a name is one that a policy's pattern stands for, case aside. */
export function matches(text: string, name: string): boolean {
  let pattern = patterns.get(text);
  if (pattern === undefined) {
    const source = text
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    pattern = new RegExp(`^${source}$`, "i");
    patterns.set(text, pattern);
  }
  return pattern.test(name);
}
