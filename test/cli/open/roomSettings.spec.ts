import assert from "node:assert/strict";

import { roomSettings, type Sources } from "../../../cli/open/roomSettings";
import { projectConfig } from "../../../cli/room/projectConfig";
import { asText, parseSettings } from "../../../settings/parseSettings";

const ACCOUNT = "111122223333";
const slot = (name: string) => ({
  name,
  subnetId: "subnet-1",
  cidr: "10.66.0.0/28",
  availabilityZone: name.slice(0, -2),
});
const claim = (name: string, ticket: string) => ({ slot: name, ticket, since: undefined });

const SOURCES: Sources = {
  ticket: "INC-2026-0042",
  given: { suspectCidrs: ["10.20.30.40/32"] },
  file: {},
  project: {},
  foundation: {
    accountId: ACCOUNT,
    region: "us-east-1",
    stack: "audit",
    slots: ["us-east-1a-1", "us-east-1a-2", "us-east-1b-1"].map(slot),
    config: { "clean-room:notification": "ops@example.edu", "clean-room:tags": { owner: "ir" } },
  },
  claims: [],
  member: {
    accountId: "222233334444",
    groups: [{ vpcId: "vpc-1", securityGroup: "222233334444/sg-0123456789abcdef0" }],
    responderRoleArn: "arn:aws:iam::222233334444:role/clean-room/forensics-responder",
    transferKeys: [],
  },
};

function valueOf(name: string, sources: Partial<Sources> = {}): unknown {
  return roomSettings({ ...SOURCES, ...sources }).config[`clean-room:${name}`];
}

