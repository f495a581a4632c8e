/** How an image is distributed, as the program gave it. */
interface Distribution {
  readonly amiDistributionConfiguration?: AmiDistribution;
  readonly containerDistributionConfiguration?: unknown;
}

/** What becomes of the AMI in one Region. */
export interface AmiDistribution {
  readonly amiTags?: Readonly<Record<string, unknown>>;
  readonly kmsKeyId?: string;
  readonly launchPermission?: { readonly userGroups?: readonly string[] };
}

/** Properties of a distribution configuration. */
export interface DistributionProps {
  readonly distributions?: readonly Distribution[];
}

/** The AMI settings of one Region, or their absence. */
export interface LocatedAmi {
  /** Field that holds them, for the message. */
  readonly field: string;
  readonly read: () => AmiDistribution | undefined;
}

/** The AMI settings of each Region; one that distributes containers only has none. */
export function distributedAmis({ distributions = [] }: DistributionProps): LocatedAmi[] {
  return distributions.flatMap((distribution, index) =>
    "containerDistributionConfiguration" in distribution &&
    !("amiDistributionConfiguration" in distribution)
      ? []
      : [
          {
            field: `distributions.${index}.amiDistributionConfiguration`,
            read: () => distribution.amiDistributionConfiguration,
          },
        ],
  );
}
