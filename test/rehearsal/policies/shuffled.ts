import type { ToldResource } from "../../../rehearsal/policies/packInProcess";

/** Another order for each seed, the same for the same one. */
export function shuffledBy(seed: number) {
  return (resources: readonly ToldResource[]): readonly ToldResource[] =>
    resources
      .map((resource, index) => ({ resource, at: ((index + 1) * 7919 * (seed + 1)) % 104_729 }))
      .sort((one, other) => one.at - other.at)
      .map(({ resource }) => resource);
}
