import { OWNER_TAG } from "../../components/tags";
import type { Account, Entry } from "./account";
import type { QueryAnswers } from "./awsEndpoint";
import { AwsError } from "./awsError";
import { type Filter, isOwnedBy, ownerOf, passes, told } from "./ec2Entries";
import { INSTANCE_TYPES } from "./machines";
import { PEERING } from "./peerings";

const RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const MIRROR = "aws:ec2/trafficMirror";
const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];

/** Some of those that a VPC can have an interface endpoint of. */
const INTERFACE_SERVICES = [
  ...["ebs", "ec2", "ec2messages", "kms", "lambda", "logs", "monitoring", "s3", "secretsmanager"],
  ...["sqs", "ssm", "ssmmessages", "sts"],
];

/** Volumes, and the network interface, that an instance of most Nitro types has at most. */
const MOST_ATTACHMENTS = { maximumEbsAttachments: 28, attachmentLimitType: "shared" };

/** What an action lists: the name of its list, of which types, their fields, and what is told beside these. */
type Listed = readonly [
  list: string,
  types: string | readonly string[],
  fields: string,
  more?: (entry: Entry, account: Account) => object,
];

/** Actions that list all there is of the ids that are asked for, or all, names of EC2's API before those of properties here, a line each. */
// prettier-ignore
const LIST_ALL: Readonly<Record<string, Listed>> = {
  DescribeVpcs: ["vpcSet", "aws:ec2/vpc:Vpc", "vpcId=id ownerId cidrBlock"],
  DescribeSubnets: ["subnetSet", "aws:ec2/subnet:Subnet", "subnetId=id vpcId cidrBlock availabilityZone"],
  DescribeRouteTables: ["routeTableSet", "aws:ec2/routeTable:RouteTable", "routeTableId=id vpcId", inRouteTable],
  DescribeNetworkInterfaces: ["networkInterfaceSet", INTERFACE, "networkInterfaceId=id vpcId subnetId", inInterface],
  DescribeVpcPeeringConnections: ["vpcPeeringConnectionSet", PEERING, "vpcPeeringConnectionId=id", ends],
  DescribeTrafficMirrorTargets: ["trafficMirrorTargetSet", `${MIRROR}Target:TrafficMirrorTarget`, "trafficMirrorTargetId=id"],
  DescribeTrafficMirrorSessions: ["trafficMirrorSessionSet", `${MIRROR}Session:TrafficMirrorSession`, "trafficMirrorSessionId=id networkInterfaceId sessionNumber"],
  DescribeTrafficMirrorFilters: ["trafficMirrorFilterSet", `${MIRROR}Filter:TrafficMirrorFilter`, "trafficMirrorFilterId=id", mirrorRules],
};

/** The same of actions that list what passes the request's filters. */
// prettier-ignore
const LIST_FILTERED: Readonly<Record<string, Listed>> = {
  DescribeTransitGatewayVpcAttachments: ["transitGatewayVpcAttachments", "aws:ec2transitgateway/vpcAttachment:VpcAttachment", "transitGatewayAttachmentId=id transitGatewayId vpcId subnetIds state"],
  DescribeSecurityGroups: ["securityGroupInfo", "aws:ec2/securityGroup:SecurityGroup", "groupId=id groupName=name groupDescription=description vpcId"],
  DescribeSecurityGroupRules: ["securityGroupRuleSet", RULES, "securityGroupRuleId=id groupId=securityGroupId ipProtocol fromPort toPort cidrIpv4 description", ({ type }) => ({ isEgress: type === RULES[1] })],
  DescribeVolumes: ["volumeSet", "aws:ebs/volume:Volume", "volumeId=id status=state kmsKeyId snapshotId size volumeType=type", attachments],
  DescribeInstances: ["reservationSet", "aws:ec2/instance:Instance", "", inReservation],
  DescribeImages: ["imagesSet", "aws:ec2/ami:Ami", "imageId=id name creationDate"],
};

/** What IAM has by a name. */
const NAMED = {
  Role: "aws:iam/role:Role",
  InstanceProfile: "aws:iam/instanceProfile:InstanceProfile",
};

const ROUTE_FIELDS =
  "destinationCidrBlock vpcPeeringConnectionId transitGatewayId gatewayId natGatewayId state";
const SNAPSHOT_FIELDS =
  "snapshotId=id volumeId status=state statusMessage=stateMessage startTime ownerId volumeSize encrypted kmsKeyId storageTier";

