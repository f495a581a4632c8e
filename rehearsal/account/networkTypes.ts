import type { Account, Entry, Properties } from "./account";
import { AwsError } from "./awsError";
import { digest, ec2Id, resolverId } from "./identifiers";
import { VPC_QUOTA } from "./machines";
import { overPeering, PEERING, peeringTypes, requireRoomForRoute } from "./peerings";
import { routeTable, roleArn, securityGroup, subnet, vpc, valuesAt } from "./references";
import type { Made, Request, ResourceType } from "./resourceType";

const VPC = "aws:ec2/vpc:Vpc";
const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const DESTINATIONS = [
  "destinationCidrBlock",
  "destinationIpv6CidrBlock",
  "destinationPrefixListId",
];
const RULE_KINDS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

/** Networks, their security groups, endpoints and the DNS firewall. */
export const networkTypes: Readonly<Record<string, ResourceType>> = {
  ...peeringTypes,
  [VPC]: {
    id: () => ec2Id("vpc"),
    arn: "ec2:{region}:{account}:vpc/{id}",
    taggable: true,
    check: ({ account, before }) => {
      if (before === undefined && account.ofType(VPC).length >= VPC_QUOTA) {
        throw new AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
      }
    },
    outputs: ({ account }) => {
      const mainRouteTableId = ec2Id("rtb");
      return {
        defaultNetworkAclId: ec2Id("acl"),
        defaultRouteTableId: mainRouteTableId,
        defaultSecurityGroupId: ec2Id("sg"),
        dhcpOptionsId: "dopt-0a1b2c3d4e5f60718",
        enableDnsSupport: true,
        enableDnsHostnames: false,
        instanceTenancy: "default",
        mainRouteTableId,
        ownerId: account.id,
      };
    },
    companions: vpcDefaults,
  },
  "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": {
    id: () => ec2Id("vpcbpa-exclude"),
    arn: "ec2:{region}:{account}:vpc-block-public-access-exclusion/{id}",
    taggable: true,
    references: [vpc("vpcId")],
  },
  "aws:ec2/subnet:Subnet": {
    id: () => ec2Id("subnet"),
    arn: "ec2:{region}:{account}:subnet/{id}",
    taggable: true,
    references: [vpc("vpcId")],
    outputs: ({ account }) => ({ ownerId: account.id, mapPublicIpOnLaunch: false }),
  },
  [INTERNET_GATEWAY]: {
    id: () => ec2Id("igw"),
    arn: "ec2:{region}:{account}:internet-gateway/{id}",
    taggable: true,
    references: [vpc("vpcId")],
    check: oneInternetGatewayPerVpc,
    outputs: ({ account }) => ({ ownerId: account.id }),
  },
  "aws:ec2/route:Route": {
    id: ({ inputs }) =>
      `r-${String(inputs["routeTableId"])}${parseInt(digest(destinationOf(inputs), 8), 16)}`,
    importedBy: (properties) =>
      `${String(properties["routeTableId"])}_${destinationOf(properties)}`,
    taggable: false,
    references: [
      routeTable("routeTableId", false),
      {
        at: "gatewayId",
        to: [INTERNET_GATEWAY],
        holds: false,
        missing: (value) =>
          new AwsError(
            "InvalidInternetGatewayID.NotFound",
            `The internetGateway ID '${value}' does not exist`,
          ),
      },
      overPeering,
    ],
    taken: ({ inputs }) =>
      new AwsError(
        "RouteAlreadyExists",
        `The route identified by ${destinationOf(inputs)} already exists.`,
      ),
    check: (request) => {
      requireGatewayOfVpc(request);
      requireRoomForRoute(request);
    },
    outputs: () => ({ origin: "CreateRoute", state: "active" }),
  },
  "aws:ec2/routeTable:RouteTable": {
    id: () => ec2Id("rtb"),
    arn: "ec2:{region}:{account}:route-table/{id}",
    taggable: true,
    references: [vpc("vpcId")],
    outputs: ({ account }) => ({ ownerId: account.id, propagatingVgws: [] }),
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    id: () => ec2Id("rtbassoc"),
    importedBy: ({ subnetId, routeTableId }) => `${String(subnetId)}/${String(routeTableId)}`,
    taggable: false,
    references: [subnet("subnetId", false), routeTable("routeTableId")],
    check: oneRouteTablePerSubnet,
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    id: ({ account, inputs }) =>
      String(account.find(VPC, inputs["vpcId"])?.properties["defaultSecurityGroupId"]),
    arn: "ec2:{region}:{account}:security-group/{id}",
    taggable: true,
    references: [vpc("vpcId", false)],
    outputs: ({ account }) => ({
      description: "default VPC security group",
      name: "default",
      ownerId: account.id,
    }),
  },
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": {
    id: ({ inputs }) => String(inputs["defaultNetworkAclId"]),
    arn: "ec2:{region}:{account}:network-acl/{id}",
    taggable: true,
    references: [
      {
        at: "defaultNetworkAclId",
        to: ["aws:ec2/networkAcl:NetworkAcl"],
        holds: false,
        missing: (value) =>
          new AwsError(
            "InvalidNetworkAclID.NotFound",
            `The networkAcl ID '${value}' does not exist`,
          ),
      },
    ],
    outputs: ({ account, id }) => ({
      ownerId: account.id,
      vpcId: account.find("aws:ec2/networkAcl:NetworkAcl", id)?.partOf,
    }),
  },
  "aws:ec2/networkAcl:NetworkAcl": {
    id: () => ec2Id("acl"),
    arn: "ec2:{region}:{account}:network-acl/{id}",
    taggable: true,
    references: [vpc("vpcId"), subnet("subnetIds[]", false)],
    outputs: ({ account }) => ({ ownerId: account.id }),
  },
  "aws:ec2/flowLog:FlowLog": {
    id: () => ec2Id("fl"),
    arn: "ec2:{region}:{account}:vpc-flow-log/{id}",
    taggable: true,
    references: [vpc("vpcId", false), subnet("subnetId", false), roleArn("iamRoleArn")],
    state: () => "ACTIVE",
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    id: () => ec2Id("vpce"),
    arn: "ec2:{region}:{account}:vpc-endpoint/{id}",
    taggable: true,
    references: [
      vpc("vpcId"),
      subnet("subnetIds[]"),
      routeTable("routeTableIds[]", false),
      securityGroup("securityGroupIds[]"),
    ],
    outputs: endpointOutputs,
  },
  [SECURITY_GROUP]: {
    id: () => ec2Id("sg"),
    arn: "ec2:{region}:{account}:security-group/{id}",
    taggable: true,
    autoname: "name",
    references: [vpc("vpcId")],
    check: oneGroupPerNameAndVpc,
    outputs: ({ account }) => ({ ownerId: account.id, description: "Managed by Pulumi" }),
    held: (entry) =>
      new AwsError("DependencyViolation", `resource ${entry.id} has a dependent object`),
    // Its rules go with it.
    remove: (account, entry) => {
      for (const rule of account.ofType(...RULES)) {
        if (rule.properties["securityGroupId"] === entry.id) {
          account.remove(rule);
        }
      }
      account.remove(entry);
    },
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(),
  "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": {
    id: () => resolverId("fdl"),
    arn: "route53resolver:{region}:{account}:firewall-domain-list/{id}",
    taggable: true,
    autoname: "name",
    held: inUse,
  },
  "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": {
    id: () => resolverId("frg"),
    arn: "route53resolver:{region}:{account}:firewall-rule-group/{id}",
    taggable: true,
    autoname: "name",
    outputs: ({ account }) => ({ ownerId: account.id, shareStatus: "NOT_SHARED" }),
    held: inUse,
  },
  "aws:route53/resolverFirewallRule:ResolverFirewallRule": {
    id: ({ inputs }) =>
      `${String(inputs["firewallRuleGroupId"])}:${String(inputs["firewallDomainListId"])}`,
    taggable: false,
    autoname: "name",
    references: [
      firewallPart("firewallRuleGroupId", "ResolverFirewallRuleGroup"),
      firewallPart("firewallDomainListId", "ResolverFirewallDomainList"),
    ],
    taken: (_, id) => new AwsError("ConflictException", `a firewall rule for ${id} exists already`),
  },
  "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": {
    id: () => resolverId("frgassoc"),
    arn: "route53resolver:{region}:{account}:firewall-rule-group-association/{id}",
    taggable: true,
    autoname: "name",
    references: [
      firewallPart("firewallRuleGroupId", "ResolverFirewallRuleGroup"),
      vpc("vpcId", false),
    ],
    outputs: () => ({ mutationProtection: "DISABLED" }),
    checkDelete: (_, entry) => {
      if (entry.properties["mutationProtection"] === "ENABLED") {
        throw new AwsError(
          "ConflictException",
          `the firewall rule group association ${entry.id} has mutation protection enabled`,
        );
      }
    },
  },
  "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": {
    // A VPC has one, which is changed: Route 53 Resolver API reference, UpdateFirewallConfig.
    id: ({ inputs }) => `rslvr-fc-${digest(String(inputs["resourceId"]), 17)}`,
    taggable: false,
    references: [vpc("resourceId", false)],
    outputs: ({ account }) => ({ ownerId: account.id }),
  },
};

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

