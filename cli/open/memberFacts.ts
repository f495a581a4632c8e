import type { OutputMap } from "@pulumi/pulumi/automation";
import { z } from "zod";

const OUTPUTS = z.object({
  accountId: z.string(),
  isolationSecurityGroups: z.array(
    z.object({ vpcId: z.string(), region: z.string(), securityGroup: z.string() }),
  ),
  responderRoleArn: z.string(),
  transferKeys: z.array(z.object({ keyArn: z.string(), assumeRole: z.string() })).default([]),
});

/** What a member account's stack puts out for a room. */
export interface MemberFacts {
  /** The account, 12 digits. */
  readonly accountId: string;

  /** Its isolation security groups in the room's Region, as a room names them, by VPC. */
  readonly groups: readonly { readonly vpcId: string; readonly securityGroup: string }[];
  readonly responderRoleArn: string;

  /** The account's own transfer keys in the Region; none where evidence comes under the Audit account's. */
  readonly transferKeys: readonly { readonly keyArn: string; readonly assumeRole: string }[];
}

/** Reads the outputs of a member account's stack; undefined where it was never deployed to its end. */
export function memberFacts(outputs: OutputMap, region: string): MemberFacts | undefined {
  const { data } = OUTPUTS.safeParse(
    Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]),
    ),
  );
  return (
    data && {
      accountId: data.accountId,
      groups: data.isolationSecurityGroups.filter((group) => group.region === region),
      responderRoleArn: data.responderRoleArn,
      transferKeys: data.transferKeys.filter(({ keyArn }) => keyArn.split(":")[3] === region),
    }
  );
}
