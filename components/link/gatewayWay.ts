import type { Way } from "./linkPlan";
import type { Attachment, RoomNetwork, Subnet, SuspectNetwork } from "./network";

/** Both VPCs' attachments to one transit gateway. */
interface Pair {
  readonly gatewayId: string;
  readonly room: Attachment;
  readonly suspect: Attachment;
}

const PEERED = "set link to peering, which needs no transit gateway";

/**
 * The transit gateway that both VPCs are attached to, over which a link leads. What the gateway does with what comes is
 * its owner's, and seen from neither account.
 *
 * Source: Amazon VPC Transit Gateways, "VPC attachments" (an attachment serves the Availability Zones that it has a subnet
 * in), "Network ACLs for transit gateways".
 *
 * @param subnets The suspect's, which the link leads to.
 */
export function gatewayWay(
  room: RoomNetwork,
  suspect: SuspectNetwork,
  subnets: readonly Subnet[],
): Way {
  const pairs = pairsOf(room.attachments, suspect.attachments);
  const ways = pairs.map((pair) => ({ pair, reasons: zoneReasons(pair, room, suspect, subnets) }));
  const fit = ways.filter(({ reasons }) => reasons.length === 0).map(({ pair }) => pair);
  // An open room stays where it leads, whatever else is attached meanwhile.
  const led = fit.find(({ gatewayId }) =>
    room.slotTable.routes.some(({ target }) => target === gatewayId),
  );
  const chosen = led ?? (fit.length === 1 ? fit[0] : undefined);
  if (chosen !== undefined) {
    const { gatewayId } = chosen;
    return { id: gatewayId, over: gatewayId, reasons: [], warnings: [unseen(chosen, room)] };
  }
  return {
    id: undefined,
    over: undefined,
    reasons:
      fit.length > 1
        ? [
            `${fit.map(({ gatewayId }) => gatewayId).join(" and ")} are attached to the forensics VPC and to ${suspect.vpcId}, and nothing here says which one leads. Have one attachment of the forensics VPC taken away, or ${PEERED}.`,
          ]
        : pairs.length > 0
          ? ways.flatMap(({ reasons }) => reasons)
          : [
              `No transit gateway has an available attachment of both VPCs. The forensics VPC has ${listed(room.attachments)}, ${suspect.vpcId} ${listed(suspect.attachments)}. Have both attached to one of this Region, and accepted there, or ${PEERED}.`,
            ],
    warnings: [],
  };
}

function pairsOf(rooms: readonly Attachment[], suspects: readonly Attachment[]): Pair[] {
  const available = (all: readonly Attachment[]) =>
    all.filter(({ status }) => status === "available");
  return available(rooms).flatMap((room) =>
    available(suspects)
      .filter(({ gatewayId }) => gatewayId === room.gatewayId)
      .map((suspect) => ({ gatewayId: room.gatewayId, room, suspect })),
  );
}

/** Where one of a gateway's attachments has no subnet in a zone that it would lead from. */
function zoneReasons(
  { room: ours, suspect: theirs, gatewayId }: Pair,
  { slotZone, slotCidr }: RoomNetwork,
  { vpcId }: SuspectNetwork,
  subnets: readonly Subnet[],
): string[] {
  const has = ({ attachmentId, zones }: Attachment) =>
    `${attachmentId} to ${gatewayId}, has subnets in ${zones.join(", ") || "no Availability Zone"} only, and leads nothing from another`;
  const without = subnets.filter(({ zone }) => !theirs.zones.includes(zone));
  return [
    ...(ours.zones.includes(slotZone)
      ? []
      : [
          `The forensics VPC's attachment, ${has(ours)}: the slot (${slotCidr}) is in ${slotZone}. Have a subnet of that zone added to it, open the room in a slot of another zone, or ${PEERED}.`,
        ]),
    ...(without.length === 0
      ? []
      : [
          `The attachment of ${vpcId}, ${has(theirs)}: ${without.map(({ subnetId, zone }) => `${subnetId} is in ${zone}`).join(", ")}. Have a subnet of that zone added to it, or ${PEERED}.`,
        ]),
  ];
}

function listed(attachments: readonly Attachment[]): string {
  return (
    attachments
      .map(({ attachmentId, gatewayId, status }) => `${attachmentId} to ${gatewayId} (${status})`)
      .join(", ") || "none"
  );
}

function unseen({ gatewayId, room, suspect }: Pair, { slotCidr }: RoomNetwork): string {
  return `The link leads over ${gatewayId}, whose route tables are its owner's and not looked at: whether they lead between ${room.attachmentId} and ${suspect.attachmentId}, and to no other VPC with these ranges, nor whether network ACLs of the attachments' subnets let ${slotCidr} through.`;
}
