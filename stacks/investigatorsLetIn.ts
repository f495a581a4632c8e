import type { Check } from "../components/refusal";
import type { IncidentSettings } from "../settings/parseSettings";
import { isOfIdentityCenter, VOUCHED_FOR } from "../settings/sourceIdentity";
import type { Foundation } from "./foundation";

/**
 * Refuses investigators whom the audit stack's `sourceIdentity: demanded` would keep out; a room is closed whoever they are.
 *
 * @returns a reason for each.
 */
export function checkInvestigatorsLetIn(
  { investigators, closing }: Pick<IncidentSettings, "investigators" | "closing">,
  { sourceIdentity }: Pick<Foundation, "sourceIdentity">,
): Check {
  const kept = sourceIdentity === "demanded" && !closing;
  return [
    "Investigators would not get in",
    investigators.flatMap((arn, index) =>
      kept && isOfIdentityCenter(arn)
        ? [
            `investigators.${index} is ${arn}; required: ${VOUCHED_FOR}. Name such a role, or have the audit stack deployed with sourceIdentity: off.`,
          ]
        : [],
    ),
  ];
}
