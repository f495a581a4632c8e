/** An AWS partition: Regions that share accounts, ARNs and sign-in, and reach no other partition. */
export interface Partition {
  /** Second part of every ARN, such as `aws`. */
  readonly name: string;

  /** What its Regions' names look like. */
  readonly region: RegExp;

  /** Suffix of the host names of its services, e.g. `amazonaws.com`. */
  readonly dnsSuffix: string;

  /** Host that people sign in at; a Region's own has the Region's name in front. */
  readonly signIn: string;
}

/**
 * Every partition there is.
 *
 * Sources: `partitions.json` of the AWS SDKs (names, Regions, suffixes) and the rules of AWS Sign-In's
 * endpoints in them (hosts).
 */
const PARTITIONS: readonly Partition[] = [
  {
    name: "aws",
    region: /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]+$/,
    dnsSuffix: "amazonaws.com",
    signIn: "signin.aws.amazon.com",
  },
  {
    name: "aws-cn",
    region: /^cn-[a-z]+-[0-9]+$/,
    dnsSuffix: "amazonaws.com.cn",
    signIn: "signin.amazonaws.cn",
  },
  {
    name: "aws-us-gov",
    region: /^us-gov-[a-z]+-[0-9]+$/,
    dnsSuffix: "amazonaws.com",
    signIn: "signin.amazonaws-us-gov.com",
  },
  {
    name: "aws-iso",
    region: /^us-iso-[a-z]+-[0-9]+$/,
    dnsSuffix: "c2s.ic.gov",
    signIn: "signin.c2shome.ic.gov",
  },
  {
    name: "aws-iso-b",
    region: /^us-isob-[a-z]+-[0-9]+$/,
    dnsSuffix: "sc2s.sgov.gov",
    signIn: "signin.sc2shome.sgov.gov",
  },
  {
    name: "aws-iso-e",
    region: /^eu-isoe-[a-z]+-[0-9]+$/,
    dnsSuffix: "cloud.adc-e.uk",
    signIn: "signin.csphome.adc-e.uk",
  },
  {
    name: "aws-iso-f",
    region: /^us-isof-[a-z]+-[0-9]+$/,
    dnsSuffix: "csp.hci.ic.gov",
    signIn: "signin.csphome.hci.ic.gov",
  },
  {
    name: "aws-eusc",
    region: /^eusc-de-[a-z]+-[0-9]+$/,
    dnsSuffix: "amazonaws.eu",
    signIn: "signin.amazonaws-eusc.eu",
  },
];

/** Matches the name of a partition, within a longer expression. */
export const PARTITION_NAME = `(${PARTITIONS.map(({ name }) => name).join("|")})`;

/** Matches the name of a Region of any partition, within a longer expression; bash reads it as well. */
export const REGION_NAME = `(${PARTITIONS.map(({ region }) => region.source.slice(1, -1)).join("|")})`;

/** What a Region has to be, for messages. */
export const KNOWN_REGION = `a Region, such as us-east-1, of one of the partitions ${PARTITIONS.map(({ name }) => name).join(", ")}`;

/** Whether a Region's name is one of a partition of the table. */
export function isRegion(region: string): boolean {
  return PARTITIONS.some(({ region: form }) => form.test(region));
}

/**
 * The partition of a Region.
 *
 * @param region A Region's name; settings accept no other than those of the table.
 * @throws Error where no partition has such a Region.
 */
export function partitionOf(region: string): Partition {
  const partition = PARTITIONS.find(({ region: form }) => form.test(region));
  if (partition === undefined) {
    throw new Error(`${region} is no Region of any partition`);
  }
  return partition;
}
