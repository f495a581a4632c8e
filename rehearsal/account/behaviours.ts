import type { Account, Entry, Properties } from "./account";
import { hasVersions, keyOfBucket, lockOf } from "./buckets";
import { addressIn, digest, ec2Id, hex, uuidOf } from "./identifiers";
import { findKey, requireUsableKey } from "./keys";
import { ACCEPTER, PEERING } from "./peerings";
import { valuesAt } from "./references";
import { NO_VOLUME, RULE_KINDS } from "./refusals";
import type { Behaviour, Made } from "./resourceType";
import { resourceTypes } from "./resourceTypes";

const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INSTANCE = "aws:ec2/instance:Instance";
const NETWORK_ACL = "aws:ec2/networkAcl:NetworkAcl";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];
const SUBNET = "aws:ec2/subnet:Subnet";
const VOLUME = "aws:ebs/volume:Volume";
const VPC = "aws:ec2/vpc:Vpc";

/** Both directions. */
const rule: Behaviour = {
  // AWS changes a range or a port in place, but not a range into a group.
  alsoReplacedBy: (before, after) =>
    RULE_KINDS.filter((kind) => (before[kind] === undefined) !== (after[kind] === undefined)),
};

/** What AWS does with resources that no line of the table of types can say, by type. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  // Networks
  [VPC]: {
    outputs: () => {
      const mainRouteTableId = ec2Id("rtb");
      return {
        defaultNetworkAclId: ec2Id("acl"),
        defaultRouteTableId: mainRouteTableId,
        defaultSecurityGroupId: ec2Id("sg"),
        mainRouteTableId,
      };
    },
    companions: vpcDefaults,
  },
  [ACCEPTER]: {
    effects: ({ account, id }) => {
      const connection = account.find(PEERING, id);
      if (connection !== undefined) {
        connection.state = "active";
      }
    },
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    id: ({ account, inputs }) =>
      String(account.find(VPC, inputs["vpcId"])?.properties["defaultSecurityGroupId"]),
  },
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": {
    outputs: ({ account, id }) => ({ vpcId: account.find(NETWORK_ACL, id)?.partOf }),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { outputs: endpointOutputs },
  [SECURITY_GROUP]: { goesWith: parts([INGRESS, EGRESS], "securityGroupId") },
  [INGRESS]: rule,
  [EGRESS]: rule,

  // Machines, volumes, snapshots
  [INSTANCE]: {
    // Otherwise AWS stops the instance, changes the user data and starts it again.
    alsoReplacedBy: (before, after) =>
      after["userDataReplaceOnChange"] === true
        ? ["userData", "userDataBase64"].filter((name) => before[name] !== after[name])
        : [],
    outputs: instanceOutputs,
    companions: rootVolume,
    goesWith: (account, entry) => {
      account
        .ofType(ATTACHMENT)
        .filter(({ properties }) => properties["instanceId"] === entry.id)
        .forEach(({ properties }) => setVolumeState(account, properties, "available"));
      parts([ATTACHMENT], "instanceId")(account, entry);
    },
  },
  "aws:ebs/snapshotCopy:SnapshotCopy": {
    outputs: ({ account, id, inputs }) => {
      const source = account.find(SNAPSHOTS, inputs["sourceSnapshotId"])?.properties ?? {};
      return {
        dataEncryptionKeyId: digest(id, 32),
        ownerId: account.id,
        productCodes: source["productCodes"],
        startTime: new Date().toISOString(),
        storageTier: "standard",
        volumeId: NO_VOLUME,
        volumeSize: source["volumeSize"],
      };
    },
  },
  [VOLUME]: {
    outputs: ({ account, inputs }) => {
      const source = account.find(SNAPSHOTS, inputs["snapshotId"])?.properties;
      const { productCodes, volumeSize: size = 8 } = source ?? {};
      return { createTime: new Date().toISOString(), productCodes, size, type: "gp3" };
    },
  },
  [ATTACHMENT]: {
    effects: ({ account, inputs }) => setVolumeState(account, inputs, "in-use"),
    goesWith: (account, { properties }) => setVolumeState(account, properties, "available"),
  },

  // Buckets
  "aws:s3/bucket:Bucket": {
    goesWith: parts(
      Object.keys(resourceTypes).filter((type) => type.startsWith("aws:s3/")),
      "bucket",
    ),
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    check: ({ account, inputs }) => {
      const key = keyOfBucket(account, inputs["bucket"]);
      if (key !== undefined) {
        requireUsableKey(account, key);
      }
    },
    outputs: ({ account, inputs }) => ({
      kmsKeyId: inputs["kmsKeyId"] ?? keyOfBucket(account, inputs["bucket"]),
    }),
    lockedUntil: ({ account, inputs }) => lockOf(account, inputs),
    // Object Lock keeps versions, not names: whatever is written is one more version.
    succeeds: (account, entry, before) => {
      if (hasVersions(account, entry.properties["bucket"]) && isRewritten(before, entry)) {
        const { earlier = [], lockedUntil, properties } = before;
        const locked = lockedUntil === undefined ? {} : { lockedUntil };
        entry.earlier = [...earlier, { content: properties["content"] ?? null, ...locked }];
        entry.properties["versionId"] = hex(32);
        const until = lockOf(account, entry.properties);
        if (until !== undefined) {
          entry.lockedUntil = until;
        }
      }
    },
  },

  // Who may do what, messages, runbooks
  "aws:iam/role:Role": {
    // The provider takes the role out of its profiles before; it leaves policies that it does not know.
    goesWith: (account, entry) =>
      account
        .ofType("aws:iam/instanceProfile:InstanceProfile")
        .filter(({ properties }) => properties["role"] === entry.id)
        .forEach(({ properties }) => delete properties["role"]),
  },
  "aws:kms/key:Key": {
    // A key is never gone at once: it waits for its deletion, unusable, and stays in the account.
    remove: (_, entry) => {
      const days = Number(entry.properties["deletionWindowInDays"] ?? 30);
      const deletionDate = new Date(Date.now() + days * 86_400_000).toISOString();
      entry.state = "PendingDeletion";
      entry.properties = { ...entry.properties, isEnabled: false, deletionDate };
    },
  },
  "aws:kms/alias:Alias": {
    outputs: ({ account, inputs }) => ({
      targetKeyArn: findKey(account, String(inputs["targetKeyId"]))?.arn,
    }),
  },
  "aws:kms/grant:Grant": {
    // Asked for again, a grant with a name is the one that is there. Source: KMS API reference, CreateGrant, Name.
    id: ({ account, type, inputs }) => {
      const says = (grant: Properties) =>
        JSON.stringify(GRANTED.map((property) => grant[property] ?? null));
      return account.ofType(type).find(({ properties }) => says(properties) === says(inputs))?.id;
    },
    outputs: ({ id }) => ({ grantId: id.slice(id.lastIndexOf(":") + 1) }),
  },
  "aws:ssm/document:Document": {
    // A name is taken in its Region alone.
    id: ({ account, inputs: { name, region = account.region } }) =>
      region === account.region ? undefined : `${String(name)}@${String(region)}`,
  },
  "aws:sns/topic:Topic": {
    goesWith: (account, entry) => {
      parts(["aws:sns/topicPolicy:TopicPolicy"], "arn")(account, entry);
      parts(["aws:sns/topicSubscription:TopicSubscription"], "topic")(account, entry);
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    // An address that is subscribed already keeps its subscription: SNS API reference, Subscribe.
    id: ({ inputs: { topic, protocol, endpoint } }) =>
      `${String(topic)}:${uuidOf(`${String(protocol)} ${String(endpoint)}`)}`,
    // A person has to confirm a subscription first; another service of AWS does not.
    outputs: ({ inputs: { protocol } }) => {
      const asksFirst = ["email", "email-json", "http", "https"].includes(String(protocol));
      return { confirmationWasAuthenticated: !asksFirst, pendingConfirmation: asksFirst };
    },
  },
};

/** What makes two grants the same. */
const GRANTED = [
  ...["keyId", "name", "granteePrincipal", "operations", "constraints", "retiringPrincipal"],
];

