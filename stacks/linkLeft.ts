import { linkRoleArn } from "../components/names";
import type { LinkPlan } from "../components/link/linkPlan";
import { LINK_RULES } from "../components/link/linkNames";
import { EGRESS, INGRESS } from "./madeForRoom";
import type { StateResource } from "./stateResources";

/** Where a link's other end is. */
export interface OtherEnd {
  readonly region: string;

  /** The member account, 12 digits. */
  readonly account: string;

  /** The isolation group, `sg-…`. */
  readonly isolationGroupId: string;
  readonly slotCidr: string;
}

/**
 * What of a link is in the suspect's account, where nobody can look at it: without the role nothing of it is taken back.
 *
 * @param state What the engine has of the room.
 * @returns undefined where there is nothing.
 */
export function leftAtOtherEnd(
  { region, account, isolationGroupId, slotCidr }: OtherEnd,
  { fromSuspect }: Pick<LinkPlan, "fromSuspect">,
  state: readonly StateResource[],
): string | undefined {
  const routes = fromSuspect.map(
    (table) =>
      `aws ec2 delete-route --region ${region} --route-table-id ${table} --destination-cidr-block ${slotCidr}`,
  );
  const rules = (
    [
      [EGRESS, "egress"],
      [INGRESS, "ingress"],
    ] as const
  ).flatMap(([type, direction]) => {
    const ids = state.flatMap((each) =>
      each.type === type && each.name.startsWith(`${LINK_RULES}-`) ? (each.id ?? []) : [],
    );
    return ids.length === 0
      ? []
      : `aws ec2 revoke-security-group-${direction} --region ${region} --group-id ${isolationGroupId} --security-group-rule-ids ${ids.join(" ")}`;
  });
  const commands = [...routes, ...rules];
  return commands.length === 0
    ? undefined
    : [
        `What the link has in account ${account} cannot be looked at, and stays there until ${linkRoleArn(region, account)} lets you in: have that account's stack deployed with link: on, then run this again.`,
        `Where that is not to be had, whoever administers the account takes it away by hand: ${commands.join("; ")}`,
      ].join(" ");
}
