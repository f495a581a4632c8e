import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { type IAMClient, ListInstanceProfilesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  type KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import {
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { DescribeParametersCommand, type SSMClient } from "@aws-sdk/client-ssm";

/** Clients of the services a room has something in. */
export interface Clients {
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
}

/** What there is in an account: for each thing its type and id, and what matters of its state. */
export type Listing = ReadonlyMap<string, string>;

/** Lists the account through the AWS SDK, type by type. */
export async function listAccount(clients: Clients): Promise<Listing> {
  const { ec2, iam, kms, s3, ssm } = clients;
  const things: [string, string][] = [];
  const add = (type: string, id: string | undefined, state: unknown = "") =>
    things.push([`${type} ${id}`, typeof state === "string" ? state : JSON.stringify(state)]);

  const gone = new Set<string | undefined>();
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  for (const { InstanceId, State } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
    // AWS lists a terminated instance for an hour.
    if (State?.Name === "terminated") {
      gone.add(InstanceId);
    } else {
      add("instance", InstanceId, State?.Name);
    }
  }
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}));
  Volumes.forEach(({ VolumeId, State }) => add("volume", VolumeId, State));

  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  for (const { SnapshotId, Description = "", Tags = [] } of Snapshots) {
    // The emulator lists the snapshots of public images whoever is asked for.
    if (!Description.startsWith("Auto-created snapshot for AMI")) {
      add("snapshot", SnapshotId, Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])));
    }
  }

  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  Vpcs.forEach(({ VpcId }) => add("vpc", VpcId));
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  Subnets.forEach(({ SubnetId }) => add("subnet", SubnetId));
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  VpcEndpoints.forEach(({ VpcEndpointId }) => add("endpoint", VpcEndpointId));
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  for (const { NetworkInterfaceId, Attachment } of NetworkInterfaces) {
    // AWS deletes an instance's own interface with it; the emulator keeps it.
    if (!gone.has(Attachment?.InstanceId)) {
      add("interface", NetworkInterfaceId);
    }
  }
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  SecurityGroups.forEach(({ GroupId }) => add("security group", GroupId));
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
  SecurityGroupRules.forEach(({ SecurityGroupRuleId }) => add("rule", SecurityGroupRuleId));

  const { Roles = [] } = await iam.send(new ListRolesCommand({ PathPrefix: "/clean-room/" }));
  Roles.forEach(({ Arn }) => add("role", Arn));
  const profiles = await iam.send(new ListInstanceProfilesCommand({}));
  (profiles.InstanceProfiles ?? []).forEach(({ Arn }) => add("instance profile", Arn));

  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  for (const { KeyId } of Keys) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    add("key", KeyId, KeyMetadata?.KeyState);
    const { Grants = [] } = await kms.send(new ListGrantsCommand({ KeyId }));
    Grants.forEach(({ GrantId, Name }) => add("grant", GrantId, Name));
  }
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  Aliases.forEach(({ AliasName }) => add("alias", AliasName));

  const { Parameters = [] } = await ssm.send(new DescribeParametersCommand({}));
  Parameters.forEach(({ Name }) => add("parameter", Name));

  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name: Bucket } of Buckets) {
    add("bucket", Bucket);
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    // Access logs come by themselves, with every request of this listing too.
    for (const { Key, VersionId } of Versions.filter((each) => !each.Key?.startsWith("vault/"))) {
      const version = { Bucket, Key, VersionId };
      const { ObjectLockMode } = await s3.send(new HeadObjectCommand(version));
      add("object", `${Bucket}/${Key}`, ObjectLockMode);
    }
    DeleteMarkers.forEach(({ Key }) => add("delete marker", `${Bucket}/${Key}`));
  }
  return new Map(things);
}

/** What is in the second listing and not, or not like this, in the first. */
export function added(before: Listing, after: Listing): [thing: string, state: string][] {
  return [...after].filter(([thing, state]) => before.get(thing) !== state);
}
