import {
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  DescribeVpcPeeringConnectionsCommand,
  type _InstanceType as TypeName,
} from "@aws-sdk/client-ec2";

import { ListKeysCommand } from "@aws-sdk/client-kms";

import { pages } from "../../components/aws/pages";
import { ownSnapshots } from "../../components/evidence/copies/snapshots";
import { quotaCodeOf } from "../../components/room/vcpuQuota";
import type { RoomAws } from "../room/roomAws";

/** Types that one call asks for. */
const AT_ONCE = 100;

/** vCPUs of running On-Demand instances that one quota counts; those on a dedicated host it does not. */
export async function runningVcpus(ec2: RoomAws["ec2"], code: string): Promise<number> {
  const Filters = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
  const running = await pages((NextToken) =>
    ec2.send(new DescribeInstancesCommand({ Filters, NextToken })),
  );
  const types = running
    .flatMap(({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances))
    .filter(
      ({ InstanceLifecycle, Placement }) =>
        InstanceLifecycle === undefined && Placement?.Tenancy !== "host",
    )
    .map(({ InstanceType = "" }) => InstanceType)
    .filter((type) => quotaCodeOf(type) === code);
  return vcpusOf(ec2, types);
}

/** vCPUs of instances of these types altogether, each as often as it is named. */
export async function vcpusOf(ec2: RoomAws["ec2"], types: readonly string[]): Promise<number> {
  const names = [...new Set(types)] as TypeName[];
  const vcpus = new Map<string, number>();
  for (let index = 0; index < names.length; index += AT_ONCE) {
    const InstanceTypes = names.slice(index, index + AT_ONCE);
    const { InstanceTypes: told = [] } = await ec2.send(
      new DescribeInstanceTypesCommand({ InstanceTypes }),
    );
    told.forEach(({ InstanceType = "", VCpuInfo }) =>
      vcpus.set(InstanceType, VCpuInfo?.DefaultVCpus ?? 0),
    );
  }
  return types.reduce((sum, type) => sum + (vcpus.get(type) ?? 0), 0);
}

/** TiB of all gp3 volumes, in use or not. */
export async function gp3TiB(ec2: RoomAws["ec2"]): Promise<number> {
  const Filters = [{ Name: "volume-type", Values: ["gp3"] }];
  const told = await pages((NextToken) =>
    ec2.send(new DescribeVolumesCommand({ Filters, NextToken })),
  );
  const volumes = told.flatMap(({ Volumes = [] }) => Volumes);
  return volumes.reduce((sum, { Size = 0 }) => sum + Size, 0) / 1024;
}

/** Security groups that the account owns. @param accountId 12 digits */
export async function securityGroups(ec2: RoomAws["ec2"], accountId: string): Promise<number> {
  // EC2 lists those of others, too, whose VPC is shared.
  const Filters = [{ Name: "owner-id", Values: [accountId] }];
  const told = await pages((NextToken) =>
    ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
  );
  return told.flatMap(({ SecurityGroups = [] }) => SecurityGroups).length;
}

/** Active peering connections of a VPC, whichever side asked for them. */
export async function activePeerings(ec2: RoomAws["ec2"], vpcId: string): Promise<number> {
  const told = await pages((NextToken) =>
    ec2.send(new DescribeVpcPeeringConnectionsCommand({ NextToken })),
  );
  return told
    .flatMap(({ VpcPeeringConnections = [] }) => VpcPeeringConnections)
    .filter(
      ({ Status, RequesterVpcInfo, AccepterVpcInfo }) =>
        Status?.Code === "active" &&
        [RequesterVpcInfo?.VpcId, AccepterVpcInfo?.VpcId].includes(vpcId),
    ).length;
}

/** Snapshots that the account owns in the Region. */
export async function snapshots(ec2: RoomAws["ec2"]): Promise<number> {
  return (await ownSnapshots(ec2, [])).length;
}

/** KMS keys of the account in the Region; AWS's own few, which the quota does not count, are not told from the others. */
export async function keys(kms: RoomAws["kms"]): Promise<number> {
  const told = await pages(async (Marker) => {
    const { Keys = [], NextMarker: NextToken } = await kms.send(new ListKeysCommand({ Marker }));
    return { Keys, NextToken };
  });
  return told.flatMap(({ Keys }) => Keys).length;
}
