import { isDeepStrictEqual } from "node:util";

import {
  DescribeKeyPairsCommand,
  paginateDescribeFlowLogs,
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeNetworkAcls,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateDescribeSnapshots,
  paginateDescribeSubnets,
  paginateDescribeVolumes,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import {
  paginateListInstanceProfiles,
  paginateListPolicies,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  paginateListAliases,
  paginateListGrants,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import {
  HeadObjectCommand,
  ListObjectVersionsCommand,
  paginateListBuckets,
} from "@aws-sdk/client-s3";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";

import type { Clients } from "./accountClients";

/** What there is in an account: for each thing its type and id, and what matters of its state. */
export type Listing = ReadonlyMap<string, unknown>;

/** Lists the account through the AWS SDK, type by type. */
export async function listAccount({ ec2, iam, kms, s3, ssm }: Clients): Promise<Listing> {
  const things = new Map<string, unknown>();
  const add = (type: string, id: string | undefined, state: unknown = "") =>
    things.set(`${type} ${id}`, state);
  const client = ec2;

  const gone = new Set<string | undefined>();
  const reservations = await all(
    paginateDescribeInstances({ client }, {}),
    (page) => page.Reservations,
  );
  for (const { InstanceId, State } of reservations.flatMap(({ Instances = [] }) => Instances)) {
    // AWS lists a terminated instance for an hour.
    if (State?.Name === "terminated") {
      gone.add(InstanceId);
    } else {
      add("instance", InstanceId, State?.Name);
    }
  }
  for (const { VolumeId, State } of await all(
    paginateDescribeVolumes({ client }, {}),
    (page) => page.Volumes,
  )) {
    add("volume", VolumeId, State);
  }
  for (const { SnapshotId, Description = "", KmsKeyId, Tags = [] } of await all(
    paginateDescribeSnapshots({ client }, { OwnerIds: ["self"] }),
    (page) => page.Snapshots,
  )) {
    // The emulator lists the snapshots of public images whoever is asked for.
    if (!Description.startsWith("Auto-created snapshot for AMI")) {
      const tags = Object.fromEntries(Tags.map(({ Key = "", Value }) => [Key, Value]));
      add("snapshot", SnapshotId, { key: KmsKeyId, tags });
    }
  }
  for (const { ImageId } of await all(
    paginateDescribeImages({ client }, { Owners: ["self"] }),
    (page) => page.Images,
  )) {
    add("image", ImageId);
  }
  const { KeyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand({}));
  KeyPairs.forEach(({ KeyPairId }) => add("key pair", KeyPairId));

  for (const { VpcId } of await all(paginateDescribeVpcs({ client }, {}), (page) => page.Vpcs)) {
    add("vpc", VpcId);
  }
  for (const { SubnetId } of await all(
    paginateDescribeSubnets({ client }, {}),
    (page) => page.Subnets,
  )) {
    add("subnet", SubnetId);
  }
  for (const { RouteTableId, Routes = [] } of await all(
    paginateDescribeRouteTables({ client }, {}),
    (page) => page.RouteTables,
  )) {
    add("route table", RouteTableId, Routes.length);
  }
  for (const { NetworkAclId } of await all(
    paginateDescribeNetworkAcls({ client }, {}),
    (page) => page.NetworkAcls,
  )) {
    add("network acl", NetworkAclId);
  }
  for (const { FlowLogId } of await all(
    paginateDescribeFlowLogs({ client }, {}),
    (page) => page.FlowLogs,
  )) {
    add("flow log", FlowLogId);
  }
  for (const { VpcEndpointId } of await all(
    paginateDescribeVpcEndpoints({ client }, {}),
    (page) => page.VpcEndpoints,
  )) {
    add("endpoint", VpcEndpointId);
  }
  for (const { NetworkInterfaceId, Attachment } of await all(
    paginateDescribeNetworkInterfaces({ client }, {}),
    (page) => page.NetworkInterfaces,
  )) {
    // AWS deletes an instance's own interface with it; the emulator keeps it.
    if (!gone.has(Attachment?.InstanceId)) {
      add("interface", NetworkInterfaceId);
    }
  }
  for (const { GroupId } of await all(
    paginateDescribeSecurityGroups({ client }, {}),
    (page) => page.SecurityGroups,
  )) {
    add("security group", GroupId);
  }
  for (const { SecurityGroupRuleId } of await all(
    paginateDescribeSecurityGroupRules({ client }, {}),
    (page) => page.SecurityGroupRules,
  )) {
    add("rule", SecurityGroupRuleId);
  }

  for (const { Arn } of await all(paginateListRoles({ client: iam }, {}), (page) => page.Roles)) {
    add("role", Arn);
  }
  for (const { Arn } of await all(
    paginateListInstanceProfiles({ client: iam }, {}),
    (page) => page.InstanceProfiles,
  )) {
    add("instance profile", Arn);
  }
  for (const { Arn } of await all(
    paginateListPolicies({ client: iam }, { Scope: "Local" }),
    (page) => page.Policies,
  )) {
    add("policy", Arn);
  }

  for (const { KeyId } of await all(paginateListKeys({ client: kms }, {}), (page) => page.Keys)) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    const { KeyState, DeletionDate } = KeyMetadata ?? {};
    add("key", KeyId, DeletionDate ? { KeyState, days: daysTo(DeletionDate) } : { KeyState });
    for (const { GrantId, Name } of await all(
      paginateListGrants({ client: kms }, { KeyId }),
      (page) => page.Grants,
    )) {
      add("grant", GrantId, Name);
    }
  }
  for (const { AliasName } of await all(
    paginateListAliases({ client: kms }, {}),
    (page) => page.Aliases,
  )) {
    add("alias", AliasName);
  }

  for (const { Name } of await all(
    paginateDescribeParameters({ client: ssm }, {}),
    (page) => page.Parameters,
  )) {
    add("parameter", Name);
  }

  for (const { Name: Bucket } of await all(
    paginateListBuckets({ client: s3 }, {}),
    (page) => page.Buckets,
  )) {
    add("bucket", Bucket);
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    // Access logs come by themselves, with every request of this listing too.
    for (const { Key, VersionId, IsLatest } of Versions.filter(
      ({ Key = "" }) => !/^(trail|vault)\//.test(Key),
    )) {
      const { ObjectLockMode: lock, ObjectLockRetainUntilDate: until } = await s3.send(
        new HeadObjectCommand({ Bucket, Key, VersionId }),
      );
      const state = { lock, days: until && daysTo(until) };
      add(IsLatest ? "object" : `overwritten ${VersionId} of`, `${Bucket}/${Key}`, state);
    }
    DeleteMarkers.forEach(({ Key }) => add("delete marker", `${Bucket}/${Key}`));
  }
  return things;
}

/** What is in the second listing and not, or not like this, in the first. */
export function added(before: Listing, after: Listing): Listing {
  return new Map(
    [...after].filter(
      ([thing, state]) => !before.has(thing) || !isDeepStrictEqual(before.get(thing), state),
    ),
  );
}

/** The items of every page: AWS gives long lists in parts. */
async function all<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) {
    items.push(...(itemsOf(page) ?? []));
  }
  return items;
}

/** Days from now, to the nearest: a run takes minutes. */
function daysTo(date: Date): number {
  return Math.round((date.getTime() - Date.now()) / 86_400_000);
}
