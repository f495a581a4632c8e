import assert from "node:assert/strict";

import type { Entry } from "../../../rehearsal/account/account";
import { type KnownResource, wrongAtTheEnd, wrongIn } from "../../../rehearsal/kills/remains";

const COPY = "aws:ebs/snapshotCopy:SnapshotCopy";
const INSTANCE = "aws:ec2/instance:Instance";
const KEY = "aws:kms/key:Key";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const ROLE = "aws:iam/role:Role";
const VOLUME = "aws:ebs/volume:Volume";

const entry = (type: string, id: string, name = id, more: Partial<Entry> = {}): Entry => ({
  type,
  id,
  arn: `arn:${id}`,
  urn: `urn:pulumi:inc-1::clean-room::${type}::${name}`,
  tags: {},
  state: "available",
  properties: {},
  ...more,
});

const known = ({ type, id }: Entry): KnownResource => ({ type, id });

describe("What a killed room has left behind", () => {
  const room = [entry(INSTANCE, "i-1", "workstation"), entry(KEY, "k-1", "incident-key")];

  it("is nothing where the engine knows of everything, and of everything once", () => {
    assert.deepEqual(wrongIn(room, room.map(known)), []);
  });

  for (const type of [INSTANCE, KEY, ROLE, VOLUME, "aws:ssm/parameter:Parameter"]) {
    it(`is seen where the engine knows nothing of a ${type}`, () => {
      const orphan = entry(type, "orphan");
      assert.deepEqual(wrongIn([...room, orphan], room.map(known)), [
        `unknown to the engine: ${type} orphan`,
      ]);
    });

    it(`is seen where a ${type} was made twice, whether the engine knows of one or of both`, () => {
      const twice = [entry(type, "first", "thing"), entry(type, "second", "thing")];
      for (const told of [twice.slice(0, 1), twice]) {
        assert.deepEqual(wrongIn(twice, told.map(known)), [`twice: ${type} thing (first, second)`]);
      }
    });
  }

  it("is no other resource because its type or its id is known", () => {
    assert.equal(
      wrongIn(
        [entry(ROLE, "same")],
        [
          { type: VOLUME, id: "same" },
          { type: ROLE, id: "other" },
        ],
      ).length,
      1,
    );
  });

  it("is not what is to stay, nor what AWS made for something else", () => {
    const stays = [
      entry(COPY, "snap-1"),
      entry(KEY, "k-2", "incident-key", { state: "PendingDeletion" }),
      entry(VOLUME, "vol-root", "root", { partOf: "i-1" }),
      entry(OBJECT, "records/1.json"),
    ];
    assert.deepEqual(wrongIn(stays, []), []);
  });
});

describe("What a closed room has left behind", () => {
  const record = (event: string, more: object = {}) =>
    entry(OBJECT, `vault/records/INC-1/${event}.json`, event, {
      properties: { content: JSON.stringify({ event, ...more }) },
    });
  const named = { named: ["snap-1", "snap-2", "arn:k-1", "i-1"] };
  const left = [
    entry(COPY, "snap-1"),
    entry(COPY, "snap-2"),
    entry(KEY, "k-1", "incident-key", { state: "PendingDeletion" }),
    record("opening"),
    record("closing", named),
    record("destruction"),
  ];
  const without = (id: string) => left.filter((each) => !each.id.includes(id));

  it("is nothing but its copies, its key on its way out and a record of each", () => {
    assert.deepEqual(wrongAtTheEnd(left, ["i-1"], 2), []);
  });

  it("is too much with anything else", () => {
    assert.deepEqual(wrongAtTheEnd([...left, entry(ROLE, "r")], ["i-1"], 2), [`left: ${ROLE} r`]);
    assert.equal(wrongAtTheEnd([...left, entry(COPY, "snap-3")], ["i-1"], 2).length, 2);
  });

  for (const lacking of ["snap-2", "k-1", "opening", "closing", "destruction"]) {
    it(`is too little without ${lacking}`, () => {
      assert.notDeepEqual(wrongAtTheEnd(without(lacking), ["i-1"], 2), []);
    });
  }

  for (const what of named.named) {
    it(`is not recorded where the closing record leaves out ${what}`, () => {
      const less = record("closing", { named: named.named.filter((each) => each !== what) });
      const wrong = wrongAtTheEnd([...without("closing"), less], ["i-1"], 2);
      assert.deepEqual(wrong, [`the closing record does not name ${what}`]);
    });
  }

  it("is one workstation in the course of time", () => {
    const twice = { named: [...named.named, "i-2"] };
    assert.deepEqual(
      wrongAtTheEnd([...without("closing"), record("closing", twice)], ["i-1", "i-2"], 2),
      ["2 workstations in the course of time instead of 1"],
    );
  });
});
