import assert from "node:assert/strict";

import { type GrantListEntry, type KMSClient, NotFoundException } from "@aws-sdk/client-kms";

import { Case } from "../../../components/case";
import { memberAccounts } from "../../../components/evidence/grants/roomGrants";
import { grantsCommand } from "../../../cli/grants/grants";
import { decide, type GrantedRoom, TransferGrants } from "../../../cli/grants/transferGrants";
import { runCommand } from "../../../rehearsal/runCommand";

// The calls and their answers have the SDK's types; that KMS answers so is not shown here.

const AUDIT = "111122223333";
const MEMBER = "222233334444";
const OTHER_MEMBER = "333344445555";
const KEY = `arn:aws:kms:us-east-1:${AUDIT}:key/transfer`;
const ROOM: GrantedRoom = {
  ticket: "INC-2026-0042",
  closing: true,
  gone: false,
  recorded: [
    `arn:aws:iam::${MEMBER}:role/clean-room/forensics-responder`,
    `arn:aws:iam::${OTHER_MEMBER}:role/clean-room/forensics-responder`,
  ],
  members: [MEMBER],
  keyArn: KEY,
};

/** A grant that a room's `pulumi up` makes. */
function named(ticket: string, account: string, GrantId = `${ticket}-${account}`): GrantListEntry {
  const role = `arn:aws:iam::${account}:role/clean-room/forensics-responder`;
  return {
    GrantId,
    Name: new Case(ticket).grantName(role),
    GranteePrincipal: role,
    IssuingAccount: `arn:aws:iam::${AUDIT}:root`,
  };
}

/** A grant that EC2 makes on behalf of somebody of an account. */
function ofEc2(account: string | undefined, GrantId = `ec2-${account}`): GrantListEntry {
  return {
    GrantId,
    GranteePrincipal: "ec2.us-east-1.amazonaws.com",
    CreationDate: new Date("2026-11-20T10:11:12Z"),
    ...(account === undefined ? {} : { IssuingAccount: `arn:aws:iam::${account}:root` }),
  };
}

describe("Which grants on the transfer key go with a room", () => {
  const cases: [string, GrantListEntry[], Record<string, boolean>][] = [
    ["its own", [named("INC-2026-0042", MEMBER)], { "INC-2026-0042-222233334444": true }],
    ["those of EC2 for its member", [ofEc2(MEMBER)], { "ec2-222233334444": true }],
    ["not another room's own", [named("INC-7", MEMBER)], { "INC-7-222233334444": false }],
    [
      "not those of a ticket that begins like its own",
      [named("INC-2026-00421", MEMBER)],
      { "INC-2026-00421-222233334444": false },
    ],
    [
      "its own, but not EC2's, where another room has the same member",
      [named("INC-2026-0042", MEMBER), ofEc2(MEMBER), named("INC-7", MEMBER)],
      {
        "INC-2026-0042-222233334444": true,
        "ec2-222233334444": false,
        "INC-7-222233334444": false,
      },
    ],
    [
      "those of its member, whatever another room's members are",
      [named("INC-7", OTHER_MEMBER), ofEc2(OTHER_MEMBER), ofEc2(MEMBER)],
      { "INC-7-333344445555": false, "ec2-333344445555": false, "ec2-222233334444": true },
    ],
    [
      "not those of an account it does not know",
      [ofEc2("999988887777")],
      { "ec2-999988887777": false },
    ],
    ["not those of the Audit account", [ofEc2(AUDIT)], { "ec2-111122223333": false }],
    [
      "not those that say nothing of who issued them",
      [ofEc2(undefined, "unknown")],
      { unknown: false },
    ],
    [
      "those a member named like another room's: a member does not keep its own grants alive",
      [{ ...ofEc2(MEMBER), Name: `clean-room/INC-7/${MEMBER}/role/x` }],
      { "ec2-222233334444": true },
    ],
    [
      "by the whole account number",
      [{ ...ofEc2(MEMBER), IssuingAccount: `arn:aws:iam::${MEMBER}5:root` }],
      { "ec2-222233334444": false },
    ],
  ];
  for (const [what, grants, expected] of cases) {
    it(what, () => {
      const decisions = decide(grants, ROOM).map(({ grant, revoke }) => [grant.GrantId, revoke]);
      assert.deepEqual(Object.fromEntries(decisions), expected);
    });
  }

  it("none of the Audit account's, also where it is the one under investigation", () => {
    const members = memberAccounts({
      accountId: AUDIT,
      responderRoles: [`arn:aws:iam::${MEMBER}:role/a`, `arn:aws:iam::${MEMBER}:role/b`],
      evidence: [{ account: OTHER_MEMBER }, { account: AUDIT }],
    });
    assert.deepEqual(members, [MEMBER, OTHER_MEMBER]);
    const [decision] = decide([ofEc2(AUDIT)], { ...ROOM, members: [...members, AUDIT] });
    assert.equal(decision?.revoke, false);
  });

  it("each with its reason", () => {
    const grants = [
      named("INC-2026-0042", OTHER_MEMBER),
      named("INC-9", MEMBER),
      named("INC-7", MEMBER),
      ofEc2(MEMBER),
      ofEc2(OTHER_MEMBER),
      { ...named("INC-2026-0042", MEMBER), GranteePrincipal: "AROAEXAMPLEEXAMPLEEXA" },
    ];
    const room = { ...ROOM, members: [MEMBER, OTHER_MEMBER] };
    assert.deepEqual(
      decide(grants, room).map(({ reason }) => reason),
      [
        "made by the room of INC-2026-0042",
        "made by the room of INC-9",
        "made by the room of INC-7",
        "222233334444 is needed by the room of INC-7, INC-9",
        "333344445555 is a member account of INC-2026-0042",
        "made by the room of INC-2026-0042 for a role that is gone; pulumi up grants the one of its name again",
      ],
    );
  });
});

