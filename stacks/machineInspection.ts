import * as pulumi from "@pulumi/pulumi";

import { lookUpFailure } from "../components/aws/failure";
import {
  cautionsAbout,
  findInstanceType,
  type InstanceType,
  reasonsAgainst,
} from "../components/aws/instanceType";
import { FIRST_WORKSTATION } from "../components/case";
import { Refusal } from "../components/refusal";
import { findForensicsAmi, type ForensicsAmi } from "../components/room/forensicsAmi";
import {
  findOpenWorkstations,
  findStrangers,
  findWorkingVolumes,
  type OpenWorkstation,
} from "../components/room/openWorkstation";
import {
  checkClaims,
  checkSlot,
  claimName,
  slotOfClaim,
  slotsOf,
  withoutWorkstation,
} from "../components/room/slotClaims";
import { findVcpuQuota, quotaCodeOf, quotaReasons } from "../components/room/vcpuQuota";
import type { IncidentSettings } from "../settings/parseSettings";
import { type FurtherWorkstation, furtherWorkstations } from "../settings/workstations";
import type { Foundation } from "./foundation";
import { INSTANCE } from "./madeForRoom";
import { furtherWorkstation } from "./roomThere";
import { allOrEveryReason, LEFT_AS_IT_IS, refuseFor } from "./settleAll";
import type { StateResource } from "./stateResources";

type Slot = Foundation["slots"][number];

/** Where the room is, and what is there. */
export interface Place {
  /** The slot the room takes. */
  readonly slot: Slot;

  /** Whether it had another one, and gives that up because AWS has not started its workstation there. */
  readonly moves: boolean;

  /** Its first workstation; undefined where that is still to be started. */
  readonly workstation: OpenWorkstation | undefined;

  /** By name, the workstations that it has beside that one. */
  readonly further: ReadonlyMap<string, OpenWorkstation>;
}

/**
 * Finds the room's slot, and the workstations in it.
 *
 * @param claims Slots that are taken, and by which ticket.
 * @param state What the engine has of the room.
 * @throws Refusal where the room cannot have the slot, or where there is no room to close.
 */
export async function inspectPlace(
  settings: IncidentSettings,
  foundation: Foundation,
  claims: ReadonlyMap<string, string>,
  state: readonly StateResource[],
): Promise<Place> {
  const { ticket, closing } = settings;
  const names = foundation.slots.map(({ name }) => name);
  const held = state.flatMap((known) => slotOfClaim(known) ?? []);
  const lost = checkClaims(ticket, held, claims);
  const [, lostReasons] = lost;
  const claimed = slotsOf(ticket, claims);
  const open = await findOpenWorkstations(
    ticket,
    foundation.slots.map(({ subnetId }) => subnetId),
    new Map(
      state.flatMap((each) =>
        each.type === INSTANCE && each.id !== undefined
          ? [[each.id, furtherWorkstation(each) ?? FIRST_WORKSTATION] as const]
          : [],
      ),
    ),
  );
  const further = new Map([...open].filter(([name]) => name !== FIRST_WORKSTATION));
  const workstation = open.get(FIRST_WORKSTATION);
  // Any of them says where the room is.
  const [anyMachine] = open.values();
  const itsSubnet = foundation.slots.find(({ name }) => name === settings.slot)?.subnetId;
  const [volumes, strangers] = await Promise.all([
    claimed.length > 0 && anyMachine === undefined ? findWorkingVolumes(ticket) : [],
    // A room that has its machine goes on beside a stranger, and can be closed.
    anyMachine === undefined && !closing && itsSubnet !== undefined
      ? findStrangers(ticket, itsSubnet)
      : [],
  ]);
  const isLost = lostReasons.length > 0;
  // A workstation without a claim is a room all the same.
  const isRoom = claimed.includes(settings.slot) || anyMachine !== undefined || isLost;
  await refuseFor(LEFT_AS_IT_IS, [
    lost,
    // Whose the slot of a lost claim is by now is said with that.
    isLost && held.includes(settings.slot)
      ? ["The slot", []]
      : checkSlot(
          ticket,
          settings.slot,
          names,
          claims,
          whereItIs(foundation.slots, claimed, anyMachine, volumes),
          strangers,
        ),
    [
      `There is no room of ${ticket} to close`,
      closing && !isRoom
        ? ["It was never opened, or it is destroyed already. Set closing to false to open it."]
        : [],
    ],
  ]);
  const slot = foundation.slots.find(({ name }) => name === settings.slot);
  if (slot === undefined) {
    throw new Error(`checkSlot let ${settings.slot} pass`);
  }
  if (claimed.length > 0 && workstation === undefined) {
    void pulumi.log.warn(
      withoutWorkstation(
        ticket,
        slot.name,
        names,
        claims,
        anyMachine === undefined && volumes.length === 0,
      ),
    );
  }
  if (claimed.length === 0 && anyMachine !== undefined) {
    void pulumi.log.warn(
      `The claim of slot ${slot.name} is gone, and the workstation ${anyMachine.instanceId} of ${ticket} is in it: look in CloudTrail who deleted ${claimName(slot.name)}. This pulumi up claims the slot again.`,
    );
  }
  return { slot, moves: claimed.length > 0 && !claimed.includes(slot.name), workstation, further };
}

