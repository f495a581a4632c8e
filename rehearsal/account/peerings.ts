import type { Entry } from "./account";
import type { AccountStore } from "./accountStore";
import type { MemberAccounts } from "./memberAccounts";

const ROUTE = "aws:ec2/route:Route";

/** Type token of a connection. */
export const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";

/** Type token of the other account's word on it. */
export const ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter";

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

/** Whether two ranges have an address in common: the beginning of both is the same for the shorter prefix. */
export function overlap(one: unknown, another: unknown): boolean {
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
