import type { ResourceValidationPolicy } from "@pulumi/policy";

import { reading, shown, UNKNOWN } from "../unknownValues";

interface Disk {
  /** A recipe writes it as a string. */
  readonly encrypted?: boolean | "true" | "false";
  readonly kmsKeyId?: string;
}

interface InstanceProps {
  readonly rootBlockDevice?: Disk;
  readonly ebsBlockDevices?: readonly Disk[];
}

interface RecipeProps {
  readonly blockDeviceMappings?: readonly {
    readonly ebs?: Disk;
    readonly noDevice?: boolean;
    readonly virtualName?: string;
  }[];
}

/** Where a type has its disks: prefix of their fields, and how to read them. */
const DISKS: Readonly<Record<string, (props: never) => [string, Disk | undefined][]>> = {
  "aws:ebs/snapshotCopy:SnapshotCopy": (copy: Disk) => [["", copy]],
  "aws:ebs/volume:Volume": (volume: Disk) => [["", volume]],
  "aws:ec2/instance:Instance": ({ rootBlockDevice, ebsBlockDevices }: InstanceProps) => [
    ["rootBlockDevice.", rootBlockDevice],
    ...(ebsBlockDevices ?? []).map((disk, index): [string, Disk] => [
      `ebsBlockDevices.${index}.`,
      disk,
    ]),
  ],
  "aws:imagebuilder/imageRecipe:ImageRecipe": recipeDisks,
};

/**
 * A volume made of a snapshot without a key silently takes the account's default key, which can
 * neither be shared nor be destroyed with the incident.
 */
export const volumesEncrypted: ResourceValidationPolicy = {
  name: "volumes-encrypted",
  displayName: "Volumes and snapshots are encrypted under a key of their own",
  description:
    "Checks that volumes, snapshot copies, and the disks of instances and image recipes are encrypted and name their key.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["evidence", "keys"],
  remediationSteps: "Set encrypted: true and kmsKeyId to the ARN of the key.",
  validateResource: (args, reportViolation) => {
    const disks = DISKS[args.type] ?? args.notApplicable("the type has no disks");
    for (const [prefix, disk] of disks(args.props as never)) {
      const encrypted = reading(() => disk?.encrypted);
      if (encrypted !== true && encrypted !== "true") {
        reportViolation(`${prefix}encrypted is ${shown(encrypted)}; required: true.`);
      }
      // A key that is made along with the volume is not known yet, but it is there.
      const key = reading(() => disk?.kmsKeyId);
      if (key !== UNKNOWN && !key) {
        reportViolation(
          `${prefix}kmsKeyId is not set; required: the ARN of a customer managed key.`,
        );
      }
    }
  },
};

/** A mapping that removes a device or names an instance store has no volume. */
function recipeDisks({ blockDeviceMappings = [] }: RecipeProps): [string, Disk | undefined][] {
  const disks = blockDeviceMappings.flatMap(
    ({ ebs, noDevice, virtualName }, index): [string, Disk | undefined][] =>
      ebs === undefined && (noDevice || virtualName)
        ? []
        : [[`blockDeviceMappings.${index}.ebs.`, ebs]],
  );
  // Without one the root volume is as the parent image has it.
  return disks.length > 0 ? disks : [["blockDeviceMappings.0.ebs.", undefined]];
}
