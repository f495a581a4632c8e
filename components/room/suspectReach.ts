import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../aws/failure";
import { overlap, parseCidr } from "../cidr";
import { Refusal } from "../refusal";
import type { Suspect } from "./suspectRules";

/** What a stack says about where the suspect is. */
export interface SuspectSettings {
  /** How a rule names the suspect. */
  readonly reach: "cidr" | "peering" | "same-vpc";

  /** `sg-…`, or `<account>/sg-…` in another account. */
  readonly isolationSecurityGroup: string;

  /** Ranges of the suspect, CIDRs; for reach `cidr`. */
  readonly suspectCidrs: readonly string[];

  /** The Audit account, 12 digits. */
  readonly accountId: string;
}

/** The room's VPC. */
export interface RoomVpc {
  readonly vpcId: string;

  /** Range of the VPC, a CIDR. */
  readonly vpcCidr: string;
  readonly region: string;
}

/** The name by which rules refer to the suspect. */
export function suspectOf({
  reach,
  isolationSecurityGroup,
  suspectCidrs,
  accountId,
}: SuspectSettings): Suspect {
  if (reach === "cidr") {
    return { cidrs: suspectCidrs };
  }
  const [account, groupId] = splitGroup(isolationSecurityGroup);
  // EC2 shows a group of the room's own account without its account.
  const foreign = reach === "peering" && account !== accountId;
  return { securityGroup: foreign ? isolationSecurityGroup : groupId };
}

/**
 * Looks up what rules with this name need. EC2 refuses a reference to a security group that it does
 * not know in mid-deployment, and other implementations of its API accept it.
 *
 * @throws Refusal where rules with this reach could never work.
 */
export async function requireReach(
  { reach, isolationSecurityGroup, suspectCidrs }: SuspectSettings,
  vpc: RoomVpc,
): Promise<void> {
  const [account, groupId] = splitGroup(isolationSecurityGroup);
  switch (reach) {
    case "cidr":
      return requireApart(suspectCidrs, vpc.vpcCidr);
    case "peering":
      return requirePeering(account, isolationSecurityGroup, vpc);
    case "same-vpc":
      return requireInVpc(groupId, vpc);
  }
}

function splitGroup(group: string): [account: string, groupId: string] {
  const [account, groupId] = group.split("/");
  return groupId === undefined ? ["", group] : [account ?? "", groupId];
}

function requireApart(suspectCidrs: readonly string[], vpcCidr: string): void {
  const room = parseCidr(vpcCidr);
  const within = suspectCidrs.filter((cidr) => {
    const range = parseCidr(cidr);
    return room !== undefined && range !== undefined && overlap(room, range);
  });
  if (within.length > 0) {
    throw new Refusal("The suspect cannot be reached by its address", [
      `${within.join(", ")} overlaps the forensics VPC (${vpcCidr}): no route could lead there. For a suspect in the VPC itself use reach same-vpc.`,
    ]);
  }
}

/** Security groups are referenced across an active peering connection within one Region only. */
async function requirePeering(account: string, group: string, vpc: RoomVpc): Promise<void> {
  const connections = await activeConnections(vpc.vpcId).catch((error: unknown) => {
    throw new Refusal("The way to the suspect is not known", [
      lookUpFailure(`The peering connections of ${vpc.vpcId}`, error),
    ]);
  });
  const usable = connections.some(({ ownerId, peerOwnerId, region, peerRegion, vpcId }) => {
    const [other, otherRegion] =
      vpcId === vpc.vpcId ? [peerOwnerId, peerRegion] : [ownerId, region];
    return other === account && otherRegion === vpc.region;
  });
  if (!usable) {
    throw new Refusal(`The isolation security group ${group} cannot be referenced`, [
      `${vpc.vpcId} has no active peering connection to account ${account} in ${vpc.region}. Accept one first, or use reach cidr with the suspect's range.`,
    ]);
  }
}

async function activeConnections(vpcId: string) {
  const sides = await Promise.all(
    ["requester", "accepter"].map((side) =>
      aws.ec2.getVpcPeeringConnections({
        filters: [
          { name: `${side}-vpc-info.vpc-id`, values: [vpcId] },
          { name: "status-code", values: ["active"] },
        ],
      }),
    ),
  );
  return Promise.all(
    sides.flatMap(({ ids }) => ids).map((id) => aws.ec2.getVpcPeeringConnection({ id })),
  );
}

async function requireInVpc(groupId: string, { vpcId }: RoomVpc): Promise<void> {
  const group = await aws.ec2.getSecurityGroup({ id: groupId }).catch((error: unknown) => {
    throw new Refusal("The suspect's isolation security group is not known", [
      lookUpFailure(
        `The group ${groupId}`,
        error,
        `${groupId} was not found in this account and Region.`,
      ),
    ]);
  });
  if (group.vpcId !== vpcId) {
    throw new Refusal(`The isolation security group ${groupId} cannot be referenced`, [
      `It is in ${group.vpcId}, the room in ${vpcId}. Use reach peering or cidr.`,
    ]);
  }
}
