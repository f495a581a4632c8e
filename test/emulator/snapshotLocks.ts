import {
  type AwsAnswer,
  type AwsRequest,
  type Correction,
  parametersOf,
  type Pass,
  withParameters,
} from "./awsRequest";

/** A lock of a snapshot. */
interface Lock {
  readonly account: string;
  readonly snapshot: string;
  readonly mode: string;
  readonly days: number;
  readonly since: Date;
}

const DAY = 86_400_000;

/**
 * Keeps the locks of snapshots, which the emulator does not know. Of a lock it takes the mode and the
 * days; what a lock forbids, it does not forbid.
 *
 * Source: EC2 API reference, LockSnapshot, DescribeLockedSnapshots.
 */
export class SnapshotLocks implements Correction {
  private readonly locks: Lock[] = [];

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const asked = parametersOf(request);
    const { account } = request;
    switch (asked.get("Action")) {
      case "LockSnapshot": {
        const snapshot = asked.get("SnapshotId") ?? "";
        const found = await pass(
          withParameters(request, { Action: "DescribeSnapshots", "SnapshotId.1": snapshot }),
        );
        if (found.status !== 200) {
          return found;
        }
        const lock = {
          account,
          snapshot,
          mode: asked.get("LockMode") ?? "",
          days: Number(asked.get("LockDuration")),
          since: new Date(),
        };
        this.locks.push(lock);
        return xml("LockSnapshotResponse", elementsOf(lock));
      }
      case "DescribeLockedSnapshots": {
        const items = this.locks
          .filter((lock) => lock.account === account)
          .map((lock) => `<item><ownerId>${account}</ownerId>${elementsOf(lock)}</item>`);
        return xml(
          "DescribeLockedSnapshotsResponse",
          `<snapshotSet>${items.join("")}</snapshotSet>`,
        );
      }
      default:
        return pass(request);
    }
  }
}

function elementsOf({ snapshot, mode, days, since }: Lock): string {
  const until = new Date(since.getTime() + days * DAY);
  return [
    `<snapshotId>${snapshot}</snapshotId>`,
    `<lockState>${mode}</lockState>`,
    `<lockDuration>${days}</lockDuration>`,
    `<lockCreatedOn>${since.toISOString()}</lockCreatedOn>`,
    `<lockDurationStartTime>${since.toISOString()}</lockDurationStartTime>`,
    `<lockExpiresOn>${until.toISOString()}</lockExpiresOn>`,
  ].join("");
}

function xml(root: string, content: string): AwsAnswer {
  const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
  const text = `<${root} xmlns="${namespace}"><requestId>locks</requestId>${content}</${root}>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
}
