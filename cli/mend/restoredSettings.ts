import { isDeepStrictEqual } from "node:util";

import { iamArn, parseArn } from "../../components/aws/arn";
import { FIRST_WORKSTATION } from "../../components/case";
import type { RoomFacts } from "../../components/evidence/records/roomForm";
import { ROLE_PATH, TRANSFER_KEY_GRANTS_ROLE_NAME } from "../../components/names";
import { TICKET_TAG, type Tags } from "../../components/tags";
import { CAPTURE_PORT, type CustomPort, TOOL_NAMES } from "../../components/toolPorts";
import { SETTINGS } from "../../settings/parseSettings";

/** What is known of a room whose settings are lost. */
export interface KnownRoom {
  readonly ticket: string;

  /** Name of the audit stack, as the settings say it. */
  readonly auditStack: string;

  /** As its newest record says. */
  readonly room: RoomFacts;

  /** The tags of that record's object. */
  readonly tags: Tags;

  /** Entries of the evidence. */
  readonly evidence: readonly Readonly<Record<string, unknown>>[];

  /** By name, the type of each workstation it has. */
  readonly instanceTypes: ReadonlyMap<string, string>;

  /** Whether it is being closed. */
  readonly closing: boolean;
}

/**
 * The settings of a room, by full key, as a person would have written them: what has its default is left out.
 * There is no secret among them.
 */
export function restoredSettings(known: KnownRoom): Record<string, unknown> {
  const { ticket, auditStack, room, tags, evidence, instanceTypes, closing } = known;
  const instanceType = instanceTypes.get(FIRST_WORKSTATION);
  const { notification = "", [TICKET_TAG]: _, ...demanded } = tags;
  const settings = {
    kind: "incident",
    accountId: room.account,
    notification,
    tags: demanded,
    ticket,
    auditStack,
    slot: room.slot,
    isolationSecurityGroup: room.isolationSecurityGroup,
    reach: room.reach,
    suspectCidrs: room.suspectCidrs,
    link: room.link?.mode,
    capture: room.link?.capture,
    tools: room.tools,
    ports: customPorts(room),
    responderRoles: room.responderRoles,
    investigators: room.investigators,
    evidence,
    suspectKeys: (room.suspectKeys ?? []).map((keyArn) => ({
      keyArn,
      assumeRole: grantingRole(room.region, keyArn),
    })),
    instanceType,
    workstations: furtherNames(known).map((name) => {
      const own = instanceTypes.get(name);
      return { name, ...(own === undefined || own === instanceType ? {} : { instanceType: own }) };
    }),
    closing,
  };
  return {
    "aws:region": room.region,
    "aws:allowedAccountIds": [room.account],
    ...Object.fromEntries(
      Object.entries(settings)
        .filter(([name, value]) => value !== undefined && !isDefault(name, value))
        .map(([name, value]) => [`clean-room:${name}`, value]),
    ),
  };
}

/**
 * What the workstations beside the first are called: those that the record has, and those that are there without it, as where
 * the engine was killed before it wrote one. A tag that somebody wrote otherwise is no name.
 */
export function furtherNames({
  room,
  instanceTypes,
}: Pick<KnownRoom, "room" | "instanceTypes">): readonly string[] {
  const recorded = (room.workstations ?? []).map(({ name }) => name);
  const there = [...instanceTypes.keys()].filter(
    (name) => SETTINGS.incident.workstations.safeParse([{ name }]).success,
  );
  return [...new Set([...recorded, ...there.sort()])];
}

function isDefault(name: string, value: unknown): boolean {
  const shape: Readonly<Record<string, { safeParse(value: unknown): { data?: unknown } }>> =
    SETTINGS.incident;
  return isDeepStrictEqual(shape[name]?.safeParse(undefined).data, value);
}

/** Ports that no tool of the catalogue has; a rule for each direction is one port that either end opens. */
function customPorts({ ports, link }: RoomFacts): CustomPort[] {
  const known = [...TOOL_NAMES, ...(link?.capture === undefined ? [] : [CAPTURE_PORT.name])];
  const own = ports.filter(({ tool }) => !known.includes(tool));
  const names = [...new Set(own.map(({ tool }) => tool))];
  return names.flatMap((name) => {
    const rules = own.filter(({ tool }) => tool === name);
    const [first] = rules;
    if (first === undefined) {
      return [];
    }
    const { protocol, fromPort, toPort } = first;
    const ways = new Set(rules.map(({ direction }) => direction));
    const initiator = ways.size === 2 ? "either" : ways.has("ingress") ? "suspect" : "room";
    return [{ name, protocol, fromPort, toPort, initiator }];
  });
}

/** The role of a member account with a transfer key of its own; no record says whether it was another one. */
function grantingRole(region: string, keyArn: string): string {
  const account = parseArn(keyArn).account;
  return iamArn({ region, accountId: account }, `role${ROLE_PATH}${TRANSFER_KEY_GRANTS_ROLE_NAME}`);
}
