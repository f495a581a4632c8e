import assert from "node:assert/strict";

import { uninstallCommand } from "../../../cli/uninstall/uninstall";
import { FOUNDATION_OUTPUTS } from "../../support/examples";

const POLICY = "arn:aws:iam::111122223333:policy/clean-room/incident-deployer-room";

/** One that a destroy which was interrupted has deleted: the stack's outputs name it still. */
const GONE = "arn:aws:iam::111122223333:policy/clean-room/incident-deployer-evidence";

function absent(): never {
  throw Object.assign(new Error("not found"), { name: "NoSuchEntityException" });
}

/** What AWS answers, by the name of the command; it is asked nothing else, so nothing is changed. */
const ANSWERS: Readonly<Record<string, (input: Record<string, unknown>) => object>> = {
  GetCallerIdentity: () => ({ Arn: "arn:aws:sts::111122223333:assumed-role/x/me" }),
  GetParametersByPath: () => ({
    Parameters: [{ Name: "/clean-room/slots/us-east-1a-1", Value: "INC-2026-0042" }],
  }),
  ListGrants: ({ Marker }) =>
    Marker === undefined
      ? { Grants: [{ GrantId: "1" }, { GrantId: "2" }], Truncated: true, NextMarker: "more" }
      : { Grants: [{ GrantId: "3" }], Truncated: false },
  ListEntitiesForPolicy: ({ Marker, PolicyArn }) =>
    PolicyArn === GONE
      ? absent()
      : Marker === undefined
        ? { PolicyRoles: [{ RoleName: "another" }], IsTruncated: true, Marker: "more" }
        : { PolicyRoles: [{ RoleName: "incident-deployer" }], IsTruncated: false },
  DescribeLockedSnapshots: () => ({
    Snapshots: [
      { SnapshotId: "snap-1", LockState: "compliance", LockExpiresOn: new Date("2033-01-01") },
    ],
  }),
  DescribeSnapshots: ({ NextToken }) =>
    NextToken === undefined
      ? { Snapshots: [{ SnapshotId: "snap-1", VolumeSize: 8 }], NextToken: "more" }
      : { Snapshots: [{ SnapshotId: "snap-2", VolumeSize: 9 }] },
  DescribeImages: () => ({ Images: [{ ImageId: "ami-1" }] }),
  ListObjectVersions: ({ KeyMarker }) =>
    KeyMarker === undefined
      ? {
          Versions: [{ Size: 1, LastModified: new Date("2026-01-01") }],
          IsTruncated: true,
          NextKeyMarker: "a",
        }
      : { Versions: [{ Size: 1, LastModified: new Date("2026-02-01") }], IsTruncated: false },
};

describe("clean-room uninstall", () => {
  it("looks in account and backend, page by page, and asks AWS for nothing that changes anything", async () => {
    const said: string[] = [];
    const client = {
      send: ({ constructor, input }: { constructor: { name: string }; input: object }) => {
        const answer = ANSWERS[constructor.name.replace(/Command$/, "")];
        assert.ok(answer, constructor.name);
        return new Promise((resolve) => resolve(answer(input as Record<string, unknown>)));
      },
    };
    const outputs = Object.fromEntries(
      Object.entries({ ...FOUNDATION_OUTPUTS, incidentDeployerPolicyArns: [GONE, POLICY] }).map(
        ([name, value]) => [name, { value }],
      ),
    );
    const workspace = {
      projectSettings: () => Promise.resolve({ name: "clean-room", runtime: "nodejs" }),
      stackOutputs: () => Promise.resolve(outputs),
      getAllConfig: () => Promise.resolve({}),
    };
    const names = ["audit", "member-222233334444", "inc-2026-0042", "inc-2026-0007"];
    const around = {
      stacks: () =>
        Promise.resolve({
          workspace: () => Promise.resolve(workspace),
          list: () => Promise.resolve(names.map((name) => ({ name }))),
        }),
      aws: () => ({ ec2: client, iam: client, kms: client, s3: client, ssm: client, sts: client }),
      output: { say: (line: string) => said.push(line), tell: () => undefined },
    };
    await uninstallCommand(around as never).parseAsync([], { from: "user" });
    const text = said.join("\n");
    for (const line of [
      /2 rooms are there/,
      /3 grants are on the transfer key/,
      /npx clean-room close INC-2026-0042$/m,
      /npx clean-room close inc-2026-0007$/m,
      /pulumi destroy --stack member-222233334444$/m,
      new RegExp(`detach-role-policy --role-name incident-deployer --policy-arn ${POLICY}$`, "m"),
      /2 versions, .* until 2027-02-01 at least/,
      /snap-1, 8 GiB, locked in compliance until 2033-01-01/,
      /snap-2, 9 GiB, which is not locked/,
    ]) {
      assert.match(text, line);
    }
  });
});
