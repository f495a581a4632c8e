import assert from "node:assert/strict";

import { AccountsFileError, parseAccounts } from "../../../cli/members/accountsFile";

const RIGHT = `
defaults:
  region: us-east-1
  assumeRole: arn:aws:iam::{accountId}:role/OrganizationAccountAccessRole
  settings:
    notification: aws-operations@example.edu
    tools: [encase]
accounts:
  - accountId: "012345678901"
    name: payroll
  - accountId: "222233334444"
    region: eu-central-1
    assumeRole: arn:aws:iam::222233334444:role/clean-room/deployer
    settings:
      tools: null
      vpcs: [{ vpcId: vpc-0123456789abcdef0 }]
  - accountId: "111122223333"
    assumeRole: none
`;

/** The reasons an accounts file is refused for. */
function mistakes(content: string): readonly string[] {
  try {
    parseAccounts("accounts.yaml", content);
  } catch (error) {
    assert.ok(error instanceof AccountsFileError);
    assert.match(error.message, /^\d+ mistakes? in accounts\.yaml; nothing was changed:/);
    return error.reasons;
  }
  throw new assert.AssertionError({ message: "it was accepted" });
}

describe("an accounts file", () => {
  it("gives every account the defaults, and its own values over them", () => {
    const settings = { notification: "aws-operations@example.edu", tools: ["encase"] };
    assert.deepEqual(parseAccounts("accounts.yaml", RIGHT), [
      {
        accountId: "012345678901",
        name: "payroll",
        region: "us-east-1",
        assumeRole: "arn:aws:iam::012345678901:role/OrganizationAccountAccessRole",
        settings,
      },
      {
        accountId: "222233334444",
        region: "eu-central-1",
        assumeRole: "arn:aws:iam::222233334444:role/clean-room/deployer",
        settings: {
          notification: "aws-operations@example.edu",
          vpcs: [{ vpcId: "vpc-0123456789abcdef0" }],
        },
      },
      { accountId: "111122223333", region: "us-east-1", settings },
    ]);
  });

  it("is refused with all its mistakes at once, each with account, key, found and required", () => {
    const found = mistakes(`
defaults:
  assumeRole: arn:aws:iam::222233334444:role/deployer
  settings: { kind: member }
accounts:
  - accountId: 222233334444
    region: us-east-1
  - accountId: "333344445555"
    region: nowhere
    assumeRole: arn:aws:iam::444455556666:role/deployer
  - accountId: "333344445555"
    regions: [us-east-1]
    settings: { accountId: "1" }
`);
    const expected = [
      /^defaults\.assumeRole\n +found: +"arn:aws:iam::222233334444:role\/deployer"\n +required: .*\{accountId\}/,
      /^accounts\.0 \(222233334444\)\.accountId\n +found: +222233334444\n +required: .*12 digits, in quotes/,
      /^accounts\.1 \(333344445555\)\.region\n +found: +"nowhere"\n +required: a Region/,
      /^accounts\.2 \(333344445555\)\n[^]*required: no regions$/,
      /^defaults\.settings\.kind\n[^]*required: nothing: the command writes it/,
      /^accounts\.1 \(333344445555\)\.assumeRole\n[^]*required: a role of account 333344445555/,
      /^accounts\.2 \(333344445555\)\.accountId\n[^]*required: each account only once; accounts\.1/,
      /^accounts\.2 \(333344445555\)\.region\n +found: +nothing\n +required: a Region, here or/,
      /^accounts\.2 \(333344445555\)\.settings\.accountId\n/,
    ];
    for (const form of expected) {
      assert.ok(
        found.some((reason) => form.test(reason)),
        `${String(form)} is not among\n${found.join("\n")}`,
      );
    }
    assert.equal(found.length, expected.length);
  });

  it("is refused when two accounts would be deployed with the same credentials", () => {
    const [reason, ...others] = mistakes(`
defaults: { region: us-east-1 }
accounts:
  - accountId: "111122223333"
  - accountId: "222233334444"
`);
    assert.match(reason ?? "", /^accounts\.1 \(222233334444\)\.assumeRole\n[^]*credentials belong/);
    assert.equal(others.length, 0);
  });

  it("is refused when it is empty, without accounts, or no YAML", () => {
    assert.match(mistakes("")[0] ?? "", /^the file\n[^]*required: defaults and accounts/);
    assert.match(mistakes("accounts: []")[0] ?? "", /^accounts\n[^]*at least one account/);
    assert.match(mistakes("accounts:\n  - a: [")[0] ?? "", /^line \d+\n[^]*required: YAML: /);
  });

  it("is refused when an alias stands for nothing, for itself or for more than can be held", () => {
    const many = (name: string, of: string) =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(", ")}]`;
    const bomb = [many("a", "1"), many("b", "*a"), many("c", "*b"), many("d", "*c")].join("\n");
    const files = {
      "accounts: &all [*all]":
        /^line 1\n +found: +"accounts: &all \[\*all\]"\n +required: YAML: an anchor &all before/,
      "defaults: {}\naccounts:\n  - *first": /^line 3\n[^]*an anchor &first before/,
      "defaults: &own\n  settings:\n    ports: *own\naccounts: *other":
        /^line 3\n[^]*&own before[^]*and not around/,
      [bomb]: /^line 1\n[^]*required: YAML: fewer aliases/,
    };
    for (const [content, form] of Object.entries(files)) {
      assert.match(mistakes(content)[0] ?? "", form);
    }
    const twice = mistakes("a: &own { b: *own }\naccounts: *other");
    assert.equal(twice.length, 2, "not both at once");
  });

  it("takes aliases for what they stand for", () => {
    const [, second] = parseAccounts(
      "accounts.yaml",
      `
defaults: { region: us-east-1 }
accounts:
  - accountId: "111122223333"
    settings: &usual { tools: [ssh] }
  - accountId: "222233334444"
    assumeRole: arn:aws:iam::222233334444:role/deployer
    settings: *usual
`,
    );
    assert.deepEqual(second?.settings, { tools: ["ssh"] });
  });
});