/** KMS with these grants, a page each. A revoked one is shown for so many looks more. */
function kms(grants: readonly GrantListEntry[], looksAfter = 0) {
  const calls: string[] = [];
  const remaining = new Map(grants.map((grant) => [grant.GrantId as string, Infinity]));
  const answers: Record<string, (input: Record<string, unknown>) => object> = {
    ListGrantsCommand: ({ KeyId, Marker }) => {
      assert.equal(KeyId, KEY);
      const shown = grants.filter(({ GrantId }) => (remaining.get(GrantId as string) ?? 0) > 0);
      const page = Number(Marker ?? 0);
      if (page >= shown.length - 1) {
        remaining.forEach((looks, id) => remaining.set(id, looks - 1));
      }
      const more = page + 1 < shown.length;
      return {
        Grants: shown.slice(page, page + 1),
        Truncated: more,
        ...(more ? { NextMarker: `${page + 1}` } : {}),
      };
    },
    RevokeGrantCommand: ({ KeyId, GrantId }) => {
      assert.equal(KeyId, KEY);
      const known = remaining.get(GrantId as string) === Infinity;
      calls.push(`${known ? "revoke" : "repeat"} ${GrantId as string}`);
      if (!known) {
        throw new NotFoundException({ message: "Grant ID not found", $metadata: {} });
      }
      remaining.set(GrantId as string, looksAfter);
      return {};
    },
  };
  const send = async (command: {
    constructor: { name: string };
    input: Record<string, unknown>;
  }) => {
    await Promise.resolve();
    return answers[command.constructor.name]?.(command.input);
  };
  return { client: { send } as unknown as KMSClient, calls };
}

async function run(client: Pick<KMSClient, "send">, room: GrantedRoom, ...args: string[]) {
  let waits = 0;
  const ran = await runCommand(
    (output) =>
      grantsCommand(
        (stack) => {
          assert.equal(stack, "inc-2026-0042");
          return Promise.resolve(new TransferGrants(client, room));
        },
        output,
        () => {
          waits += 1;
          return Promise.resolve();
        },
      ),
    ...[...args, "--stack", "inc-2026-0042"],
  );
  return { ...ran, waits };
}

