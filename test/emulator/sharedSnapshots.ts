import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  type EC2ServiceException,
} from "@aws-sdk/client-ec2";

import type { Clients } from "./accountClients";
import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
  withParameters,
} from "./awsRequest";

/** An account that has shared a snapshot. */
interface Owner {
  readonly account: string;
  readonly ec2: EC2Client;
}

/**
 * Lets an account see and copy another one's snapshot where that one has shared it, and nowhere else:
 * the emulator keeps accounts apart altogether. One that is asked for by its id is shown as its owner
 * sees it, but without the tags: that AWS shows them is not documented. To be copied it gets a stand-in
 * of its size in the account that copies it, for as long as the copying takes.
 *
 * Source: EBS user guide, "Share an Amazon EBS snapshot with other AWS accounts".
 */
export class SharedSnapshots implements Correction {
  /** @param accounts The accounts there are, by their ids. */
  public constructor(private readonly accounts: ReadonlyMap<string, Clients>) {}

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    switch (asked.get("Action")) {
      case "DescribeSnapshots": {
        // Asked for its own, an account is not shown what others share with it.
        const id = asked.has("Owner.1") ? null : asked.get("SnapshotId.1");
        const owner = await this.ownerOfShared(id, request.account);
        return owner === undefined
          ? pass(request)
          : withoutTags(await pass({ ...request, account: owner.account }));
      }
      case "CopySnapshot": {
        const id = asked.get("SourceSnapshotId");
        const owner = await this.ownerOfShared(id, request.account);
        const ec2 = this.accounts.get(request.account)?.ec2;
        return id === null || owner === undefined || ec2 === undefined
          ? pass(request)
          : copyStandIn(ec2, await sizeOf(id, owner.ec2), (SourceSnapshotId) =>
              pass(withParameters(request, { SourceSnapshotId })),
            );
      }
      default:
        return pass(request);
    }
  }

  /** Who has shared a snapshot with an account; undefined where nobody has. */
  private async ownerOfShared(id: string | null, sharedWith: string): Promise<Owner | undefined> {
    for (const [account, { ec2 }] of this.accounts) {
      if (id !== null && account !== sharedWith && (await isShared(id, ec2, sharedWith))) {
        return { account, ec2 };
      }
    }
    return undefined;
  }
}

/** Whether the account of the client has this snapshot, and shares it with that account. */
async function isShared(SnapshotId: string, ec2: EC2Client, sharedWith: string): Promise<boolean> {
  try {
    const { CreateVolumePermissions = [] } = await ec2.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: "createVolumePermission" }),
    );
    return CreateVolumePermissions.some(({ UserId }) => UserId === sharedWith);
  } catch (error) {
    if ((error as EC2ServiceException).name !== "InvalidSnapshot.NotFound") {
      throw error;
    }
    return false;
  }
}

/** Size of a snapshot of the client's account, in GiB. */
async function sizeOf(id: string, ec2: EC2Client): Promise<number | undefined> {
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
  return Snapshots[0]?.VolumeSize;
}

/** Copies a snapshot of this size, in GiB, that is there for the copying only. */
async function copyStandIn(
  ec2: EC2Client,
  Size: number | undefined,
  copy: (id: string) => Promise<AwsAnswer>,
): Promise<AwsAnswer> {
  const { VolumeId } = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size }),
  );
  const { SnapshotId = "" } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  const answer = await copy(SnapshotId);
  await ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  return answer;
}

function withoutTags(answer: AwsAnswer): AwsAnswer {
  const text = answer.body.toString("utf8").replace(/<tagSet>.*?<\/tagSet>/gs, "<tagSet/>");
  return { ...answer, body: Buffer.from(text) };
}
