import { EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient } from "@aws-sdk/client-kms";
import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import type { Check } from "../components/refusal";
import { listKeyIds } from "../components/room/listedKeys";
import { slotsOf } from "../components/room/slotClaims";
import type { IncidentSettings } from "../settings/parseSettings";
import { checkOnce, kindOf } from "./adoption";
import { compare, type Comparison, type Made } from "./comparison";
import { inOwnAccount } from "./linkInState";
import {
  findMade,
  GROUP,
  INSTANCE,
  KEY,
  LOOKED_UP,
  type MadeForRoom,
  throughProvider,
  VOLUME,
} from "./madeForRoom";
import { checkClosedGroups } from "./openGroups";
import type { RoomKey } from "./roomKeys";
import { sdkSettings } from "./sdkSettings";
import { LEFT_AS_IT_IS, refuseFor } from "./settleAll";
import type { StateResource } from "./stateResources";
import { checkNames } from "./unnamedGroups";

/** What AWS has for a room, beside what the engine knows of it. */
export interface MadeInspection extends Pick<MadeForRoom, "made" | "keys"> {
  /** What the engine was never told of. */
  readonly forgotten: readonly Made[];
}

/**
 * Compares what AWS has for the room with what the engine knows of it.
 *
 * @param claims Slots that are taken, and by which ticket.
 * @param state What the engine knows of the room.
 * @throws Refusal where something is there more than once, a group of it is open to everybody, or the key of an open
 * room was ended outside of Pulumi.
 */
export async function inspectMade(
  settings: IncidentSettings,
  claims: ReadonlyMap<string, string>,
  state: readonly StateResource[],
): Promise<MadeInspection> {
  const { ticket, region } = settings;
  const ec2 = new EC2Client(sdkSettings(region));
  const kms = new KMSClient(sdkSettings(region));
  const lookUps = { ...throughProvider, keyIds: () => listKeyIds(kms) };
  const claimed = slotsOf(ticket, claims);
  const own = inOwnAccount(state);
  const { made, unnamed, keys } = await findMade(ec2, lookUps, settings, claimed, own);
  const comparison = compare(made, own, LOOKED_UP);
  const groups = comparison.forgotten.flatMap(({ type, id }) => (type === GROUP ? [id] : []));
  await refuseFor(LEFT_AS_IT_IS, [
    checkOnce(comparison, new Case(ticket).stack),
    checkNames(unnamed, region),
    checkClosedGroups(ec2, groups, region),
    // What a room that is closed has, its closing looks at.
    ...(settings.closing ? [] : [checkKeyOfRoom(settings, { made, keys }, state)]),
  ]);
  if (!settings.closing) {
    tellGone(ticket, comparison.gone);
  }
  return { made, keys, forgotten: comparison.forgotten };
}

/**
 * Refuses to go on without the key that the room's disks are under, and to make another one beside it: what is
 * under the first is unreadable while that waits for its deletion or is disabled. A key that waits for its
 * deletion, and of whose room nothing is left, is an earlier room's.
 *
 * @returns a reason for each, with the commands that keep it.
 */
export function checkKeyOfRoom(
  { ticket, region }: IncidentSettings,
  { made, keys }: Pick<MadeForRoom, "made" | "keys">,
  state: readonly StateResource[],
): Check {
  const isKnown = ({ id }: RoomKey) => state.some((known) => known.type === KEY && known.id === id);
  const hasDisks = made.some(({ type }) => type === INSTANCE || type === VOLUME);
  const isAlive = keys.some((key) => key.state === "Enabled" || key.state === "unknown");
  const ended = keys.filter(
    (key) =>
      ["PendingDeletion", "Disabled"].includes(key.state) &&
      (isKnown(key) || (hasDisks && !isAlive)),
  );
  const stack = new Case(ticket).stack;
  return [
    `The key of the room of ${ticket} was ended outside of Pulumi`,
    ended.map(({ arn, state: is }) => {
      const command = (action: string) => `aws kms ${action} --region ${region} --key-id ${arn}`;
      return is === "Disabled"
        ? `${arn} is disabled, and the room's disks are unreadable. Run: ${command("enable-key")}`
        : `${arn} is to be deleted, and the room's disks with it. Run: ${command("cancel-key-deletion")}; ${command("enable-key")}. Where it was a pulumi destroy that was interrupted, let that go on: pulumi destroy --stack ${stack}`;
    }),
  ];
}

/** Says what somebody removed: the engine believes it there, and makes it anew once it has looked. */
function tellGone(ticket: string, gone: Comparison["gone"]): void {
  if (gone.length > 0) {
    const stack = new Case(ticket).stack;
    void pulumi.log.warn(
      `Gone outside of Pulumi (${gone.length}): ${gone.map(({ type, id }) => `${kindOf(type)} ${id}`).join(", ")}. Nothing is made in its place before you say so: pulumi refresh --stack ${stack}, then pulumi up --stack ${stack}.`,
    );
  }
}
