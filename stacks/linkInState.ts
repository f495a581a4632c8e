import { LINK, LINK_CONNECTION, LINK_RULES } from "../components/link/linkNames";
import { routeFromSuspect, routeToSuspect } from "../components/link/linkPlan";
import type { LinkPlan } from "../components/link/linkPlan";
import type { RoomFacts } from "../components/evidence/records/roomForm";
import type { SecurityGroupRule } from "../components/securityGroupRules";
import type { StateResource } from "./stateResources";

/** Type token of a peering connection. */
export const CONNECTION = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
/** Type token of a route. */
export const ROUTE = "aws:ec2/route:Route";

/** What of a room's state is in the room's own account: the isolation group's rules and a link's way back are not. */
export function inOwnAccount<T extends Pick<StateResource, "name">>(state: readonly T[]): T[] {
  return state.filter(({ name }) => !name.startsWith(`${LINK}-`));
}

/**
 * The link that the engine has: a room is closed with it, also when nobody can look at the suspect's account any more.
 *
 * @param rules What the isolation group had to let through for the slot.
 * @param recorded What the room's record says of its link: of what is somebody else's the engine has no more.
 * @returns undefined where it has none.
 */
export function linkInState(
  state: readonly StateResource[],
  rules: readonly SecurityGroupRule[],
  recorded: RoomFacts["link"],
): LinkPlan | undefined {
  const connection = state.find(
    ({ type, name }) => type === CONNECTION && name === LINK_CONNECTION,
  );
  const over =
    recorded === undefined || recorded.mode === "peering" ? undefined : recorded.connection;
  const peerVpcId = over === undefined ? connection?.outputs["peerVpcId"] : recorded?.vpc;
  if (typeof peerVpcId !== "string") {
    return undefined;
  }
  const names = new Set(state.map(({ name }) => name));
  const routes = state
    .filter(({ type }) => type === ROUTE)
    .map(({ name, outputs: { routeTableId, destinationCidrBlock } }) => ({
      name,
      table: String(routeTableId),
      cidr: String(destinationCidrBlock),
    }));
  const toSuspect = routes.filter(({ name, cidr }) => name === `${LINK}-${routeToSuspect(cidr)}`);
  return {
    peerVpcId,
    over,
    slotTableId: toSuspect[0]?.table ?? "",
    toSuspect: toSuspect.map(({ cidr }) => cidr).sort(),
    fromSuspect: routes
      .filter(({ name, table }) => name === `${LINK}-${routeFromSuspect(table)}`)
      .map(({ table }) => table)
      .sort(),
    rules: rules.filter(({ name }) => names.has(`${LINK_RULES}-${name}`)),
  };
}
