import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { requireUsableKey } from "./keys";
import { publicImages } from "./images";

/** What a property may name. */
interface Target {
  /** Types of which one must have that name. */
  readonly to: readonly string[];

  /** AWS's code when there is no such resource. */
  readonly code: string;

  /** How a value names a resource. @default by its id */
  readonly names?: (entry: Entry, value: string) => boolean;

  /** Replaces the check, where a value may name what lies outside this account. */
  readonly check?: (account: Account, value: string) => boolean;
}

const ofAnother = (account: Account, value: string) => value.split(":")[4] !== account.id;
const byArn = (entry: Entry, value: string) => entry.arn === value;
const target = (
  to: string | readonly string[],
  code: string,
  more: Partial<Target> = {},
): Target => ({
  to: [to].flat(),
  code,
  ...more,
});

const VPC = target("aws:ec2/vpc:Vpc", "InvalidVpcID.NotFound");
const SUBNET = target("aws:ec2/subnet:Subnet", "InvalidSubnetID.NotFound");
const TABLE = target("aws:ec2/routeTable:RouteTable", "InvalidRouteTableID.NotFound");
const GROUP = target("aws:ec2/securityGroup:SecurityGroup", "InvalidGroup.NotFound");
const PROFILE = target("aws:iam/instanceProfile:InstanceProfile", "InvalidParameterValue");
const ROLE = target("aws:iam/role:Role", "NoSuchEntity");
const ROLE_ARN = target("aws:iam/role:Role", "InvalidParameterValue", { names: byArn });
const BUCKET = target("aws:s3/bucket:Bucket", "NoSuchBucket");
const TOPIC = target("aws:sns/topic:Topic", "NotFound", { check: ofAnother });
const SNAPSHOT = target(
  ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"],
  "InvalidSnapshot.NotFound",
);
const keyFor = (use: "ENCRYPT_DECRYPT" | "any") =>
  target("aws:kms/key:Key", "NotFoundException", {
    check: (account, value) => {
      requireUsableKey(account, value, use);
      return true;
    },
  });
const KEY = keyFor("ENCRYPT_DECRYPT");
const builder = (to: string) =>
  target(`aws:imagebuilder/${to}`, "InvalidParameterValueException", {
    names: (entry, value) => matches(entry.id, value),
    check: ofAnother,
  });
const firewall = (to: string) => target(`aws:route53/${to}`, "ResourceNotFoundException");

/** What a property names, by its own name: the same in every type. */
const REFERS: Readonly<Record<string, Target>> = {
  vpcId: VPC,
  resourceId: VPC,
  subnetId: SUBNET,
  subnetIds: SUBNET,
  routeTableId: TABLE,
  routeTableIds: TABLE,
  gatewayId: target("aws:ec2/internetGateway:InternetGateway", "InvalidInternetGatewayID.NotFound"),
  vpcPeeringConnectionId: target(
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
    "InvalidVpcPeeringConnectionID.NotFound",
  ),
  // Of one that the VPC is not attached to EC2 knows nothing.
  transitGatewayId: target(
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "InvalidTransitGatewayID.NotFound",
    { names: ({ properties }, value) => properties["transitGatewayId"] === value },
  ),
  trafficMirrorFilterId: target(
    "aws:ec2/trafficMirrorFilter:TrafficMirrorFilter",
    "InvalidTrafficMirrorFilterId.NotFound",
  ),
  resourceShareArn: target("aws:ram/resourceShare:ResourceShare", "UnknownResourceException"),
  defaultNetworkAclId: target("aws:ec2/networkAcl:NetworkAcl", "InvalidNetworkAclID.NotFound"),
  securityGroupId: GROUP,
  securityGroupIds: GROUP,
  vpcSecurityGroupIds: GROUP,
  // Which groups a rule may name is a refusal of its own.
  referencedSecurityGroupId: { ...GROUP, check: () => true },
  prefixListId: target("aws:ec2/vpcEndpoint:VpcEndpoint", "InvalidPrefixListID.NotFound", {
    names: ({ properties }, value) => properties["prefixListId"] === value,
  }),
  firewallRuleGroupId: firewall("resolverFirewallRuleGroup:ResolverFirewallRuleGroup"),
  firewallDomainListId: firewall("resolverFirewallDomainList:ResolverFirewallDomainList"),
  ami: target("aws:ec2/ami:Ami", "InvalidAMIID.NotFound"),
  // An image's ARN or a parameter is only looked up when it is built.
  parentImage: target("aws:ec2/ami:Ami", "InvalidParameterValueException", {
    check: (account, value) =>
      !value.startsWith("ami-") || publicImages(account).some(({ id }) => id === value),
  }),
  iamInstanceProfile: PROFILE,
  instanceProfileName: PROFILE,
  role: ROLE,
  iamRoleArn: ROLE_ARN,
  executionRole: ROLE_ARN,
  // AWS's own are all there.
  policyArn: target("aws:iam/policy:Policy", "NoSuchEntity", {
    check: (_, value) => value.startsWith("arn:aws:iam::aws:policy/"),
  }),
  kmsKeyId: KEY,
  kmsMasterKeyId: KEY,
  // Any key has an alias.
  targetKeyId: keyFor("any"),
  keyId: KEY,
  snapshotId: SNAPSHOT,
  sourceSnapshotId: SNAPSHOT,
  volumeId: target("aws:ebs/volume:Volume", "InvalidVolume.NotFound"),
  instanceId: target("aws:ec2/instance:Instance", "InvalidInstanceID.NotFound"),
  bucket: BUCKET,
  targetBucket: BUCKET,
  s3BucketName: BUCKET,
  arn: TOPIC,
  topic: TOPIC,
  alarmActions: TOPIC,
  snsTopicArn: TOPIC,
  rule: target("aws:cloudwatch/eventRule:EventRule", "ResourceNotFoundException", {
    names: ({ properties }, value) => properties["name"] === value,
  }),
  componentArn: builder("component:Component"),
  imageRecipeArn: builder("imageRecipe:ImageRecipe"),
  infrastructureConfigurationArn: builder(
    "infrastructureConfiguration:InfrastructureConfiguration",
  ),
  distributionConfigurationArn: builder("distributionConfiguration:DistributionConfiguration"),
};

