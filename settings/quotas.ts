import { z } from "zod";

import type { OpenedPort } from "../components/toolPorts";
import { whole } from "./forms";
import type { Mistake } from "./mistake";

/**
 * What AWS lets an account have unless its quota was raised (VPC User Guide, Amazon VPC quotas): rules
 * of one direction per security group, subnets and route tables per VPC, routes per table, and
 * active peering connections per VPC.
 */
export const QUOTAS = {
  rulesPerGroup: 60,
  subnetsPerVpc: 200,
  routeTablesPerVpc: 200,
  routesPerTable: 50,
  peeringsPerVpc: 50,
} as const;

/** The most rules that a group can have at all: with them an interface has one group only. */
const MOST_RULES = 1000;

/** Quotas that AWS has raised for the account, by these names. */
export const quotas = (...names: (keyof typeof QUOTAS)[]) =>
  z
    .strictObject(
      Object.fromEntries(
        names.map((name) => [
          name,
          whole(
            QUOTAS[name],
            name === "rulesPerGroup" ? MOST_RULES : 10000,
            `what AWS raised the quota to, at least ${QUOTAS[name]}`,
          ).default(QUOTAS[name]),
        ]),
      ) as Record<keyof typeof QUOTAS, z.ZodDefault<z.ZodInt>>,
      { error: names.join(", ") },
    )
    .default(Object.fromEntries(names.map((name) => [name, QUOTAS[name]])) as typeof QUOTAS)
    .meta({
      description: `Quotas that AWS has raised for this account: ${names.map((name) => `\`${name}\` (${QUOTAS[name]})`).join(", ")}. What is over them is refused before anything is made.`,
      example: Object.fromEntries(names.map((name) => [name, QUOTAS[name] * 2])),
    });

/**
 * More rules of a direction than a group can have: EC2 refuses them in mid-deployment.
 *
 * @param opened The ports, each of which is a rule for every peer.
 * @param ownEgress Rules that let out, which the group has beside them.
 */
export function tooManyRules(
  opened: readonly OpenedPort[],
  peers: number,
  ownEgress: number,
  { rulesPerGroup }: { readonly rulesPerGroup: number } = QUOTAS,
  setting: Pick<Mistake, "key" | "found">,
  instead: string,
): Mistake[] {
  return (["ingress", "egress"] as const).flatMap((way) => {
    const own = way === "egress" ? ownEgress : 0;
    const count = own + peers * opened.filter(({ direction }) => direction === way).length;
    return count > rulesPerGroup
      ? [
          {
            ...setting,
            required: `ranges, tools and ports that make at most ${rulesPerGroup} ${way} rules: these make ${count}; ${instead}; or have AWS raise the quota and say so in quotas`,
          },
        ]
      : [];
  });
}
