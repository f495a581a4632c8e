import { formatCidr, parseCidr } from "../cidr";

/**
 * Availability Zones a range is laid out for. Each has its quarter of the range whether it is used
 * yet or not, so that adding a zone or a slot later moves nothing: member accounts allow these
 * ranges in their isolation security groups.
 */
export const MOST_ZONES = 4;

/** Addresses in a subnet: /28, the smallest AWS allows; five of them are AWS's own. */
const SUBNET_SIZE = 16;

/** A subnet to be made. */
export interface PlannedSubnet {
  /** Name within the VPC: `<zone>-<n>` for a workstation slot, `<zone>` for an endpoint subnet. */
  readonly name: string;

  /** Availability Zone, e.g. `us-east-1a`. */
  readonly availabilityZone: string;

  /** Range, a /28. */
  readonly cidr: string;
}

/** The subnets of the forensics VPC. */
export interface SubnetPlan {
  /** One subnet per workstation slot: a room takes exactly one. */
  readonly slots: readonly PlannedSubnet[];

  /** One subnet per Availability Zone for the interface endpoints, which all rooms share. */
  readonly endpoints: readonly PlannedSubnet[];
}

/** The most slots per Availability Zone that a VPC of this prefix length has room for. */
export function slotsThatFit(prefixLength: number): number {
  const subnetsPerZone = 2 ** (32 - prefixLength) / MOST_ZONES / SUBNET_SIZE;
  return Math.max(0, Math.floor(subnetsPerZone) - 1);
}

/**
 * Lays subnets out in the VPC's range. Zone number n has the n-th quarter; its slots are counted
 * from the front of the quarter, its endpoint subnet is the last /28.
 *
 * @param vpcCidr Network of the VPC, /16 to /25; validated by the settings.
 * @param availabilityZones One to four zones; the order matters, new ones are appended.
 * @param slotsPerZone At least 1, at most {@link slotsThatFit}.
 */
export function planSubnets(
  vpcCidr: string,
  availabilityZones: readonly string[],
  slotsPerZone: number,
): SubnetPlan {
  const range = parseCidr(vpcCidr);
  if (range === undefined || slotsPerZone > slotsThatFit(range.prefixLength)) {
    throw new Error(`${vpcCidr} has no room for ${slotsPerZone} slots per Availability Zone.`);
  }
  const quarter = (range.last - range.first + 1) / MOST_ZONES;
  const zones = availabilityZones.map((availabilityZone, index) => ({
    availabilityZone,
    first: range.first + index * quarter,
  }));
  return {
    slots: zones.flatMap(({ availabilityZone, first }) =>
      Array.from({ length: slotsPerZone }, (_, slot) => ({
        name: `${availabilityZone}-${slot + 1}`,
        availabilityZone,
        cidr: formatCidr(first + slot * SUBNET_SIZE, SUBNET_SIZE),
      })),
    ),
    endpoints: zones.map(({ availabilityZone, first }) => ({
      name: availabilityZone,
      availabilityZone,
      cidr: formatCidr(first + quarter - SUBNET_SIZE, SUBNET_SIZE),
    })),
  };
}
