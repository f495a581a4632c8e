import assert from "node:assert/strict";

import { fileOf, recordFile } from "../../components/evidence/records/custodyRecord";
import { CUSTODY_RECORD, type CustodyRecord } from "../../components/evidence/records/recordSchema";
import { TICKET_TAG } from "../../components/tags";
import type { QueryAnswers } from "../../rehearsal/account/awsEndpoint";
import { arnOf, deploy, type Deployment, idOf } from "../support/deployment";
import {
  type Account,
  answersOf,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  SNAPSHOT,
  STACK,
  TICKET,
} from "../support/examples";
import { linkedNetworks, SUSPECTS_VPC } from "../support/linkedNetworks";
import { VaultInMemory } from "../support/vaultInMemory";

const ROLE = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";
const OTHER_ROLE = "arn:aws:iam::333344445555:role/clean-room/forensics-responder";
const INSTANCE = idOf(`clean-room-${TICKET}-instance`);
const COPY = idOf(`evidence-${SNAPSHOT}-preserved`);
const VOLUME = idOf(`evidence-${SNAPSHOT}-working`);
const EVIDENCE = [{ snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" }];
const KEY_ARN = arnOf("incident-key");
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

/** A room at work: one disk, attached and hashed. */
const ROOM: Account = {
  claims: { "us-east-1a-1": TICKET },
  copies: [COPY],
  snapshots: {
    [COPY]: {
      ownerId: "111122223333",
      state: "completed",
      volumeSize: 8,
      tags: { "source-snapshot": SNAPSHOT, "source-account": "222233334444" },
    },
  },
  volumes: { [VOLUME]: { source: SNAPSHOT, device: "/dev/sdf" } },
};

describe("A room that is closed", () => {
  let vault: VaultInMemory;

  beforeEach(() => {
    vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
    vault.objects.set(`cases/${TICKET}/intake/${INSTANCE}/${VOLUME}.json`, "{}");
  });

  function up(
    changes: Record<string, unknown>,
    account: Account = ROOM,
    unchanged: Readonly<Record<string, object>> = {},
    network: QueryAnswers = {},
  ): Promise<Deployment> {
    const settings = { evidence: EVIDENCE, responderRoles: [ROLE], ...changes };
    return deploy(STACK, incidentConfig(settings), {
      answers: answersOf(account),
      foundation: { ...FOUNDATION_OUTPUTS, linkedAccounts: ["222233334444"] },
      vault,
      unchanged,
      ec2: {
        ...ec2Of(account),
        ...network,
        DescribeLockedSnapshots: () => ({
          snapshotSet: (account.copies ?? []).map((snapshotId) => ({
            snapshotId,
            lockState: "governance",
          })),
        }),
      },
    });
  }

  const close = (changes: Record<string, unknown> = {}, account?: Account) =>
    up({ ...changes, closing: true }, account);

  /** The record of this name, in the vault and in the engine's state from now on. */
  function written(
    room: Deployment,
    name: string,
  ): {
    record: CustodyRecord;
    state: Readonly<Record<string, object>>;
  } {
    const { inputs } = room.named(name);
    vault.keep({ inputs });
    const record = CUSTODY_RECORD.parse(JSON.parse(inputs["content"] as string));
    return { record, state: { [`${OBJECT}::${name}`]: { id: inputs["key"], ...inputs } } };
  }

  function closingOf(room: Deployment, name = "closing-record") {
    const { record } = written(room, name);
    assert.ok(record.event === "closing");
    return record.facts;
  }

  const protectedIn = (room: Deployment) =>
    room.resources
      .filter(({ options }) => options.protect === true)
      .map(({ name }) => name)
      .sort();

  it("stays as protected as it was, and keeps its grants, until the vault has its record", async () => {
    const open = await up({});
    for (const _ of ["first", "again, as nothing was written"]) {
      const room = await close();
      assert.deepEqual(protectedIn(room), protectedIn(open));
      assert.ok(protectedIn(room).length > 10);
      assert.equal(room.ofType("aws:kms/grant:Grant").length, 1);
      assert.equal(
        room.named(`clean-room-${TICKET}-instance`).inputs["disableApiTermination"],
        true,
      );
      assert.match(room.outputs["next"] as string, /Run again: pulumi up --stack inc-2026-0042/);
    }
    const { inputs } = (await close()).named("closing-record");
    vault.keep({ inputs });
    const lifted = await close();
    assert.deepEqual(protectedIn(lifted), []);
    assert.deepEqual(lifted.ofType("aws:kms/grant:Grant"), []);
    // The very same record is declared again, whoever closes now.
    assert.deepEqual(lifted.named("closing-record").inputs["content"], inputs["content"]);
  });

  it("of which the state is lost takes on its way to the suspect, which the engine ends afterwards", async () => {
    const connection = {
      vpcPeeringConnectionId: "pcx-0123456789abcdef0",
      status: { code: "active" },
      requesterVpcInfo: { vpcId: FOUNDATION_OUTPUTS.vpcId, ownerId: "111122223333" },
      accepterVpcInfo: { vpcId: SUSPECTS_VPC, ownerId: "222233334444" },
      tagSet: [{ key: TICKET_TAG, value: `quarantine:${TICKET}` }],
    };
    const closing = { link: "peering", tools: ["lime"], closing: true };
    const [connected, apart] = [[connection], []].map((each) => linkedNetworks(each));
    closingOf(await up(closing, ROOM, {}, connected));
    const lost = await up(closing, ROOM, {}, connected);
    assert.equal(lost.named("link-connection").importedAs, "pcx-0123456789abcdef0");
    const ended = await up(closing, ROOM, {}, apart);
    assert.deepEqual(
      ended.resources.filter(({ name }) => name.startsWith("link")),
      [],
    );
  });

  it("refuses to be destroyed, whatever is unprotected by hand, until its protection is lifted", async () => {
    const hooksOf = (room: Deployment) => room.named("opening-record").options.hooks?.beforeDelete;
    for (const room of [await up({}), await close()]) {
      const [hook] = hooksOf(room) ?? [];
      assert.match(
        hook?.name ?? "",
        /is not closed.*pulumi config set closing true --stack inc-2026-0042; pulumi up/,
      );
      assert.equal(hook?.opts?.onDryRun, true);
      assert.throws(() => hook?.callback({} as never), /The room of INC-2026-0042 is not closed/);
    }
    written(await close(), "closing-record");
    assert.equal(hooksOf(await close()), undefined);
  });

  it("stays whole where destroy or refresh runs the program, which take EC2's protection off nothing", async () => {
    const open = await up({});
    written(await close(), "closing-record");
    const machine = `clean-room-${TICKET}-instance`;
    const run = await up({ closing: true }, ROOM, { [machine]: { disableApiTermination: true } });
    const leaves = protectedIn(open).filter((name) => /^evidence-|^opening-record$/.test(name));
    assert.equal(leaves.length, 4);
    assert.deepEqual(
      protectedIn(run).filter((name) => leaves.includes(name)),
      leaves,
    );
    assert.ok(run.named("opening-record").options.hooks);
    assert.match(run.outputs["next"] as string, /Run again: pulumi up --stack inc-2026-0042/);
  });

  it("is closed without a workstation that was terminated after the record: once the engine has looked", async () => {
    const room = await up({});
    written(await close(), "closing-record");
    const { state } = written(room, "opening-record");
    await assert.rejects(
      close({}, { ...ROOM, state }),
      new RegExp(`${INSTANCE} is not there any more.*pulumi refresh --stack ${STACK}`, "s"),
    );
    const without = [`aws:ec2/instance:Instance::clean-room-${TICKET}-instance`];
    const lifted = await close({}, { ...ROOM, state, without });
    assert.deepEqual(lifted.ofType("aws:ec2/instance:Instance"), []);
    assert.deepEqual(protectedIn(lifted), []);
  });

  it("is let go by no record of another key, nor by one that does not name all it has", async () => {
    const { key, content } = (await close()).named("closing-record").inputs as Record<
      "key" | "content",
      string
    >;
    const others = [
      [arnOf("incident-key"), "arn:aws:kms:us-east-1:111122223333:key/earlier"],
      [VOLUME, "vol-00000000000000e0e"],
      [COPY, "snap-00000000000000e0e"],
      [INSTANCE, "i-00000000000000e0e"],
    ] as const;
    for (const [from, to] of others) {
      assert.ok(content.includes(from));
      const record = CUSTODY_RECORD.parse(JSON.parse(content.replaceAll(from, to)));
      assert.ok(record.event === "closing");
      vault.keep({ inputs: { ...recordFile("closing", TICKET, record.facts) } });
      const room = await close();
      assert.ok(protectedIn(room).length > 10, `let go by a record with ${to}`);
    }
    // One that is not what its name says is none.
    vault.objects.set(key, content.replace("existed", "existed "));
    assert.ok(protectedIn(await close()).length > 10);
  });

  it("is let go also where something that was recorded is gone by now", async () => {
    written(await close(), "closing-record");
    assert.deepEqual(protectedIn(await close({}, { ...ROOM, volumes: {} })), []);
  });

  it("is let go by the record of an earlier program, in its own text", async () => {
    const { record } = written(await close(), "closing-record");
    vault.objects.clear();
    assert.ok(record.event === "closing");
    const file = { ...record, form: "clean-room/record/3" };
    const content = `${JSON.stringify(file, sorted, 2)}\n`;
    const early = fileOf(file);
    assert.equal(early.content, content);
    vault.objects.set(early.key, early.content);
    const room = await close();
    assert.deepEqual(protectedIn(room), []);
    assert.equal(room.named("closing-record").inputs["key"], early.key);
  });

  it("is opened again by a record that says so, and closed again by a record of its own", async () => {
    const first = written(await close(), "closing-record");
    const state = first.state;
    const opened = await up({}, { ...ROOM, state });
    assert.ok(protectedIn(opened).length > 10);
    const { record, state: reopened } = written(opened, "reopening-record");
    assert.ok(record.event === "reopening");
    const key = Object.values(state).map((outputs) => (outputs as { key: string }).key);
    assert.deepEqual(record.facts.closingRecords, key);
    assert.equal(record.facts.key, arnOf("incident-key"));
    assert.ok(opened.resources.every(({ name }) => name !== "closing-record"));

    // It stays said, without another look.
    const later = await up({}, { ...ROOM, state: reopened });
    assert.deepEqual(
      later.named("reopening-record").inputs["content"],
      opened.named("reopening-record").inputs["content"],
    );

    const again = await close({}, { ...ROOM, state: reopened });
    assert.ok(protectedIn(again).length > 10, "the first closing is in force no more");
    const facts = closingOf(again);
    assert.deepEqual(facts.reopenings, [opened.named("reopening-record").inputs["key"]]);
    assert.notEqual(again.named("closing-record").inputs["key"], key[0]);
    assert.deepEqual(protectedIn(await close()), []);
  });

  it("is recorded as what it was, and not as what its settings say by now", async () => {
    const open = await up({ responderRoles: [ROLE, OTHER_ROLE], tools: ["ssh"] });
    const grant = (role: string, name: string) => ({
      [`aws:kms/grant:Grant::${name}`]: {
        id: name,
        keyId: FOUNDATION_OUTPUTS.transferKeyArn,
        granteePrincipal: role,
      },
    });
    const state = {
      ...written(open, "room-record").state,
      ...grant(ROLE, "one"),
      ...grant(OTHER_ROLE, "two"),
    };
    const facts = closingOf(await close({ responderRoles: [], tools: [] }, { ...ROOM, state }));
    assert.deepEqual(facts.existed.room.tools, ["ssh"]);
    assert.deepEqual(facts.existed.room.responderRoles, [ROLE, OTHER_ROLE]);
    assert.deepEqual(
      facts.grantsToBeRemoved.map(({ grantee }) => grantee),
      [ROLE, OTHER_ROLE],
    );
    assert.deepEqual(facts.grantsToBeRevoked, ["222233334444", "333344445555"]);
  });

  it("keeps what was claimed of a disk, also where its entry does not say it any more", async () => {
    const sourceVolume = "vol-0123456789abcdef0";
    const open = await up({ evidence: [{ ...EVIDENCE[0], sourceVolume }] });
    const { state } = written(open, `evidence-${SNAPSHOT}-record`);
    const facts = closingOf(await close({}, { ...ROOM, state }));
    assert.deepEqual(facts.existed.evidence[0]?.claimed, { sourceVolume });
  });

  for (const [what, account] of [
    ["the engine's state", { ...ROOM, volumes: {} }],
    ["AWS alone", { ...ROOM, unrecorded: [COPY] }],
  ] as const) {
    it(`is refused without evidence that it has, by ${what}`, async () => {
      await assert.rejects(
        close({ evidence: [] }, account),
        new RegExp(`${SNAPSHOT} is evidence of this .*room, and its line is gone`),
      );
      assert.equal([...vault.objects].length, 1);
    });
  }

  it("is refused where an entry says another account than the copy does", async () => {
    await assert.rejects(
      close({ evidence: [{ ...EVIDENCE[0], account: "333344445555" }] }),
      /was handed over by account 222233334444, as its preserved copy says, and not by 333344445555/,
    );
  });

  it("is refused over a disk without a hash, unless its entry says why; then that is recorded", async () => {
    vault.objects.clear();
    await assert.rejects(
      close(),
      new RegExp(`The disk ${VOLUME} of ${SNAPSHOT} has no hash.*unhashed: "<reason>"`),
    );
    const unhashed = "the hypervisor is Xen";
    const [said] = closingOf(await close({ evidence: [{ ...EVIDENCE[0], unhashed }] })).existed
      .evidence;
    assert.equal(said?.unhashed, unhashed);
    assert.equal(said?.working?.hashRecord, undefined);
    // The hash of another disk, or of another case, is not this one's.
    vault.objects.clear();
    vault.objects.set(`cases/${TICKET}/intake/${INSTANCE}/vol-00000000000000e0e.json`, "{}");
    vault.objects.set(`cases/${TICKET}-2/intake/${INSTANCE}/${VOLUME}.json`, "{}");
    await assert.rejects(close(), /has no hash/);
  });

  it("is refused while captured traffic is not in the vault that its workstation says is pending", async () => {
    const workstation = { ami: "ami-0123456789abcdef0", instanceType: "m6i.2xlarge" };
    const account = { ...ROOM, workstation };
    const captured = `cases/${TICKET}/intake/i-0123456789abcdef0/capture_00001_20261130094846`;
    vault.objects.set(`${captured}.pending.json`, "{}");
    await assert.rejects(
      close({}, account),
      /capture_00001_20261130094846\.pcap is not below .* set capture to/,
    );
    vault.objects.set(`${captured}.pcap`, "");
    assert.ok(closingOf(await close({}, account)));
  });

  it("is closed over a disk that was deleted once it was hashed, and told to be gone where it was not", async () => {
    const open = await up({});
    const { state } = written(open, `evidence-${SNAPSHOT}-attachment-record`);
    // Deleted, and the engine has looked since: only the record knows of it.
    const account = { ...ROOM, volumes: {}, state };
    const [said] = closingOf(await close({}, account)).existed.evidence;
    assert.equal(said?.source.snapshot, SNAPSHOT);
    vault.objects.clear();
    await assert.rejects(
      close({}, account),
      new RegExp(`The disk ${VOLUME} of ${SNAPSHOT} is gone, and no hash of it.*CloudTrail`),
    );
    await assert.rejects(close({}, { ...account, state: {} }), /was never attached/);
  });

  it("is no earlier room where somebody has deleted its claim", async () => {
    const workstation = { ami: "ami-0123456789abcdef0", instanceType: "m6i.2xlarge" };
    const facts = closingOf(await close({}, { ...ROOM, claims: {}, known: true, workstation }));
    assert.deepEqual(facts.remains.preservedSnapshots, [COPY]);
    assert.equal(facts.existed.evidence[0]?.working?.volume, VOLUME);
  });

  it("records the hash that is there, and no reason beside it", async () => {
    const [said] = closingOf(await close({ evidence: [{ ...EVIDENCE[0], unhashed: "too slow" }] }))
      .existed.evidence;
    assert.equal(said?.unhashed, undefined);
    assert.equal(said?.working?.hashRecord, `cases/${TICKET}/intake/${INSTANCE}/${VOLUME}.json`);
  });

  describe("that never got a workstation", () => {
    const account: Account = {
      claims: { "us-east-1a-1": TICKET },
      without: [`aws:ec2/instance:Instance::clean-room-${TICKET}-instance`],
      image: null,
    };

    it("closes without one, and starts none", async () => {
      const room = await close({ evidence: [] }, account);
      assert.deepEqual(room.ofType("aws:ec2/instance:Instance"), []);
      const facts = closingOf(room);
      assert.equal(facts.existed.room.workstation, undefined);
      assert.equal(facts.existed.room.image, undefined);
      const lifted = await close({ evidence: [] }, account);
      assert.deepEqual(protectedIn(lifted), []);
      assert.equal(lifted.outputs["instanceId"], undefined);
    });

    it("is refused where its destruction has begun, with what to run", async () => {
      written(await close(), "closing-record");
      await assert.rejects(
        close({}, { ...ROOM, without: account.without ?? [] }),
        new RegExp(
          `destruction has begun.*${INSTANCE} is gone. Run: pulumi destroy --stack ${STACK}`,
          "s",
        ),
      );
    });
  });

  it("without an incident key anywhere is given up, with the commands", async () => {
    await assert.rejects(
      close(
        { evidence: [] },
        { claims: { "us-east-1a-1": TICKET }, without: ["aws:kms/key:Key::incident-key"] },
      ),
      /has no incident key.*pulumi destroy --stack inc-2026-0042.*pulumi state unprotect --all/s,
    );
  });

  it("is closed by the key that carries its ticket, where neither engine nor alias has it", async () => {
    const room = await close(
      {},
      { ...ROOM, keys: [KEY_ARN], without: ["aws:kms/key:Key::incident-key"] },
    );
    assert.equal(room.named("incident-key").options.protect, true);
    assert.ok(room.named("closing-record"));
  });

  it("is refused, without a record, while its key waits for a deletion that no closing asked for", async () => {
    await assert.rejects(
      close({}, { ...ROOM, keys: [KEY_ARN], keyStates: { [KEY_ARN]: "PendingDeletion" } }),
      /was ended outside of Pulumi.*aws kms cancel-key-deletion/s,
    );
  });

  it("is not lost sight of where the engine names a record that the vault has not", async () => {
    const { inputs } = (await close()).named("closing-record");
    const state = { [`${OBJECT}::closing-record`]: { id: inputs["key"], ...inputs } };
    await assert.rejects(close({}, { ...ROOM, state }), /is not in the vault.*pulumi refresh/s);
  });
});

function sorted(_key: string, value: unknown): unknown {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
