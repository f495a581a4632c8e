import { isMap, type YAMLMap, type YAMLSeq } from "yaml";

import { FIRST_WORKSTATION } from "../../components/case";
import { DEVICE_NAMES } from "../../components/evidence/copies/deviceNames";

/**
 * Adds what was handed over to a room's evidence. What is there already stays; a device that another disk has is replaced by
 * a free one, as a handover of another account names its own from the first.
 *
 * @param evidence The entries of the room's file.
 * @returns what is told of each, a line.
 */
export function addEvidence(evidence: YAMLSeq, handed: readonly YAMLMap[]): string[] {
  return handed.map((entry) => {
    const snapshot = String(entry.get("snapshot"));
    const there = evidence.items.filter((item) => isMap(item));
    if (there.some((other) => String(other.get("snapshot")) === snapshot)) {
      return `${snapshot} is there already.`;
    }
    const taken = there
      .filter(
        (other) => other.get("withdrawn") !== true && workstationOf(other) === workstationOf(entry),
      )
      .map((other) => other.get("device"));
    const device = entry.get("device") as string | undefined;
    let told = `${snapshot} is added${device === undefined ? "" : ` as ${device}`}.`;
    if (device !== undefined && taken.includes(device)) {
      const free = DEVICE_NAMES.find((name) => !taken.includes(name));
      entry.set("device", free);
      told = `${snapshot} is added as ${free}: another disk has ${device}.`;
    }
    evidence.items.push(entry);
    return told;
  });
}

/** The workstation that a line names, as a file is written by hand too. */
function workstationOf(line: YAMLMap): unknown {
  return line.get("workstation") ?? FIRST_WORKSTATION;
}
