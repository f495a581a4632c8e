import { sha256 } from "../../components/sha256";
import type { FoundationOfRooms } from "../room/foundationOfRooms";
import type { SlotClaim } from "../room/slotClaims";
import type { MemberFacts } from "./memberFacts";

/** Where the settings of a room to be opened come from; what comes first counts. */
export interface Sources {
  readonly ticket: string;

  /** By the setting's name, what was typed. */
  readonly given: Readonly<Record<string, unknown>>;

  /** By full key, what the room's file says already. */
  readonly file: Readonly<Record<string, unknown>>;

  /** By full key, what the project says for all of its stacks. */
  readonly project: Readonly<Record<string, unknown>>;
  readonly foundation: Pick<
    FoundationOfRooms,
    "accountId" | "region" | "slots" | "stack" | "config"
  >;

  /** The slots that are taken. */
  readonly claims: readonly SlotClaim[];

  /** Whether another room came first in the slot that was chosen before. @default no */
  readonly lost?: boolean;

  /** The account of the compromised instance; undefined where it has no stack, or nobody said which it is. */
  readonly member: MemberFacts | undefined;
}

/** A value that nothing says. */
export interface MissingValue {
  readonly setting: string;

  /** The option that says it. */
  readonly option: string;

  /** What a person is asked. */
  readonly question: string;

  /** The answers there are, where they are known. */
  readonly choices: readonly string[];

  /** Whether a room opens without it. */
  readonly optional: boolean;
}

/** The settings of a room, as far as they are known. */
export interface RoomSettings {
  /** By full key. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly missing: readonly MissingValue[];

  /** What speaks against them, beside what the settings' own forms say. */
  readonly reasons: readonly string[];
}

const OWN = "clean-room:";

/**
 * Puts a room's settings together: what was typed, then the room's file, then the project's configuration, then what the
 * member account's stack and the audit stack say, and a slot that is free.
 */
export function roomSettings(sources: Sources): RoomSettings {
  const { ticket, given, file, project, foundation, member, claims } = sources;
  const said = (name: string): unknown => given[name] ?? file[OWN + name] ?? project[OWN + name];
  const group = said("isolationSecurityGroup") ?? onlyOne(member?.groups)?.securityGroup;
  const reach = said("reach") ?? "cidr";
  const slot = slotOf(sources);
  const derived: Record<string, unknown> = {
    kind: "incident",
    accountId: foundation.accountId,
    ticket,
    ...(foundation.stack === "audit" && said("auditStack") === undefined
      ? {}
      : { auditStack: foundation.stack }),
    notification: said("notification") ?? foundation.config[`${OWN}notification`],
    tags: said("tags") ?? foundation.config[`${OWN}tags`],
    slot: slot.name,
    isolationSecurityGroup: group,
    responderRoles: said("responderRoles") ?? (member && [member.responderRoleArn]),
    suspectKeys:
      said("suspectKeys") ?? (member?.transferKeys.length === 0 ? undefined : member?.transferKeys),
  };
  const others = [file, project].flatMap((config) =>
    Object.keys(config).flatMap((key) => (key.startsWith(OWN) ? key.slice(OWN.length) : [])),
  );
  for (const name of [...Object.keys(given), ...others]) {
    derived[name] ??= said(name);
  }
  const config = {
    ...ofTheProvider(project),
    ...ofTheProvider(file),
    "aws:region": foundation.region,
    "aws:allowedAccountIds": [foundation.accountId],
    ...Object.fromEntries(
      Object.entries(derived).flatMap(([name, value]) =>
        value === undefined ? [] : [[OWN + name, value]],
      ),
    ),
  };
  const missing: MissingValue[] = [
    ...(group === undefined
      ? [
          {
            setting: "isolationSecurityGroup",
            option: "--isolation-group",
            question: "Isolation security group of the compromised instance",
            choices: (member?.groups ?? []).map(({ securityGroup }) => securityGroup),
            optional: false,
          },
        ]
      : []),
    ...(derived["responderRoles"] === undefined
      ? [
          {
            setting: "responderRoles",
            option: "--responder",
            question: "Role of the member account that hands evidence over (its ARN)",
            choices: [],
            optional: false,
          },
        ]
      : []),
    ...(reach === "cidr" && said("suspectCidrs") === undefined
      ? [
          {
            setting: "suspectCidrs",
            option: "--suspect",
            question: "Address of the compromised instance, such as 10.20.30.40/32",
            choices: [],
            optional: false,
          },
        ]
      : []),
    ...(said("tools") === undefined
      ? [
          {
            setting: "tools",
            option: "--tools",
            question: "Tools to open ports for towards it, separated by commas (Enter: none)",
            choices: [],
            optional: true,
          },
        ]
      : []),
  ];
  const taken = claims.map((claim) => `${claim.slot} by ${claim.ticket}`);
  return {
    config,
    missing,
    reasons: [
      ...(slot.name === undefined
        ? [
            `No slot is free: ${taken.join(", ")}. Close a room, or raise slotsPerZone of ${foundation.stack}.`,
          ]
        : []),
      ...(slot.takenBy === undefined
        ? []
        : [
            `Slot ${slot.name} is taken by ${slot.takenBy}; free: ${slot.free.join(", ") || "none"}.`,
          ]),
    ],
  };
}

/**
 * The slot of a room: the one that it has, else the one that is wanted, else the first that is free. Where another room came
 * first in that one, rooms go on in an order of their tickets' own: they would meet again at the next.
 */
function slotOf({ ticket, given, file, foundation, claims, lost = false }: Sources): {
  readonly name: string | undefined;
  readonly takenBy?: string;
  readonly free: readonly string[];
} {
  const holder = (slot: string) => claims.find((claim) => claim.slot === slot)?.ticket;
  const own = claims.find((claim) => claim.ticket === ticket)?.slot;
  const free = foundation.slots.flatMap(({ name }) => (holder(name) === undefined ? name : []));
  const wanted = given["slot"] as string | undefined;
  if (wanted !== undefined) {
    const other = holder(wanted);
    return other === undefined || other === ticket
      ? { name: wanted, free }
      : { name: wanted, takenBy: other, free };
  }
  const noted = file[`${OWN}slot`] as string | undefined;
  if (own !== undefined) {
    // Where the file says another one, the room moves, as long as nothing is in it; the program says whether it may.
    return { name: noted !== undefined && holder(noted) === undefined ? noted : own, free };
  }
  const place = (slot: string) => sha256(`${ticket} ${slot}`);
  const [first] = lost ? [...free].sort((a, b) => (place(a) < place(b) ? -1 : 1)) : free;
  return { name: noted !== undefined && free.includes(noted) ? noted : first, free };
}

/** The provider's settings, such as `aws:profile`; where it works follows from the foundation. */
function ofTheProvider(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !key.startsWith(OWN)));
}

function onlyOne<T>(all: readonly T[] = []): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}
