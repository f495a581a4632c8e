import * as aws from "@pulumi/aws";

import { failureOf, lookUpFailure } from "../aws/failure";
import { Case } from "../case";
import { Refusal } from "../refusal";
import { SOURCE_SNAPSHOT_TAG, TICKET_TAG, TOOLBOX_DIGEST_TAG } from "../tags";
import type { Stranger } from "./slotClaims";

/** States of an instance that is neither terminated nor about to be. */
const STATES_OF_BEING_THERE = ["pending", "running", "stopping", "stopped"];

/** The workstation a room already has. */
export interface OpenWorkstation {
  /** `i-…`. */
  readonly instanceId: string;

  /** The image it was started from, `ami-…`. */
  readonly amiId: string;

  /** SHA-256 of the list of what that image carries, as it was when the room was opened. */
  readonly toolboxDigest: string;

  /** Its EC2 instance type. */
  readonly instanceType: string;

  /** Size of its root volume, in GiB; undefined where AWS does not say. */
  readonly rootVolumeGiB: number | undefined;

  /** The subnet of its slot. */
  readonly subnetId: string;
}

/**
 * Looks up the workstations of a ticket in the slots' subnets. A room that is open keeps the image
 * and the sizes it was opened with, also when the image has been removed since.
 *
 * @param known By id, what the engine's state calls each: whoever takes a tag away has not renamed the machine.
 * @returns each by what it is called in the room.
 * @throws Refusal where AWS does not say.
 */
export async function findOpenWorkstations(
  ticket: string,
  subnetIds: readonly string[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, OpenWorkstation>> {
  const ofCase = new Case(ticket);
  try {
    const { ids } = await aws.ec2.getInstances({
      filters: [
        { name: "subnet-id", values: [...subnetIds] },
        { name: `tag:${TICKET_TAG}`, values: [ofCase.tag] },
      ],
      instanceStateNames: STATES_OF_BEING_THERE,
    });
    const found = new Map<string, OpenWorkstation>();
    for (const [nameTag, machine] of await Promise.all(ids.map(lookUp))) {
      const name = known.get(machine.instanceId) ?? ofCase.calledByTag(nameTag);
      // What is there more than once is refused elsewhere.
      found.set(name, found.get(name) ?? machine);
    }
    return found;
  } catch (error) {
    throw new Refusal("Whether the room has a workstation is not known", [
      lookUpFailure(`The instances in ${subnetIds.join(" and ")}`, error),
    ]);
  }
}

/** A machine with its tag `Name`. */
async function lookUp(instanceId: string): Promise<[string | undefined, OpenWorkstation]> {
  const { ami, instanceType, rootBlockDevices, subnetId, tags } = await aws.ec2.getInstance({
    instanceId,
  });
  const toolboxDigest = tags[TOOLBOX_DIGEST_TAG] ?? "unknown";
  // A volume's size comes back as zero where its description was denied.
  const rootVolumeGiB = rootBlockDevices?.[0]?.volumeSize || undefined;
  return [
    tags["Name"],
    { instanceId, amiId: ami, toolboxDigest, instanceType, rootVolumeGiB, subnetId },
  ];
}

/**
 * Machines in a slot's subnet that do not carry the room's ticket.
 *
 * @throws Refusal where AWS does not say.
 */
export async function findStrangers(ticket: string, subnetId: string): Promise<Stranger[]> {
  try {
    const { ids } = await aws.ec2.getInstances({
      filters: [{ name: "subnet-id", values: [subnetId] }],
      instanceStateNames: STATES_OF_BEING_THERE,
    });
    const machines = await Promise.all(
      ids.map(async (instanceId) => {
        const { tags } = await aws.ec2.getInstance({ instanceId });
        return { instanceId, ticket: tags[TICKET_TAG] };
      }),
    );
    const own = new Case(ticket).tag;
    return machines.filter((machine) => machine.ticket !== own);
  } catch (error) {
    throw new Refusal("Whether the slot is free is not known", [
      lookUpFailure(`The instances in ${subnetId}`, error),
    ]);
  }
}

/**
 * Ids of the working volumes that carry the ticket; they are bound to an Availability Zone.
 *
 * @throws Refusal where AWS does not say.
 */
export async function findWorkingVolumes(ticket: string): Promise<string[]> {
  const filters = [
    { name: `tag:${TICKET_TAG}`, values: [new Case(ticket).tag] },
    { name: "tag-key", values: [SOURCE_SNAPSHOT_TAG] },
    { name: "status", values: ["creating", "available", "in-use"] },
  ];
  try {
    return (await aws.ebs.getEbsVolumes({ filters })).ids;
  } catch (error) {
    // The provider counts an empty list as a failure.
    if (failureOf(error) === "absent") {
      return [];
    }
    throw new Refusal("Whether the room has working volumes is not known", [
      lookUpFailure("The volumes of the ticket", error),
    ]);
  }
}
