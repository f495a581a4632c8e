import assert from "node:assert/strict";

import { checkOnce } from "../../stacks/adoption";
import { compare, type KnownResource, type Made } from "../../stacks/comparison";
import { deploy } from "../support/deployment";
import {
  answersOf,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  SNAPSHOT,
  STACK,
  TICKET,
  type Account,
} from "../support/examples";

const KEY = "aws:kms/key:Key";
const RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const TYPES = [KEY, RULE];

const key = (id: string): Made => ({ type: KEY, name: "incident-key", id });
const rule = (id: string): Made => ({ type: RULE, name: id, id });
const inState = ({ type, id }: Made): KnownResource => ({ type, name: "whatever", id });

describe("What AWS has of a room, beside what the engine knows of it", () => {
  it("is forgotten where the state has not its type and id", () => {
    const sameId: Made = { type: RULE, name: "a rule", id: "key-1" };
    const made = [key("key-1"), rule("sgr-1"), rule("sgr-2"), sameId];
    const { forgotten, gone, twice } = compare(
      made,
      [inState(key("key-1")), inState(rule("sgr-2"))],
      TYPES,
    );
    assert.deepEqual(forgotten, [rule("sgr-1"), sameId]);
    assert.deepEqual([gone, twice], [[], []]);
  });

  it("is gone where only the state has it, and only of types that were looked up", () => {
    const others = [
      { type: "aws:s3/bucketObjectv2:BucketObjectv2", name: "a record", id: "records/1" },
      { type: "cleanroom:room:Workstation", name: "a component", id: undefined },
    ];
    const { forgotten, gone } = compare([], [inState(key("key-1")), ...others], TYPES);
    assert.deepEqual(gone, [inState(key("key-1"))]);
    assert.deepEqual(forgotten, []);
  });

  it("is there twice where its name is, with all of them named, and then none is taken on", () => {
    const made = [key("key-1"), key("key-2")];
    const reasons = (state: readonly KnownResource[]) => {
      const comparison = compare(made, state, TYPES);
      assert.deepEqual(comparison.forgotten, []);
      return checkOnce(comparison, STACK)[1];
    };
    assert.match(reasons([]).join("\n"), /^Key incident-key: key-1 and key-2\. [^\n]*$/);
    // The one that the state has comes first.
    assert.match(
      reasons([inState(key("key-2"))]).join("\n"),
      /^Key incident-key: key-2 and key-1\. [^\n]*$/,
    );
    // Both are known: a replacement that is under way.
    assert.deepEqual(reasons(made.map(inState)), []);
  });
});

