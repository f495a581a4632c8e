import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  COPY_TO_PARAMETER,
  lockRunbook,
  SNAPSHOT_PARAMETER,
} from "../../../../components/evidence/runbooks/lockRunbook";
import { transformed } from "../../../support/eventBridge";

const ID = "snap-0123456789abcdef0";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/evidence";
const ROLE = "arn:aws:iam::111122223333:role/clean-room/runbook";

const ARGS = {
  region: "us-east-1",
  evidenceKeyArn: KEY,
  roleArn: ROLE,
  mode: "COMPLIANCE",
  days: 365,
} as const;

/** Both forms of a snapshot's ARN that EBS's documentation shows in events. */
const ARNS = [`arn:aws:ec2::us-east-1:snapshot/${ID}`, `arn:aws:ec2:us-east-1::snapshot/${ID}`];

interface Step {
  readonly name: string;
  readonly action: string;
  readonly inputs: Record<string, unknown>;
  readonly onFailure?: string;
  readonly isEnd?: boolean;
}

/** The document as Systems Manager gets it. */
function stepsOf(args: Parameters<typeof lockRunbook>[0] = ARGS): Step[] {
  return (JSON.parse(JSON.stringify(lockRunbook(args))) as { mainSteps: Step[] }).mainSteps;
}

describe("The runbook that locks a preserved copy", () => {
  it("finds, branches and locks; what is no preserved copy ends without a lock", () => {
    const [find, branch, leaveAlone, lock, sayHow, ...more] = stepsOf();
    assert.deepEqual(more, []);
    assert.deepEqual([find?.action, sayHow?.action], ["aws:executeScript", "aws:executeScript"]);
    assert.deepEqual(branch, {
      name: "onlyPreservedCopies",
      action: "aws:branch",
      inputs: {
        Choices: [{ NextStep: "lock", Variable: "{{ find.toLock }}", StringEquals: "yes" }],
        Default: "leaveAlone",
      },
    });
    assert.deepEqual(leaveAlone, {
      name: "leaveAlone",
      action: "aws:sleep",
      inputs: { Duration: "PT1S" },
      isEnd: true,
    });
    assert.deepEqual(lock, {
      name: "lock",
      action: "aws:executeAwsApi",
      // No cooling-off period: COMPLIANCE holds at once.
      inputs: {
        Service: "ec2",
        Api: "LockSnapshot",
        SnapshotId: "{{ find.snapshot }}",
        LockMode: "compliance",
        LockDuration: 365,
      },
      onFailure: "step:sayHow",
      isEnd: true,
    });
    // Every step that asks AWS for something ends there when it fails, and nothing else does.
    assert.deepEqual(
      stepsOf().map(({ onFailure }) => onFailure),
      ["step:sayHow", undefined, undefined, "step:sayHow", undefined],
    );
    assert.deepEqual([leaveAlone?.isEnd, lock?.isEnd, sayHow?.isEnd], [true, true, true]);
  });

  it("locks in GOVERNANCE mode, for the same days, where the vault does", () => {
    const { inputs } = stepsOf({ ...ARGS, mode: "GOVERNANCE", days: 1 })[3] as Step;
    assert.deepEqual([inputs["LockMode"], inputs["LockDuration"]], ["governance", 1]);
  });

  it("works as its own role, whoever starts it, and takes a snapshot's ARN and nothing else", () => {
    const { assumeRole, parameters } = lockRunbook(ARGS);
    assert.equal(assumeRole, ROLE);
    assert.deepEqual(Object.keys(parameters), [SNAPSHOT_PARAMETER]);
    const pattern = new RegExp(parameters[SNAPSHOT_PARAMETER]?.allowedPattern ?? "");
    for (const arn of ARNS) {
      assert.match(arn, pattern);
    }
    for (const other of [
      ID,
      `${ARNS[0]}; x`,
      ARNS[0]?.replace("snapshot/snap", "volume/vol"),
      ARNS[0]?.replace("us-east-1", "{{global_REGION}}"),
      ARNS[0]?.replace("us-east-1", ' "'),
    ]) {
      assert.doesNotMatch(String(other), pattern);
    }
  });

  it("gets its parameter from the event, as the list that Automation wants", () => {
    const input = transformed(COPY_TO_PARAMETER, { detail: { snapshot_id: ARNS[0] } });
    assert.deepEqual(JSON.parse(input), { [SNAPSHOT_PARAMETER]: [ARNS[0]] });
  });

  it("has no braces in its scripts that Automation would take for a variable", () => {
    for (const { inputs } of stepsOf()) {
      assert.doesNotMatch(String(inputs["Script"]), /\{\{|\}\}/);
    }
  });
});

/** What a stand-in of boto3 answers. */
interface Account {
  readonly snapshots: readonly object[];

  /** Pages of DescribeLockedSnapshots. */
  readonly locked?: readonly (readonly object[])[];

  /** Whether boto3 is from before locks, and has none of their calls. */
  readonly oldBoto3?: boolean;
}

