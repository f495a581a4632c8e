import assert from "node:assert/strict";

import { stackTypesNow } from "../../../docs/stackTypes";
import { listedTypes } from "../../../policy-pack/policies/listedTypes";
import { TYPES_OF_KIND } from "../../../policy-pack/stackKinds";
import { deploy } from "../../support/deployment";
import { auditConfig, memberConfig } from "../../support/examples";
import { judge } from "../../support/policies";

const INCIDENT = "inc-2026-0042";
const STACKS = { foundation: "audit", incident: INCIDENT, member: "member-222233334444" };

describe("listed-types", () => {
  it("has the list that follows from the program; npm run stack-types makes it anew", () => {
    assert.deepEqual(TYPES_OF_KIND, stackTypesNow());
  });

  it("lists what a deployment declares", async () => {
    for (const [kind, stack, config] of [
      ["foundation", "audit", auditConfig({ image: "off" })],
      ["member", "member-222233334444", memberConfig()],
    ] as const) {
      const { resources } = await deploy(stack, config);
      const types = resources.map(({ type }) => type);
      assert.ok(types.length > 3);
      assert.deepEqual(
        types.filter((type) => !TYPES_OF_KIND[kind]?.includes(type)),
        [],
      );
    }
  });

  for (const [kind, stack] of Object.entries(STACKS)) {
    it(`accepts what is listed for ${kind} stacks`, async () => {
      const subjects = (TYPES_OF_KIND[kind] ?? []).map((type) => ({ type }));
      assert.deepEqual(await judge(listedTypes, subjects, { stack }), []);
    });

    for (const type of [
      "aws-native:s3:Bucket",
      "aws:cloudcontrol/resource:Resource",
      "aws:cloudformation/stack:Stack",
      "aws:ec2/transitGateway:TransitGateway",
      "aws:ec2clientvpn/endpoint:Endpoint",
      "aws:iam/accessKey:AccessKey",
      "aws:lambda/functionUrl:FunctionUrl",
      "command:local:Command",
      "gcp:storage/bucket:Bucket",
      "pulumi-nodejs:dynamic:Resource",
      "pulumi:providers:command",
    ]) {
      it(`refuses ${type} in ${kind} stacks, and says what admits it`, async () => {
        const extraTypes = { [kind]: [type] };
        assert.deepEqual(await judge(listedTypes, { type }, { stack }), [
          `type is ${type}; required: a type that is listed for ${kind} stacks.\n` +
            `Remove the resource, or configure the pack: { "listed-types": { "extraTypes": { "${kind}": ["${type}"] } } }.`,
        ]);
        assert.deepEqual(await judge(listedTypes, { type }, { stack, config: { extraTypes } }), []);
      });
    }
  }

  it("refuses in a room what only a foundation has", async () => {
    const outcome = await judge(listedTypes, { type: "aws:s3/bucket:Bucket" }, { stack: INCIDENT });
    assert.equal((outcome as string[]).length, 1);
  });

  // The program's own form of tickets, in lower case.
  for (const stack of ["inc-2026-0042", "sec-ir-7", "case1", "7", "phishing", "a1-b2-c3"]) {
    it(`takes the stack ${stack} for a room`, async () => {
      const subject = { type: "aws:ebs/snapshotCopy:SnapshotCopy" };
      assert.deepEqual(await judge(listedTypes, subject, { stack }), []);
    });
  }

  for (const stack of ["prod-audit", "audit2", "eu-audit-1", "dev-member-1", "Inc-1", "inc_1"]) {
    it(`refuses the stack ${stack}, which is of no kind`, async () => {
      const [violation = ""] = (await judge(
        listedTypes,
        { type: "aws:kms/key:Key" },
        { stack },
      )) as string[];
      assert.ok(violation.startsWith(`the stack's name is ${stack}; required: a name that tells`));
    });
  }

  it("takes the first kind that matches", async () => {
    const kinds = [
      { kind: "foundation", stacks: "^prod-audit$" },
      { kind: "incident", stacks: "" },
    ];
    const subject = { type: "aws:cloudtrail/trail:Trail" };
    assert.deepEqual(
      await judge(listedTypes, subject, { stack: "prod-audit", config: { kinds } }),
      [],
    );
  });
});