describe("A room whose pulumi up was interrupted", () => {
  const tags = { "incident-response": `quarantine:${TICKET}` };
  const ec2 = (type: string, id: string, Name: string) => ({
    type,
    id,
    tags: { ...tags, Name },
    state: "available",
    properties: {},
  });
  const keyArn = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a";
  /** Everything is there, and the state has nothing of it. */
  const lost: Account = {
    claims: { "us-east-1a-1": TICKET },
    stateLost: true,
    names: [
      `alias/clean-room/${STACK}`,
      `workstation-${TICKET}`,
      `investigator-${TICKET}`,
      `intake-${TICKET}-222233334444`,
    ],
    keys: [keyArn],
    snapshots: {
      [SNAPSHOT]: { ownerId: "222233334444", state: "completed", volumeSize: 8 },
      "snap-00000000000000c0c": {
        ownerId: "111122223333",
        state: "completed",
        volumeSize: 8,
        tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
      },
    },
    copies: ["snap-00000000000000c0c"],
    unrecorded: ["snap-00000000000000c0c"],
    made: [
      ec2("aws:ec2/instance:Instance", "i-0a0a0a0a0a0a0a0a0", `clean-room-${TICKET}`),
      ec2("aws:ebs/volume:Volume", "vol-0a0a0a0a0a0a0a0a0", `evidence-${SNAPSHOT}-working`),
      ec2("aws:ec2/securityGroup:SecurityGroup", "sg-0a0a0a0a0a0a0a0a0", "workstation-sg"),
      ec2(RULE, "sgr-0a0a0a0a0a0a0a0a0", "workstation-s3"),
    ],
  };
  const EVIDENCE = [{ snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" }];
  const open = (account: Account, evidence: readonly object[] = []) =>
    deploy(
      STACK,
      incidentConfig({
        responderRoles: ["arn:aws:iam::222233334444:role/forensics-responder"],
        investigators: ["arn:aws:iam::111122223333:role/investigator"],
        evidence,
      }),
      { answers: answersOf(account), ec2: ec2Of(account), foundation: FOUNDATION_OUTPUTS },
    );

  it("takes on everything that AWS had made, by name or tag, and makes none of it again", async () => {
    const { resources, warnings } = await open(lost, EVIDENCE);
    const taken = resources.flatMap(({ name, importedAs }) =>
      importedAs === undefined ? [] : [[name, importedAs]],
    );
    assert.deepEqual(Object.fromEntries(taken), {
      "slot-claim": "/clean-room/slots/us-east-1a-1",
      "workstation-sg": "sg-0a0a0a0a0a0a0a0a0",
      "workstation-s3": "sgr-0a0a0a0a0a0a0a0a0",
      [`clean-room-${TICKET}-role`]: `workstation-${TICKET}`,
      [`clean-room-${TICKET}-profile`]: `workstation-${TICKET}`,
      [`clean-room-${TICKET}-instance`]: "i-0a0a0a0a0a0a0a0a0",
      "incident-key": keyArn.split("/")[1],
      "incident-key-alias": `alias/clean-room/${STACK}`,
      "case-investigator": `investigator-${TICKET}`,
      "case-intake-222233334444": `intake-${TICKET}-222233334444`,
      [`evidence-${SNAPSHOT}-working`]: "vol-0a0a0a0a0a0a0a0a0",
    });
    // No engine can import a copy: it is worked on as it is.
    assert.ok(resources.every(({ type }) => type !== "aws:ebs/snapshotCopy:SnapshotCopy"));
    const told = warnings.filter((warning) => /Found again/.test(warning));
    assert.equal(told.length, 1);
    assert.ok(taken.every(([, id]) => told[0]?.includes(String(id))));
  });

  it("keeps the names of a room that was opened with names of chance", async () => {
    const { resources } = await open({});
    const named = resources.filter(({ name }) =>
      /-role$|-profile$|-policy$/.test(name.replace(`clean-room-${TICKET}`, "")),
    );
    assert.equal(named.length, 5);
    named.forEach(({ options }) => assert.ok(options.ignoreChanges?.includes("name") === true));
  });

  it("says what nothing in its settings asks for any more", async () => {
    const made = [
      ec2(RULE, "sgr-0b0b0b0b0b0b0b0b0", "workstation-lime-tcp-4444-egress-10.0.0.1/32"),
    ];
    const { warnings } = await open({ made });
    const told = warnings.filter((warning) => /asked for by nothing/.test(warning));
    assert.equal(told.length, 1);
    assert.match(
      told[0] ?? "",
      /SecurityGroupEgressRule sgr-0b0b0b0b0b0b0b0b0\..*npx clean-room mend /,
    );
  });

  it("is refused, and nothing taken on, where one thing is there twice", async () => {
    const second = ec2("aws:ec2/instance:Instance", "i-0b0b0b0b0b0b0b0b0", `clean-room-${TICKET}`);
    await assert.rejects(
      open({ ...lost, made: [...(lost.made ?? []), second] }, EVIDENCE),
      /i-0a0a0a0a0a0a0a0a0 and i-0b0b0b0b0b0b0b0b0/,
    );
  });

  it("leaves a key that is to be deleted to the room before it", async () => {
    const { resources } = await open({
      keys: [keyArn],
      keyStates: { [keyArn]: "PendingDeletion" },
    });
    const incidentKey = resources.find(({ name }) => name === "incident-key");
    assert.equal(incidentKey?.importedAs, undefined);
  });

  it("is not told of its machine's own disk", async () => {
    const made = [
      ec2("aws:ebs/volume:Volume", "vol-0c0c0c0c0c0c0c0c0", `clean-room-${TICKET}-root`),
    ];
    const { warnings } = await open({ made });
    assert.deepEqual(
      warnings.filter((warning) => /vol-0c0c0c0c0c0c0c0c0/.test(warning)),
      [],
    );
  });

  it("is not opened while AWS does not say what it has", async () => {
    const answers = {
      ...answersOf(lost),
      "aws:resourcegroupstaggingapi/getResources:getResources": () => {
        throw new Error("ThrottlingException: Rate exceeded");
      },
    };
    await assert.rejects(
      deploy(STACK, incidentConfig(), {
        answers,
        ec2: ec2Of(lost),
        foundation: FOUNDATION_OUTPUTS,
      }),
      /What AWS has of the room is not known: .*Rate exceeded/,
    );
  });
});

describe("What was ended outside of Pulumi", () => {
  const keyArn = "arn:aws:kms:us-east-1:111122223333:key/incident";
  const claims = { "us-east-1a-1": TICKET };
  const up = (account: Account) =>
    deploy(STACK, incidentConfig(), {
      answers: answersOf(account),
      ec2: ec2Of(account),
      foundation: FOUNDATION_OUTPUTS,
    });

  it("is the key of an open room: refused with the command that keeps it", async () => {
    const keys = [keyArn];
    await assert.rejects(
      up({ claims, keys, keyStates: { [keyArn]: "PendingDeletion" } }),
      /to be deleted.*aws kms cancel-key-deletion --region us-east-1 --key-id \S+; aws kms enable-key/,
    );
    await assert.rejects(
      up({ claims, keys, keyStates: { [keyArn]: "Disabled" } }),
      /is disabled.*aws kms enable-key --region us-east-1 --key-id/,
    );
  });

  it("is the key of a room whose disks are there and whose state has it no more", async () => {
    const made = [
      {
        type: "aws:ec2/instance:Instance",
        id: "i-0a0a0a0a0a0a0a0a0",
        tags: { "incident-response": `quarantine:${TICKET}`, Name: `clean-room-${TICKET}` },
        state: "running",
        properties: {},
      },
    ];
    const keyStates = { [keyArn]: "PendingDeletion" };
    await assert.rejects(
      up({ claims, stateLost: true, keys: [keyArn], keyStates, made }),
      /cancel-key-deletion/,
    );
  });

  it("is a machine: told with both commands, and nothing made in its place", async () => {
    const gone = { "aws:ec2/instance:Instance::another": { id: "i-0d0d0d0d0d0d0d0d0" } };
    const { warnings } = await up({ claims, state: gone });
    const told = warnings.filter((warning) => /Gone outside/.test(warning));
    assert.equal(told.length, 1);
    assert.match(
      told[0] ?? "",
      /\(1\): Instance i-0d0d0d0d0d0d0d0d0\. .*pulumi refresh --stack inc-2026-0042, then pulumi up/,
    );
  });
});
