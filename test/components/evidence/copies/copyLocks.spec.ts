import assert from "node:assert/strict";

import type { EC2Client, LockedSnapshotsInfo } from "@aws-sdk/client-ec2";

import { findLocks, unlockedCopies } from "../../../../components/evidence/copies/copyLocks";

// The calls and their answers have the SDK's types; that EC2 answers so is not shown here.

const COPY = "snap-0aaaaaaaaaaaaaaaa";
const TERMS = { region: "us-gov-west-1", mode: "COMPLIANCE", days: 365 } as const;

/** EC2 with these locks, a page each; it knows no call but the one that looks. */
function ec2(locks: readonly LockedSnapshotsInfo[]): EC2Client {
  const send = async (command: {
    constructor: { name: string };
    input: Record<string, unknown>;
  }) => {
    await Promise.resolve();
    assert.equal(command.constructor.name, "DescribeLockedSnapshotsCommand");
    const { NextToken, ...rest } = command.input;
    assert.deepEqual(rest, {}, "asked for some, EC2 may fail on one that is not locked");
    const page = Number(NextToken ?? 0);
    return {
      Snapshots: locks.slice(page, page + 1),
      ...(page + 1 < locks.length ? { NextToken: `${page + 1}` } : {}),
    };
  };
  return { send } as unknown as EC2Client;
}

describe("Locks of preserved copies", () => {
  it("are looked for to the last page", async () => {
    const locks = ["snap-0b", "snap-0c", COPY].map((SnapshotId) => ({ SnapshotId }));
    assert.deepEqual(await findLocks(ec2(locks)), locks);
    assert.deepEqual(await findLocks(ec2([])), []);
  });

  it("that cannot be seen are a refusal with AWS's answer", async () => {
    const client = {
      send: () => Promise.reject(new Error("You are not authorized to perform this operation.")),
    } as unknown as EC2Client;
    await assert.rejects(
      findLocks(client),
      /ec2:DescribeLockedSnapshots tells could not be looked up\. AWS denies it.*AWS answered: You are not authorized/,
    );
  });

  it("are put on by a command for the partition of the Region", () => {
    assert.match(
      unlockedCopies([{ copySnapshotId: COPY, sourceSnapshotId: "snap-0b" }], [], TERMS).join(),
      new RegExp(` --region us-gov-west-1 .*=arn:aws-us-gov:ec2:us-gov-west-1::snapshot/${COPY} `),
    );
  });

  it("are put on by an administrator's command, should the runbook fail", () => {
    assert.match(
      unlockedCopies([{ copySnapshotId: COPY, sourceSnapshotId: "snap-0b" }], [], TERMS).join(),
      new RegExp(
        ` an administrator locks it: aws ec2 lock-snapshot --region us-gov-west-1 --lock-mode compliance --lock-duration 365 --snapshot-id ${COPY}$`,
      ),
    );
  });
});
