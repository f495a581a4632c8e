import type { Act } from "../../components/containment/containmentParameters";
import type { NamedInstance } from "../room/namedInstances";
import { hasEnded, type InstanceState } from "./followedContainment";

/** What a step of the runbook has done, by its name; the others only look, or belong to one of these. */
export const DONE: Readonly<Record<string, string>> = {
  record: "recorded how it was",
  tag: "tagged",
  denySessions: "its role's sessions denied",
  keepFromTermination: "protected from termination",
  keepFromStopping: "protected from stopping",
  keepDisks: "its disks kept",
  detach: "out of its Auto Scaling group",
  takeOutOfTargets: "out of its target groups",
  takeAddresses: "without its Elastic IPs",
  untrack: "its connections ended",
  isolate: "isolated",
  denySessionsAgain: "its role's sessions denied again",
  snapshot: "its disks in snapshots",
  putBack: "put back",
};

/** `222233334444/us-east-1/i-0123456789abcdef0`, as it can be typed again. */
export function typedName({ accountId, region, instanceId }: NamedInstance): string {
  return `${accountId}/${region}/${instanceId}`;
}

/**
 * Whether all of it was done, as the instance's own execution says. What its location says is not enough: AWS calls a
 * location whose errors are tolerated no failure, wherever it documents nothing else.
 */
export function succeeded({ status, executionId }: InstanceState): boolean {
  return executionId !== undefined && (status === "Success" || status === "CompletedWithSuccess");
}

/** What became of an instance, in lines. */
export function stateLines(state: InstanceState, act: Act): string[] {
  const { status, done, failed, told, executionId, reason } = state;
  const name = typedName(state);
  if (!hasEnded(status)) {
    return [`${name}: ${status ?? "not begun"}${reason === undefined ? "" : `: ${reason}`}`];
  }
  if (executionId === undefined) {
    const unseen = `its account ended with ${status} and shows no execution for it`;
    return [`${name}: NOTHING IS KNOWN TO BE DONE: ${reason ?? unseen}`];
  }
  const heading =
    act === "observe"
      ? `would be contained by this`
      : done.flatMap((step) => DONE[step] ?? []).join(", ") || `nothing was changed`;
  // A step in a loop fails with its loop, and says it twice.
  const failures = new Map(failed.map(({ step, message }) => [message, step]));
  return [
    `${name}: ${succeeded(state) ? "" : `${status}: `}${heading}`,
    ...told.filter(() => act !== "contain").map((line) => `    ${line}`),
    ...[...failures].map(([message, step]) => `    FAILED ${step}: ${message}`),
  ];
}

/** How far they are together: `37 of 100 ended, 10 at work (isolate 4, snapshot 6), 53 wait`. */
export function countsLine(states: readonly InstanceState[]): string {
  const ended = states.filter(({ status }) => hasEnded(status)).length;
  const atWork = states.filter(
    ({ status, executionId }) => executionId !== undefined && !hasEnded(status),
  );
  const steps = new Map<string, number>();
  for (const { step = "beginning" } of atWork) {
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const at = [...steps]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([step, count]) => `${step} ${count}`)
    .join(", ");
  return [
    `${ended} of ${states.length} ended`,
    ...(atWork.length === 0 ? [] : [`${atWork.length} at work (${at})`]),
    ...(ended + atWork.length === states.length
      ? []
      : [`${states.length - ended - atWork.length} wait`]),
  ].join(", ");
}
