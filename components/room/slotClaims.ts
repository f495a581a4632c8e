import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../aws/failure";
import { type Check, Refusal } from "../refusal";

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
 * Refuses to go on where the claim that the engine has for the room is not there any more, or is another
 * room's: the engine looks by itself only when it is asked to refresh.
 *
 * @param held Slots whose claims the engine has.
 * @param claims What {@link findClaims} found.
 * @returns a reason for each, with the command that heals it.
 */
export function checkClaims(
  ticket: string,
  held: readonly string[],
  claims: ReadonlyMap<string, string>,
): Check {
  const lost = held.flatMap((slot) => {
    const holder = claims.get(slot);
    if (holder === ticket) {
      return [];
    }
    return holder === undefined
      ? `The parameter ${claimName(slot)} was deleted: another room could take the slot. Run pulumi refresh, then pulumi up, which claims it again.`
      : `The parameter ${claimName(slot)} was deleted, and names ${holder} by now. Have the room of ${holder} destroyed or moved to another slot, then run pulumi refresh and pulumi up.`;
  });
  return [`The room of ${ticket} has lost its slot's claim`, lost];
}

/** The slot of which a resource in the engine's state is the claim; undefined where it is none. */
export function slotOfClaim({
  type,
  id,
}: {
  readonly type: string;
  readonly id: string | undefined;
}): string | undefined {
  return type === "aws:ssm/parameter:Parameter" && id?.startsWith(`${CLAIMS}/`) === true
    ? id.slice(CLAIMS.length + 1)
    : undefined;
}

/** What a room is told that was opened at the same moment as another one, in the same slot, and came second. */
export function lostRace(slot: string): string {
  return `Slot ${slot} ${LOST_RACE}; nothing of this room was made. Run pulumi up again: it says who has the slot, and which are free.`;
}

const LOST_RACE = "was taken by another room in this moment";

/**
 * Whether a failure says that another room came first in a slot that was free a moment before: {@link lostRace}, in whatever
 * words around it; AWS's own words of the claim, the only parameter of a room, as what a hook says may come too late; or what
 * {@link checkSlot} found by then. Nothing of the room is made in any of them.
 */
export function isLostRace(failure: string): boolean {
  return (
    failure.includes(LOST_RACE) ||
    failure.includes("ParameterAlreadyExists") ||
    /\bSlot \S+ is taken by the room of /.test(failure)
  );
}

/** The slots that a ticket's room has claimed: one, or none; two after a move that was broken off. */
export function slotsOf(ticket: string, claims: ReadonlyMap<string, string>): string[] {
  return [...claims].flatMap(([slot, holder]) => (holder === ticket ? [slot] : []));
}

/** A machine in a slot's subnet that is not the room's. */
export interface Stranger {
  /** `i-…`. */
  readonly instanceId: string;

  /** The ticket that it carries, if any. */
  readonly ticket: string | undefined;
}

/**
 * Refuses a slot that does not exist or that another room has taken, and a room that would move: its
 * workstation and volumes are bound to its slot's Availability Zone. Without any of them it may take
 * another slot, as after AWS had no capacity for its workstation.
 *
 * @param slots Names of the slots there are.
 * @param claims What {@link findClaims} found.
 * @param bound Where the room has its workstation, or else working volumes, if it has.
 * @param strangers Machines in the slot's subnet that are not this room's, and what ticket they carry.
 * @returns a reason with the slots that are free.
 */
export function checkSlot(
  ticket: string,
  slot: string,
  slots: readonly string[],
  claims: ReadonlyMap<string, string>,
  bound: { readonly slot: string; readonly by: string } | undefined,
  strangers: readonly Stranger[],
): Check {
  if (bound !== undefined && bound.slot !== slot) {
    return [
      `The room of ${ticket} does not move`,
      [
        `It is open in slot ${bound.slot}; moving it to ${slot} would replace ${bound.by}. Set slot back to ${bound.slot}.`,
      ],
    ];
  }
  const choice = choiceOf(freeSlots(slots, claims));
  if (!slots.includes(slot)) {
    return [`The audit stack has no slot ${slot}`, [choice]];
  }
  const holder = claims.get(slot);
  if (holder !== undefined && holder !== ticket) {
    return [`Slot ${slot} is taken by the room of ${holder}`, [choice]];
  }
  const machines = strangers.map(({ instanceId, ticket: whose }) =>
    whose === undefined ? `${instanceId}, which has no ticket` : `${instanceId} of ${whose}`,
  );
  const others = choiceOf(freeSlots(slots, claims).filter((name) => name !== slot));
  return [
    `Slot ${slot} is taken: in its subnet is ${machines.join(", and ")}`,
    machines.length > 0 ? [others] : [],
  ];
}

/**
 * What to do about a room that has its slot and no workstation in it: AWS had none to give, or it is gone.
 *
 * @param movable Whether it may take another slot.
 */
export function withoutWorkstation(
  ticket: string,
  slot: string,
  slots: readonly string[],
  claims: ReadonlyMap<string, string>,
  movable: boolean,
): string {
  const elsewhere = freeSlots(slots, claims).filter((name) => zoneOf(name) !== zoneOf(slot));
  const another = movable
    ? `, or slot to one in another Availability Zone (${elsewhere.length > 0 ? elsewhere.join(", ") : "none is free"})`
    : "; with its working volumes it cannot leave the slot's Availability Zone";
  return `The room of ${ticket} has slot ${slot} and no workstation in it; pulumi up starts one. Where AWS had none to give (InsufficientInstanceCapacity, Unsupported, VcpuLimitExceeded), set instanceType to another one${another}, and run pulumi up again. Where it had one that is gone, run pulumi up --refresh.`;
}

function freeSlots(slots: readonly string[], claims: ReadonlyMap<string, string>): string[] {
  return slots.filter((name) => !claims.has(name));
}

function choiceOf(free: readonly string[]): string {
  return free.length > 0 ? `Free slots: ${free.join(", ")}.` : "No slot is free.";
}

/** A slot is named `<Availability Zone>-<number>`. */
function zoneOf(slot: string): string {
  return slot.slice(0, slot.lastIndexOf("-"));
}