/** What goes with a resource: whatever of these types names it by this property. */
function parts(types: readonly string[], property: string) {
  return (account: Account, { id }: Entry): void =>
    account
      .ofType(...types)
      .filter(({ properties }) => properties[property] === id)
      .forEach((part) => account.remove(part));
}

/** What every VPC comes with; it goes with the VPC and does not keep it from being deleted. */
function vpcDefaults({ account, id }: Made, properties: Properties): Entry[] {
  const companion = (type: string, property: string, service: string): Entry => ({
    type,
    id: String(properties[property]),
    arn: `arn:aws:ec2:${account.region}:${account.id}:${service}/${String(properties[property])}`,
    partOf: id,
    tags: {},
    state: "available",
    properties: { vpcId: id, name: "default" },
  });
  return [
    companion(SECURITY_GROUP, "defaultSecurityGroupId", "security-group"),
    companion(NETWORK_ACL, "defaultNetworkAclId", "network-acl"),
    companion("aws:ec2/routeTable:RouteTable", "mainRouteTableId", "route-table"),
  ];
}

function endpointOutputs({ id, inputs }: Made): Properties {
  const service = String(inputs["serviceName"]);
  if ((inputs["vpcEndpointType"] ?? "Gateway") === "Gateway") {
    // A service has the same prefix list for everyone in a Region.
    const prefixListId = `pl-${digest(service, 8)}`;
    return { vpcEndpointType: "Gateway", prefixListId, cidrBlocks: ["3.5.0.0/19"] };
  }
  const subnets = valuesAt(inputs, "subnetIds[]");
  const networkInterfaceIds = subnets.map((subnetId) => `eni-0${digest(id + subnetId, 16)}`);
  return { dnsEntries: [{ dnsName: `${id}.vpce.amazonaws.com` }], networkInterfaceIds };
}