describe("npx clean-room grants", () => {
  const LEFT = [ofEc2(MEMBER, "one"), named("INC-7", OTHER_MEMBER), ofEc2(MEMBER, "two")];

  it("list shows every grant of every page, what becomes of it and why; it revokes nothing", async () => {
    const { client, calls } = kms(LEFT);
    const { said, code } = await run(client, { ...ROOM, closing: false }, "list");
    assert.deepEqual(
      said.map((line) => line.split(/ {2,}/)),
      [
        ["", "issued by", "created", "grantee", "why", "grant"],
        [
          "revoke",
          MEMBER,
          "2026-11-20T10:11:12",
          "ec2.us-east-1.amazonaws.com",
          `${MEMBER} is a member account of INC-2026-0042`,
          "one",
        ],
        [
          "keep",
          AUDIT,
          "-",
          `arn:aws:iam::${OTHER_MEMBER}:role/clean-room/forensics-responder`,
          "made by the room of INC-7",
          `INC-7-${OTHER_MEMBER}`,
        ],
        [
          "revoke",
          MEMBER,
          "2026-11-20T10:11:12",
          "ec2.us-east-1.amazonaws.com",
          `${MEMBER} is a member account of INC-2026-0042`,
          "two",
        ],
      ],
    );
    assert.deepEqual(calls, []);
    assert.equal(code, 0);
  });

  it("list ends with 1 where a grant of the room is in no record, and says which", async () => {
    const { client } = kms([named("INC-2026-0042", MEMBER), ...LEFT]);
    assert.equal((await run(client, ROOM, "list")).code, 0);
    const { said, code } = await run(client, { ...ROOM, recorded: [] }, "list");
    assert.match(said[1] ?? "", /made by the room of INC-2026-0042, and no record names it/);
    assert.equal(said.filter((line) => line.includes("no record names it")).length, 1);
    assert.equal(code, 1);
  });

  it("revoke takes the room's own grants as well where the engine knows of no room any more", async () => {
    const { client, calls } = kms([named("INC-2026-0042", MEMBER), ...LEFT]);
    const { code } = await run(client, { ...ROOM, gone: true }, "revoke");
    assert.deepEqual(calls, [`revoke INC-2026-0042-${MEMBER}`, "revoke one", "revoke two"]);
    assert.equal(code, 0);
  });

  it("revoke revokes what goes with the room, and nothing else", async () => {
    const { client, calls } = kms(LEFT);
    const { said, code } = await run(client, ROOM, "revoke");
    assert.deepEqual(calls, ["revoke one", "revoke two"]);
    assert.deepEqual(said.slice(-3), [
      "revoked one",
      "revoked two",
      "no grant of INC-2026-0042 is left on the transfer key",
    ]);
    assert.equal(code, 0);
  });

  it("revoke may be run again", async () => {
    const { client, calls } = kms(LEFT);
    await run(client, ROOM, "revoke");
    const { code } = await run(client, ROOM, "revoke");
    assert.deepEqual(calls, ["revoke one", "revoke two"]);
    assert.equal(code, 0);
  });

  it("revoke takes a grant that is gone already for revoked, and looks until KMS shows it no more", async () => {
    const { client, calls } = kms(LEFT, 4);
    // Another person has revoked them a moment ago.
    await new TransferGrants(client, ROOM).revoke({ GrantId: "one" });
    const { waits, code } = await run(client, ROOM, "revoke");
    assert.deepEqual(calls, ["revoke one", "repeat one", "revoke two"]);
    assert.equal(waits, 4);
    assert.equal(code, 0);
  });

  it("revoke ends with 1, and says what, where a grant stays", async () => {
    const { client } = kms(LEFT, Infinity);
    const { said, code } = await run(client, ROOM, "revoke");
    assert.equal(said.at(-1), "2 of INC-2026-0042 still there: run this again");
    assert.equal(code, 1);
  });

  for (const [how, end, ends] of [
    [
      "AWS refuses one",
      () =>
        Promise.reject(Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" })),
      /not revoked.*Rate exceeded/s,
    ],
    [
      "somebody interrupts it",
      () => {
        process.emit("SIGINT");
        return Promise.resolve({});
      },
      /ended with 130/,
    ],
  ] as const) {
    it(`revoke says which are left where ${how}, and goes on there when it is run again`, async () => {
      const { client, calls } = kms(LEFT);
      const listeners = process.listenerCount("SIGINT");
      let ended = false;
      const interrupted = {
        send: (command: { input: { GrantId?: string } }) => {
          if (command.input.GrantId === "two" && !ended) {
            ended = true;
            return end();
          }
          return client.send(command as never);
        },
      } as unknown as KMSClient;
      const said: string[] = [];
      const exit = process.exit.bind(process);
      process.exit = (code) => {
        throw new Error(`ended with ${code}`);
      };
      try {
        const command = grantsCommand(
          () => Promise.resolve(new TransferGrants(interrupted, ROOM)),
          { say: (line) => said.push(line), tell: () => undefined },
          () => Promise.resolve(),
        );
        const args = ["revoke", "--stack", "inc-2026-0042"];
        await assert.rejects(command.parseAsync(args, { from: "user" }), ends);
      } finally {
        process.exit = exit;
      }
      const told = said.find((line) => line.includes("not revoked"));
      assert.equal(told, "1 of 2 are not revoked: two. Run this again: it goes on where it was");
      assert.equal((await run(client, ROOM, "revoke")).code, 0);
      assert.deepEqual(calls, ["revoke one", "revoke two"]);
      assert.equal(process.listenerCount("SIGINT"), listeners);
    });
  }

  it("revoke passes on that it is not allowed", async () => {
    const client = {
      send: () => Promise.reject(new Error("not authorized to perform: kms:ListGrants")),
    } as unknown as KMSClient;
    await assert.rejects(run(client, ROOM, "revoke"), /kms:ListGrants/);
  });

  it("revoke is refused for an open room, with what to run", async () => {
    const { client, calls } = kms([named("INC-2026-0042", MEMBER), ...LEFT]);
    await assert.rejects(
      run(client, { ...ROOM, closing: false }, "revoke"),
      /is open:\n.*pulumi config set closing true --stack inc-2026-0042, then pulumi up/,
    );
    assert.deepEqual(calls, []);
  });

  it("revoke is refused while the room's own grants are there: the closing up did not run", async () => {
    const { client, calls } = kms([named("INC-2026-0042", MEMBER), ...LEFT]);
    await assert.rejects(
      run(client, ROOM, "revoke"),
      /clean-room\/INC-2026-0042\/222233334444\/role.* is still there. Run pulumi up --stack inc-2026-0042 first/,
    );
    assert.deepEqual(calls, []);
  });

  it("revoke waits for those while KMS shows them, where the closing up just ran", async () => {
    const own = named("INC-2026-0042", MEMBER);
    const revokeAfter = async (shown: number, looks: number) => {
      const revoked: unknown[] = [];
      const send = ({ input }: { input: { GrantId?: string } }) => {
        if (input.GrantId !== undefined) {
          revoked.push(input.GrantId);
          return Promise.resolve({});
        }
        shown -= 1;
        const left = revoked.length === 0 ? LEFT : [];
        return Promise.resolve({ Grants: shown >= 0 ? [own, ...left] : left, Truncated: false });
      };
      const { code } = await runCommand(
        (output) =>
          grantsCommand(
            () => Promise.resolve(new TransferGrants({ send }, ROOM)),
            output,
            () => Promise.resolve(),
            looks,
          ),
        ...["revoke", "--stack", "inc-2026-0042"],
      );
      return { code, revoked };
    };
    assert.deepEqual(await revokeAfter(2, 3), { code: 0, revoked: ["one", "two"] });
    await assert.rejects(revokeAfter(3, 3), /is still there/);
  });
});
