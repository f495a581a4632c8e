import type { Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { digest, ec2Id } from "./identifiers";
import { VPC_QUOTA } from "./machines";
import { PEERING, peeringBehaviour, requireRoomForRoute } from "./peerings";
import { valuesAt } from "./references";
import type { Behaviour, Made, Request } from "./resourceType";

const VPC = "aws:ec2/vpc:Vpc";
const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const RULE_KINDS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

/** Both directions have the same checks. */
const rule: Behaviour = {
  // AWS changes a range or a port in place, but not a range into a group.
  alsoReplacedBy: (before, after) =>
    RULE_KINDS.filter((kind) => (before[kind] === undefined) !== (after[kind] === undefined)),
  check: (request) => {
    requireReachableGroup(request);
    refuseSameRule(request);
  },
};

/** What EC2 and the resolver do with networks that no line of the table can say. */
export const networkBehaviour: Readonly<Record<string, Behaviour>> = {
  ...peeringBehaviour,
  [VPC]: {
    check: ({ account, before }) => {
      if (before === undefined && account.ofType(VPC).length >= VPC_QUOTA) {
        throw new AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
      }
    },
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
  [INTERNET_GATEWAY]: {
    check: alone("vpcId", "InvalidParameterValue", "already has an internet gateway attached"),
  },
  "aws:ec2/route:Route": {
    check: (request) => {
      requireGatewayOfVpc(request);
      requireRoomForRoute(request);
    },
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    check: alone("subnetId", "Resource.AlreadyAssociated", "has a route table already"),
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    id: ({ account, inputs }) =>
      String(account.find(VPC, inputs["vpcId"])?.properties["defaultSecurityGroupId"]),
  },
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": {
    outputs: ({ account, id }) => ({
      vpcId: account.find("aws:ec2/networkAcl:NetworkAcl", id)?.partOf,
    }),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { outputs: endpointOutputs },
  [SECURITY_GROUP]: {
    check: oneGroupPerNameAndVpc,
    // Its rules go with it.
    goesWith: (account, entry) =>
      account
        .ofType(INGRESS, EGRESS)
        .filter(({ properties }) => properties["securityGroupId"] === entry.id)
        .forEach((each) => account.remove(each)),
  },
  [INGRESS]: rule,
  [EGRESS]: rule,
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": {
    checkDelete: (_, entry) => {
      if (entry.properties["mutationProtection"] === "ENABLED") {
        throw new AwsError("ConflictException", `${entry.id} has mutation protection enabled`);
      }
    },
  },
};

/** Refuses a second resource of a type with the same value of a property. */
function alone(name: string, code: string, words: string): (request: Request) => void {
  return ({ account, type, inputs, before }) => {
    const value = inputs[name];
    const other = account
      .ofType(type)
      .some((entry) => entry.properties[name] === value && entry !== before);
    if (other && typeof value === "string") {
      throw new AwsError(code, `${value} ${words}`);
    }
  };
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
    companion("aws:ec2/networkAcl:NetworkAcl", "defaultNetworkAclId", "network-acl"),
    companion("aws:ec2/routeTable:RouteTable", "mainRouteTableId", "route-table"),
  ];
}

function requireGatewayOfVpc({ account, inputs }: Request): void {
  const { gatewayId, routeTableId } = inputs;
  const table = account.find("aws:ec2/routeTable:RouteTable", routeTableId);
  const gateway = account.find(INTERNET_GATEWAY, gatewayId);
  if (gateway !== undefined && gateway.properties["vpcId"] !== table?.properties["vpcId"]) {
    throw new AwsError(
      "InvalidParameterValue",
      `route table ${String(routeTableId)} and network gateway ${gateway.id} belong to different ` +
        "networks",
    );
  }
}

function oneGroupPerNameAndVpc({ account, type, inputs, before }: Request): void {
  const other = account
    .ofType(type)
    .find(
      (entry) =>
        entry !== before &&
        entry.properties["name"] === inputs["name"] &&
        entry.properties["vpcId"] === inputs["vpcId"],
    );
  if (other !== undefined) {
    throw new AwsError(
      "InvalidGroup.Duplicate",
      `The security group '${String(inputs["name"])}' already exists for VPC '${String(inputs["vpcId"])}'`,
    );
  }
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

/** A rule may name a group of the same VPC or of one that an active connection reaches. */
function requireReachableGroup({ account, inputs }: Request): void {
  const reference = inputs["referencedSecurityGroupId"];
  if (typeof reference !== "string") {
    return;
  }
  const [groupId, owner = account.id] = reference.split("/").reverse();
  const home = account.find(SECURITY_GROUP, inputs["securityGroupId"])?.properties["vpcId"];
  const peers = account
    .ofType(PEERING)
    .filter(({ state, properties }) => state === "active" && properties["vpcId"] === home);
  if (owner === account.id) {
    const group = account.find(SECURITY_GROUP, groupId);
    const vpcId = group?.properties["vpcId"];
    if (
      group !== undefined &&
      (vpcId === home || peers.some((peer) => peer.properties["peerVpcId"] === vpcId))
    ) {
      return;
    }
  } else if (peers.some((peer) => peer.properties["peerOwnerId"] === owner)) {
    return;
  }
  throw new AwsError(
    "InvalidGroup.NotFound",
    `You have specified two resources that belong to different networks: the security group ` +
      `'${reference}' is not in ${String(home)} or a VPC with an active peering connection to it`,
  );
}

function refuseSameRule({ account, type, inputs, before }: Request): void {
  const shape = (rule: Properties) =>
    JSON.stringify(
      ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...RULE_KINDS].map(
        (property) => rule[property] ?? null,
      ),
    );
  const same = account
    .ofType(type)
    .some((rule) => rule !== before && shape(rule.properties) === shape(inputs));
  if (same) {
    throw new AwsError(
      "InvalidPermission.Duplicate",
      `the specified rule already exists in ${String(inputs["securityGroupId"])}`,
    );
  }
}
