import { checkIncidentDeployer } from "../components/access/deployers";
import { FIRST_WORKSTATION } from "../components/case";
import type { MachineOfRoom } from "../components/evidence/copies/attachmentReasons";
import { checkFittingDocuments } from "../components/policies/documentSize";
import type { Caller } from "../components/aws/callerRole";
import { incidentKeyPolicy } from "../components/evidence/keys/incidentKeyPolicy";
import { checkGrantee } from "../components/evidence/grants/suspectKeyGrantees";
import type { ForensicsAmi } from "../components/room/forensicsAmi";
import { checkKeyAccess } from "../components/room/incidentKeyAccess";
import type { OpenWorkstation } from "../components/room/openWorkstation";
import { findClaims } from "../components/room/slotClaims";
import { checkReach } from "../components/room/suspectReach";
import type { Check } from "../components/refusal";
import { TOOLBOX_DIGEST_TAG, type Tags } from "../components/tags";
import type { IncidentSettings } from "../settings/parseSettings";
import { type FurtherWorkstation, furtherWorkstations } from "../settings/workstations";
import type { Made } from "./comparison";
import { inspectClosing, OPEN } from "./closing";
import { type EvidenceInspection, inspectEvidence } from "./evidenceInspection";
import type { Foundation } from "./foundation";
import { type Grants, inspectGrants } from "./grantInspection";
import { incidentDocuments } from "./policySizes";
import { checkInvestigatorsLetIn } from "./investigatorsLetIn";
import {
  inspectImage,
  inspectPlace,
  inspectSizes,
  type Place,
  sayWhatIsNotApplied,
  toBeStarted,
} from "./machineInspection";
import { type FoundLink, inspectLink } from "./linkInspection";
import type { RoomKey } from "./roomKeys";
import { INSTANCE } from "./madeForRoom";
import { inspectMade } from "./madeInspection";
import { furtherWorkstation, isWorkstation } from "./roomThere";
import { allOrEveryReason, LEFT_AS_IT_IS, refuseFor } from "./settleAll";
import { readStateResources, type StateResource } from "./stateResources";

/** What was found in the account before anything of the room is declared. */
export interface Inspection extends Pick<Place, "slot" | "moves"> {
  /** Image of the workstation; of an open room, the one it was opened with. */
  readonly amiId: string;

  /** SHA-256 of the list of what that image carries. */
  readonly toolboxDigest: string;

  /** Size of the workstation; of an open room, the one it was opened with. */
  readonly instanceType: string;

  readonly evidence: EvidenceInspection;

  /** What the engine has of the room. */
  readonly state: readonly StateResource[];

  /** Whether there is a workstation, or will be: closing starts none. */
  readonly hasWorkstation: boolean;

  /** The workstations beside that one, likewise. */
  readonly further: readonly FurtherWorkstation[];

  /** What AWS has for the room and the engine was never told of. */
  readonly forgotten: readonly Made[];

  /** Keys that carry the ticket, in whatever state. */
  readonly keys: readonly RoomKey[];

  /** The way to the suspect; none unless the settings ask for one. */
  readonly link: FoundLink | undefined;

  /** What is known of the grants that the room makes. */
  readonly grants: Grants;
}

/**
 * Looks at the account and refuses, all reasons at once, what AWS would refuse in mid-deployment or
 * what would hurt an open room.
 *
 * @param caller Whoever deploys.
 * @throws Refusal
 */
