import { checkIncidentDeployer } from "../components/access/deployers";
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
  inspectSize,
  type Place,
  sayWhatIsNotApplied,
} from "./machineInspection";
import { type FoundLink, inspectLink } from "./linkInspection";
import type { RoomKey } from "./roomKeys";
import { inspectMade } from "./madeInspection";
import { isWorkstation } from "./roomThere";
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
      known.some(isWorkstation) ||
      room?.workstation !== undefined,
  );
  const inAws = Promise.all([claims, state]).then(([taken, known]) =>
    inspectMade(settings, taken, known),
  );
  const machine = place.then<OpenWorkstation | Pick<ForensicsAmi, "amiId" | "toolboxDigest">>(
    (room) =>
      room.workstation ??
      // Closing starts no machine, so it needs no image.
      (closing ? state.then(imageInState) : inspectImage(settings, foundation)),
  );
  const [
    { slot, moves, workstation },
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
    place.then((room) =>
      room.workstation === undefined && !closing
        ? inspectSize(settings.instanceType, room.slot, architectureOf(machine))
        : undefined,
    ),
    inspectEvidence(
      settings,
      foundation,
      open,
      place.then(
        (room) => room.workstation?.instanceType ?? settings.instanceType,
        () => settings.instanceType,
      ),
      state,
      async (there) => {
        const room = await Promise.all([place, inAws]).catch(() => undefined);
        if (room === undefined) {
          // Where the place or what is there is refused, that is told.
          return OPEN;
        }
        const [{ workstation: machineThere }, { made, keys }] = room;
        const workstation = machineThere?.instanceId;
        return inspectClosing(settings, foundation, { ...there, made, keys, workstation });
      },
    ),
    inspectGrants(settings, foundation, open, state),
    state,
    inAws,
    inspectLink(settings, foundation, place, state),
    refuseFor(LEFT_AS_IT_IS, [
      checkIncidentDeployer(caller, foundation.incidentDeployers),
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
  };
}

/** Of a key that nobody is shut out of, or that is not known. */
const UNKNOWN: Check = ["The room's key", []];

/** The image that the room's workstation was started from, by the engine's state; none without a workstation. */
function imageInState(
  state: readonly StateResource[],
): Pick<ForensicsAmi, "amiId" | "toolboxDigest"> {
  const { ami = "", tags = {} } = (state.find(isWorkstation)?.outputs ?? {}) as {
    readonly ami?: string;
    readonly tags?: Tags;
  };
  return { amiId: ami, toolboxDigest: tags[TOOLBOX_DIGEST_TAG] ?? "unknown" };
}

/** Unknown where the image is refused, and where it is that of a workstation which is there already. */
async function architectureOf(machine: Promise<object>): Promise<string | undefined> {
  const image: { readonly architecture?: string } = await machine.catch(() => ({}));
  return image.architecture;
}
