import { kindOf } from "../../stacks/adoption";
import { compare, type KnownResource, type Made } from "../../stacks/comparison";
import { CLAIM, INSTANCE, KEY, LOOKED_UP, VOLUME } from "../../stacks/madeForRoom";
import type { RoomKey } from "../../stacks/roomKeys";
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

  /** What AWS has of the room. */
  readonly made: readonly Made[];

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
    ...pendingFindings(room, forgotten, up),
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

/** What is settled of the operations that were pending, and what is not yet. */
function pendingFindings(
  { stack, state, pending }: RoomToMend,
  forgotten: readonly Made[],
  up: string,
): Finding[] {
  const isSettled = ({ act, type, name }: PendingOperation) =>
    act !== "creating" ||
    state.some((each) => each.type === type && each.name === name && each.id !== undefined) ||
    forgotten.every((each) => each.type !== type);
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
