import type { ResourceValidationPolicy } from "@pulumi/policy";

import { distributedAmis, type DistributionProps } from "../imageDistributions";
import { type TagConfig, tagMistakes, tagSchema } from "../tagRules";

type Tags = Record<string, unknown>;

interface Nested {
  /** Field that holds the tags, for the message. */
  readonly field: string;
  readonly read: () => Tags | undefined;
}

interface InstanceProps {
  readonly rootBlockDevice?: { readonly tags?: Tags };
  readonly ebsBlockDevices?: readonly { readonly tags?: Tags }[];
  readonly volumeTags?: Tags;
}

interface LaunchTemplateProps {
  readonly tagSpecifications?: readonly { readonly resourceType?: string; readonly tags?: Tags }[];
}

/** Where a type has the tags of what AWS makes along with it. */
const NESTED: Readonly<Record<string, (props: never) => Nested[]>> = {
  "aws:ec2/instance:Instance": (props: InstanceProps) => {
    if (props.volumeTags !== undefined) {
      return [{ field: "volumeTags", read: () => props.volumeTags }];
    }
    return [
      { field: "rootBlockDevice.tags", read: () => props.rootBlockDevice?.tags },
      ...(props.ebsBlockDevices ?? []).map((_, index) => ({
        field: `ebsBlockDevices.${index}.tags`,
        read: () => props.ebsBlockDevices?.[index]?.tags,
      })),
    ];
  },
  "aws:ec2/launchTemplate:LaunchTemplate": (props: LaunchTemplateProps) =>
    ["instance", "volume"].map((resource) => ({
      field: `tagSpecifications[${resource}].tags`,
      read: () =>
        props.tagSpecifications?.find(({ resourceType }) => resourceType === resource)?.tags,
    })),
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": (
    props: DistributionProps,
  ) =>
    distributedAmis(props).map(({ field, read }) => ({
      field: `${field}.amiTags`,
      read: () => read()?.amiTags,
    })),
  "aws:imagebuilder/imageRecipe:ImageRecipe": (props: { readonly amiTags?: Tags }) => [
    { field: "amiTags", read: () => props.amiTags },
  ],
  // The build instances, and their volumes.
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": (props: {
    readonly resourceTags?: Tags;
  }) => [{ field: "resourceTags", read: () => props.resourceTags }],
};

/** A resource's own tags do not reach the volumes that AWS makes with it. */
export const nestedTags: ResourceValidationPolicy = {
  name: "nested-tags",
  displayName: "What AWS makes along with a resource carries its tags too",
  description:
    "Checks that root volumes, block devices, what a launch template starts, and Image Builder's images and build instances carry the required tags.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["tags"],
  remediationSteps: "Pass the stack's tags to the nested field, e.g. rootBlockDevice.tags.",
  configSchema: tagSchema,
  validateResource: (args, reportViolation) => {
    const nested = NESTED[args.type] ?? args.notApplicable("nothing is made along with the type");
    for (const { field, read } of nested(args.props as never)) {
      const mistakes = tagMistakes(args.urn, field, read, args.getConfig<TagConfig>());
      mistakes.forEach((mistake) => reportViolation(mistake));
    }
  },
};
