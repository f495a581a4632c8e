import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../awsFailure";
import { Refusal } from "../refusal";
import { TICKET_TAG, TOOLBOX_DIGEST_TAG } from "../tags";

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
}

/**
 * Looks up the workstation of a ticket in its slot. A room that is open keeps the image and the
 * size it was opened with, also when the image has been removed since.
 *
 * @throws Refusal where AWS does not say.
 */
export async function findOpenWorkstation(
  ticketTag: string,
  subnetId: string,
): Promise<OpenWorkstation | undefined> {
  try {
    return await lookUp(ticketTag, subnetId);
  } catch (error) {
    throw new Refusal("Whether the room has a workstation is not known", [
      lookUpFailure(`The instances in ${subnetId}`, error),
    ]);
  }
}

async function lookUp(ticketTag: string, subnetId: string): Promise<OpenWorkstation | undefined> {
  const { ids } = await aws.ec2.getInstances({
    filters: [
      { name: "subnet-id", values: [subnetId] },
      { name: `tag:${TICKET_TAG}`, values: [ticketTag] },
    ],
    instanceStateNames: ["pending", "running", "stopping", "stopped"],
  });
  const [instanceId] = ids;
  if (instanceId === undefined) {
    return undefined;
  }
  const { ami, instanceType, tags } = await aws.ec2.getInstance({ instanceId });
  const toolboxDigest = tags[TOOLBOX_DIGEST_TAG] ?? "unknown";
  return { instanceId, amiId: ami, toolboxDigest, instanceType };
}
