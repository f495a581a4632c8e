import assert from "node:assert/strict";

import { SimulatedAws } from "../../rehearsal/account/simulatedAws";
import { AccountOnDisk } from "./accountOnDisk";

const ROLE = "aws:iam/role:Role";

describe("what is planned to go wrong in the simulated account", () => {
  let account: AccountOnDisk;
  beforeEach(() => (account = new AccountOnDisk()));
  afterEach(() => account.remove());

  const roles = () =>
    account.store
      .read()
      .ofType(ROLE)
      .map(({ id }) => id);
  const struck = () =>
    account.store.read().state.faults.struck.map(({ effect, act }) => `${effect} ${act}`);

  it("hits the change of its number, by act and type", async () => {
    await account.outside.plan({ effect: "refused", act: "create", type: ROLE, number: 2 });
    await account.make("aws:kms/key:Key");
    await account.make(ROLE, { name: "first" });
    await assert.rejects(account.make(ROLE, { name: "second" }), /planned failure/);
    await account.make(ROLE, { name: "third" });
    assert.deepEqual(roles(), ["first", "third"]);
    assert.deepEqual(struck(), ["refused create"]);
  });

  it("hits updates and deletions, which are not done then", async () => {
    const old = { name: "r", description: "a" };
    await account.make(ROLE, old);
    const inputs = { name: "r", description: "b" };
    for (const act of ["update", "delete"] as const) {
      await account.outside.plan({ effect: "refused", act, type: ROLE, number: 1 });
    }
    await assert.rejects(account.aws.update(ROLE, "r", old, inputs), /planned failure/);
    await assert.rejects(account.aws.delete(ROLE, "r"), /planned failure/);
    assert.equal(account.aws.read(ROLE, "r")?.properties["description"], "a");
    await account.aws.update(ROLE, "r", old, inputs);
    assert.equal(account.aws.read(ROLE, "r")?.properties["description"], "b");
    await account.aws.delete(ROLE, "r");
    assert.deepEqual(roles(), []);
  });

  it("hits the changes of one stack alone", async () => {
    await account.outside.plan({ effect: "refused", stack: "other", number: 1 });
    await account.make(ROLE, { name: "of the stack test" });
    await assert.rejects(
      account.aws.create(ROLE, `urn:pulumi:other::clean-room::${ROLE}::r`, { name: "r" }),
      /planned failure/,
    );
  });

  it("loses the answer to what was made", async () => {
    await account.outside.plan({ effect: "lost", number: 1 });
    await assert.rejects(account.make(ROLE, { name: "r" }), /connection was lost/);
    assert.deepEqual(roles(), ["r"]);
  });

  it("holds the answer back until it is released", async () => {
    await account.outside.plan({ effect: "held", number: 1 });
    let told = false;
    const making = account.make(ROLE, { name: "r" }).then(() => (told = true));
    const deadline = Date.now() + 5_000;
    while (struck().length === 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(roles(), ["r"]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(told, false);
    await account.outside.endFaults();
    await making;
  });

  it("waits before a change, so that others come first", async () => {
    await account.outside.plan({ effect: "awaited", number: 1 });
    const making = account.make(ROLE, { name: "first" });
    const deadline = Date.now() + 5_000;
    while (struck().length === 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(struck(), ["awaited create"]);
    assert.deepEqual(roles(), []);
    await account.make(ROLE, { name: "second" });
    await account.outside.endFaults();
    await making;
    assert.deepEqual(roles(), ["second", "first"]);
  });

  it("ends the engine when the change is made", async () => {
    let ended = 0;
    const aws = new SimulatedAws(account.store, undefined, "r", undefined, () => (ended += 1));
    await account.outside.plan({ effect: "killed", number: 1 });
    await aws.create(ROLE, "urn", { name: "r" });
    assert.equal(ended, 1);
    assert.deepEqual(roles(), ["r"]);
  });
});

describe("what the simulated account says of what is there", () => {
  let account: AccountOnDisk;
  beforeEach(() => (account = new AccountOnDisk()));
  afterEach(() => account.remove());

  it("is what a program would have to ask for, as it is by now", async () => {
    const inputs = { name: "/a", type: "String", value: "b" };
    const { type, id } = await account.make("aws:ssm/parameter:Parameter", inputs);
    assert.deepEqual(account.aws.read(type, id)?.inputs, inputs);
    await account.outside.writeParameter(id, "c");
    assert.deepEqual(account.aws.read(type, id)?.inputs, { ...inputs, value: "c" });
  });

  it("leaves out what AWS filled in beside it", async () => {
    const root = { encrypted: true, volumeSize: 50 };
    const { instance } = await account.workstation({ rootBlockDevice: root });
    const found = account.aws.read(instance.type, instance.id);
    assert.deepEqual(found?.inputs["rootBlockDevice"], root);
    assert.notDeepEqual(found?.properties["rootBlockDevice"], root);
  });
});
