import * as aws from "@pulumi/aws";

import { answerOf, Refusal } from "../refusal";
import type { Toolbox } from "./toolbox";

/**
 * Finds the base image in the deployment's Region, by its publisher's account and its full name,
 * which has a serial number in it: nobody else can publish under that account, and the name is
 * never used again.
 *
 * @returns `ami-…`.
 * @throws Refusal where the publisher has it no longer.
 */
export async function findBaseImage(
  { owner, name }: Toolbox["base"],
  region: string,
): Promise<string> {
  try {
    const { id } = await aws.ec2.getAmi({
      owners: [owner],
      includeDeprecated: true,
      filters: [{ name: "name", values: [name] }],
    });
    return id;
  } catch (error) {
    throw new Refusal("The forensics image has no base", [
      `Account ${owner} has no image ${name} in ${region}. Name a newer one in ami/toolbox.yaml. ${answerOf(error)}`,
    ]);
  }
}
