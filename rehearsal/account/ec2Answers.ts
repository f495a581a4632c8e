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
const GATEWAY_ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
const ATTACHMENT = "aws:ec2/volumeAttachment:VolumeAttachment";
const SNAPSHOTS = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/snapshot:Snapshot"];

/** What EC2 tells of these, names of its API before those of properties here. */
const SNAPSHOT_FIELDS =
  "snapshotId=id volumeId status=state statusMessage=stateMessage startTime ownerId volumeSize encrypted kmsKeyId storageTier";
const RULE_FIELDS =
  "securityGroupRuleId=id groupId=securityGroupId ipProtocol fromPort toPort cidrIpv4 description";
const ROUTE_FIELDS =
  "destinationCidrBlock vpcPeeringConnectionId transitGatewayId gatewayId natGatewayId state";

/** Some of those that a VPC can have an interface endpoint of. */
const INTERFACE_SERVICES = [
  ...["ebs", "ec2", "ec2messages", "kms", "lambda", "logs", "monitoring", "s3", "secretsmanager"],
  ...["sqs", "ssm", "ssmmessages", "sts"],
];

/** Volumes, and the network interface, that an instance of most Nitro types has at most. */
const MOST_ATTACHMENTS = { maximumEbsAttachments: 28, attachmentLimitType: "shared" };

/**
 * What EC2 tells of an account to who asks it without Pulumi: of networks all, of others what passes the filters and, of
 * snapshots and images, has the ids that are asked for; and IAM of what it has by a name.
 *
 * Source: EC2 and IAM API references, the actions by these names.
 *
 * @param read The account as it is when somebody asks.
 */
