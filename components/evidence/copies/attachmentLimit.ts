import { DescribeInstanceTypesCommand, type EC2Client } from "@aws-sdk/client-ec2";

/** Volumes that every type takes beside the root volume; EC2 is not asked below it. */
const ALWAYS = 11;

/**
 * More working volumes than the workstation's type takes: EC2 would refuse the last of them in
 * mid-deployment. Where AWS does not tell, nothing is refused.
 *
 * Source: EC2 user guide, "Amazon EBS volume limits for Amazon EC2 instances".
 *
 * @param attached How many are to be attached.
 * @returns how many are too many, if any are.
 */
export async function tooManyDisks(
  client: EC2Client,
  instanceType: string,
  attached: number,
): Promise<string[]> {
  const most = attached <= ALWAYS ? undefined : await mostVolumes(client, instanceType);
  return most === undefined || attached <= most
    ? []
    : [
        `${instanceType} takes ${most} working volumes, and the evidence attaches ${attached}. Replace the device of ${attached - most} entries by attach: false: they are preserved and recorded without being attached.`,
      ];
}

/** Beside the root volume and, where they count, the network interface. */
async function mostVolumes(client: EC2Client, instanceType: string): Promise<number | undefined> {
  try {
    const { InstanceTypes: [type] = [] } = await client.send(
      new DescribeInstanceTypesCommand({ InstanceTypes: [instanceType as never] }),
    );
    const { MaximumEbsAttachments: most, AttachmentLimitType } = type?.EbsInfo ?? {};
    return most === undefined ? undefined : most - (AttachmentLimitType === "shared" ? 2 : 1);
  } catch {
    return undefined;
  }
}
