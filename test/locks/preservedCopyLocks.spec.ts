import assert from "node:assert/strict";

import type { EC2Client, LockedSnapshotsInfo, LockState } from "@aws-sdk/client-ec2";

import { locksCommand, locksOfStack } from "../../locks/locks";
import { PreservedCopyLocks, type PreservedRoom } from "../../locks/preservedCopyLocks";
import { auditConfig, incidentConfig } from "../support/examples";

// The calls and their answers have the SDK's types; that EC2 answers so is not shown here.

const COPY = { snapshot: "snap-0aaaaaaaaaaaaaaaa", source: "snap-0123456789abcdef0" };
const OTHER_COPY = { snapshot: "snap-0bbbbbbbbbbbbbbbb", source: "snap-0fedcba9876543210" };
const ROOM: PreservedRoom = {
  ticket: "INC-2026-0042",
  region: "us-east-1",
  copies: [COPY, OTHER_COPY],
};
const LOCK_IT =
  "  aws ssm start-automation-execution --region us-east-1 --document-name clean-room-lock-preserved-copy --parameters SnapshotArn=arn:aws:ec2:us-east-1::snapshot/";

/** A lock as EC2 tells of it. */
function lock(SnapshotId: string, state: LockState | undefined): LockedSnapshotsInfo {
  return {
    SnapshotId,
    OwnerId: "111122223333",
    LockExpiresOn: new Date("2027-11-20T10:11:12Z"),
    ...(state === undefined ? {} : { LockState: state }),
  };
}

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

async function run(locks: readonly LockedSnapshotsInfo[], room: PreservedRoom = ROOM) {
  const said: string[] = [];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await locksCommand(
      (stack) => {
        assert.equal(stack, "inc-2026-0042");
        return Promise.resolve(new PreservedCopyLocks(ec2(locks), room));
      },
      (line) => said.push(line),
    ).parseAsync(["--stack", "inc-2026-0042"], { from: "user" });
    return { said, code: process.exitCode };
  } finally {
    process.exitCode = before;
  }
}

describe("npm run locks", () => {
  const states: [LockState | undefined, number][] = [
    ["governance", 0],
    ["compliance", 0],
    ["compliance-cooloff", 0],
    ["expired", 1],
    ["a-state-of-next-year" as LockState, 1],
    [undefined, 1],
  ];
  for (const [state, code] of states) {
    it(`ends with ${code} where a copy's state is ${state ?? "not told"}`, async () => {
      const ran = await run([lock(OTHER_COPY.snapshot, "governance"), lock(COPY.snapshot, state)]);
      assert.equal(ran.code, code);
    });
  }

  it("shows each copy, its source, its lock's state and end, though other snapshots are locked", async () => {
    const { said, code } = await run([
      lock("snap-0ccccccccccccccccc", "expired"),
      lock(OTHER_COPY.snapshot, "compliance"),
      lock("snap-0dddddddddddddddd", "governance"),
      lock(COPY.snapshot, "governance"),
    ]);
    assert.deepEqual(said, [
      `${COPY.snapshot}  copy of ${COPY.source}  governance  until 2027-11-20T10:11:12Z`,
      `${OTHER_COPY.snapshot}  copy of ${OTHER_COPY.source}  compliance  until 2027-11-20T10:11:12Z`,
      "every preserved copy of INC-2026-0042 is locked",
    ]);
    assert.equal(code, 0);
  });

  it("ends with 1 where a copy has no lock, and gives the command that locks it and no other", async () => {
    const { said, code } = await run([lock(COPY.snapshot, "governance")]);
    assert.deepEqual(said, [
      `${COPY.snapshot}  copy of ${COPY.source}  governance  until 2027-11-20T10:11:12Z`,
      `${OTHER_COPY.snapshot}  copy of ${OTHER_COPY.source}  not locked`,
      "1 of 2 not locked: run this, and npm run locks again, before you destroy the room",
      `${LOCK_IT}${OTHER_COPY.snapshot}`,
    ]);
    assert.equal(code, 1);
  });

  it("takes the lock of the source for none of the copy's", async () => {
    const { code } = await run([lock(COPY.source, "governance")], { ...ROOM, copies: [COPY] });
    assert.equal(code, 1);
  });

  it("gives commands for the partition of the room's Region", async () => {
    const { said } = await run([], { ...ROOM, region: "us-gov-west-1", copies: [COPY] });
    assert.match(
      said.at(-1) ?? "",
      / --region us-gov-west-1 .*=arn:aws-us-gov:ec2:us-gov-west-1::snapshot\/snap-0a+$/,
    );
  });

  it("ends with 0 for a room without evidence, and says that it has none", async () => {
    const { said, code } = await run([], { ...ROOM, copies: [] });
    assert.deepEqual(said, [
      "the room of INC-2026-0042 has no evidence, and so no preserved copy to lock",
    ]);
    assert.equal(code, 0);
  });

  it("passes on that it is not allowed", async () => {
    const client = {
      send: () => Promise.reject(new Error("not authorized: ec2:DescribeLockedSnapshots")),
    } as unknown as EC2Client;
    await assert.rejects(
      new PreservedCopyLocks(client, ROOM).locks(),
      /ec2:DescribeLockedSnapshots/,
    );
  });
});

