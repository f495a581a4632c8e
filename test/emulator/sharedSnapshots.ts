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
      case "DescribeSnapshots":
        // Asked for its own, an account is not shown what others share with it.
        return asked.has("Owner.1") ? pass(request) : this.describe(request, pass);
      case "CopySnapshot": {
        const id = asked.get("SourceSnapshotId");
        const owner = await this.ownerOfShared(id, request.account);
        const ec2 = this.accounts.get(request.account)?.ec2;
        return id === null || owner === undefined || ec2 === undefined
          ? pass(request)
          : copyStandIn(ec2, request.region, await sizeOf(id, owner.ec2), (SourceSnapshotId) =>
              pass(withParameters(request, { SourceSnapshotId })),
            );
      }
      default:
        return pass(request);
    }
  }

  /** Each that is asked for by its id is looked up where it is; where one cannot be seen, none is shown. */
  private async describe(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const ids = namedIn(parametersOf(request));
    const owners = await Promise.all(ids.map((id) => this.ownerOfShared(id, request.account)));
    if (owners.every((owner) => owner === undefined)) {
      return pass(request);
    }
    const answers = await Promise.all(
      ids.map(async (id, place) => {
        const owner = owners[place];
        const one = withParameters(withoutIds(request), { "SnapshotId.1": id });
        return owner === undefined
          ? pass(one)
          : withoutTags(await pass({ ...one, account: owner.account }));
      }),
    );
    return answers.find(({ status }) => status !== 200) ?? together(answers);
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
  region: string,
  Size: number | undefined,
  copy: (id: string) => Promise<AwsAnswer>,
): Promise<AwsAnswer> {
  const { VolumeId } = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size }),
  );
  const { SnapshotId = "" } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  const answer = await copy(SnapshotId);
  await ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  return answer;
}

/** The snapshots that a request names. */
function namedIn(asked: URLSearchParams): string[] {
  return [...asked].flatMap(([name, value]) => (name.startsWith("SnapshotId.") ? value : []));
}

function withoutIds(request: AwsRequest): AwsRequest {
  const asked = parametersOf(request);
  for (const name of [...asked.keys()].filter((each) => each.startsWith("SnapshotId."))) {
    asked.delete(name);
  }
  return { ...request, body: Buffer.from(asked.toString()) };
}

/** One answer with the snapshots of all. */
function together(answers: readonly AwsAnswer[]): AwsAnswer {
  const set = /(<snapshotSet>)(.*)(<\/snapshotSet>)/s;
  const [first, ...others] = answers.map(({ body }) => body.toString("utf8"));
  const items = others.map((text) => set.exec(text)?.[2] ?? "").join("");
  const text = (first ?? "").replace(set, (_, open: string, own: string, close: string) =>
    [open, own, items, close].join(""),
  );
  return { ...(answers[0] as AwsAnswer), body: Buffer.from(text) };
}

function withoutTags(answer: AwsAnswer): AwsAnswer {
  const text = answer.body.toString("utf8").replace(/<tagSet>.*?<\/tagSet>/gs, "<tagSet/>");
  return { ...answer, body: Buffer.from(text) };
}
