import { kindOf } from "../../stacks/adoption";
import { compare, type KnownResource, type Made } from "../../stacks/comparison";
import { CLAIM, INSTANCE, KEY, LOOKED_UP, VOLUME } from "../../stacks/madeForRoom";
import type { RoomKey } from "../../stacks/roomKeys";
import { namingCommand, type Unnamed } from "../../stacks/unnamedGroups";
import { removalOf } from "./removal";

/** What a deployment was doing when it ended. */
export interface PendingOperation {
  /** In the engine's word, such as `creating`. */
  readonly act: string;

  /** Type token of the resource. */
  readonly type: string;

  /** Its logical name. */
  readonly name: string;
}

/** A room as the engine, AWS and the vault have it. */
export interface RoomToMend {
  readonly stack: string;
  readonly region: string;

  /** What the engine knows of. */
  readonly state: readonly KnownResource[];
  readonly pending: readonly PendingOperation[];

  /** Whether something in the state refuses `pulumi destroy` by a hook. */
  readonly isGuarded: boolean;

  /** What AWS has of the room. */
  readonly made: readonly Made[];

  /** What of it has no name to be found by. */
  readonly unnamed: readonly Unnamed[];

  /** Keys that carry the ticket, in whatever state. */
  readonly keys: readonly RoomKey[];

  /** Keys that a record of the room names. */
  readonly recordedKeys: ReadonlySet<string>;

  /** Those of them that a closing record in force names. */
  readonly closedKeys: ReadonlySet<string>;
}

/** Something about a room that is not as it should be. */
export interface Finding {
  /** In a sentence. */
  readonly what: string;

  /** What settles it, in the order in which it is run; none where there is nothing to be done. */
  readonly commands: readonly string[];

  /** What `--yes` does about it. @default nothing */
  readonly act?: { readonly clearPending: true } | { readonly giveUp: string };
}

/** What is left to do about a room, in the order in which it is done. */
export function findings(room: RoomToMend): readonly Finding[] {
  const { stack, region, state, made, keys, closedKeys } = room;
  const { forgotten, twice, gone } = compare(made, state, LOOKED_UP);
  const up = `pulumi up --stack ${stack}`;
  const isDestroyed =
    state.every(({ id }) => id === undefined) &&
    closedKeys.size > 0 &&
    keys.every(({ state: of }) => of === "PendingDeletion");
  const hasRoom =
    state.some(({ id }) => id !== undefined) ||
    made.some(({ type }) => [INSTANCE, KEY, VOLUME].includes(type));

  return [
    ...unwantedEnds(room),
    ...forgotten.flatMap((each): Finding[] => {
      if (each.type === CLAIM && !hasRoom) {
        return [
          {
            what: `The slot ${slotOf(each)} is claimed for this ticket, and nothing else of a room is there`,
            commands: removalOf(each, region),
            act: { giveUp: each.name },
          },
        ];
      }
      return isDestroyed
        ? [
            {
              what: `${spoken(each)} is left of a room that was closed and destroyed`,
              commands: removalOf(each, region),
            },
          ]
        : [
            {
              what: `AWS has ${spoken(each)}, and the state does not: the next up takes it on`,
              commands: [up],
            },
          ];
    }),
    ...room.unnamed.map((each) => ({
      what: `${spoken(each)} carries the ticket and no name, and the state does not have it: an earlier version of the program made it`,
      commands: [namingCommand(each, region)],
    })),
    ...twice.map(([kept, ...others]): Finding => {
      const isInState =
        kept !== undefined && state.some(({ type, id }) => type === kept.type && id === kept.id);
      const all = kept === undefined ? others : [kept, ...others];
      return {
        what: `${spoken(all[0] as Made)} is there ${all.length} times: ${all.map(({ id }) => id).join(", ")}; ${isInState ? `the state has ${kept.id}` : "the state has none of them"}. Look which one is in use, and have the other removed`,
        commands: (isInState ? others : all).flatMap((each) =>
          each.type === KEY
            ? [`aws kms describe-key --region ${region} --key-id ${each.id}`]
            : removalOf(each, region),
        ),
      };
    }),
    ...gone.filter(isNotEnding(keys)).map((each) => ({
      what: `The state has ${spoken({ ...each, id: each.id ?? "" })}, and AWS does not any more`,
      commands: [`pulumi refresh --stack ${stack}`, up],
    })),
    ...unguarded(room, up),
    ...pendingFindings(room, ({ type }) => forgotten.every((each) => each.type !== type), up),
  ];
}