describe("The stack that npm run locks looks at", () => {
  const EVIDENCE = [{ snapshot: COPY.source, account: "222233334444", device: "/dev/sdf" }];
  const VOLUMES = [{ sourceSnapshot: COPY.source, preservedSnapshot: COPY.snapshot }];

  /** Looks at a stack with this configuration and these outputs. */
  function look(
    config: Readonly<Record<string, unknown>>,
    outputs: Readonly<Record<string, unknown>>,
    stack = "inc-2026-0042",
  ) {
    const regions: string[] = [];
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    const asked = (name: string) => {
      assert.equal(name, stack);
    };
    const room = locksOfStack(
      stack,
      {
        projectSettings: () => Promise.resolve({ name: "clean-room", runtime: "nodejs" }),
        getAllConfig: (name) => {
          asked(name);
          return Promise.resolve(
            Object.fromEntries(
              Object.entries(config).map(([key, value]) => [key, { value: text(value) }]),
            ),
          );
        },
        stackOutputs: (name) => {
          asked(name);
          return Promise.resolve(
            Object.fromEntries(
              Object.entries(outputs).map(([key, value]) => [key, { value, secret: false }]),
            ),
          );
        },
      },
      (region) => {
        regions.push(region);
        return ec2([]);
      },
    );
    return room.then((locks) => ({ room: locks.room, regions }));
  }

  it("is asked for its copies by its outputs, and EC2 in the Region of its settings", async () => {
    const config = incidentConfig({ evidence: EVIDENCE });
    for (const stack of ["inc-2026-0042", "example/clean-room/inc-2026-0042"]) {
      assert.deepEqual(await look(config, { volumes: VOLUMES }, stack), {
        room: { ticket: "INC-2026-0042", region: "us-east-1", copies: [COPY] },
        regions: ["us-east-1"],
      });
    }
  });

  it("may have no evidence", async () => {
    const { room } = await look(incidentConfig(), { volumes: [] });
    assert.deepEqual(room.copies, []);
  });

  it("is refused when it is destroyed", async () => {
    await assert.rejects(
      look(incidentConfig({ evidence: EVIDENCE }), {}),
      /The stack inc-2026-0042 has no room:\n.*it is destroyed: .* before pulumi destroy\.$/,
    );
  });

  it("is refused when its outputs lack evidence that it is configured with", async () => {
    await assert.rejects(
      look(incidentConfig({ evidence: EVIDENCE }), { volumes: [] }),
      new RegExp(`Of ${COPY.source} they name none: run pulumi up --stack inc-2026-0042 first`),
    );
  });

  it("is refused when it is no incident's", async () => {
    await assert.rejects(
      look(auditConfig(), { volumes: VOLUMES }, "audit"),
      /The stack audit has no room:\n.*Name an incident's stack/,
    );
  });
});
