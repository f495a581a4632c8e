import { splitGroup } from "../components/aws/ids";
import type { Mistake } from "./mistake";

/** How a room can be linked to the suspect's network. */
export const LINKS = ["none", "peering", "transit-gateway", "existing"] as const;

/** A room's link. */
export type LinkMode = (typeof LINKS)[number];

/** Interfaces that a room captures at most: a target takes ten sources, and a workstation what its disk can write. */
export const MOST_CAPTURED = 4;

/** What is wrong with a link beside the room's other settings. */
export function linkMistakes({
  link = "none",
  reach,
  suspectCidrs = [],
  isolationSecurityGroup: group,
  capture = [],
}: {
  readonly link?: LinkMode | undefined;
  readonly reach?: string | undefined;
  readonly suspectCidrs?: readonly string[] | undefined;
  readonly isolationSecurityGroup?: string | undefined;
  readonly capture?: readonly string[] | undefined;
}): Mistake[] {
  if (link === "none") {
    const required = "nothing without a link: what is mirrored comes over it; set link as well";
    return capture.length === 0 ? [] : [{ key: "capture", found: capture, required, example: [] }];
  }
  const mistakes: Mistake[] = [];
  if (reach === "same-vpc") {
    const required = "none with reach same-vpc: the suspect is in the room's own VPC";
    mistakes.push({ key: "link", found: link, required, example: "none" });
  }
  if (reach === "peering" && link === "transit-gateway") {
    const required =
      "cidr with link transit-gateway: over one no rule names a group of another account by default";
    mistakes.push({ key: "reach", found: reach, required, example: "cidr" });
  }
  // With reach cidr they are asked for in any case.
  if (reach === "peering" && suspectCidrs.length === 0) {
    const required = `the suspect's address range: with link ${link} routes lead there`;
    mistakes.push({ key: "suspectCidrs", found: [], required, example: ["10.20.30.40/32"] });
  }
  // With reach peering it is asked for in any case.
  if (group !== undefined && reach !== "peering" && splitGroup(group).account === undefined) {
    const required = `the group with its account: with link ${link} a role of that account is assumed`;
    const example = `222233334444/${group}`;
    mistakes.push({ key: "isolationSecurityGroup", found: group, required, example });
  }
  return mistakes;
}
