import assert from "node:assert/strict";

import { findings, type RoomToMend } from "../../../cli/mend/findings";
import type { Made } from "../../../stacks/comparison";

const CLAIM = "aws:ssm/parameter:Parameter";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const ROLE = "aws:iam/role:Role";
const VOLUME = "aws:ebs/volume:Volume";
const KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/k-1";

const machine: Made = { type: INSTANCE, name: "clean-room-INC-1", id: "i-0a" };
const claim: Made = {
  type: CLAIM,
  name: "/clean-room/slots/us-east-1a-1",
  id: "/clean-room/slots/us-east-1a-1",
};
const key: Made = { type: KEY, name: "incident-key", id: "k-1" };
const enabled = { id: "k-1", arn: KEY_ARN, state: "Enabled" };
const pending = { ...enabled, state: "PendingDeletion" };
const inState = ({ type, id }: Made) => ({ type, name: "whatever", id, outputs: {} });

function of(room: Partial<RoomToMend>) {
  return findings({
    stack: "inc-1",
    region: "us-east-1",
    state: [],
    pending: [],
    isGuarded: true,
    made: [],
    unnamed: [],
    keys: [],
    recordedKeys: new Set(),
    closedKeys: new Set(),
    ...room,
  });
}

function told(room: Partial<RoomToMend>): string {
  return of(room)
    .flatMap(({ what, commands }) => [what, ...commands])
    .join("\n");
}

describe("What is left to do about a room", () => {
  it("is nothing where the engine knows what AWS has, and where neither has anything", () => {
    const made = [machine, claim, key];
    assert.deepEqual(of({ made, state: made.map(inState), keys: [enabled] }), []);
    assert.deepEqual(of({}), []);
  });

  it("is an up, where AWS has what the state has not", () => {
    const found = of({ made: [machine, claim, key], state: [inState(key)], keys: [enabled] });
    assert.deepEqual(
      found.map(({ commands, act }) => [commands, act]),
      [
        [["pulumi up --stack inc-1"], undefined],
        [["pulumi up --stack inc-1"], undefined],
      ],
    );
    assert.match(
      found[0]?.what ?? "",
      /AWS has Instance clean-room-INC-1 i-0a, and the state does not/,
    );
  });

  it("is an up of all of it, where the state is lost", () => {
    const made = [claim, machine, key];
    const found = of({ made, keys: [enabled], recordedKeys: new Set([KEY_ARN]) });
    assert.equal(found.length, 3);
    assert.ok(found.every(({ commands }) => commands.join() === "pulumi up --stack inc-1"));
  });

  it("names what is there twice, and removes none but what the state has not", () => {
    const second = { ...machine, id: "i-0b" };
    const room = { made: [second, machine], state: [inState(machine)] };
    assert.match(told(room), /2 times: i-0a, i-0b; the state has i-0a/);
    assert.match(told(room), /terminate-instances --instance-ids i-0b/);
    assert.doesNotMatch(told(room), /--instance-ids? i-0a/);
    assert.ok(of(room).every(({ act }) => act === undefined));
  });

  it("has no command that ends a key that is there twice", () => {
    const said = told({
      made: [key, { ...key, id: "k-2" }],
      keys: [enabled, { ...enabled, arn: KEY_ARN.replace("k-1", "k-2") }],
    });
    assert.match(said, /2 times: k-1, k-2/);
    assert.doesNotMatch(said, /schedule-key-deletion|disable-key/);
  });

  it("is a refresh, where the state has what AWS has not", () => {
    const volume = { type: VOLUME, name: "evidence-snap-0a-working", id: "vol-0a", outputs: {} };
    assert.match(
      told({ state: [volume] }),
      /evidence-snap-0a-working vol-0a, and AWS does not any more\npulumi refresh --stack inc-1\npulumi up/,
    );
    // Of a type that is not looked up nothing is said.
    const grant = { type: "aws:kms/grant:Grant", name: "grant", id: "grant", outputs: {} };
    assert.equal(told({ state: [grant] }), "");
  });

  it("is to keep a key that somebody ends, unless a closing record in force names it", () => {
    const room = { keys: [pending], recordedKeys: new Set([KEY_ARN]) };
    assert.match(told(room), /cancel-key-deletion .*k-1\naws kms enable-key .*k-1$/);
    assert.equal(told({ ...room, closedKeys: new Set([KEY_ARN]) }), "");
    // No refresh, after which an up would make another key.
    assert.doesNotMatch(told({ ...room, state: [inState(key)] }), /refresh/);
    assert.match(
      told({ keys: [{ ...enabled, state: "Disabled" }], state: [inState(key)] }),
      /is Disabled, .*\naws kms enable-key/,
    );
  });

  it("gives up a claim that has no room, and none that has", () => {
    const [alone] = of({ made: [claim] });
    assert.deepEqual(alone?.act, { giveUp: claim.name });
    for (const other of [machine, key, { type: VOLUME, name: "v", id: "vol-0a" }]) {
      assert.ok(of({ made: [claim, other] }).every(({ act }) => act === undefined));
    }
    assert.ok(of({ made: [claim], state: [inState(key)] }).every(({ act }) => act === undefined));
  });

  it("is an up of an open room that no hook keeps from being destroyed, and of no closed one", () => {
    const room = { made: [key], state: [inState(key)], keys: [enabled], isGuarded: false };
    assert.match(told(room), /opened by an earlier version.*\npulumi up --stack inc-1$/);
    assert.equal(told({ ...room, closedKeys: new Set([KEY_ARN]) }), "");
  });

  it("removes what is left of a room that was closed and destroyed", () => {
    const role = { type: ROLE, name: "workstation-INC-1", id: "workstation-INC-1" };
    const closed = { keys: [pending], closedKeys: new Set([KEY_ARN]), made: [role] };
    assert.match(
      told(closed),
      /left of a room that was closed.*\n.*\naws iam delete-role --role-name/,
    );
    // A room that is still being closed goes on.
    assert.match(told({ ...closed, keys: [enabled] }), /pulumi up/);
  });

  describe("with an operation that was pending", () => {
    const creating = { act: "creating", type: INSTANCE, name: "clean-room-INC-1-instance" };

    it("clears it where it is settled", () => {
      const settled: Partial<RoomToMend>[] = [
        // AWS never made it; the state has it by now; it was no creation.
        { pending: [creating] },
        { pending: [creating], made: [machine], state: [{ ...creating, id: "i-0a" }] },
        { pending: [{ ...creating, act: "updating" }] },
      ];
      for (const room of settled) {
        assert.deepEqual(of(room).at(-1)?.act, { clearPending: true });
      }
    });

    it("clears none while AWS may have what the state has not", () => {
      const found = of({ pending: [creating, { ...creating, act: "updating" }], made: [machine] });
      assert.ok(found.every(({ act }) => act === undefined));
      assert.match(found.at(-1)?.what ?? "", /ended while creating .*: AWS may have it/);
    });
  });
});
