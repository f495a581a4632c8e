import assert from "node:assert/strict";

import type { OpType } from "@pulumi/pulumi/automation";

import { changeRoom, type RoomChange } from "../../../cli/room/changeRoom";
import type { EngineAct } from "../../../cli/room/roomStacks";
import { checkSlot, isLostRace, lostRace } from "../../../components/room/slotClaims";

describe("A change of a room", () => {
  let acts: EngineAct[];
  let said: string[];

  beforeEach(() => {
    acts = [];
    said = [];
  });

  function change(
    reasons: readonly string[],
    outputs: object,
    undo = () => Promise.resolve(),
    tolerated?: (reason: string) => boolean,
  ) {
    const stacks = {
      log: () => "room.log",
      run: (act: EngineAct) => {
        acts.push(act);
        const changes = new Map<OpType, number>();
        return Promise.resolve({
          ...{ changes, warnings: [], reasons, milliseconds: 1, interrupted: false },
        });
      },
      workspace: () => Promise.resolve({ stackOutputs: () => Promise.resolve(outputs) }),
    };
    return changeRoom(
      {
        stacks: stacks as unknown as RoomChange["stacks"],
        stack: "inc-1",
        output: { say: (line) => said.push(line), tell: () => undefined },
        person: undefined,
        yes: false,
        question: (changes) => changes,
        notDone: "Not done",
        again: "again",
        undo,
      },
      tolerated,
    );
  }

  it("ends with the preview where nothing is to be changed", async () => {
    const first = { instanceId: { value: "i-1" }, next: { value: "Next: …" } };
    // One that lost its first workstation goes on by the others.
    const further = { workstations: { value: { windows: {} } }, next: { value: "Next: …" } };
    for (const outputs of [first, further]) {
      const { up } = await change([], outputs);
      assert.equal(up, undefined);
    }
    assert.deepEqual(acts, ["preview", "preview"]);
  });

  it("deploys the outputs that a run lacks which was killed before its end", async () => {
    const { up } = await change([], {});
    assert.notEqual(up, undefined);
    assert.deepEqual(acts, ["preview", "up"]);
  });

  it("leaves to the caller what another room did meanwhile, also where the preview finds it first", async () => {
    const claims = new Map([["a-1", "INC-2"]]);
    const [heading, free] = checkSlot("INC-1", "a-1", ["a-1"], claims, undefined, []);
    for (const reason of [
      lostRace("a-1"),
      `The room is left as it is:\n  - ${heading}: ${free.join(" ")}`,
      "creating SSM Parameter: ParameterAlreadyExists: The parameter already exists.",
    ]) {
      const undo = () => Promise.reject(new Error("taken back"));
      const { up } = await change([reason], {}, undo, isLostRace);
      assert.deepEqual(up?.reasons, [reason]);
    }
    assert.deepEqual(acts, ["preview", "preview", "preview"]);
    assert.deepEqual(said, []);
    await assert.rejects(change(["No such role."], {}, undefined, isLostRace), /No such role\./);
  });

  it("tells why nothing was deployed, also where taking back fails", async () => {
    const failing = () => Promise.reject(new Error("the disk is full"));
    await assert.rejects(change(["No such role."], {}, failing), /No such role\./);
    assert.match(said.join("\n"), /still there: the disk is full/);
  });
});
