import assert from "node:assert/strict";

import type { EC2Client } from "@aws-sdk/client-ec2";

import { namedSnapshots, productCodesOf } from "../../../../components/evidence/copies/snapshots";

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `snap-${String(index).padStart(17, "0")}`);

/** EC2 as it is asked: what it was asked for, how many calls at a time. */
class Ec2 {
  public calls = 0;
  public most = 0;
  private underWay = 0;

  /** @param unseen What it says of snapshots that it does not show. */
  public constructor(private readonly unseen: Readonly<Record<string, string>> = {}) {}

  public async send({ input }: { readonly input: object }): Promise<object> {
    this.calls += 1;
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    await new Promise(setImmediate);
    this.underWay -= 1;
    const { SnapshotIds, SnapshotId } = input as { SnapshotIds?: string[]; SnapshotId?: string };
    for (const id of SnapshotIds ?? [SnapshotId ?? ""]) {
      const name = this.unseen[id];
      if (name !== undefined) {
        throw Object.assign(new Error(`of ${id}`), { name });
      }
    }
    return {
      Snapshots: SnapshotIds?.map((id) => ({ SnapshotId: id })),
      ProductCodes: [{ ProductCodeId: SnapshotId }],
    };
  }

  public get client(): EC2Client {
    return this as unknown as EC2Client;
  }
}

describe("Snapshots by their ids", () => {
  it("are asked for together: a thousand take fewer than ten calls", async () => {
    const ec2 = new Ec2();
    const found = await namedSnapshots(ec2.client, ids(1000));
    assert.deepEqual([...found.keys()], ids(1000));
    assert.ok(
      [...found].every(([id, answer]) => !(answer instanceof Error) && answer.SnapshotId === id),
    );
    assert.ok(ec2.calls < 10, `${ec2.calls} calls`);
  });

  it("are each answered with EC2's own words where one of a thousand cannot be seen", async () => {
    const hidden = ids(1000)[777] as string;
    const ec2 = new Ec2({ [hidden]: "InvalidSnapshot.NotFound" });
    const found = await namedSnapshots(ec2.client, ids(1000));
    assert.deepEqual(
      [...found].filter(([, answer]) => answer instanceof Error).map(([id]) => id),
      [hidden],
    );
    assert.equal((found.get(hidden) as Error).message, `of ${hidden}`);
    assert.ok(ec2.calls < 30, `${ec2.calls} calls`);
  });

  it("are not asked for again and again where EC2 takes no more requests", async () => {
    const ec2 = new Ec2({ [ids(1)[0] as string]: "RequestLimitExceeded" });
    const found = await namedSnapshots(ec2.client, ids(200));
    assert.equal(ec2.calls, 1);
    assert.ok([...found.values()].every((answer) => answer instanceof Error));
  });

  it("have their product codes looked up a few at a time, what is not told left out", async () => {
    const [first = "", ...others] = ids(40);
    const ec2 = new Ec2({ [first]: "UnauthorizedOperation" });
    const codes = await productCodesOf(ec2.client, [first, ...others]);
    assert.deepEqual(codes, new Map(others.map((id) => [id, [id]])));
    assert.ok(ec2.most <= 5, `${ec2.most} at a time`);
  });
});
