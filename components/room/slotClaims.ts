import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../awsFailure";
import { Refusal } from "../refusal";

const CLAIMS = "/clean-room/slots";

/**
 * Name of the SSM parameter by which a room claims its slot. AWS refuses a second parameter of the
 * same name, so of two rooms that are opened at the same moment only one gets the slot.
 */
export function claimName(slot: string): string {
  return `${CLAIMS}/${slot}`;
}

/** Which slots are taken, and by which ticket. @throws Refusal where AWS does not say. */
export async function findClaims(): Promise<Map<string, string>> {
  const { names, values } = await aws.ssm
    .getParametersByPath({ path: CLAIMS })
    .catch((error: unknown) => {
      throw new Refusal("Which slots are taken is not known", [
        lookUpFailure(`The parameters below ${CLAIMS}`, error),
      ]);
    });
  return new Map(
    names.map((name, index) => [name.slice(CLAIMS.length + 1), values[index] ?? "unknown"]),
  );
}

/**
 * Refuses a slot that does not exist or that another room has taken, and a room that would move:
 * its workstation and volumes are bound to its slot's Availability Zone.
 *
 * @param slots Names of the slots there are.
 * @param claims What {@link findClaims} found.
 * @returns whether this ticket's room has the slot already.
 * @throws Refusal with the slots that are free.
 */
export function requireSlot(
  ticket: string,
  slot: string,
  slots: readonly string[],
  claims: ReadonlyMap<string, string>,
): boolean {
  const own = [...claims].find(([, holder]) => holder === ticket)?.[0];
  if (own !== undefined && own !== slot) {
    throw new Refusal(`The room of ${ticket} does not move`, [
      `It is open in slot ${own}; moving it to ${slot} would replace the workstation and its volumes. Set slot back to ${own}.`,
    ]);
  }
  const free = slots.filter((name) => !claims.has(name));
  const choice = free.length > 0 ? `Free slots: ${free.join(", ")}.` : "No slot is free.";
  if (!slots.includes(slot)) {
    throw new Refusal(`The audit stack has no slot ${slot}`, [choice]);
  }
  const holder = claims.get(slot);
  if (holder !== undefined && holder !== ticket) {
    throw new Refusal(`Slot ${slot} is taken by the room of ${holder}`, [choice]);
  }
  return own === slot;
}
