import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { addressIn } from "./identifiers";

/** A map of tags: its keys are known when the program runs, its values may be outputs. */
const tags = z.record(
  z.string(),
  z.custom<pulumi.Input<string>>(
    (value) => typeof value === "string" || pulumi.Output.isInstance(value),
    "expected text",
  ),
);

const flag = z.custom<pulumi.Input<boolean>>(
  (value) => typeof value === "boolean" || pulumi.Output.isInstance(value),
  "expected true or false",
);

const publicSubnets = z.strictObject({
  type: z.literal("Public"),
  cidrMask: z.int().min(16).max(28).optional(),
  name: z.string().optional(),
  tags: tags.optional(),
});

/**
 * What the stand-in makes of `awsx.ec2.Vpc`: a layout "Auto" of public subnets without NAT. What the
 * real component would choose by itself (Availability Zones, strategies) has to be said.
 */
const vpcInputs = z.strictObject({
  availabilityZoneNames: z.array(z.string()).min(1),
  cidrBlock: z.cidrv4(),
  enableDnsHostnames: flag.optional(),
  enableDnsSupport: flag.optional(),
  natGateways: z.strictObject({ strategy: z.literal("None") }),
  subnetSpecs: z.tuple([publicSubnets]),
  subnetStrategy: z.literal("Auto"),
  tags: tags.optional(),
});

/** The inputs of `awsx.ec2.Vpc` that the stand-in models. */
export type VpcInputs = z.infer<typeof vpcInputs>;

/** A public subnet of one Availability Zone. */
export interface PlannedSubnet {
  /** `<VPC>-public-<number of the Availability Zone, from 1>`. */
  readonly name: string;

  readonly availabilityZone: string;

  readonly cidrBlock: string;
}

/**
 * Reads the inputs of the component.
 * @throws Error naming every input that the stand-in does not model.
 */
export function parseVpcInputs(name: string, inputs: pulumi.Inputs): VpcInputs {
  const parsed = vpcInputs.safeParse(inputs);
  if (!parsed.success) {
    throw new Error(
      [
        `the stand-in for awsx:ec2:Vpc cannot make ${name}:`,
        ...parsed.error.issues.map(({ path, message }) => `  ${[...path, message].join(": ")}`),
        "add what is missing to rehearsal/account/vpcInputs.ts",
      ].join("\n"),
    );
  }
  return parsed.data;
}

/**
 * Divides the VPC as the strategy "Auto" does: every Availability Zone gets a block of the same size,
 * a power of two of them, and its subnet begins where the block does.
 * @throws Error when a subnet would be larger than the block.
 */
export function planSubnets(name: string, inputs: VpcInputs): PlannedSubnet[] {
  const { availabilityZoneNames, cidrBlock, subnetSpecs } = inputs;
  const [spec] = subnetSpecs;
  const blockMask =
    Number(cidrBlock.split("/")[1]) + Math.ceil(Math.log2(availabilityZoneNames.length));
  const mask = spec.cidrMask ?? blockMask;
  if (mask < blockMask) {
    throw new Error(
      `Subnets are too large for VPC: ${name} has /${blockMask} for each Availability Zone, ` +
        `but a subnet requires /${mask}`,
    );
  }
  return availabilityZoneNames.map((availabilityZone, index) => ({
    name: `${name}-${spec.name ?? "public"}-${index + 1}`,
    availabilityZone,
    cidrBlock: `${addressIn(cidrBlock, index * 2 ** (32 - blockMask))}/${mask}`,
  }));
}