/**
 * What EC2 tells of an account to who asks it without Pulumi, as the tables above say; of snapshots and images, what has
 * the ids that are asked for; and IAM of what it has by a name.
 *
 * Source: EC2 and IAM API references, the actions by these names.
 *
 * @param read The account as it is when somebody asks.
 */
export function ec2AnswersOf(read: () => Account): QueryAnswers {
  const list =
    ([set, types, fields, more]: Listed, isFiltered: boolean) =>
    (request: URLSearchParams) => {
      const account = read();
      const filters = isFiltered ? filtersOf(request) : [];
      const ids = [...request].filter(([name]) => /^\w+Id\.\d+$/.test(name)).map(([, id]) => id);
      const all = account.ofType(...[types].flat());
      const found = all.filter(
        (entry) => (ids.length === 0 || ids.includes(entry.id)) && passes(account, entry, filters),
      );
      return { [set]: found.map((each) => ({ ...told(each, fields), ...more?.(each, account) })) };
    };
  const named = ([kind, type]: readonly [string, string]) => [
    `Get${kind}`,
    (request: URLSearchParams) => {
      const name = request.get(`${kind}Name`) ?? "";
      const { arn } = having(read(), type, name, "NoSuchEntity");
      return { [`Get${kind}Result`]: { [kind]: { [`${kind}Name`]: name, Arn: arn } } };
    },
  ];
  const lists = (table: Readonly<Record<string, Listed>>, isFiltered: boolean): QueryAnswers =>
    Object.fromEntries(
      Object.entries(table).map(([action, listed]) => [action, list(listed, isFiltered)]),
    );
  return {
    ...lists(LIST_ALL, false),
    ...lists(LIST_FILTERED, true),
    ...(Object.fromEntries(Object.entries(NAMED).map(named)) as QueryAnswers),
    DescribeSnapshots: (request) => ({
      snapshotSet: snapshots(read(), request).map((entry) => ({
        encrypted: false,
        storageTier: "standard",
        ...told(entry, SNAPSHOT_FIELDS),
      })),
    }),
    DescribeSnapshotAttribute: (request) => {
      const account = read();
      const id = request.get("SnapshotId") ?? "";
      const entry = having(account, SNAPSHOTS, id, "InvalidSnapshot.NotFound");
      if (ownerOf(account, entry) !== account.id) {
        throw new AwsError("AuthFailure", `Not authorized for snapshot:${id}`);
      }
      const codes = (entry.properties["productCodes"] as string[] | undefined) ?? [];
      return {
        snapshotId: id,
        productCodes: codes.map((productCode) => ({ productCode, type: "marketplace" })),
      };
    },
    DescribeLockedSnapshots: () => ({
      snapshotSet: read()
        .ofType(...SNAPSHOTS)
        .filter(({ lockedUntil }) => lockedUntil !== undefined)
        .map(({ id, lockedUntil }) => ({
          snapshotId: id,
          lockState: new Date(String(lockedUntil)) < new Date() ? "expired" : "governance",
          lockExpiresOn: lockedUntil,
        })),
    }),
    // Nobody has set any.
    GetInstanceMetadataDefaults: () => ({ accountLevel: {} }),
    DescribeVpcEndpointServices: () => ({
      serviceDetailSet: [
        ...INTERFACE_SERVICES.map((service) => [service, "Interface"]),
        ...["dynamodb", "s3"].map((service) => [service, "Gateway"]),
      ].map(([service, serviceType]) => ({
        serviceName: `com.amazonaws.${read().region}.${service}`,
        serviceType: [{ serviceType }],
        owner: "amazon",
      })),
    }),
    DescribeInstanceTypes: (request) => ({
      instanceTypeSet: listed(request, "InstanceType").map((instanceType) => ({
        instanceType,
        ebsInfo: MOST_ATTACHMENTS,
        vCpuInfo: { defaultVCpus: INSTANCE_TYPES[instanceType]?.vcpus },
        memoryInfo: { sizeInMiB: (INSTANCE_TYPES[instanceType]?.memoryGiB ?? 0) * 1024 },
      })),
    }),
    // With which stack's it says that it is.
    GetPolicy: (request) => {
      const Arn = request.get("PolicyArn") ?? "";
      const { tags } = having(read(), "aws:iam/policy:Policy", Arn, "NoSuchEntity");
      const owner = tags[OWNER_TAG];
      const Tags = owner === undefined ? undefined : [{ Key: OWNER_TAG, Value: owner }];
      return { GetPolicyResult: { Policy: { Arn, Tags } } };
    },
  };
}

