import assert from "node:assert/strict";

import { parse } from "yaml";

import { nextStep, type RoomState } from "../../../components/room/nextStep";

const ROOM: RoomState = {
  ticket: "INC-2026-0042",
  notification: "aws-operations@example.edu",
  tags: {},
  accountId: "111122223333",
  region: "us-east-1",
  evidence: [],
  stage: "open",
  leaving: [],
  transferKeyArn: "arn:aws:kms:us-east-1:111122223333:key/transfer",
};

const DISK = { snapshot: "snap-0123456789abcdef0" };

/** Everything that can come next. */
const STATES: Readonly<Record<string, RoomState>> = {
  "without evidence": ROOM,
  "with evidence": { ...ROOM, evidence: [DISK] },
  "with evidence that leaves": { ...ROOM, evidence: [DISK], leaving: ["vol-1"] },
  recorded: { ...ROOM, evidence: [DISK], stage: "recording" },
  lifted: { ...ROOM, evidence: [DISK], stage: "lifted" },
};

describe("What to do next in a room", () => {
  for (const [which, state] of Object.entries(STATES)) {
    describe(which, () => {
      const text = nextStep(state);

      it("is shown by the CLI as it is: as no map, whose lines it would sort and cut", () => {
        let shown: unknown;
        try {
          shown = parse(text);
        } catch {
          shown = text;
        }
        assert.equal(typeof shown, "string");
      });

      it("deploys with the policy pack, and no command has a full stop behind it", () => {
        const ups = [...text.matchAll(/pulumi up [^\n]*/g)].map(([up]) => up);
        for (const up of ups) {
          assert.equal(up, "pulumi up --stack inc-2026-0042 --policy-pack policy-pack");
        }
        assert.doesNotMatch(text, /(inc-2026-0042|INC-2026-0042|policy-pack)\.( |$)/m);
        assert.doesNotMatch(text, /<\w+>/);
      });
    });
  }
});