export async function inspect(
  settings: IncidentSettings,
  foundation: Foundation,
  caller: Caller,
): Promise<Inspection> {
  const { ticket, region, suspectKeys, closing } = settings;

  // Looked up once, beside the other look-ups.
  const claims = findClaims();
  const state = readStateResources();
  const place = Promise.all([claims, state]).then(([taken, known]) =>
    inspectPlace(settings, foundation, taken, known),
  );
  const open = Promise.all([
    claims,
    state,
    // Where the place is refused, that is told.
    place.catch(() => undefined),
  ]).then(
    ([taken, known, room]) =>
      [...taken.values()].includes(ticket) ||
      // A room whose claim somebody has deleted is no earlier one.
      known.some(({ type }) => type === INSTANCE) ||
      (room !== undefined && anyMachineOf(room) !== undefined),
  );
  const inAws = Promise.all([claims, state]).then(([taken, known]) =>
    inspectMade(settings, taken, known),
  );
  // Closing starts no machine, so it needs no image.
  const starting = place.then((room) => (closing ? [] : toBeStarted(settings, room)));
  const image = Promise.all([place, starting]).then(([room, those]) =>
    those.length === 0
      ? undefined
      : inspectImage(
          {
            ...settings,
            rootVolumeGiB: Math.min(...those.map(({ rootVolumeGiB }) => rootVolumeGiB)),
            // All machines of a room are of one image.
            amiId: anyMachineOf(room)?.amiId ?? settings.amiId,
          },
          foundation,
        ),
  );
  const machine = Promise.all([place, image]).then<
    OpenWorkstation | Pick<ForensicsAmi, "amiId" | "toolboxDigest">
  >(([room, found]) => anyMachineOf(room) ?? found ?? state.then(imageInState));
  const [
    { slot, moves, workstation, further },
    { amiId, toolboxDigest },
    ,
    evidence,
    grants,
    known,
    { forgotten, keys },
    link,
  ] = await allOrEveryReason(LEFT_AS_IT_IS, [
    place,
    machine,
    // A workstation that is there is never refused for its size, nor is closing.
    Promise.all([place, starting]).then(([room, those]) =>
      inspectSizes(
        those.map((each) => each.instanceType),
        room.slot,
        architectureOf(image),
      ),
    ),
    inspectEvidence(
      settings,
      foundation,
      open,
      place.then(
        (room) => machinesOf(settings, room),
        () => machinesOf(settings, { workstation: undefined, further: new Map() }),
      ),
      state,
      async (there) => {
        const room = await Promise.all([place, inAws]).catch(() => undefined);
        if (room === undefined) {
          // Where the place or what is there is refused, that is told.
          return OPEN;
        }
        const [{ workstation: machineThere, further: beside }, { made, keys }] = room;
        return inspectClosing(settings, foundation, {
          ...there,
          made,
          keys,
          workstation: machineThere?.instanceId,
          further: new Map([...beside].map(([name, { instanceId }]) => [name, instanceId])),
        });
      },
    ),
    inspectGrants(settings, foundation, open, state),
    state,
    inAws,
    inspectLink(settings, foundation, place, state),
    refuseFor(LEFT_AS_IT_IS, [
      checkIncidentDeployer(caller, foundation.incidentDeployers),
      Promise.all([
        state,
        // Where the place is refused, that is told.
        place.then((room) => [...room.further.keys()]).catch((): string[] => []),
      ]).then(([known, there]) => checkNoneLeftOut(settings, known, there)),
      checkInvestigatorsLetIn(settings, foundation),
      checkFittingDocuments(settings, (those) =>
        incidentDocuments(those, foundation.organizationId),
      ),
      // A room is closed also when the way to the suspect is gone, and closing grants no key. A connection that the
      // room makes is not there before, and looked at with the link.
      ...(closing || (settings.link === "peering" && settings.reach === "peering")
        ? []
        : [checkReach(settings, foundation)]),
      ...(!closing && suspectKeys.length > 0
        ? [checkGrantee(caller, foundation.incidentDeployers)]
        : []),
      open.then(
        (isOpen) =>
          isOpen
            ? checkKeyAccess(ticket, region, caller.arn, incidentKeyPolicy(foundation))
            : UNKNOWN,
        // That it is not known whether it is open is said elsewhere.
        () => UNKNOWN,
      ),
    ]),
  ] as const);

  if (workstation !== undefined) {
    sayWhatIsNotApplied(settings, workstation);
  }
  const machines = furtherWorkstations(settings);
  for (const each of machines) {
    const there = further.get(each.name);
    if (there !== undefined) {
      sayWhatIsNotApplied(each, there);
    }
  }
  const instanceType = workstation?.instanceType ?? settings.instanceType;
  return {
    slot,
    moves,
    amiId,
    toolboxDigest,
    instanceType,
    evidence,
    grants,
    state: known,
    forgotten: [...forgotten, ...(link?.forgotten ?? [])],
    keys,
    link,
    hasWorkstation: !closing || workstation !== undefined || known.some(isWorkstation),
    further: machines.filter(
      ({ name }) =>
        !closing ||
        further.has(name) ||
        known.some((resource) => furtherWorkstation(resource) === name),
    ),
  };
}

/** A workstation that the room has, its first if that is there: all are of one image. */
function anyMachineOf({
  workstation,
  further,
}: Pick<Place, "workstation" | "further">): OpenWorkstation | undefined {
  return workstation ?? [...further.values()][0];
}

/** The workstations of a room, as they are or will be. */
function machinesOf(
  settings: IncidentSettings,
  { workstation, further }: Pick<Place, "workstation" | "further">,
): readonly MachineOfRoom[] {
  const machine = (name: string, there: OpenWorkstation | undefined, instanceType: string) => ({
    name,
    instanceId: there?.instanceId,
    instanceType: there?.instanceType ?? instanceType,
  });
  return [
    machine(FIRST_WORKSTATION, workstation, settings.instanceType),
    ...furtherWorkstations(settings).map((each) =>
      machine(each.name, further.get(each.name), each.instanceType),
    ),
  ];
}

/** A workstation ends with its room: what the settings no longer name would be terminated with all that is on it. */
function checkNoneLeftOut(
  { ticket, workstations }: IncidentSettings,
  state: readonly StateResource[],
  there: readonly string[],
): Check {
  const known = state.flatMap((resource) => furtherWorkstation(resource) ?? []);
  const leftOut = [...new Set([...known, ...there])].filter((name) =>
    workstations.every((each) => each.name !== name),
  );
  return [
    `A workstation of ${ticket} is left out`,
    leftOut.map(
      (name) =>
        `${name} is a workstation of this room, and ends with it. Put its line in workstations back: - { name: ${name} }`,
    ),
  ];
}

/** Of a key that nobody is shut out of, or that is not known. */
const UNKNOWN: Check = ["The room's key", []];

/** The image that the room's workstations were started from, by the engine's state; none without any. */
function imageInState(
  state: readonly StateResource[],
): Pick<ForensicsAmi, "amiId" | "toolboxDigest"> {
  const { ami = "", tags = {} } = (state.find(({ type }) => type === INSTANCE)?.outputs ?? {}) as {
    readonly ami?: string;
    readonly tags?: Tags;
  };
  return { amiId: ami, toolboxDigest: tags[TOOLBOX_DIGEST_TAG] ?? "unknown" };
}

/** Unknown where the image is refused, and where nothing is to be started. */
async function architectureOf(
  image: Promise<ForensicsAmi | undefined>,
): Promise<string | undefined> {
  return (await image.catch(() => undefined))?.architecture;
}
