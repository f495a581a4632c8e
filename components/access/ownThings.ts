import { OWNER_TAG } from "../tags";

/** The stack's things carry its tag from the start; a stack's name is the user's, its Region is in the tag's value. */
const OF_A_STACK = (region: string) => `*/${region}::*`;

/** Condition for what is made as a thing of an audit or a member stack. */
export function madeAsOwn(region: string) {
  return { StringLike: { [`aws:RequestTag/${OWNER_TAG}`]: OF_A_STACK(region) } };
}

/** Condition for what is a thing of an audit or a member stack already. */
export function own(region: string) {
  return { StringLike: { [`aws:ResourceTag/${OWNER_TAG}`]: OF_A_STACK(region) } };
}