function instanceOutputs({ account, id, inputs }: Made): Properties {
  const home = account.find(SUBNET, inputs["subnetId"])?.properties ?? {};
  const neighbours = account
    .ofType(INSTANCE)
    .filter((entry) => entry.properties["subnetId"] === inputs["subnetId"]).length;
  // AWS keeps the first four addresses of a subnet for itself.
  const cidr = home["cidrBlock"];
  return {
    availabilityZone: home["availabilityZone"],
    instanceState: "running",
    primaryNetworkInterfaceId: `eni-0${digest(id, 16)}`,
    privateIp: typeof cidr === "string" ? addressIn(cidr, 4 + neighbours) : "",
    rootBlockDevice: {
      deviceName: "/dev/xvda",
      volumeId: `vol-0${digest(`root of ${id}`, 16)}`,
      volumeSize: 8,
      volumeType: "gp3",
    },
  };
}

/** AWS makes the root volume from the image; it goes with the instance. */
function rootVolume({ account, id, inputs }: Made, properties: Properties): Entry[] {
  const { availabilityZone, rootBlockDevice } = properties;
  const device = rootBlockDevice as Properties;
  const volumeId = String(device["volumeId"]);
  return [
    {
      type: VOLUME,
      id: volumeId,
      arn: `arn:aws:ec2:${account.region}:${account.id}:volume/${volumeId}`,
      partOf: id,
      tags: { ...(inputs["volumeTags"] as object), ...(device["tags"] as object) },
      state: "in-use",
      properties: { ...device, availabilityZone },
    },
  ];
}

function setVolumeState(account: Account, attachment: Properties, state: string): void {
  const volume = account.find(VOLUME, attachment["volumeId"]);
  if (volume !== undefined) {
    volume.state = state;
  }
}

/** Whether the provider puts the object again; other settings of it are changed without. */
function isRewritten({ properties: before }: Entry, { properties: after }: Entry): boolean {
  return ["content", "contentBase64", "metadata", "source", "sourceHash", "versionId"].some(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}