function whereItIs(
  slots: readonly Slot[],
  claimed: readonly string[],
  workstation: OpenWorkstation | undefined,
  volumes: readonly string[],
): { readonly slot: string; readonly by: string } | undefined {
  const [first] = claimed;
  if (workstation !== undefined) {
    const slot = slots.find(({ subnetId }) => subnetId === workstation.subnetId)?.name ?? first;
    return slot === undefined
      ? undefined
      : { slot, by: `the workstation ${workstation.instanceId} and its volumes` };
  }
  return first === undefined || volumes.length === 0
    ? undefined
    : { slot: first, by: `its working volumes, ${volumes.join(", ")}` };
}

/** The workstations that are to be started, the first in front. */
export function toBeStarted(
  settings: IncidentSettings,
  { workstation, further }: Place,
): readonly Pick<FurtherWorkstation, "instanceType" | "rootVolumeGiB">[] {
  return [
    ...(workstation === undefined ? [settings] : []),
    ...furtherWorkstations(settings).filter(({ name }) => !further.has(name)),
  ];
}

/** The image a workstation is to be started from, with a word where the pipeline has a newer toolbox. */
export async function inspectImage(
  settings: IncidentSettings,
  { amiParameter, toolboxDigest }: Foundation,
): Promise<ForensicsAmi> {
  const image = await findForensicsAmi(settings.amiId, amiParameter, settings);
  if (toolboxDigest !== undefined && image.toolboxDigest !== toolboxDigest) {
    void pulumi.log.warn(
      `The image ${image.amiId} carries another toolbox than the audit stack's pipeline builds by now; npx clean-room image build makes the new one.`,
    );
  }
  return image;
}

/**
 * Looks whether AWS can start workstations of the sizes that are set, as far as it tells.
 *
 * @param types Of each that is to be started.
 * @param architecture Of the image, once that is known.
 * @throws Refusal with every reason against the types.
 */
export async function inspectSizes(
  types: readonly string[],
  slot: Slot,
  architecture: Promise<string | undefined>,
): Promise<void> {
  await allOrEveryReason(
    LEFT_AS_IT_IS,
    types.map((type, index) =>
      // Several of a type are asked about once, for all that they take.
      types.indexOf(type) < index
        ? undefined
        : inspectSize(
            type,
            types.filter((each) => each === type).length,
            // All of the types that come first: of those, too, what comes again only behind this one.
            types.filter((each) => types.indexOf(each) < index),
            slot,
            architecture,
          ),
    ),
  );
}

async function inspectSize(
  instanceType: string,
  count: number,
  beside: readonly string[],
  slot: Slot,
  architecture: Promise<string | undefined>,
): Promise<void> {
  let type: InstanceType | undefined;
  try {
    type = await findInstanceType(instanceType);
  } catch (error) {
    void pulumi.log.warn(lookUpFailure(`instanceType ${instanceType}`, error));
    return;
  }
  if (type === undefined) {
    throw new Refusal(`instanceType ${instanceType} cannot serve`, [
      "EC2 has no such instance type in this Region.",
    ]);
  }
  const [quota, ahead, imageArchitecture] = await Promise.all([
    findVcpuQuota(instanceType).catch((error: unknown) => {
      void pulumi.log.warn(lookUpFailure("The quota of vCPUs that may run", error));
      return undefined;
    }),
    vcpusBeside(instanceType, beside),
    architecture,
  ]);
  const { availabilityZone } = slot;
  const reasons = [
    ...reasonsAgainst(type, { availabilityZone, architecture: imageArchitecture }),
    ...(quota === undefined ? [] : quotaReasons(type, quota, count, ahead)),
  ];
  if (reasons.length > 0) {
    throw new Refusal(`instanceType ${instanceType} cannot serve in slot ${slot.name}`, reasons);
  }
  cautionsAbout(type).forEach((caution) => void pulumi.log.warn(caution));
}

/** vCPUs that machines of these types take of the quota of another one; what AWS does not tell counts for nothing. */
async function vcpusBeside(instanceType: string, beside: readonly string[]): Promise<number> {
  const code = quotaCodeOf(instanceType);
  const counted = await Promise.all(
    beside
      .filter((each) => quotaCodeOf(each) === code)
      .map((each) => findInstanceType(each).catch(() => undefined)),
  );
  return counted.reduce((sum, type) => sum + (type?.vcpus ?? 0), 0);
}

/** Says which settings an open room goes on without: its workstation is what it was opened as. */
export function sayWhatIsNotApplied(
  settings: Pick<IncidentSettings, "instanceType" | "rootVolumeGiB"> & {
    readonly amiId?: string | undefined;
  },
  workstation: OpenWorkstation,
): void {
  const { amiId, instanceType, rootVolumeGiB } = settings;
  const differing = [
    ...(workstation.instanceType === instanceType ? [] : [`instanceType ${instanceType}`]),
    ...(amiId === undefined || workstation.amiId === amiId ? [] : [`amiId ${amiId}`]),
    ...([undefined, rootVolumeGiB].includes(workstation.rootVolumeGiB)
      ? []
      : [`rootVolumeGiB ${rootVolumeGiB}`]),
  ];
  if (differing.length > 0) {
    const has = [
      workstation.instanceType,
      workstation.amiId,
      ...(workstation.rootVolumeGiB === undefined ? [] : [`${workstation.rootVolumeGiB} GiB`]),
    ];
    void pulumi.log.warn(
      `Not applied: ${differing.join(", ")}. The workstation ${workstation.instanceId} (${has.join(", ")}) is at work and is neither replaced, resized nor restarted.`,
    );
  }
}