describe("The settings of a room that is opened by its ticket", () => {
  it("need nothing but the suspect's address, where one member account is prepared", () => {
    const { config, missing, reasons } = roomSettings(SOURCES);
    assert.deepEqual(reasons, []);
    assert.deepEqual(
      missing.filter(({ optional }) => !optional),
      [],
    );
    const settings = parseSettings({
      project: "clean-room",
      stack: "inc-2026-0042",
      values: asText(config),
    });
    assert.equal(settings.kind, "incident");
    assert.equal(settings.notification, "ops@example.edu");
    assert.deepEqual(settings.tags, { owner: "ir" });
  });

  it("are what was typed before the file, the file before the project, that before the stacks", () => {
    const name = "notification";
    const file = { "clean-room:notification": "file@example.edu" };
    const project = { "clean-room:notification": "project@example.edu" };
    assert.equal(valueOf(name), "ops@example.edu");
    assert.equal(valueOf(name, { project }), "project@example.edu");
    assert.equal(valueOf(name, { project, file }), "file@example.edu");
    const given = { ...SOURCES.given, notification: "typed@example.edu" };
    assert.equal(valueOf(name, { project, file, given }), "typed@example.edu");
  });

  it("name the foundation that was found wherever one was named", () => {
    assert.equal(valueOf("auditStack"), undefined);
    const file = { "clean-room:auditStack": "audit-eu" };
    assert.equal(valueOf("auditStack", { file }), "audit");
    assert.equal(valueOf("auditStack", { project: file }), "audit");
    const foundation = { ...SOURCES.foundation, stack: "audit-eu" };
    assert.equal(valueOf("auditStack", { foundation }), "audit-eu");
  });

  it("keep every other setting that the file or the project has", () => {
    const project = { "clean-room:investigators": ["arn:x"], "aws:profile": "ir" };
    const file = { "clean-room:instanceType": "r6i.2xlarge" };
    const { config } = roomSettings({ ...SOURCES, project, file });
    assert.deepEqual(config["clean-room:investigators"], ["arn:x"]);
    assert.equal(config["clean-room:instanceType"], "r6i.2xlarge");
    assert.equal(config["aws:profile"], "ir");
  });

  it("name the account's own transfer keys, where it has some", () => {
    const keys = [{ keyArn: "arn:k", assumeRole: "arn:r" }];
    const member = { ...SOURCES.member, transferKeys: keys } as Sources["member"];
    assert.deepEqual(valueOf("suspectKeys", { member }), keys);
    assert.equal(valueOf("suspectKeys"), undefined);
  });

  it("miss the group, the role and the address of an account that nobody prepared, each by its option", () => {
    const { missing } = roomSettings({ ...SOURCES, given: {}, member: undefined });
    assert.deepEqual(
      missing.filter(({ optional }) => !optional).map(({ option }) => option),
      ["--isolation-group", "--responder", "--suspect"],
    );
  });

  it("choose among the groups of several VPCs only where somebody does", () => {
    const groups = ["1", "2"].map((n) => ({ vpcId: `vpc-${n}`, securityGroup: `sg-${n}` }));
    const member = { ...SOURCES.member, groups } as Sources["member"];
    const { missing } = roomSettings({ ...SOURCES, member });
    assert.deepEqual(missing[0]?.choices, ["sg-1", "sg-2"]);
  });

  describe("and its slot", () => {
    const claims = [claim("us-east-1a-1", "INC-1")];

    it("is the first that is free", () => {
      assert.equal(valueOf("slot"), "us-east-1a-1");
      assert.equal(valueOf("slot", { claims }), "us-east-1a-2");
    });

    it("is each ticket's own choice of the free ones, where another room came first in the first", () => {
      const slots = Array.from({ length: 20 }, (_, index) => slot(`us-east-1a-${index + 1}`));
      const foundation = { ...SOURCES.foundation, slots };
      const losers = Array.from({ length: 19 }, (_, index) => `INC-2026-${1001 + index}`);
      const chosen = losers.map((ticket) =>
        valueOf("slot", { ticket, foundation, claims, lost: true }),
      );
      assert.ok(!chosen.includes("us-east-1a-1"), "one that is taken");
      assert.ok(new Set(chosen).size > 9, `they meet again: ${chosen.join(", ")}`);
      const own = [claim("us-east-1a-7", SOURCES.ticket)];
      assert.equal(valueOf("slot", { foundation, claims: own, lost: true }), "us-east-1a-7");
    });

    it("is the one that the room has, whatever is free", () => {
      const own = [claim("us-east-1b-1", SOURCES.ticket)];
      assert.equal(valueOf("slot", { claims: own }), "us-east-1b-1");
    });

    it("is another one than the file's, where another room has that by now", () => {
      const file = { "clean-room:slot": "us-east-1a-1" };
      assert.equal(valueOf("slot", { claims, file }), "us-east-1a-2");
      assert.equal(valueOf("slot", { file }), "us-east-1a-1");
    });

    it("is refused where it was asked for and is taken, with those that are free", () => {
      const given = { ...SOURCES.given, slot: "us-east-1a-1" };
      const { reasons } = roomSettings({ ...SOURCES, given, claims });
      assert.deepEqual(reasons, [
        "Slot us-east-1a-1 is taken by INC-1; free: us-east-1a-2, us-east-1b-1.",
      ]);
    });

    it("is refused where none is free, with who has them", () => {
      const all = SOURCES.foundation.slots.map(({ name }, index) => claim(name, `INC-${index}`));
      const { reasons } = roomSettings({ ...SOURCES, claims: all });
      assert.match(reasons.join(), /No slot is free: us-east-1a-1 by INC-0, us-east-1a-2 by INC-1/);
    });
  });
});

describe("The configuration of a project", () => {
  it("is read in each of the forms that Pulumi takes", () => {
    const config = {
      "aws:region": "us-east-1",
      "clean-room:notification": { value: "ops@example.edu" },
      auditStack: { type: "string", default: "audit-eu" },
      "clean-room:investigators": { value: ["arn:x"] },
      "clean-room:tools": { type: "array", description: "without a value" },
    } as never;
    assert.deepEqual(projectConfig({ name: "clean-room", config }), {
      "aws:region": "us-east-1",
      "clean-room:notification": "ops@example.edu",
      "clean-room:auditStack": "audit-eu",
      "clean-room:investigators": ["arn:x"],
    });
  });
});
