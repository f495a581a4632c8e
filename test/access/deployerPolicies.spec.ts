import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

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

function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^$(){}|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
}

/** By what makes it, the ARN of what a stack declares; `NAME` stands for what it is called. */
const MADE: Readonly<Record<string, readonly [action: string, arn: string]>> = {
  "aws:cloudtrail/trail:Trail": ["cloudtrail:CreateTrail", "cloudtrail:PLACE:trail/NAME"],
  "aws:cloudwatch/eventRule:EventRule": ["events:PutRule", "events:PLACE:rule/NAME"],
  "aws:cloudwatch/logGroup:LogGroup": ["logs:CreateLogGroup", "logs:PLACE:log-group:NAME"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": [
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:PLACE:alarm:NAME",
  ],
  "aws:iam/policy:Policy": ["iam:CreatePolicy", "iam::ACCOUNT:policyNAME"],
  "aws:iam/role:Role": ["iam:CreateRole", "iam::ACCOUNT:roleNAME"],
  "aws:kms/alias:Alias": ["kms:CreateAlias", "kms:PLACE:NAME"],
  "aws:s3/bucket:Bucket": ["s3:CreateBucket", "s3:::NAME"],
  "aws:sns/topic:Topic": ["sns:CreateTopic", "sns:PLACE:NAME"],
  "aws:ssm/document:Document": ["ssm:CreateDocument", "ssm:PLACE:document/NAME"],
};

/** ARNs of what a stack with every setting makes, each with the action that makes it. */
function madeBy(stack: string, account: string): (readonly [action: string, arn: string])[] {
  const file = join(__dirname, "..", "stacks", "golden", `${stack}.yaml`);
  const { resources } = parse(readFileSync(file, "utf8")) as {
    resources: Record<string, { inputs?: Record<string, string> }>;
  };
  return Object.entries(resources).flatMap(([resource, { inputs = {} }]) => {
    const [logical = "", type = ""] = resource.slice(0, -1).split(" (");
    const made = MADE[type];
    if (made === undefined) {
      return [];
    }
    const isOfIam = type.startsWith("aws:iam/");
    const name = inputs["name"] ?? `${type.endsWith("Alias") ? "alias/" : ""}${logical}-0a1b2c3`;
    const arn = made[1]
      .replace("PLACE", `us-east-1:${account}`)
      .replace("ACCOUNT", account)
      .replace("NAME", isOfIam ? `${inputs["path"] ?? "/"}${name}` : name);
    return [[made[0], `arn:aws:${arn}`] as const];
  });
}

const WITHIN_THE_BOUNDARY = { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } };

interface Allowing {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

/** Statements of the policies that allow one of the actions. */
function allowing(
  policies: Readonly<Record<string, { readonly Statement: unknown }>>,
  actions: readonly string[],
): Allowing[] {
  return Object.values(policies)
    .flatMap(({ Statement }) => Statement as Allowing[])
    .filter(
      ({ Effect, Action }) =>
        Effect === "Allow" && [Action].flat().some((each) => actions.includes(each)),
    );
}

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

  for (const [stack, account, policies] of [
    ["audit", "111122223333", foundationDeployerPolicies],
    ["member", "222233334444", memberDeployerPolicies],
  ] as const) {
    it(`name whatever the ${stack} stack makes by a name`, () => {
      const statements = Object.values(
        policies({ region: "us-east-1", accountId: account }),
      ).flatMap(({ Statement }) => Statement as unknown as Record<string, string | string[]>[]);
      const made = madeBy(stack, account);
      assert.ok(made.length > 5);
      for (const [action, arn] of made) {
        const lets = statements.some(
          ({ Effect, Action = [], Resource = [] }) =>
            Effect === "Allow" &&
            [Action].flat().includes(action) &&
            [Resource].flat().some((pattern) => glob(pattern).test(arn)),
        );
        assert.ok(lets, `${action} ${arn}`);
      }
    });
  }

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
      const making = allowing(policies({ ...place, permissionsBoundary: BOUNDARY }), [
        "iam:CreateRole",
      ]);
      assert.ok(making.length > 0);
      for (const { Condition } of making) {
        assert.deepEqual(Condition, WITHIN_THE_BOUNDARY);
      }
    }
  });

  it("give roles what they may do within that boundary only, and put no other on one", () => {
    const widening = [
      "iam:DeleteRolePermissionsBoundary",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
    ];
    for (const policies of [foundationDeployerPolicies, memberDeployerPolicies]) {
      const bounded = allowing(policies({ ...place, permissionsBoundary: BOUNDARY }), widening);
      assert.ok(bounded.some(({ Action }) => Action.includes("iam:PutRolePermissionsBoundary")));
      for (const { Sid, Condition } of bounded) {
        assert.deepEqual(Condition, WITHIN_THE_BOUNDARY, Sid);
      }
      assert.deepEqual(allowing(policies(place), widening.slice(0, 2)), []);
    }
    assert.match(
      readFileSync(join(FOLDER, "..", "deployers.md"), "utf8"),
      /`MakeRoles` and `MakeThem`, and to their actions\s`iam:PutRolePermissionsBoundary`/,
    );
  });
});
