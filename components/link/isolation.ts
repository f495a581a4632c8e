import { isWithin } from "../cidr";
import type { Interface, SuspectNetwork } from "./network";

/**
 * What is to be known of whether the suspect is in its isolation group and in no other: a sentence for each of its
 * interfaces that is not, and for each range that no interface has an address of.
 *
 * @param groupId The isolation group, `sg-…`.
 */
export function isolationWarnings(
  suspectCidrs: readonly string[],
  groupId: string,
  { interfaces, vpcId }: Pick<SuspectNetwork, "interfaces" | "vpcId">,
): string[] {
  const within = (cidr: string) =>
    interfaces.filter(({ addresses }) => addresses.some((address) => isWithin(address, cidr)));
  const nobody = suspectCidrs
    .filter((cidr) => within(cidr).length === 0)
    .map(
      (cidr) => `Nothing in ${vpcId} has an address of ${cidr}: no suspect is there, or no more.`,
    );
  const suspects = [...new Set(suspectCidrs.flatMap(within))];
  return [...nobody, ...suspects.flatMap((each) => interfaceWarnings(each, groupId))];
}

function interfaceWarnings(
  { interfaceId, instanceId, addresses, groupIds }: Interface,
  groupId: string,
): string[] {
  const who = `${instanceId ?? "No instance's interface"} (${addresses.join(", ")}, ${interfaceId})`;
  const others = groupIds.filter((each) => each !== groupId);
  const isolate = `aws ec2 modify-network-interface-attribute --network-interface-id ${interfaceId} --groups ${groupId}`;
  if (!groupIds.includes(groupId)) {
    return [
      `${who} is not in the isolation group ${groupId}, but in ${others.join(", ") || "none"}: the tools' ports are not open there, and it is not isolated. In its account: ${isolate}`,
    ];
  }
  return others.length === 0
    ? []
    : [
        `${who} is in the isolation group ${groupId}, and in ${others.join(", ")} as well, which lets through what that says: it is not isolated. In its account: ${isolate}`,
      ];
}
