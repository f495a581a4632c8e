import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcPeeringConnectionsCommand,
} from "@aws-sdk/client-ec2";
import { GetInstanceProfileCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, paginateListGrants } from "@aws-sdk/client-kms";
import { GetBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { ListTagsForResourceCommand } from "@aws-sdk/client-ssm";

import { type Clients, clientsOf } from "../accountClients";
import type { Origin } from "../awsRequest";
import type { ResourceShares } from "../resourceShares";
import type { TrafficMirrors } from "../trafficMirrors";
import type { Context } from "./demand";
import { kindOf } from "./ec2Demands";
import type { Facts, GrantFacts, KeyFacts, RoleFacts, Where } from "./facts";
import { resourceTags } from "./requestTags";

/** What is there in the emulated accounts at this moment, asked from outside. */
export class AccountFacts implements Facts {
  private readonly clients = new Map<string, Clients>();

  /** Keys that buckets encrypt with: no bucket of a run gets another. */
  private readonly bucketKeys = new Map<string, string>();

  /**
   * @param emulator URL of the emulator.
   * @param starters Who started which session, by the session's id.
   * @param mirrors Parts of what is mirrored, which the emulator does not know.
   * @param shares Shares between accounts, which it does not know.
   */
  public constructor(
    private readonly emulator: string,
    private readonly starters: ReadonlyMap<string, string>,
    private readonly mirrors: Pick<TrafficMirrors, "contextOf" | "filterOf" | "ownerOf">,
    private readonly shares: Pick<ResourceShares, "contextOf" | "policyOf">,
  ) {}

  public starter(session: string): string | undefined {
    return this.starters.get(session);
  }

  /** Clients for an account and a Region. */
  public of(where: Where): Clients {
    const name = `${where.account} ${where.region}`;
    const known = this.clients.get(name) ?? clientsOf(this.emulator, where);
    this.clients.set(name, known);
    return known;
  }

  public ofShare(arn: string): Context {
    return this.shares.contextOf(arn);
  }

  public sharedBy(arn: string): object | undefined {
    return this.shares.policyOf(arn);
  }

  public ownerOf({ account }: Where, id: string): string {
    return this.mirrors.ownerOf(id) ?? account;
  }

  public async beside(where: Where, id: string): Promise<readonly string[]> {
    const filter = this.mirrors.filterOf(id);
    const sides =
      kindOf(id) === "vpc-peering-connection" ? await this.sidesOf(where, id) : undefined;
    return [
      ...(filter === undefined ? [] : [filter]),
      ...(sides?.accepter?.account === where.account ? [sides.accepter.vpc] : []),
    ];
  }

  public async ofEc2(where: Where, id: string): Promise<Context> {
    const mirror = this.mirrors.contextOf(id);
    if (mirror !== undefined) {
      return mirror;
    }
    const { ec2 } = this.of(where);
    const [own, { Tags = [] }] = await Promise.all([
      this.ownOf(where, id).catch(() => ({})),
      ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [id] }] })),
    ]);
    const tags = new Map(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
    return { ...own, ...resourceTags(tags) };
  }

  public async keyOfDisk(where: Where, id: string): Promise<string | undefined> {
    const { ec2 } = this.of(where);
    try {
      if (kindOf(id) === "volume") {
        const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
        return Volumes[0]?.KmsKeyId;
      }
      const asked = new DescribeSnapshotsCommand({ SnapshotIds: [id] });
      const { Snapshots = [] } = await ec2.send(asked);
      return Snapshots[0]?.KmsKeyId;
    } catch {
      return undefined;
    }
  }

  public async key(where: Where, named: string): Promise<KeyFacts | undefined> {
    const [, , , region = where.region, account = where.account] = named.split(":");
    const { kms } = this.of({ account, region });
    try {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: named }));
      const { Arn: arn = "", KeyId } = KeyMetadata ?? {};
      const found = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
      return { arn, policy: JSON.parse(found.Policy ?? "{}") as object };
    } catch {
      return undefined;
    }
  }

  public async grants(arn: string): Promise<readonly GrantFacts[]> {
    const [, , , region = "", account = ""] = arn.split(":");
    const client = this.of({ account, region }).kms;
    const all: GrantFacts[] = [];
    for await (const { Grants = [] } of paginateListGrants({ client }, { KeyId: arn })) {
      for (const { GranteePrincipal: grantee = "", Operations: operations = [] } of Grants) {
        all.push({ grantee, operations });
      }
    }
    return all;
  }

  public async role(where: Where, RoleName: string): Promise<RoleFacts | undefined> {
    const { iam } = this.of(where);
    const found = await iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined);
    const { Arn: arn, PermissionsBoundary } = found?.Role ?? {};
    return arn === undefined
      ? undefined
      : { arn, boundary: PermissionsBoundary?.PermissionsBoundaryArn };
  }

  public async profile(where: Where, InstanceProfileName: string) {
    const { iam } = this.of(where);
    const found = await iam
      .send(new GetInstanceProfileCommand({ InstanceProfileName }))
      .catch(() => undefined);
    const { Arn: arn, Roles = [] } = found?.InstanceProfile ?? {};
    return arn === undefined
      ? undefined
      : { arn, roles: Roles.map(({ RoleName = "" }) => RoleName) };
  }

  public async keyOfBucket(where: Where, Bucket: string): Promise<string | undefined> {
    const known = this.bucketKeys.get(Bucket);
    if (known !== undefined) {
      return known;
    }
    const { s3 } = this.of(where);
    const found = await s3.send(new GetBucketEncryptionCommand({ Bucket })).catch(() => undefined);
    const [rule] = found?.ServerSideEncryptionConfiguration?.Rules ?? [];
    const key = rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
    if (key !== undefined) {
      this.bucketKeys.set(Bucket, key);
    }
    return key;
  }

  public async ofParameter(where: Where, ResourceId: string): Promise<Context> {
    const { ssm } = this.of(where);
    const { TagList = [] } = await ssm
      .send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId }))
      .catch(() => ({ TagList: [] }));
    return resourceTags(new Map(TagList.map(({ Key = "", Value = "" }) => [Key, Value])));
  }

  /** The role that a machine works as, and where it stands. @param id `i-…` */
  public async machine(
    where: Where,
    id: string,
  ): Promise<{ readonly role: string; readonly from: Origin } | undefined> {
    const asked = new DescribeInstancesCommand({ InstanceIds: [id] });
    const { Reservations = [] } = await this.of(where).ec2.send(asked);
    const {
      IamInstanceProfile,
      VpcId: vpc = "",
      PrivateIpAddress: address = "",
    } = Reservations[0]?.Instances?.[0] ?? {};
    const profile = await this.profile(where, IamInstanceProfile?.Arn?.split("/").at(-1) ?? "");
    const role = await this.role(where, profile?.roles[0] ?? "");
    return role === undefined ? undefined : { role: role.arn, from: { vpc, address } };
  }

  /** Both sides of a peering connection. */
  private async sidesOf(where: Where, id: string) {
    const { VpcPeeringConnections = [] } = await this.of(where).ec2.send(
      new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [id] }),
    );
    const [one] = VpcPeeringConnections;
    const [requester, accepter] = [one?.RequesterVpcInfo, one?.AccepterVpcInfo].map((side) => ({
      account: side?.OwnerId ?? "",
      vpc: side?.VpcId ?? "",
    }));
    return { requester, accepter };
  }

  private async ownOf(where: Where, id: string): Promise<Context> {
    const { ec2 } = this.of(where);
    const inVpc = (vpc: string | undefined): Context =>
      vpc === undefined
        ? {}
        : { "ec2:Vpc": `arn:aws:ec2:${where.region}:${where.account}:vpc/${vpc}` };
    switch (kindOf(id)) {
      case "image": {
        const { Images = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
        const { OwnerId = "", Public = false } = Images[0] ?? {};
        return { "ec2:Owner": OwnerId, "ec2:Public": `${Public}` };
      }
      case "network-interface": {
        const NetworkInterfaceIds = [id];
        const asked = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds });
        const { NetworkInterfaces = [] } = await ec2.send(asked);
        return inVpc(NetworkInterfaces[0]?.VpcId);
      }
      case "route-table": {
        const asked = new DescribeRouteTablesCommand({ RouteTableIds: [id] });
        const { RouteTables = [] } = await ec2.send(asked);
        return inVpc(RouteTables[0]?.VpcId);
      }
      case "vpc-peering-connection": {
        const { requester, accepter } = await this.sidesOf(where, id);
        const arn = (side: typeof requester) =>
          `arn:aws:ec2:${where.region}:${side?.account}:vpc/${side?.vpc}`;
        return { "ec2:RequesterVpc": arn(requester), "ec2:AccepterVpc": arn(accepter) };
      }
      case "security-group": {
        const asked = new DescribeSecurityGroupsCommand({ GroupIds: [id] });
        const { SecurityGroups = [] } = await ec2.send(asked);
        return inVpc(SecurityGroups[0]?.VpcId);
      }
      case "subnet": {
        const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
        return inVpc(Subnets[0]?.VpcId);
      }
      default:
        return {};
    }
  }
}