function oneInternetGatewayPerVpc({ account, type, inputs, before }: Request): void {
  const { vpcId } = inputs;
  const other = account
    .ofType(type)
    .find((entry) => entry.properties["vpcId"] === vpcId && entry !== before);
  if (other !== undefined && typeof vpcId === "string") {
    throw new AwsError(
      "InvalidParameterValue",
      `Network ${vpcId} already has an internet gateway attached`,
    );
  }
}

function destinationOf(inputs: Properties): string {
  return DESTINATIONS.flatMap((at) => valuesAt(inputs, at)).join();
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

function oneRouteTablePerSubnet({ account, type, inputs, before }: Request): void {
  const { subnetId, routeTableId } = inputs;
  const other = account
    .ofType(type)
    .find((entry) => entry.properties["subnetId"] === subnetId && entry !== before);
  if (other !== undefined && typeof subnetId === "string") {
    throw new AwsError(
      "Resource.AlreadyAssociated",
      `the specified association for route table ${String(routeTableId)} conflicts with an ` +
        `existing association of ${subnetId}`,
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

function endpointOutputs({ account, id, inputs }: Made): Properties {
  const service = String(inputs["serviceName"]);
  if ((inputs["vpcEndpointType"] ?? "Gateway") === "Gateway") {
    return {
      vpcEndpointType: "Gateway",
      prefixListId: prefixList(service),
      cidrBlocks: ["3.5.0.0/19", "52.216.0.0/15"],
      dnsEntries: [],
      networkInterfaceIds: [],
      ownerId: account.id,
      requesterManaged: false,
      state: "available",
    };
  }
  const subnets = valuesAt(inputs, "subnetIds[]");
  return {
    dnsEntries: [
      {
        dnsName: `${id}-${digest(id, 8)}.${service.split(".").slice(3).join(".")}.${account.region}.vpce.amazonaws.com`,
        hostedZoneId: "Z7HUB22UULQXV",
      },
    ],
    networkInterfaceIds: subnets.map((subnetId) => `eni-0${digest(id + subnetId, 16)}`),
    ownerId: account.id,
    requesterManaged: false,
    state: "available",
  };
}

/** The id of the prefix list AWS keeps for a service; the same for everyone in a Region. */
function prefixList(service: string): string {
  return `pl-${digest(service, 8)}`;
}

function firewallPart(at: string, kind: string) {
  return {
    at,
    to: [`aws:route53/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`],
    holds: true,
    missing: (value: string) =>
      new AwsError("ResourceNotFoundException", `Can't find the resource with ID '${value}'.`),
  };
}

function inUse(entry: Entry, holder: Entry): AwsError {
  return new AwsError("ConflictException", `${entry.id} is in use by ${holder.id}`);
}

/** Both directions have the same shape and the same checks. */
function securityGroupRule(): ResourceType {
  return {
    id: () => ec2Id("sgr"),
    arn: "ec2:{region}:{account}:security-group-rule/{id}",
    taggable: true,
    // AWS changes a range or a port in place, but not a range into a group.
    alsoReplacedBy: (before, after) =>
      RULE_KINDS.filter((kind) => (before[kind] === undefined) !== (after[kind] === undefined)),
    references: [
      securityGroup("securityGroupId", false),
      { ...securityGroup("referencedSecurityGroupId"), check: () => undefined },
      {
        at: "prefixListId",
        to: [],
        holds: false,
        missing: (value) =>
          new AwsError(
            "InvalidPrefixListID.NotFound",
            `The prefix list ID '${value}' does not exist`,
          ),
        check: requirePrefixList,
      },
    ],
    check: (request) => {
      requireReachableGroup(request);
      refuseSameRule(request);
    },
    outputs: ({ id }) => ({ securityGroupRuleId: id }),
  };
}

function requirePrefixList(account: Account, value: string): void {
  const known = account
    .ofType("aws:ec2/vpcEndpoint:VpcEndpoint")
    .some((endpoint) => endpoint.properties["prefixListId"] === value);
  if (!known) {
    throw new AwsError(
      "InvalidPrefixListID.NotFound",
      `The prefix list ID '${value}' does not exist`,
    );
  }
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
