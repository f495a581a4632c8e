import { Refusal } from "../../components/refusal";

/**
 * The refusal where another run is at work on a stack, in the engine's words; undefined where it failed for something else.
 *
 * Source: pulumi/pulumi, pkg/backend/diystate/lock.go; Pulumi Cloud answers 409.
 *
 * @param lastWords What this run's own CLI failed with.
 * @param printed All that was printed meanwhile, by other runs on this machine too: only the holder is looked for there.
 */
export function anotherRun(
  stack: string,
  lastWords: string,
  printed = lastWords,
): Refusal | undefined {
  if (!/the stack is currently locked by|Another update is currently in progress/.test(lastWords)) {
    return undefined;
  }
  const [, who, pid, since] =
    /created by (\S+) \(pid (\d+)\) at ([^\s,]+)/.exec(printed.replace(/\s+/g, " ")) ?? [];
  const holder =
    who === undefined || pid === undefined
      ? "It has the stack's lock."
      : `It was begun by ${who}, process ${pid}, at ${since}. Whether that is still there, its machine says: ps -p ${pid}`;
  return new Refusal(`Another run is at work on ${stack}; nothing was changed`, [
    holder,
    `Where it is at work, wait for it, then run this again. Where it is gone: pulumi cancel --yes --stack ${stack}, then this again; it goes on where that one was.`,
  ]);
}
