import type { Check } from "../components/refusal";
import { kindOf } from "./adoption";
import type { Made } from "./comparison";
import { EGRESS, GROUP } from "./madeForRoom";

/** The name that a room's group has in AWS. */
const GROUP_NAME = "workstation-sg";

/** A group of a room, or a rule of one, that carries the ticket and no name: rooms of earlier versions had none. */
export interface Unnamed extends Made {
  /** The group that it is, or is of, `sg-…`. */
  readonly groupId: string;
}

/**
 * What settles it: a group is given its name, and is found by it then; a rule is taken away, and made again with one.
 *
 * @param region Where it is.
 */
export function namingCommand({ type, id, groupId }: Unnamed, region: string): string {
  if (type === GROUP) {
    return `aws ec2 create-tags --region ${region} --resources ${id} --tags Key=Name,Value=${GROUP_NAME}`;
  }
  const direction = type === EGRESS ? "egress" : "ingress";
  return `aws ec2 revoke-security-group-${direction} --region ${region} --group-id ${groupId} --security-group-rule-ids ${id}`;
}

/**
 * Refuses to make a second group beside one that an earlier version made and of which the state was lost.
 *
 * @returns a reason for each, with the command.
 */
export function checkNames(unnamed: readonly Unnamed[], region: string): Check {
  return [
    "Something of the room has no name to be found by",
    unnamed.map(
      (each) =>
        `${kindOf(each.type)} ${each.id} carries the ticket, and the state does not have it: an earlier version of this program made it. Where it is the room's own, run: ${namingCommand(each, region)}; then this again.`,
    ),
  ];
}
