import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../aws/failure";
import { splitGroup } from "../aws/ids";
import { overlap, parseCidr } from "../cidr";
import { type Check, Refusal } from "../refusal";
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
  const { account, groupId } = splitGroup(isolationSecurityGroup);
  // EC2 shows a group of the room's own account without its account.
  const foreign = reach === "peering" && account !== accountId;
  return { securityGroup: foreign ? isolationSecurityGroup : groupId };
}

/**
 * Looks up what rules with this name need. EC2 refuses a reference to a security group that it does
 * not know in mid-deployment, and other implementations of its API accept it.
 *
 * @returns why rules with this reach could never work.
 * @throws Refusal where AWS does not say.
 */
export async function checkReach(
  { reach, isolationSecurityGroup, suspectCidrs }: SuspectSettings,
  vpc: RoomVpc,
): Promise<Check> {
  const { account = "", groupId } = splitGroup(isolationSecurityGroup);
  switch (reach) {
    case "cidr":
      return checkApart(suspectCidrs, vpc.vpcCidr);
    case "peering":
      return checkPeering(account, isolationSecurityGroup, vpc);
    case "same-vpc":
      return checkInVpc(groupId, vpc);
  }
}

function checkApart(suspectCidrs: readonly string[], vpcCidr: string): Check {
  const room = parseCidr(vpcCidr);
  const within = suspectCidrs.filter((cidr) => {
    const range = parseCidr(cidr);
    return room !== undefined && range !== undefined && overlap(room, range);
  });
  const reasons =
    within.length > 0
      ? [
          `${within.join(", ")} overlaps the forensics VPC (${vpcCidr}): no route could lead there. For a suspect in the VPC itself use reach same-vpc.`,
        ]
      : [];
  return ["The suspect cannot be reached by its address", reasons];
}

/** Security groups are referenced across an active peering connection within one Region only. */
async function checkPeering(account: string, group: string, vpc: RoomVpc): Promise<Check> {
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
  const reasons = usable
    ? []
    : [
        `${vpc.vpcId} has no active peering connection to account ${account} in ${vpc.region}. Accept one first, or use reach cidr with the suspect's range.`,
      ];
  return [`The isolation security group ${group} cannot be referenced`, reasons];
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

async function checkInVpc(groupId: string, { vpcId }: RoomVpc): Promise<Check> {
  const group = await aws.ec2.getSecurityGroup({ id: groupId }).catch((error: unknown) => {
    throw new Refusal("The suspect's isolation security group is not known", [
      lookUpFailure(
        `The group ${groupId}`,
        error,
        `${groupId} was not found in this account and Region.`,
      ),
    ]);
  });
  const reasons =
    group.vpcId === vpcId
      ? []
      : [`It is in ${group.vpcId}, the room in ${vpcId}. Use reach peering or cidr.`];
  return [`The isolation security group ${groupId} cannot be referenced`, reasons];
}