/** A property that names another resource. */
export interface Reference extends Target {
  /** Where: `subnetId`, `securityGroupIds[]`, `rootBlockDevice.kmsKeyId`, … */
  readonly at: string;

  /** Whether AWS refuses to delete the other resource while this one exists. */
  readonly holds: boolean;
}

/**
 * The references of a line of the table.
 * @throws Error where nobody knows what a property names.
 */
export function referencesIn(refers = ""): Reference[] {
  return refers
    .split(" ")
    .filter((each) => each !== "")
    .map((each) => {
      const at = each.replace("!", "");
      const named = REFERS[at.split(".").at(-1)?.replace("[]", "") ?? ""];
      if (named === undefined) {
        throw new Error(`what ${at} names is not in the table of references`);
      }
      return { ...named, at, holds: each.endsWith("!") };
    });
}

/** The strings a path leads to; unset and unknown values are left out. */
export function valuesAt(properties: Properties, path: string): string[] {
  let found: unknown[] = [properties];
  for (const step of path.split(".")) {
    const list = step.endsWith("[]");
    const name = list ? step.slice(0, -2) : step;
    found = found
      .map((value) => (value as Properties | null | undefined)?.[name])
      .flatMap((value) => (list ? ((value as unknown[] | undefined) ?? []) : [value]));
  }
  return found.filter((value): value is string => typeof value === "string" && value !== "");
}

/** Whether these properties refer to that resource through this reference. */
export function refersTo(reference: Reference, properties: Properties, entry: Entry): boolean {
  return (
    reference.to.includes(entry.type) &&
    valuesAt(properties, reference.at).some((value) => isNamed(reference, entry, value))
  );
}

/** @throws AwsError of a value that names nothing in the account. */
export function checkReference(account: Account, reference: Reference, properties: Properties) {
  for (const value of valuesAt(properties, reference.at)) {
    const isThere =
      reference.check?.(account, value) === true ||
      account.ofType(...reference.to).some((entry) => isNamed(reference, entry, value));
    if (!isThere) {
      const kind = reference.to[0]?.split(":").at(-1) ?? "resource";
      throw new AwsError(reference.code, `The ${kind} '${value}' does not exist`);
    }
  }
}

function isNamed({ names }: Target, entry: Entry, value: string): boolean {
  return names === undefined ? entry.id === value : names(entry, value);
}

/** An ARN of Image Builder that is referred to may leave out the build number, and have x for any number. */
function matches(id: string, value: string): boolean {
  const [kind, name, version = "", build] = id.split("/");
  const [askedKind, askedName, askedVersion = "", askedBuild = build] = value.split("/");
  const numbers = version.split(".");
  const askedNumbers = askedVersion.split(".");
  return (
    kind === askedKind &&
    name === askedName &&
    build === askedBuild &&
    numbers.length === askedNumbers.length &&
    askedNumbers.every((number, index) => number === "x" || number === numbers[index])
  );
}
