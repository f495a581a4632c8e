import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";

import { claimName } from "../../components/room/slotClaims";
import { refuseLookUp } from "../awsRefusals";

/** A slot that a room has claimed. */
export interface SlotClaim {
  readonly slot: string;
  readonly ticket: string;

  /** When the room claimed it; undefined where AWS does not say. */
  readonly since: Date | undefined;
}

/** Every slot of a foundation that is taken. @throws Refusal where AWS does not tell. */
export async function findSlotClaims(ssm: Pick<SSMClient, "send">): Promise<readonly SlotClaim[]> {
  const below = claimName("");
  const claims: SlotClaim[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm
      .send(new GetParametersByPathCommand({ Path: below.slice(0, -1), NextToken }))
      .catch(refuseLookUp("Which slots are taken"));
    for (const { Name = "", Value = "", LastModifiedDate } of page.Parameters ?? []) {
      claims.push({ slot: Name.slice(below.length), ticket: Value, since: LastModifiedDate });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return claims;
}
