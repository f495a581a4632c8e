import type { EC2Client } from "@aws-sdk/client-ec2";
import { GetInstanceProfileCommand, GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import type { SSMClient } from "@aws-sdk/client-ssm";

import { findSlotClaims } from "../room/slotClaims";
import { listKeyIds } from "../../components/room/listedKeys";
import { findTaggedKeys } from "../../components/room/taggedKeys";
import type { RoomLookUps } from "../../stacks/madeForRoom";

/** What AWS is asked by. */
export interface RoomClients {
  readonly ec2: EC2Client;
  readonly iam: Pick<IAMClient, "send">;
  readonly kms: Pick<KMSClient, "send">;
  readonly ssm: Pick<SSMClient, "send">;
  readonly tagging: Pick<ResourceGroupsTaggingAPIClient, "send">;
}

/** The look-ups of what was made for a room, by AWS's SDK: there is no provider beside a program. */
export function throughSdk({ iam, kms, tagging }: RoomClients): RoomLookUps {
  return {
    taggedKeys: (ticket) => findTaggedKeys(tagging, ticket),
    key: async (KeyId) => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      const {
        KeyId: id = KeyId,
        Arn = KeyId,
        KeyState = "of no state",
        Description,
      } = KeyMetadata ?? {};
      const keyId = id.slice(id.lastIndexOf("/") + 1);
      return { id: keyId, arn: Arn, state: KeyState, description: Description };
    },
    keyIds: () => listKeyIds(kms),
    alias: (KeyId) => kms.send(new DescribeKeyCommand({ KeyId })),
    role: (RoleName) => iam.send(new GetRoleCommand({ RoleName })),
    profile: (InstanceProfileName) =>
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName })),
  };
}

/** The slots that a ticket has claimed. @throws Refusal where AWS does not tell. */
export async function findClaimedSlots(
  { ssm }: Pick<RoomClients, "ssm">,
  ticket: string,
): Promise<string[]> {
  const claims = await findSlotClaims(ssm);
  return claims.flatMap((claim) => (claim.ticket === ticket ? claim.slot : []));
}
