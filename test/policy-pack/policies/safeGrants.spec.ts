import assert from "node:assert/strict";

import { safeGrants } from "../../../policy-pack/policies/safeGrants";
import { judge, UNKNOWN_LIST, UNKNOWN_TEXT } from "../../support/policies";

const OPERATIONS = [
  "Decrypt",
  "DescribeKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
];
const stack = "inc-2026-0042";
const ROLE = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";

const grant = (props: Record<string, unknown> = {}) => ({
  type: "aws:kms/grant:Grant",
  props: {
    name: "clean-room/INC-2026-0042/222233334444/forensics-responder",
    keyId: "arn:aws:kms:us-east-1:111122223333:key/0",
    granteePrincipal: ROLE,
    operations: OPERATIONS,
    ...props,
  },
});

describe("safe-grants", () => {
  it("accepts a role's grant in the stack of its incident, its key and role made along or not", async () => {
    assert.deepEqual(await judge(safeGrants, grant(), { stack }), []);
    const toCome = grant({ keyId: UNKNOWN_TEXT, granteePrincipal: UNKNOWN_TEXT });
    assert.deepEqual(await judge(safeGrants, toCome, { stack }), []);
    const elsewhere = ROLE.replace("arn:aws:", "arn:aws-us-gov:");
    assert.deepEqual(
      await judge(safeGrants, grant({ granteePrincipal: elsewhere }), { stack }),
      [],
    );
  });

  it("judges a grant in a member account, through a provider of its own, by the same rules", async () => {
    const deployer = {
      name: "clean-room/INC-2026-0042/111122223333/role/incident-deployer",
      keyId: "arn:aws:kms:us-east-1:222233334444:key/0",
      granteePrincipal: "arn:aws:iam::111122223333:role/incident-deployer",
      operations: ["Decrypt", "DescribeKey", "ReEncryptFrom"],
    };
    const there = { stack, allowedAccountIds: '["222233334444"]' };
    assert.deepEqual(await judge(safeGrants, grant(deployer), there), []);
    const passedOn = grant({ ...deployer, operations: [...deployer.operations, "CreateGrant"] });
    assert.deepEqual(await judge(safeGrants, passedOn, there), [
      "operations: CreateGrant; required: operations without CreateGrant, as its holder could pass access on.",
    ]);
  });

  const cases: [string, Record<string, unknown>, string][] = [
    [
      "with CreateGrant",
      { operations: [...OPERATIONS, "CreateGrant"] },
      "operations: CreateGrant; required: operations without CreateGrant, as its holder could pass access on.",
    ],
    [
      "of operations that the preview does not know",
      { operations: UNKNOWN_LIST },
      "operations: not known in the preview; required: operations without CreateGrant, as its holder could pass access on.",
    ],
    [
      "one operation of which the preview does not know",
      { operations: ["Decrypt", UNKNOWN_TEXT] },
      "operations: not known in the preview; required: operations without CreateGrant, as its holder could pass access on.",
    ],
    [
      "without a name",
      { name: undefined },
      "name is not set; required: clean-room/<ticket>/<whose>.",
    ],
    [
      "named otherwise",
      { name: "transfer-grant-1a2b3c4" },
      "name is transfer-grant-1a2b3c4; required: clean-room/<ticket>/<whose>.",
    ],
    [
      "whose name ends with the ticket",
      { name: "clean-room/INC-2026-0042/" },
      "name is clean-room/INC-2026-0042/; required: clean-room/<ticket>/<whose>.",
    ],
    [
      "whose name the preview does not know",
      { name: UNKNOWN_TEXT },
      "name is not known in the preview; required: clean-room/<ticket>/<whose>.",
    ],
    [
      "of another incident",
      { name: "clean-room/INC-2026-0043/222233334444/forensics-responder" },
      "name is clean-room/INC-2026-0043/222233334444/forensics-responder; required: the ticket of this stack, inc-2026-0042.",
    ],
    ...[
      "arn:aws:iam::222233334444:root",
      "222233334444",
      "arn:aws:iam::222233334444:user/forensics-responder",
      "arn:aws:iam::222233334444:role/*",
      "*",
    ].map((granteePrincipal): [string, Record<string, unknown>, string] => [
      `for ${granteePrincipal}`,
      { granteePrincipal },
      `granteePrincipal is ${granteePrincipal}; required: the ARN of one role, not of an account or user.`,
    ]),
  ];
  for (const [what, props, violation] of cases) {
    it(`refuses a grant ${what}`, async () => {
      assert.deepEqual(await judge(safeGrants, grant(props), { stack }), [violation]);
    });
  }

  it("refuses any grant in a stack that outlives incidents", async () => {
    for (const foundation of ["audit", "audit-eu", "member-222233334444"]) {
      const name = `clean-room/${foundation}/222233334444/forensics-responder`;
      assert.deepEqual(await judge(safeGrants, grant({ name }), { stack: foundation }), [
        `the stack is ${foundation}, which outlives incidents; required: a grant in the stack of an open incident, or the key's policy.`,
      ]);
    }
  });

  it("gives all reasons there are", async () => {
    const worst = grant({ name: "g", operations: ["CreateGrant"], granteePrincipal: "*" });
    assert.equal(((await judge(safeGrants, worst, { stack })) as string[]).length, 3);
  });

  it("does not apply to what grants nothing", async () => {
    assert.deepEqual(await judge(safeGrants, { type: "aws:kms/key:Key" }), {
      notApplicable: "the type grants nothing",
    });
  });
});