const STAND_IN = `import json, os

account = json.loads(os.environ["ACCOUNT"])


class Ec2:
    def describe_snapshots(self, OwnerIds, Filters):
        assert OwnerIds == ["self"], OwnerIds
        (only,) = Filters
        assert only["Name"] == "snapshot-id", only
        return {"Snapshots": [s for s in account["snapshots"] if s["SnapshotId"] in only["Values"]]}

    def describe_locked_snapshots(self, NextToken="0"):
        pages = account.get("locked", [[]])
        page = int(NextToken)
        more = {"NextToken": str(page + 1)} if page + 1 < len(pages) else {}
        return {"Snapshots": pages[page], **more}


if account.get("oldBoto3"):
    del Ec2.describe_locked_snapshots


def client(service):
    assert service == "ec2", service
    return Ec2()
`;

describe("Its script", () => {
  let folder: string;

  before(function () {
    if (spawnSync("python3", ["--version"]).status !== 0) {
      console.log("    not run: there is no python3; install it (apt-get install python3)");
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), "lock-runbook-"));
    writeFileSync(join(folder, "boto3.py"), STAND_IN);
    for (const [name, handler] of [
      ["find", "find"],
      ["sayHow", "say_how"],
    ]) {
      const { inputs } = stepsOf().find((step) => step.name === name) as Step;
      assert.equal(inputs["Handler"], handler);
      writeFileSync(join(folder, `${handler}.py`), String(inputs["Script"]));
    }
  });

  after(() => {
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  /** What the step puts out, in an account like this. */
  function find(account: Account, arn = ARNS[0]): unknown {
    const code =
      "import json, sys, find; print(json.dumps(find.find(json.loads(sys.argv[1]), {})))";
    const { stdout, stderr } = spawnSync(
      "python3",
      ["-B", "-c", code, JSON.stringify({ arn, key: KEY })],
      {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], ACCOUNT: JSON.stringify(account) },
      },
    );
    assert.equal(stderr, "");
    return JSON.parse(stdout);
  }

  const tags = (given: Readonly<Record<string, string>>) =>
    Object.entries(given).map(([Key, Value]) => ({ Key, Value }));
  const COPY = {
    SnapshotId: ID,
    KmsKeyId: KEY,
    Tags: tags({ "incident-response": "quarantine:INC-1", "source-snapshot": "snap-0a1b2c3d" }),
  };
  const TO_LOCK = { snapshot: ID, toLock: "yes" };
  const LEFT_ALONE = { snapshot: ID, toLock: "no" };

  for (const arn of ARNS) {
    it(`knows a preserved copy by ${arn}`, () => {
      assert.deepEqual(find({ snapshots: [COPY] }, arn), TO_LOCK);
    });
  }

  const others: [what: string, account: Account][] = [
    ["a snapshot that is gone", { snapshots: [] }],
    ["a copy under another key", { snapshots: [{ ...COPY, KmsKeyId: `${KEY}-not` }] }],
    ["a copy that is not encrypted", { snapshots: [{ ...COPY, KmsKeyId: undefined }] }],
    ["a copy without tags, such as an image's", { snapshots: [{ ...COPY, Tags: undefined }] }],
    [
      "a copy without a source",
      { snapshots: [{ ...COPY, Tags: tags({ "incident-response": "quarantine:INC-1" }) }] },
    ],
    [
      "a copy whose tag is no ticket's",
      {
        snapshots: [
          {
            ...COPY,
            Tags: tags({ "incident-response": "released", "source-snapshot": "snap-0a" }),
          },
        ],
      },
    ],
    ...["governance", "compliance", "compliance-cooloff"].map((LockState): [string, Account] => [
      `a copy whose lock is ${LockState}, also on the second page`,
      {
        snapshots: [COPY],
        locked: [
          [{ SnapshotId: "snap-0f", LockState: "governance" }],
          [{ SnapshotId: ID, LockState }],
        ],
      },
    ]),
  ];
  for (const [what, account] of others) {
    it(`leaves ${what} alone`, () => {
      assert.deepEqual(find(account), LEFT_ALONE);
    });
  }

  it("locks a copy whose lock has ended", () => {
    const locked = [[{ SnapshotId: ID, LockState: "expired" }]];
    assert.deepEqual(find({ snapshots: [COPY], locked }), TO_LOCK);
  });

  it("locks a copy where boto3 is older than locks, and leaves others alone", () => {
    assert.deepEqual(find({ snapshots: [COPY], oldBoto3: true }), TO_LOCK);
    const other = { ...COPY, KmsKeyId: `${KEY}-not` };
    assert.deepEqual(find({ snapshots: [other], oldBoto3: true }), LEFT_ALONE);
  });

  it("fails, where a step before it did, with the command that locks as the vault does", () => {
    const { inputs } = stepsOf().find(({ name }) => name === "sayHow") as Step;
    const payload = { ...(inputs["InputPayload"] as object), arn: ARNS[1] };
    const { status, stderr } = spawnSync(
      "python3",
      [
        ...["-B", "-c", "import json, sys, say_how; say_how.say_how(json.loads(sys.argv[1]), {})"],
        JSON.stringify(payload),
      ],
      { cwd: folder, encoding: "utf8" },
    );
    assert.equal(status, 1);
    assert.equal(
      stderr.trimEnd().split("\n").at(-1),
      `Exception: ${ID} was not locked. If it is a preserved copy, an administrator locks it: ` +
        `aws ec2 lock-snapshot --region us-east-1 --lock-mode compliance --lock-duration 365 --snapshot-id ${ID}`,
    );
  });
});
