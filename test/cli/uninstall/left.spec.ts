import assert from "node:assert/strict";

import { type Installed, leftBehind, partsOf } from "../../../cli/uninstall/left";

const NOW = new Date("2026-11-29T00:00:00Z");
const POLICY = "arn:aws:iam::111122223333:policy/clean-room/incident-deployer-room";

const THERE: Installed = {
  region: "us-east-1",
  auditStack: "audit",
  rooms: [],
  members: [],
  keys: { evidence: "arn:evidence", transfer: "arn:transfer", foundation: "arn:foundation" },
  grants: 0,
  attached: [{ policyArn: POLICY, roles: [] }],
  vault: {
    bucket: "vault-1",
    mode: "COMPLIANCE",
    days: 365,
    versions: 3,
    bytes: 5 * 2 ** 30,
    newest: new Date("2026-11-01T00:00:00Z"),
  },
  copies: [],
  images: [],
};

const commandsOf = (there: Installed) => partsOf(there).map(({ commands }) => commands);

describe("Taking a foundation down", () => {
  it("is closing rooms, grants, member stacks, attached policies and then the foundation, in this order", () => {
    const there = {
      ...THERE,
      rooms: ["INC-2026-0042"],
      members: ["222233334444"],
      grants: 2,
      attached: [{ policyArn: POLICY, roles: ["incident-deployer"] }],
    };
    assert.deepEqual(
      commandsOf(there).map(([first]) => first),
      [
        "npx clean-room close INC-2026-0042",
        "aws kms list-grants --region us-east-1 --key-id arn:transfer",
        "pulumi state unprotect --all --yes --stack member-222233334444",
        `aws iam detach-role-policy --role-name incident-deployer --policy-arn ${POLICY}`,
        "pulumi state unprotect --all --yes --stack audit",
      ],
    );
    // What is typed is whole: nothing to be filled in.
    assert.doesNotMatch(JSON.stringify(commandsOf(there)), /[<>…]/);
  });

  it("has nothing to type where there is nothing to do, and says so", () => {
    assert.deepEqual(
      commandsOf(THERE).map(({ length }) => length),
      [0, 0, 0, 0, 4],
    );
    assert.match(partsOf(THERE)[0]?.what ?? "", /No room is open/);
  });

  it("keeps the stack's history before it forgets the stack", () => {
    const [, , , , commands = []] = commandsOf(THERE);
    const place = (form: RegExp) => commands.findIndex((each) => form.test(each));
    assert.ok(place(/stack export/) < place(/stack rm/));
  });
});

describe("What stays of a foundation", () => {
  const said = (changes: Partial<Installed> = {}) =>
    leftBehind({ ...THERE, ...changes }, NOW).join("\n");

  it("is the vault until the lock of what came last ends, by whom nobody may end it", () => {
    assert.match(
      said(),
      /3 versions, 5\.0 GiB, under Object Lock in COMPLIANCE until 2027-11-01 at least/,
    );
    assert.match(said(), /nobody can delete it before/);
    const vault = { ...THERE.vault, mode: "GOVERNANCE" };
    assert.match(said({ vault }), /a custodian can release what is in it before/);
    const empty = { ...THERE.vault, versions: 0, bytes: 0, newest: undefined };
    assert.match(said({ vault: empty }), /it is empty/);
  });

  it("are the preserved copies, each with its lock, or that it has none", () => {
    const copies = [
      { id: "snap-1", sizeGiB: 8, locked: { mode: "compliance", until: new Date("2027-06-01") } },
      { id: "snap-2", sizeGiB: 8, locked: { mode: "governance", until: new Date("2026-06-01") } },
      { id: "snap-3", sizeGiB: 8 },
    ];
    const text = said({ copies });
    assert.match(text, /snap-1, 8 GiB, locked in compliance until 2027-06-01\./);
    assert.match(text, /snap-2, 8 GiB, locked in governance until 2026-06-01, which is over\./);
    assert.match(text, /snap-3, 8 GiB, which is not locked/);
  });

  it("are keys, the trail, log groups and images", () => {
    const text = said({ images: ["ami-1"] });
    for (const what of [
      /arn:evidence.*No lock keeps it/,
      /arn:transfer/,
      /The trail clean-room-evidence/,
      /log groups/,
      /deregister-image --region us-east-1 --image-id ami-1/,
    ]) {
      assert.match(text, what);
    }
  });
});
