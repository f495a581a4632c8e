import type { Account, Entry, Properties } from "./account";
import type { AccountStore } from "./accountStore";
import { AwsError } from "./awsError";
import type { MemberAccounts } from "./memberAccounts";
import type { Behaviour, Request } from "./resourceType";

const VPC = "aws:ec2/vpc:Vpc";
const ROUTE = "aws:ec2/route:Route";

/** Type token of a connection. */
export const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";

/** Type token of the other account's word on it. */
export const ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter";

/** States in which AWS takes no other connection between the same VPCs. */
const ALIVE = ["active", "pending-acceptance"];

/** Routes of a table, beside the VPC's own, unless the quota was raised: Amazon VPC quotas. */
export const MOST_ROUTES = 50;

/** A connection is in both accounts, and active once the other one has accepted it. */
export const peeringBehaviour: Readonly<Record<string, Behaviour>> = {
  [PEERING]: { check: oneBetweenTwoVpcs },
  [ACCEPTER]: {
    effects: ({ account, id }) => {
      const connection = account.find(PEERING, id);
      if (connection !== undefined) {
        connection.state = "active";
      }
    },
  },
};

/** Refuses one route more than a table takes. */
export function requireRoomForRoute({ account, inputs: { routeTableId }, before }: Request): void {
  const count = account
    .ofType(ROUTE)
    .filter(({ properties }) => properties["routeTableId"] === routeTableId).length;
  if (before === undefined && count >= MOST_ROUTES) {
    throw new AwsError(
      "RouteLimitExceeded",
      `The maximum number of routes (${MOST_ROUTES}) has been reached for ${String(routeTableId)}.`,
    );
  }
}

/**
 * What AWS looks at in the other account before it makes a connection.
 *
 * @throws AwsError where the other VPC is not there, or has addresses of the first one.
 */
export function requirePeer(
  type: string,
  inputs: Properties,
  account: Account,
  others: MemberAccounts | undefined,
): void {
  if (type !== PEERING) {
    return;
  }
  const peer = others?.find(String(inputs["peerOwnerId"]))?.read();
  const there = peer?.find(VPC, inputs["peerVpcId"]);
  if (there === undefined) {
    throw new AwsError(
      "InvalidVpcID.NotFound",
      `The vpc ID '${String(inputs["peerVpcId"])}' does not exist`,
    );
  }
  const here = account.find(VPC, inputs["vpcId"]);
  if (overlap(here?.properties["cidrBlock"], there.properties["cidrBlock"])) {
    // AWS answers with a connection that has failed, which the provider does not take.
    throw new AwsError(
      "waiting for EC2 VPC Peering Connection create",
      "unexpected state 'failed', wanted target 'active, pending-acceptance'. last error: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range",
    );
  }
}

/** What a change of a connection makes of it in the other account. */
export async function tellPeer(
  act: "create" | "delete",
  entry: Entry | undefined,
  own: AccountStore,
  others: MemberAccounts | undefined,
): Promise<void> {
  if (entry === undefined || ![PEERING, ACCEPTER].includes(entry.type)) {
    return;
  }
  const { id } = entry;
  const connection = own.read().find(PEERING, id) ?? entry;
  const accounts = [connection.properties["ownerId"], connection.properties["peerOwnerId"]];
  const other = accounts.find((each) => each !== own.read().id);
  const peer = others?.find(String(other));
  if (entry.type === ACCEPTER) {
    if (act === "create") {
      await peer?.change((account) => {
        const same = account.find(PEERING, id);
        if (same !== undefined) {
          same.state = "active";
        }
      });
    }
    return;
  }
  if (act === "create") {
    const { tags: _, tagsAll: __, ...properties } = entry.properties;
    await peer?.change((account) =>
      account.add({ type: PEERING, id, tags: {}, state: entry.state, properties }),
    );
    return;
  }
  await Promise.all(
    [own, ...(peer === undefined ? [] : [peer])].map((store) =>
      store.change((account) => {
        const same = account.find(PEERING, id);
        if (same !== undefined) {
          account.remove(same);
        }
        // A route stays, and leads nowhere.
        for (const route of account.ofType(ROUTE)) {
          if (route.properties["vpcPeeringConnectionId"] === id) {
            route.state = "blackhole";
          }
        }
      }),
    ),
  );
}

function oneBetweenTwoVpcs({ account, inputs, before }: Request): void {
  const other = account
    .ofType(PEERING)
    .find(
      ({ id, state, properties }) =>
        id !== before?.id &&
        ALIVE.includes(state) &&
        properties["vpcId"] === inputs["vpcId"] &&
        properties["peerVpcId"] === inputs["peerVpcId"],
    );
  if (other !== undefined) {
    throw new AwsError(
      "VpcPeeringConnectionAlreadyExists",
      `There is already a VPC peering connection ${other.id} between these VPCs.`,
    );
  }
}

/** Whether two ranges have an address in common: the beginning of both is the same for the shorter prefix. */
function overlap(one: unknown, another: unknown): boolean {
  const [a, b] = [one, another].map((cidr) => {
    const [address = "", length = "32"] = String(cidr).split("/");
    const bits = address
      .split(".")
      .map((octet) => Number(octet).toString(2).padStart(8, "0"))
      .join("");
    return bits.slice(0, Number(length));
  }) as [string, string];
  return a.startsWith(b) || b.startsWith(a);
}
