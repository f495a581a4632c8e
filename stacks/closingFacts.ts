import { Case } from "../components/case";
import { memberAccounts } from "../components/evidence/grants/roomGrants";
import type { ClosingFacts } from "../components/evidence/records/closingRecord";
import type { Claims, EvidenceFacts } from "../components/evidence/records/evidenceForm";
import type { ProgramFacts } from "../components/evidence/records/recordFrame";
import type { RoomFacts } from "../components/evidence/records/roomForm";
import type { IncidentSettings } from "../settings/parseSettings";
import { KEY_WINDOW_DAYS } from "./incidentKey";
import { recordIn, recordOf, ROOM_RECORD } from "./recordsInState";
import type { StateResource } from "./stateResources";

/** What a room was, by the engine's state and not by settings that may have changed since. */
export interface RoomAsItWas {
  /** The room of its last record; undefined where the engine has none. */
  readonly room: RoomFacts | undefined;

  /** Its grants, on the transfer key and on suspects' own keys. */
  readonly grants: readonly GrantOfRoom[];

  /** By source snapshot, what was claimed of it when its evidence was recorded. */
  readonly claims: ReadonlyMap<string, Claims>;
}

/** A grant that a room made. */
export interface GrantOfRoom {
  /** ARN of the key. */
  readonly key: string;

  /** ARN of the role. */
  readonly grantee: string;
}

/** Reads what a room was in the engine's state. */
export function roomAsItWas(state: readonly StateResource[]): RoomAsItWas {
  const record = recordIn(state, ROOM_RECORD);
  const claims = state.flatMap((resource): [string, Claims][] => {
    const evidence = recordOf(resource);
    return evidence?.event === "evidence"
      ? [[evidence.facts.source.snapshot, evidence.facts.claimed]]
      : [];
  });
  const grants = state.flatMap(({ type, outputs }) => {
    const { keyId, granteePrincipal } = outputs;
    return type === "aws:kms/grant:Grant" &&
      typeof keyId === "string" &&
      typeof granteePrincipal === "string"
      ? { key: keyId, grantee: granteePrincipal }
      : [];
  });
  return {
    room: record?.event === "room" ? record.facts.room : undefined,
    grants,
    claims: new Map(claims),
  };
}

/** The grants of a room, each once: those on the transfer key first, then by key and role. */
function grantsOfRoom(grants: readonly GrantOfRoom[], transferKey: string): readonly GrantOfRoom[] {
  const rank = ({ key, grantee }: GrantOfRoom) =>
    `${key === transferKey ? 0 : 1} ${key} ${grantee}`;
  const each = new Map(grants.map((grant) => [rank(grant), grant]));
  return [...each.keys()].sort().map((name) => each.get(name) as GrantOfRoom);
}

/** What the closing record of a room is made of. */
export interface ClosingRoom {
  readonly settings: IncidentSettings;
  readonly deployedBy: string;
  readonly program: ProgramFacts;

  /** What it was, by the engine's state. */
  readonly was: RoomAsItWas;

  /** What is declared of it. */
  readonly room: RoomFacts;

  /** Its evidence, in any order, with the keys of the records of each. */
  readonly evidence: readonly {
    readonly facts: EvidenceFacts;
    readonly records: readonly string[];
  }[];

  /** Preserved copies that carry the ticket, `snap-…`: those of earlier rooms too. */
  readonly preservedCopies: readonly string[];

  /** Keys of the records of its opening and of what it is by now. */
  readonly records: readonly string[];
  readonly transferKey: string;

  /** Roles that a suspect's own keys are granted to. */
  readonly grantees: readonly string[];

  /** Ids of what it had and AWS has no more. */
  readonly gone: readonly string[];

  /** Records that it was opened again. */
  readonly reopenings: readonly string[];
}

/**
 * What a closing record says. What the engine's state has of the room is in it whether the settings name it
 * still or not.
 */
export function closingFacts(closing: ClosingRoom): ClosingFacts {
  const { settings, was, room, transferKey } = closing;
  const { ticket, suspectKeys } = settings;
  const isThere = (id: string) => !closing.gone.includes(id);
  const evidence = [...closing.evidence].sort((a, b) =>
    a.facts.source.snapshot < b.facts.source.snapshot ? -1 : 1,
  );
  const grants = grantsOfRoom(
    [
      ...was.grants,
      ...settings.responderRoles.map((grantee) => ({ key: transferKey, grantee })),
      ...suspectKeys.flatMap(({ keyArn }) =>
        closing.grantees.map((grantee) => ({ key: keyArn, grantee })),
      ),
    ],
    transferKey,
  );
  const members = memberAccounts({
    accountId: settings.accountId,
    responderRoles: grants.filter(({ key }) => key === transferKey).map(({ grantee }) => grantee),
    evidence: settings.evidence,
  });
  const ofCase = new Case(ticket);
  return {
    deployedBy: closing.deployedBy,
    program: closing.program,
    existed: {
      room: roomThatWas(was.room, room),
      evidence: evidence.map(({ facts }) => ({
        ...facts,
        claimed: { ...was.claims.get(facts.source.snapshot), ...facts.claimed },
      })),
    },
    remains: {
      // Those of this room's evidence, and whatever else carries the ticket.
      preservedSnapshots: [
        ...new Set([
          ...evidence.map(({ facts }) => facts.preserved.snapshot),
          ...closing.preservedCopies,
        ]),
      ]
        .filter(isThere)
        .sort(),
      records: [...closing.records, ...evidence.flatMap(({ records }) => records)],
      vaultPrefixes: [
        ofCase.results,
        ...members.map((account) => ofCase.uploads(account)),
        ofCase.records,
      ],
    },
    destruction: {
      state: "to be scheduled by pulumi destroy",
      key: room.incidentKey,
      windowDays: KEY_WINDOW_DAYS,
      workingVolumes: evidence.flatMap(({ facts }) => facts.working?.volume ?? []).filter(isThere),
    },
    ...(closing.gone.length === 0 ? {} : { goneBeforeClosing: [...closing.gone] }),
    grantsToBeRemoved: [...grants],
    grantsToBeRevoked: [...members],
    ...(closing.reopenings.length === 0 ? {} : { reopenings: [...closing.reopenings] }),
  };
}

/** The room of its last record, with the machine and the key that it has. */
function roomThatWas(recorded: RoomFacts | undefined, declared: RoomFacts): RoomFacts {
  if (recorded === undefined) {
    return declared;
  }
  const { workstation: _, image: __, recordings: ___, workstations: ____, ...rest } = recorded;
  const { workstation, image, workstations, incidentKey, slot, subnet, recordings } = declared;
  return {
    ...rest,
    incidentKey,
    slot,
    subnet,
    ...(recordings === undefined ? {} : { recordings }),
    ...(workstation === undefined ? {} : { workstation }),
    ...(image === undefined ? {} : { image }),
    ...(workstations === undefined ? {} : { workstations }),
  };
}
