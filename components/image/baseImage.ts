import * as aws from "@pulumi/aws";

import { lookUpFailure } from "../aws/failure";
import { partitionOf } from "../aws/partition";
import { Refusal } from "../refusal";
import type { Toolbox } from "./toolbox";

/** The partition of `owner` in ami/toolbox.yaml. */
const OWNERS_PARTITION = "aws";

/**
 * Finds the base image in the deployment's Region, by its publisher's account and its full name,
 * which has a serial number in it: nobody else can publish under that account, and the name is
 * never used again.
 *
 * @returns `ami-…`.
 * @throws Refusal where the publisher has it no longer, has no account in the Region's partition, or AWS
 *   does not say.
 */
export async function findBaseImage(base: Toolbox["base"], region: string): Promise<string> {
  const { name } = base;
  const partition = partitionOf(region).name;
  const owner = partition === OWNERS_PARTITION ? base.owner : base.ownerIn[partition];
  if (owner === undefined) {
    throw new Refusal("The forensics image has no base", [
      `No publisher of ${name} is known in partition ${partition}, that of ${region}: set clean-room:image to off and make an image by other means, or name the publisher's account in ami/toolbox.yaml.`,
    ]);
  }
  try {
    const { id } = await aws.ec2.getAmi({
      owners: [owner],
      includeDeprecated: true,
      filters: [{ name: "name", values: [name] }],
    });
    return id;
  } catch (error) {
    throw new Refusal("The forensics image has no base", [
      lookUpFailure(
        `The image ${name} of account ${owner}`,
        error,
        `Account ${owner} has no image ${name} in ${region}. Name a newer one in ami/toolbox.yaml.`,
      ),
    ]);
  }
}
