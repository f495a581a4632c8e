import type { Account, Properties } from "./account";
import { AwsError } from "./awsError";
import { quotaOf } from "./serviceQuotas";

/** What the simulated EC2 knows of an instance type. */
export interface InstanceType {
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
export const INSTANCE_TYPES: Readonly<Record<string, InstanceType>> = {
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

/** What EC2 and Service Quotas tell of machines, by the token the engine sends. */
export const machineSources: Readonly<
  Record<string, (account: Account, args: Properties) => Properties>
> = {
  "aws:ec2/getInstanceType:getInstanceType": (_, args) => {
    const name = String(args["instanceType"]);
    const type = INSTANCE_TYPES[name];
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
      [...(INSTANCE_TYPES[name]?.zones ?? "")].map((letter) => [
        name,
        `${account.region}${letter}`,
      ]),
    );
    return {
      id: account.region,
      instanceTypes: offered.map(([name]) => name),
      locations: offered.map(([, zone]) => zone),
      locationTypes: offered.map(() => "availability-zone"),
    };
  },

  "aws:servicequotas/getServiceQuota:getServiceQuota": (account, args) => ({
    id: args["quotaCode"],
    value: quotaOf(account, args["serviceCode"], args["quotaCode"]),
  }),
};
