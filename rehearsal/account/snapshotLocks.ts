import {
  DescribeLockedSnapshotsCommand,
  type DescribeLockedSnapshotsCommandOutput,
  type EC2Client,
} from "@aws-sdk/client-ec2";

import type { AccountStore } from "./accountStore";

/** EC2 of the simulated account, for who asks without Pulumi which preserved copies are locked. */
export function ec2Of(store: AccountStore): Pick<EC2Client, "send"> {
  const send = (command: unknown): Promise<Partial<DescribeLockedSnapshotsCommandOutput>> => {
    if (!(command instanceof DescribeLockedSnapshotsCommand)) {
      throw new Error("the simulated EC2 tells which snapshots are locked, and nothing else");
    }
    const copies = store.read().ofType("aws:ebs/snapshotCopy:SnapshotCopy");
    return Promise.resolve({
      Snapshots: copies.flatMap(({ id, lockedUntil }) =>
        lockedUntil === undefined
          ? []
          : [
              {
                SnapshotId: id,
                LockState: "governance" as const,
                LockExpiresOn: new Date(lockedUntil),
              },
            ],
      ),
    });
  };
  return { send: send as EC2Client["send"] };
}
