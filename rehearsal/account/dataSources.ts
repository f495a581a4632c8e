import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { digest } from "./identifiers";
import { type Filter, isOwnedBy, passes } from "./ec2Entries";
import { findKey } from "./keys";
import { machineSources } from "./machines";
import { publicImages } from "./images";
import { taggedIn, type TagQuestion } from "./tagging";

/** Answers one data source from what is in the account, what other accounts grant it, and who asks. */
type DataSource = (
  account: Account,
  args: Properties,
  other: (accountId: string) => Account | undefined,
  caller: string,
) => Properties;

const GRANT = "aws:kms/grant:Grant";
const INSTANCE = "aws:ec2/instance:Instance";
const PARAMETER = "aws:ssm/parameter:Parameter";
const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];

/** Every data source the simulated account knows, by the token the engine sends. */
export const dataSources: Readonly<Record<string, DataSource>> = {
  ...machineSources,

  "aws:index/getCallerIdentity:getCallerIdentity": (account, _, __, caller) => ({
    accountId: account.id,
    arn: `arn:aws:sts::${account.id}:assumed-role/${caller}/rehearsal`,
    id: account.id,
    userId: "AROAREHEARSALREHEARSA:rehearsal",
  }),

  // Roles of people are made by others, without a path.
  "aws:iam/getRole:getRole": (account, args, _, caller) => {
    const name = String(args["name"]);
    const found = account.find("aws:iam/role:Role", name);
    if (found === undefined && name !== caller) {
      throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`);
    }
    return {
      id: name,
      name,
      arn: found?.arn ?? `arn:aws:iam::${account.id}:role/${name}`,
      tags: found?.tags ?? {},
    };
  },

  "aws:iam/getInstanceProfile:getInstanceProfile": named(
    "aws:iam/instanceProfile:InstanceProfile",
    (name) => new AwsError("NoSuchEntity", `Instance Profile ${name} cannot be found.`),
    ({ createDate, path, role }) => ({ createDate, path, roleName: role }),
  ),

  "aws:resourcegroupstaggingapi/getResources:getResources": (account, args) => ({
    id: account.id,
    resourceTagMappingLists: taggedIn(account, {
      region: args["region"] as string | undefined,
      types: args["resourceTypeFilters"] as string[] | undefined,
      tags: (args["tagFilters"] ?? []) as TagQuestion["tags"],
    }).map(({ arn, tags }) => ({ resourceArn: arn, tags, complianceDetails: [] })),
  }),

  "aws:kms/getAlias:getAlias": named(
    "aws:kms/alias:Alias",
    (name) => new Error(`reading KMS Alias (${name}): couldn't find resource`),
    ({ targetKeyArn, targetKeyId }) => ({ targetKeyArn, targetKeyId }),
  ),

  "aws:kms/getKey:getKey": (account, args, other) => {
    const keyId = String(args["keyId"]);
    const owner = keyId.split(":")[4] ?? account.id;
    const holder = owner === account.id ? account : other(owner);
    const key = holder === undefined ? undefined : findKey(holder, keyId);
    const granted = holder
      ?.ofType(GRANT)
      .some(
        ({ properties }) =>
          properties["keyId"] === keyId &&
          (properties["operations"] as string[]).includes("DescribeKey"),
      );
    if (key === undefined || (holder !== account && granted !== true)) {
      throw new AwsError(
        "AccessDeniedException",
        `not authorized to perform: kms:DescribeKey on resource: ${keyId}`,
      );
    }
    const { creationDate, deletionDate = "", description = "" } = key.properties;
    const { arn, id, state: keyState } = key;
    return { arn, id, keyState, creationDate, deletionDate, description };
  },

  "aws:s3/getObjects:getObjects": (account, { bucket, prefix = "" }) => ({
    id: bucket,
    keys: account
      .ofType("aws:s3/bucketObjectv2:BucketObjectv2")
      .filter(({ properties }) => properties["bucket"] === bucket)
      .map(({ properties }) => String(properties["key"]))
      .filter((key) => key.startsWith(String(prefix))),
  }),

  "aws:ssm/getParameter:getParameter": named(
    PARAMETER,
    (name) => new Error(`reading SSM Parameter (${name}): couldn't find resource`),
    ({ type, value, version }) => ({ type, value, insecureValue: value, version }),
  ),

  "aws:ssm/getParametersByPath:getParametersByPath": (account, { path, recursive }) => {
    const prefix = `${String(path).replace(/\/$/, "")}/`;
    const found = account
      .ofType(PARAMETER)
      .filter(({ id }) => id.startsWith(prefix))
      .filter(({ id }) => recursive === true || !id.slice(prefix.length).includes("/"));
    return {
      arns: found.map(({ arn }) => arn),
      id: path,
      names: found.map(({ id }) => id),
      types: found.map(({ properties }) => properties["type"]),
      values: found.map(({ properties }) => properties["value"]),
    };
  },

  "aws:ec2/getAmi:getAmi": one(["aws:ec2/ami:Ami"], [], ({ id, state, properties }) => ({
    ...properties,
    imageId: id,
    state,
  })),

  // Without a word on states the provider asks for those that run.
  "aws:ec2/getInstances:getInstances": (account, { filters = [], ...args }) => {
    const name = "instance-state-name";
    const given = filters as Filter[];
    const states = {
      name,
      values: (args["instanceStateNames"] as string[] | undefined) ?? ["running"],
    };
    const found = select(account, [INSTANCE], {
      filters: given.some((filter) => filter.name === name) ? given : [...given, states],
      tags: args["instanceTags"],
    });
    return {
      id: account.region,
      ids: found.map(({ id }) => id),
      instanceTags: {},
      ipv6Addresses: [],
      privateIps: found.map(({ properties }) => properties["privateIp"]),
      publicIps: [],
    };
  },

  "aws:ec2/getInstance:getInstance": one(
    [INSTANCE],
    [],
    ({
      state,
      properties: { primaryNetworkInterfaceId, rootBlockDevice, metadataOptions, ...rest },
    }) => ({
      ...rest,
      instanceState: state,
      metadataOptions: [metadataOptions ?? []].flat(),
      networkInterfaceId: primaryNetworkInterfaceId,
      rootBlockDevices: [rootBlockDevice],
    }),
  ),

  "aws:ec2/getVpcPeeringConnection:getVpcPeeringConnection": one(
    [PEERING],
    ["vpcId", "peerVpcId", "ownerId", "peerOwnerId", "cidrBlock", "peerCidrBlock"],
    ({ state, properties }) => ({ ...properties, status: state }),
  ),

  "aws:ram/getResourceShare:getResourceShare": (account, { name }) => {
    const share = account
      .ofType("aws:ram/resourceShare:ResourceShare")
      .find(({ properties }) => properties["name"] === name);
    if (share === undefined) {
      throw new Error("no matching RAM Resource Share found");
    }
    return { id: share.id, arn: share.arn, name };
  },

  "aws:ec2/getRouteTable:getRouteTable": one(
    ["aws:ec2/routeTableAssociation:RouteTableAssociation"],
    ["subnetId"],
    ({ properties: { routeTableId, subnetId } }) => ({ id: routeTableId, routeTableId, subnetId }),
  ),

  "aws:ec2/getRoute:getRoute": one(
    ["aws:ec2/route:Route"],
    ["routeTableId", "destinationCidrBlock"],
    ({ properties }) => properties,
  ),

  "aws:route53/getResolverFirewallRules:getResolverFirewallRules": (account, args) => {
    const firewallRules = account
      .ofType("aws:route53/resolverFirewallRule:ResolverFirewallRule")
      .filter((entry) => isLike(entry, args, ["firewallRuleGroupId", "priority"]))
      .map(({ properties }) => properties);
    // The provider has a list of them, and refuses more than one.
    if (firewallRules.length !== 1) {
      throw new Error(
        `${firewallRules.length || "no"} Route53 Resolver Firewall Rules matched; use additional constraints to reduce matches to a single Firewall Rule`,
      );
    }
    return { id: args["firewallRuleGroupId"], firewallRules };
  },

  "aws:ec2/getSecurityGroup:getSecurityGroup": one(
    ["aws:ec2/securityGroup:SecurityGroup"],
    ["name", "vpcId"],
    ({ properties: { description = "", name, vpcId } }) => ({ description, name, vpcId }),
  ),

  "aws:ebs/getEbsVolumes:getEbsVolumes": idsOf("aws:ebs/volume:Volume"),
  "aws:ec2/getVpcs:getVpcs": idsOf("aws:ec2/vpc:Vpc"),
  "aws:ec2/getVpcPeeringConnections:getVpcPeeringConnections": idsOf(PEERING),

  "aws:ebs/getSnapshot:getSnapshot": one(SNAPSHOTS, [], ({ id, state, properties }) => ({
    dataEncryptionKeyId: digest(id, 32),
    description: "",
    outpostArn: "",
    ownerAlias: "",
    storageTier: "standard",
    ...properties,
    snapshotId: id,
    state,
  })),
};

/** What is told of the one that is called so. @param absent What is said where there is none */
function named(
  type: string,
  absent: (name: string) => Error,
  tell: (properties: Properties) => Properties,
): DataSource {
  return (account, args) => {
    const name = String(args["name"]);
    const found = account.find(type, name);
    if (found === undefined) {
      throw absent(name);
    }
    return { arn: found.arn, id: found.id, name, ...tell(found.properties) };
  };
}

/**
 * What is told of the one that the arguments select.
 *
 * @param like Arguments that select by the property of their name.
 */
function one(
  types: readonly string[],
  like: readonly string[],
  tell: (entry: Entry) => Properties,
): DataSource {
  return (account, args) => {
    const found = select(account, types, args)
      .filter((entry) => isLike(entry, args, like))
      .sort((a, b) => createdAt(b).localeCompare(createdAt(a)));
    const [first, second] = found;
    if (first === undefined) {
      throw new Error(
        "Your query returned no results. Please change your search criteria and try again.",
      );
    }
    if (second !== undefined && args["mostRecent"] !== true) {
      throw new Error(
        "Your query returned more than one result. Please try a more specific search criteria.",
      );
    }
    const { arn, id, tags } = first;
    return { arn, id, tags, ...tell(first) };
  };
}

/** The ids of what is selected. */
function idsOf(...types: readonly string[]): DataSource {
  return (account, args) => ({
    id: account.region,
    ids: select(account, types, args).map(({ id }) => id),
  });
}

/** What the arguments of an EC2 data source select; public images are no part of the account's own listing. */
function select(account: Account, types: readonly string[], args: Properties): Entry[] {
  const { id = args["instanceId"], owners = [], filters = [], status } = args;
  const { tags = args["instanceTags"] ?? {}, snapshotIds } = args;
  return [
    ...account.ofType(...types),
    ...publicImages(account).filter(({ type }) => types.includes(type)),
  ].filter(
    (entry) =>
      (id === undefined || entry.id === id) &&
      (snapshotIds === undefined || (snapshotIds as string[]).includes(entry.id)) &&
      (status === undefined || entry.state === status) &&
      Object.entries(tags as object).every(([name, value]) => entry.tags[name] === value) &&
      isOwnedBy(account, entry, owners as string[]) &&
      passes(account, entry, filters as Filter[]),
  );
}

/** Something that these arguments, by their own names, ask for, too. */
function isLike({ properties }: Entry, args: Properties, names: readonly string[]): boolean {
  return names.every((name) => args[name] === undefined || properties[name] === args[name]);
}

function createdAt({ properties }: Entry): string {
  const created = properties["creationDate"] ?? properties["startTime"];
  return typeof created === "string" ? created : "";
}