/** An open room that was opened by a version without the hook: protection alone holds it, until the next `up`. */
function unguarded({ state, keys, closedKeys, isGuarded }: RoomToMend, up: string): Finding[] {
  const key = state.find(({ type }) => type === KEY)?.id;
  const isClosed = keys.some(({ id, arn }) => id === key && closedKeys.has(arn));
  return key === undefined || isGuarded || isClosed
    ? []
    : [
        {
          what: "The room was opened by an earlier version of the program, and pulumi destroy is not refused yet where somebody has taken its protection away",
          commands: [up],
        },
      ];
}

/** A key that KMS has still, until its date: to forget it would make another one in its place. */
function isNotEnding(keys: readonly RoomKey[]): (each: KnownResource) => boolean {
  return ({ type, id }) => type !== KEY || keys.every((key) => key.id !== id);
}

/** Keys whose end nobody recorded, and those that nobody ends. */
function unwantedEnds({ region, keys, state, recordedKeys, closedKeys }: RoomToMend): Finding[] {
  const inState = (arn: string) =>
    state.some(({ type, id }) => type === KEY && arn.endsWith(`/${id ?? ""}`));
  return keys.flatMap(({ arn, state: of }): Finding[] => {
    if (of === "Enabled" || closedKeys.has(arn)) {
      return [];
    }
    if (!recordedKeys.has(arn) && !inState(arn)) {
      // Somebody has ended what no record names.
      return [];
    }
    return [
      {
        what: `The incident key ${arn} is ${of}, and no closing record in force names it: without it every working copy is unreadable`,
        commands: [
          ...(of === "PendingDeletion"
            ? [`aws kms cancel-key-deletion --region ${region} --key-id ${arn}`]
            : []),
          `aws kms enable-key --region ${region} --key-id ${arn}`,
        ],
      },
    ];
  });
}

/**
 * What is settled of the operations that were pending, and what is not yet.
 *
 * @param isNotThere Whether AWS has nothing that a creation could have left.
 */
export function pendingFindings(
  { stack, state, pending }: Pick<RoomToMend, "stack" | "state" | "pending">,
  isNotThere: (operation: PendingOperation) => boolean,
  up: string,
): Finding[] {
  const isSettled = (operation: PendingOperation) =>
    operation.act !== "creating" ||
    // Of a component AWS has nothing.
    !operation.type.startsWith("aws:") ||
    state.some(
      ({ type, name, id }) =>
        type === operation.type && name === operation.name && id !== undefined,
    ) ||
    isNotThere(operation);
  const open = pending.filter((each) => !isSettled(each));
  const of = (operations: readonly PendingOperation[]) =>
    operations.map(({ act, name }) => `${act} ${name}`).join(", ");
  if (pending.length === 0) {
    return [];
  }
  return open.length > 0
    ? [{ what: `A deployment ended while ${of(open)}: AWS may have it`, commands: [up] }]
    : [
        {
          what: `A deployment ended while ${of(pending)}: it is settled, and still noted`,
          commands: [`npx clean-room mend --stack ${stack} --yes`],
          act: { clearPending: true },
        },
      ];
}

function slotOf({ name }: Made): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** `Instance clean-room-… i-…` */
function spoken({ type, name, id }: Made): string {
  const kind = kindOf(type);
  return name === id ? `${kind} ${id}` : `${kind} ${name} ${id}`;
}