/** Interface of a machine. */
function inInterface(
  { properties: { instanceId, privateIp, securityGroups } }: Entry,
  account: Account,
) {
  return {
    attachment: { instanceId },
    privateIpAddressesSet: [{ privateIpAddress: privateIp }],
    groupSet: (securityGroups as string[]).map((groupId) => ({
      groupId,
      groupName: account.find("aws:ec2/securityGroup:SecurityGroup", groupId)?.properties["name"],
    })),
  };
}

/** Of a connection. */
function ends(entry: Entry) {
  return {
    status: { code: entry.state },
    requesterVpcInfo: told(entry, "vpcId ownerId"),
    accepterVpcInfo: told(entry, "vpcId=peerVpcId ownerId=peerOwnerId"),
  };
}

/** Of a volume. */
function attachments({ id }: Entry, account: Account) {
  return {
    attachmentSet: account
      .ofType(ATTACHMENT)
      .filter(({ properties }) => properties["volumeId"] === id)
      .map((each) => told(each, "volumeId instanceId device=deviceName status=state")),
  };
}

/** An instance: EC2 lists each in what it was started with. */
function inReservation(entry: Entry, account: Account) {
  const own = told(entry, "instanceId=id instanceType subnetId launchTime architecture");
  const networkInterfaceSet = account
    .ofType(INTERFACE)
    .filter(({ properties }) => properties["instanceId"] === entry.id)
    .map((each) => inInterface(each, account));
  return { instancesSet: [{ ...own, instanceState: { name: entry.state }, networkInterfaceSet }] };
}

/** The rules of a filter of traffic mirrors. */
function mirrorRules({ id }: Entry, account: Account) {
  const rules = (direction: string) =>
    account
      .ofType(`${MIRROR}FilterRule:TrafficMirrorFilterRule`)
      .filter(({ properties }) => properties["trafficMirrorFilterId"] === id)
      .filter(({ properties }) => properties["trafficDirection"] === direction)
      .map((rule) => ({ trafficMirrorFilterRuleId: rule.id }));
  return { ingressFilterRuleSet: rules("ingress"), egressFilterRuleSet: rules("egress") };
}

/** Associations and routes of a route table; its VPC has one that is of every subnet without another. */
function inRouteTable({ id, partOf, properties: { vpcId } }: Entry, account: Account) {
  const ofTable = (type: string) =>
    account.ofType(type).filter(({ properties }) => properties["routeTableId"] === id);
  return {
    associationSet: [
      ...(partOf === vpcId ? [{ main: true }] : []),
      ...ofTable("aws:ec2/routeTableAssociation:RouteTableAssociation").map(({ properties }) => ({
        main: false,
        subnetId: properties["subnetId"],
      })),
    ],
    routeSet: [
      {
        destinationCidrBlock: account.find("aws:ec2/vpc:Vpc", vpcId)?.properties["cidrBlock"],
        gatewayId: "local",
        origin: "CreateRouteTable",
      },
      ...ofTable("aws:ec2/route:Route").map((route) => ({
        ...told(route, ROUTE_FIELDS),
        origin: "CreateRoute",
      })),
    ],
  };
}

function snapshots(account: Account, request: URLSearchParams): Entry[] {
  const ids = listed(request, "SnapshotId");
  const named =
    ids.length === 0
      ? account.ofType(...SNAPSHOTS)
      : ids.map((id) => having(account, SNAPSHOTS, id, "InvalidSnapshot.NotFound"));
  return named.filter(
    (entry) =>
      isOwnedBy(account, entry, listed(request, "Owner")) &&
      passes(account, entry, filtersOf(request)),
  );
}

/** What there is of these types by such an id. @throws AwsError by this code where there is none */
function having(
  account: Account,
  types: string | readonly string[],
  id: string,
  code: string,
): Entry {
  const entry = account.find(types, id);
  if (entry === undefined) {
    throw new AwsError(code, `${id} cannot be found.`);
  }
  return entry;
}

function filtersOf(request: URLSearchParams): Filter[] {
  const filters: Filter[] = [];
  for (let index = 1; request.has(`Filter.${index}.Name`); index += 1) {
    const name = request.get(`Filter.${index}.Name`) ?? "";
    filters.push({ name, values: listed(request, `Filter.${index}.Value`) });
  }
  return filters;
}

/** The values of `name.1`, `name.2`, … */
function listed(request: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; request.has(`${name}.${index}`); index += 1) {
    values.push(request.get(`${name}.${index}`) ?? "");
  }
  return values;
}
