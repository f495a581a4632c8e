import * as aws from "@pulumi/aws";

import { failureOf, NotLoggedIn } from "./failure";

/** An EC2 instance type, as far as a machine of the clean room depends on it. */
export interface InstanceType {
  readonly name: string;

  /** Availability Zones of the Region that offer it. */
  readonly zones: readonly string[];

  /** `x86_64`, `arm64`, …; a type may know several. */
  readonly architectures: readonly string[];

  /** `nitro` or `xen`; empty for bare metal. */
  readonly hypervisor: string;
  readonly vcpus: number;
  readonly memoryMiB: number;

  /** Disks of the host, in GB altogether; 0 where it has none. */
  readonly instanceStoreGB: number;

  /** Whether it computes on credits. */
  readonly burstable: boolean;
}

/** What a machine is meant for. */
export interface MachinePlace {
  readonly availabilityZone: string;

  /** Of the image it starts from; unknown where the image itself is refused. */
  readonly architecture: string | undefined;
}

/** Below this much memory most of the toolbox cannot work on a whole disk or a memory image. */
const LEAST_MEMORY_MIB = 8192;

/** What EC2 and its provider say of a type that is nowhere in the Region. */
const NO_SUCH_TYPE = /InvalidInstanceType|no EC2 Instance Types? (Offerings? )?found/i;

/**
 * Looks an instance type up.
 *
 * @returns undefined where the Region has none of this name.
 * @throws Error of the provider where AWS does not say.
 */
export async function findInstanceType(name: string): Promise<InstanceType | undefined> {
  try {
    const [type, offerings] = await Promise.all([
      aws.ec2.getInstanceType({ instanceType: name }),
      aws.ec2.getInstanceTypeOfferings({
        locationType: "availability-zone",
        filters: [{ name: "instance-type", values: [name] }],
      }),
    ]);
    return {
      name,
      zones: [...new Set(offerings.locations)].sort(),
      architectures: type.supportedArchitectures,
      hypervisor: type.hypervisor,
      vcpus: type.defaultVcpus,
      memoryMiB: type.memorySize,
      instanceStoreGB: type.instanceStorageSupported ? type.totalInstanceStorage : 0,
      burstable: type.burstablePerformanceSupported,
    };
  } catch (error) {
    if (failureOf(error) === "absent" || NO_SUCH_TYPE.test(String(error))) {
      return undefined;
    }
    if (failureOf(error) === "expired") {
      throw new NotLoggedIn("The credentials ended while the account was looked at", error);
    }
    throw error;
  }
}

/**
 * Why a type cannot serve, each reason a sentence; none where it can.
 *
 * Evidence is recognised by the serial numbers that EBS gives its disks on the Nitro hypervisor: on any
 * other no disk of the suspect's is ever found. Source: EC2 user guide, "Amazon EBS volumes and NVMe".
 */
export function reasonsAgainst(type: InstanceType, place: MachinePlace): string[] {
  const { name, zones, architectures, hypervisor } = type;
  const { availabilityZone, architecture } = place;
  return [
    ...(zones.includes(availabilityZone)
      ? []
      : [
          `${name} is not offered in ${availabilityZone}${zones.length > 0 ? `, only in ${zones.join(", ")}` : ""}.`,
        ]),
    ...(architecture === undefined || architectures.includes(architecture)
      ? []
      : [`${name} is ${architectures.join(" or ")}, the image ${architecture}.`]),
    ...(hypervisor === "nitro"
      ? []
      : [
          `${name} ${hypervisor === "" ? "is bare metal" : `runs on ${hypervisor}`}, not on the Nitro hypervisor, by which evidence disks are told apart.`,
        ]),
  ];
}

/** What somebody who takes the type should know, each a sentence; nothing of it forbids it. */
export function cautionsAbout({
  name,
  instanceStoreGB,
  burstable,
  memoryMiB,
}: InstanceType): string[] {
  return [
    ...(instanceStoreGB > 0
      ? [
          `${name} has ${instanceStoreGB} GB of instance store: what is kept there is gone when the machine stops, and the incident key does not encrypt it.`,
        ]
      : []),
    ...(burstable
      ? [`${name} computes on credits: hashing a disk for hours uses them up, or costs extra.`]
      : []),
    ...(memoryMiB < LEAST_MEMORY_MIB
      ? [
          `${name} has ${memoryMiB / 1024} GiB of memory: timelines and memory images want ${LEAST_MEMORY_MIB / 1024} GiB or more.`,
        ]
      : []),
  ];
}
