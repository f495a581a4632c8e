import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { foundationDeployerPolicies } from "../../components/access/foundationDeployerPolicies";
import { memberDeployerPolicies } from "../../components/access/memberDeployerPolicies";
import { deployerPolicyFiles } from "../../docs/deployerPolicies";

const FOLDER = join(__dirname, "..", "..", "docs", "deployers");
const BOUNDARY = "arn:aws-us-gov:iam::111122223333:policy/organisation-boundary";

/** What nobody who deploys a foundation or a member stack is given, by the beginning of actions. */
const NOT_GIVEN = [
  "ec2:CreateSnapshot",
  "ec2:ModifySnapshotAttribute",
  "ec2:RunInstances",
  "kms:Decrypt",
  "kms:DisableKey",
  "kms:ScheduleKeyDeletion",
  "s3:Delete",
  "s3:GetObject",
  "s3:PutObject",
  "ssm:StartSession",
  "sts:",
];

describe("The policies of who deploys foundations and member stacks", () => {
  const place = { region: "us-gov-west-1", accountId: "111122223333" };
  const all = [undefined, BOUNDARY].flatMap((permissionsBoundary) =>
    [foundationDeployerPolicies, memberDeployerPolicies].flatMap((policies) =>
      Object.entries(policies({ ...place, permissionsBoundary })),
    ),
  );

  it("are the files that docs/deployers.md tells to attach; npm run docs writes them", () => {
    const files = deployerPolicyFiles();
    assert.deepEqual(readdirSync(FOLDER).sort(), [...files.keys()].sort());
    for (const [name, text] of files) {
      assert.equal(readFileSync(join(FOLDER, name), "utf8"), text, name);
    }
  });

  it("fit IAM's 6,144 characters for each, in every partition and with an organisation's boundary", () => {
    for (const [part, policy] of all) {
      const { length } = JSON.stringify(policy);
      assert.ok(length <= 6144, `${part}: ${length}`);
    }
  });

  it("name each action, and none that reads or ends evidence or becomes somebody else", () => {
    for (const [part, { Statement }] of all) {
      for (const { Effect, Action, Sid } of Statement as unknown as Record<
        string,
        string | string[]
      >[]) {
        for (const action of [Action ?? []].flat()) {
          if (Effect === "Allow") {
            assert.doesNotMatch(action, /\*/, `${part} ${String(Sid)}`);
            assert.ok(!NOT_GIVEN.some((each) => action.startsWith(each)), `${part}: ${action}`);
          }
        }
      }
    }
  });

  it("make roles within the boundary that the organisation demands, and without it none", () => {
    for (const policies of [foundationDeployerPolicies, memberDeployerPolicies]) {
      const statements = Object.values(
        policies({ ...place, permissionsBoundary: BOUNDARY }),
      ).flatMap(
        ({ Statement }) => Statement as { Effect: string; Action: unknown; Condition?: unknown }[],
      );
      const making = statements.filter(
        ({ Effect, Action }) =>
          Effect === "Allow" && [Action].flat().some((each) => each === "iam:CreateRole"),
      );
      assert.ok(making.length > 0);
      for (const { Condition } of making) {
        assert.deepEqual(Condition, { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } });
      }
    }
  });
});