export function ec2AnswersOf(read: () => Account): QueryAnswers {
  /** Lists what there is of these types. @param more What is told beside its fields */
  const all =
    (
      set: string,
      types: string | readonly string[],
      fields: string,
      more: (entry: Entry, account: Account) => object = () => ({}),
      filtered = false,
    ) =>
    (request: URLSearchParams) => {
      const account = read();
      const found = account
        .ofType(...[types].flat())
        .filter((entry) => !filtered || passes(account, entry, filtersOf(request)));
      return { [set]: found.map((entry) => ({ ...told(entry, fields), ...more(entry, account) })) };
    };
  /** The same, of what passes the request's filters. */
  const list = (...[set, types, fields, more]: Parameters<typeof all>) =>
    all(set, types, fields, more, true);
  /** What IAM has of such a type, by its name, or in what `find` finds it by. */
  const named = (action: string, type: string, kind: string) => (request: URLSearchParams) => {
    const name = request.get(`${kind}Name`) ?? "";
    const entry = read().find(type, name);
    if (entry === undefined) {
      throw new AwsError("NoSuchEntity", `${name} cannot be found.`);
    }
    return { [`${action}Result`]: { [kind]: { [`${kind}Name`]: name, Arn: entry.arn } } };
  };
  return {
    DescribeVpcs: all("vpcSet", "aws:ec2/vpc:Vpc", "vpcId=id ownerId cidrBlock"),
    DescribeSubnets: all(
      "subnetSet",
      "aws:ec2/subnet:Subnet",
      "subnetId=id vpcId cidrBlock availabilityZone",
    ),
    DescribeTransitGatewayVpcAttachments: list(
      "transitGatewayVpcAttachments",
      GATEWAY_ATTACHMENT,
      "transitGatewayAttachmentId=id transitGatewayId vpcId subnetIds state",
    ),
    DescribeRouteTables: all(
      "routeTableSet",
      "aws:ec2/routeTable:RouteTable",
      "routeTableId=id vpcId",
      inRouteTable,
    ),
    DescribeNetworkInterfaces: all(
      "networkInterfaceSet",
      "aws:ec2/networkInterface:NetworkInterface",
      "networkInterfaceId=id vpcId subnetId",
      ({ properties: { instanceId, privateIp, securityGroups } }) => ({
        attachment: { instanceId },
        privateIpAddressesSet: [{ privateIpAddress: privateIp }],
        groupSet: (securityGroups as string[]).map((groupId) => ({ groupId })),
      }),
    ),
    DescribeVpcPeeringConnections: all(
      "vpcPeeringConnectionSet",
      PEERING,
      "vpcPeeringConnectionId=id",
      (entry) => ({
        status: { code: entry.state },
        requesterVpcInfo: told(entry, "vpcId ownerId"),
        accepterVpcInfo: told(entry, "vpcId=peerVpcId ownerId=peerOwnerId"),
      }),
    ),
    DescribeTrafficMirrorTargets: all(
      "trafficMirrorTargetSet",
      `${MIRROR}Target:TrafficMirrorTarget`,
      "trafficMirrorTargetId=id",
    ),
    DescribeTrafficMirrorSessions: all(
      "trafficMirrorSessionSet",
      `${MIRROR}Session:TrafficMirrorSession`,
      "trafficMirrorSessionId=id networkInterfaceId sessionNumber",
    ),
    DescribeTrafficMirrorFilters: all(
      "trafficMirrorFilterSet",
      `${MIRROR}Filter:TrafficMirrorFilter`,
      "trafficMirrorFilterId=id",
      ({ id }, account) => ({
        ingressFilterRuleSet: mirrorRules(account, id, "ingress"),
        egressFilterRuleSet: mirrorRules(account, id, "egress"),
      }),
    ),
    DescribeSecurityGroups: list(
      "securityGroupInfo",
      "aws:ec2/securityGroup:SecurityGroup",
      "groupId=id groupName=name groupDescription=description vpcId",
    ),
    DescribeSecurityGroupRules: list("securityGroupRuleSet", RULES, RULE_FIELDS, ({ type }) => ({
      isEgress: type === RULES[1],
    })),
    DescribeVolumes: list(
      "volumeSet",
      "aws:ebs/volume:Volume",
      "volumeId=id status=state kmsKeyId snapshotId size volumeType=type",
      ({ id }, account) => ({
        attachmentSet: account
          .ofType(ATTACHMENT)
          .filter(({ properties }) => properties["volumeId"] === id)
          .map((each) => told(each, "volumeId instanceId device=deviceName status=state")),
      }),
    ),
    DescribeInstances: (request) => ({
      reservationSet: list(
        "instancesSet",
        "aws:ec2/instance:Instance",
        "instanceId=id instanceType subnetId launchTime",
        ({ state }) => ({ instanceState: { name: state } }),
      )(request)["instancesSet"]?.map((each) => ({ instancesSet: [each] })),
    }),
    DescribeImages: (request) => ({
      imagesSet: read()
        .ofType("aws:ec2/ami:Ami")
        .filter(({ id }) => listed(request, "ImageId").includes(id))
        .map((entry) => told(entry, "imageId=id name creationDate")),
    }),
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
      const entry = found(account, id);
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
      })),
    }),
    GetRole: named("GetRole", "aws:iam/role:Role", "Role"),
    GetInstanceProfile: named(
      "GetInstanceProfile",
      "aws:iam/instanceProfile:InstanceProfile",
      "InstanceProfile",
    ),
    // With which stack's it says that it is.
    GetPolicy: (request) => {
      const Arn = request.get("PolicyArn") ?? "";
      const policy = read().find("aws:iam/policy:Policy", Arn);
      if (policy === undefined) {
        throw new AwsError("NoSuchEntity", `Policy ${Arn} was not found.`);
      }
      const owner = policy.tags[OWNER_TAG];
      const Tags = owner === undefined ? undefined : [{ Key: OWNER_TAG, Value: owner }];
      return { GetPolicyResult: { Policy: { Arn, Tags } } };
    },
  };
}

/** The rules of a filter of traffic mirrors, in this direction. */
function mirrorRules(account: Account, filterId: string, direction: string): object[] {
  return account
    .ofType(`${MIRROR}FilterRule:TrafficMirrorFilterRule`)
    .filter(({ properties }) => properties["trafficMirrorFilterId"] === filterId)
    .filter(({ properties }) => properties["trafficDirection"] === direction)
    .map(({ id }) => ({ trafficMirrorFilterRuleId: id }));
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
    ids.length === 0 ? account.ofType(...SNAPSHOTS) : ids.map((id) => found(account, id));
  return named.filter(
    (entry) =>
      isOwnedBy(account, entry, listed(request, "Owner")) &&
      passes(account, entry, filtersOf(request)),
  );
}

function found(account: Account, id: string): Entry {
  const entry = account.find(SNAPSHOTS, id);
  if (entry === undefined) {
    throw new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
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
