import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROLES } from "../support/parties";
import { isAllowed } from "../support/simulator";

const MEMBER = "222233334444";
const SNAPSHOT = "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0";
const VOLUME = `arn:aws:ec2:us-east-1:${MEMBER}:volume/vol-0123456789abcdef0`;
const INSTANCE = `arn:aws:ec2:us-east-1:${MEMBER}:instance/i-0123456789abcdef0`;

/** What handover calls, and what it must not be able to do; the keys are in keys.spec.ts. */
const CASES: [
  act: string,
  action: string,
  resource: string,
  context: Record<string, string>,
  may: boolean,
][] = [
  ["look at instances", "ec2:DescribeInstances", "*", {}, true],
  ["look at volumes", "ec2:DescribeVolumes", "*", {}, true],
  ["look at snapshots", "ec2:DescribeSnapshots", "*", {}, true],
  ["see whom one is shared with", "ec2:DescribeSnapshotAttribute", SNAPSHOT, {}, true],
  ["make a snapshot of a volume", "ec2:CreateSnapshot", VOLUME, {}, true],
  ["make the snapshot itself", "ec2:CreateSnapshot", SNAPSHOT, {}, true],
  ["copy a snapshot", "ec2:CopySnapshot", SNAPSHOT, {}, true],
  ...(["CreateSnapshot", "CopySnapshot"] as const).map((create): (typeof CASES)[number] => [
    `tag by ${create}`,
    "ec2:CreateTags",
    SNAPSHOT,
    { "ec2:CreateAction": create },
    true,
  ]),
  [
    "share with the Audit account",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { "ec2:Add/userId": "111122223333" },
    true,
  ],
  [
    "share with another account",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { "ec2:Add/userId": "999988887777" },
    false,
  ],
  [
    "share with a group",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { "ec2:Add/group": "all" },
    false,
  ],
  [
    "share with the Audit account and a group",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { "ec2:Add/userId": "111122223333", "ec2:Add/group": "all" },
    false,
  ],
  ["tag what is there", "ec2:CreateTags", SNAPSHOT, {}, false],
  ["tag the instance", "ec2:CreateTags", INSTANCE, {}, false],
  ["delete a snapshot", "ec2:DeleteSnapshot", SNAPSHOT, {}, false],
];

describe("Policy of a responder role, as README.md has it", () => {
  const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
  const [, json = ""] =
    /<!-- responder policy -->\n\n```json\n([^]*?)```\n\n<!-- responder policy -->/.exec(readme) ??
    [];
  const policy = JSON.parse(json) as object;

  for (const [act, action, resource, context, may] of CASES) {
    it(`${may ? "lets it" : "does not let it"} ${act}`, async () => {
      const allowed = await isAllowed({
        principal: ROLES.responder,
        action,
        resource,
        owner: MEMBER,
        context,
        identity: [policy],
      });
      assert.equal(allowed, may);
    });
  }
});
