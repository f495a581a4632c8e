import type { Account, Properties } from "./account";
import { AwsError } from "./awsError";
import type { Request } from "./resourceType";

/** What the simulated EC2 knows of an instance type. */
interface KnownType {
  readonly architecture: "x86_64" | "arm64";

  /** Empty for bare metal. */
  readonly hypervisor: "nitro" | "xen" | "";
  readonly vcpus: number;
  readonly memoryGiB: number;

  /** In GB. @default none */
  readonly instanceStore?: number;

  /** Letters of the Availability Zones that offer it. */
  readonly zones: string;
}

const nitro = { architecture: "x86_64", hypervisor: "nitro", zones: "abc" } as const;

/** A few types of each kind. Source: EC2 instance types reference. */
const TYPES: Readonly<Record<string, KnownType>> = {
  "c5.metal": { ...nitro, hypervisor: "", vcpus: 96, memoryGiB: 192 },
  "c6i.xlarge": { ...nitro, vcpus: 4, memoryGiB: 8 },
  "m4.xlarge": { ...nitro, hypervisor: "xen", vcpus: 4, memoryGiB: 16 },
  "m7i.xlarge": { ...nitro, vcpus: 4, memoryGiB: 16, zones: "bc" },
  "r6a.xlarge": { ...nitro, vcpus: 4, memoryGiB: 32 },
  "r6i.xlarge": { ...nitro, vcpus: 4, memoryGiB: 32 },
  "r6i.16xlarge": { ...nitro, vcpus: 64, memoryGiB: 512 },
  "r6id.xlarge": { ...nitro, vcpus: 4, memoryGiB: 32, instanceStore: 237 },
  "t3.large": { ...nitro, vcpus: 2, memoryGiB: 8 },
  "t3.micro": { ...nitro, vcpus: 2, memoryGiB: 1 },
  "t4g.large": { ...nitro, architecture: "arm64", vcpus: 2, memoryGiB: 8 },
};

/** vCPUs that the account may run of one kind of instance type. */
const VCPU_QUOTA = 32;

/** How many VPCs it may have in its Region. */
export const VPC_QUOTA = 5;

const IMAGE = "aws:ec2/ami:Ami";
const INSTANCE = "aws:ec2/instance:Instance";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];
const SUBNET = "aws:ec2/subnet:Subnet";

/** What EC2 and Service Quotas tell of machines, by the token the engine sends. */
export const machineSources: Readonly<
  Record<string, (account: Account, args: Properties) => Properties>
> = {
  "aws:ec2/getInstanceType:getInstanceType": (_, args) => {
    const name = String(args["instanceType"]);
    const type = TYPES[name];
    if (type === undefined) {
      throw new AwsError(
        "InvalidInstanceType",
        `The following supplied instance types do not exist: [${name}]`,
      );
    }
    return {
      id: name,
      bareMetal: type.hypervisor === "",
      burstablePerformanceSupported: name.startsWith("t"),
      defaultVcpus: type.vcpus,
      hypervisor: type.hypervisor,
      instanceStorageSupported: type.instanceStore !== undefined,
      memorySize: type.memoryGiB * 1024,
      supportedArchitectures: [type.architecture],
      totalInstanceStorage: type.instanceStore ?? 0,
    };
  },

  "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings": (account, args) => {
    const filters = (args["filters"] ?? []) as { name: string; values: string[] }[];
    const asked = filters.find(({ name }) => name === "instance-type")?.values ?? [];
    const offered = asked.flatMap((name) =>
      [...(TYPES[name]?.zones ?? "")].map((letter) => [name, `${account.region}${letter}`]),
    );
    return {
      id: account.region,
      instanceTypes: offered.map(([name]) => name),
      locations: offered.map(([, zone]) => zone),
      locationTypes: offered.map(() => "availability-zone"),
    };
  },

  "aws:servicequotas/getServiceQuota:getServiceQuota": (_, args) => ({
    id: args["quotaCode"],
    value: args["serviceCode"] === "vpc" ? VPC_QUOTA : VCPU_QUOTA,
  }),
};

/**
 * Refuses a machine that EC2 does not start, or not in this zone, or not today, and a root volume that
 * shrinks.
 *
 * Source: EC2 API reference, "Error codes"; the texts as RunInstances and ModifyVolume give them.
 */
export function requireStartable(request: Request): void {
  const { account, inputs, before } = request;
  const size = sizeOf(inputs);
  if (before !== undefined) {
    const had = sizeOf(before.properties);
    if (size !== undefined && had !== undefined && size < had) {
      throw new AwsError(
        "InvalidParameterValue",
        `New size cannot be smaller than existing size ${had}`,
      );
    }
    return;
  }
  const name = inputs["instanceType"];
  if (typeof name !== "string") {
    return;
  }
  const type = TYPES[name];
  if (type === undefined) {
    throw new AwsError("InvalidParameterValue", `Invalid value '${name}' for InstanceType.`);
  }
  const image = account.find(IMAGE, inputs["ami"])?.properties;
  const architecture = image?.["architecture"] as string | undefined;
  if (architecture !== undefined && architecture !== type.architecture) {
    throw new AwsError(
      "InvalidParameterValue",
      `The architecture '${type.architecture}' of the specified instance type does not match the ` +
        `architecture '${architecture}' of the specified AMI.`,
    );
  }
  const snapshot = account.find(SNAPSHOTS, image?.["rootSnapshotId"]);
  const least = Number(snapshot?.properties["volumeSize"] ?? 0);
  if (size !== undefined && size < least) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `Volume of size ${size}GB is smaller than snapshot '${snapshot?.id}', expect size >= ${least}GB`,
    );
  }
  requireCapacity(account, name, type, String(zoneOf(account, inputs)));
}

function requireCapacity(account: Account, name: string, type: KnownType, zone: string): void {
  if (!type.zones.includes(zone.at(-1) ?? "")) {
    throw new AwsError(
      "Unsupported",
      `Your requested instance type (${name}) is not supported in your requested Availability Zone (${zone}).`,
    );
  }
  const running = account
    .ofType(INSTANCE)
    .map(({ properties }) => TYPES[String(properties["instanceType"])]?.vcpus ?? 0)
    .reduce((sum, vcpus) => sum + vcpus, 0);
  if (running + type.vcpus > VCPU_QUOTA) {
    throw new AwsError(
      "VcpuLimitExceeded",
      `You have requested more vCPU capacity than your current vCPU limit of ${VCPU_QUOTA} allows for the instance bucket that the specified instance type belongs to.`,
    );
  }
  const lacking = account.state.lacking ?? [];
  if (lacking.some((each) => each.instanceType === name && each.availabilityZone === zone)) {
    throw new AwsError(
      "InsufficientInstanceCapacity",
      `We currently do not have sufficient ${name} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.`,
    );
  }
}

function zoneOf(account: Account, inputs: Properties): unknown {
  return account.find(SUBNET, inputs["subnetId"])?.properties["availabilityZone"];
}

function sizeOf(properties: Properties): number | undefined {
  const size = (properties["rootBlockDevice"] as Properties | undefined)?.["volumeSize"];
  return typeof size === "number" ? size : undefined;
}
