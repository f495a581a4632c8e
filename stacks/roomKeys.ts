import { failureOf } from "../components/aws/failure";
import { fewAtATime } from "../components/aws/fewAtATime";
import { Case } from "../components/case";

/** A key that carries a ticket. */
export interface RoomKey {
  readonly id: string;
  readonly arn: string;

  /** KMS's word for its state, such as `PendingDeletion`. */
  readonly state: string;

  /** What it says that it is for; undefined where KMS does not tell. */
  readonly description?: string | undefined;
}

/** What is asked of AWS about keys. Each rejects as AWS does, also where something is not there. */
export interface KeyLookUps {
  /** ARNs of the keys that carry the ticket, as far as the index of tags knows. */
  readonly taggedKeys: (ticket: string) => Promise<readonly string[]>;

  /** A key by its id or ARN. */
  readonly key: (keyId: string) => Promise<RoomKey>;

  /** Ids of all keys of the Region, whoever they are for. */
  readonly keyIds: () => Promise<readonly string[]>;
}

/** How many keys are looked at at the same time. */
const AT_A_TIME = 10;

/**
 * The keys of a room: those that carry the ticket, and those that the engine knows of, whose tags may have been taken.
 * Where a room was begun and none of them is in use, all keys are looked at: the index of tags is told of a new
 * key some time after it was made, and its alias comes after it.
 *
 * @param known Ids of the keys that the engine knows of.
 * @param isBegun Whether AWS has something of the room already.
 */
export async function findRoomKeys(
  lookUps: KeyLookUps,
  ticket: string,
  known: readonly string[],
  isBegun: boolean,
): Promise<RoomKey[]> {
  const tagged = await lookUps.taggedKeys(ticket);
  const named = [
    ...tagged,
    ...known.filter((id) => tagged.every((arn) => !arn.endsWith(`/${id}`))),
  ];
  const found = await Promise.all(
    named.map((keyId) =>
      lookAt(lookUps, keyId, {
        // It is there, and does not know who asks.
        denied: [{ id: keyId.split("/").at(-1) ?? keyId, arn: keyId, state: "unknown" }],
      }),
    ),
  );
  const listed = found.flat();
  const isUsed = listed.some(({ state }) => state !== "PendingDeletion");
  return isBegun && !isUsed
    ? [...listed, ...(await unlistedKeys(lookUps, ticket, listed))]
    : listed;
}

/** Keys that say they are the room's, and that no index of tags knows yet. */
async function unlistedKeys(
  lookUps: KeyLookUps,
  ticket: string,
  listed: readonly RoomKey[],
): Promise<RoomKey[]> {
  const others = (await lookUps.keyIds()).filter((id) => listed.every((key) => key.id !== id));
  // One that does not know who asks is nobody's who deploys this room.
  const all = await fewAtATime(others, AT_A_TIME, (id) => lookAt(lookUps, id, { denied: [] }));
  return all.flat().filter(({ description }) => description === new Case(ticket).keyDescription);
}

async function lookAt(
  lookUps: KeyLookUps,
  keyId: string,
  { denied }: { readonly denied: readonly RoomKey[] },
): Promise<readonly RoomKey[]> {
  try {
    return [await lookUps.key(keyId)];
  } catch (error) {
    switch (failureOf(error)) {
      case "absent":
        return [];
      case "denied":
        return denied;
      default:
        throw error;
    }
  }
}
