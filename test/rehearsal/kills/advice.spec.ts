import assert from "node:assert/strict";

import { adviceIn, DELETE_TORN_FILE, RESTORE_STATE } from "../../../rehearsal/kills/advice";
import { type Check, Refusal } from "../../../components/refusal";
import { findings } from "../../../cli/mend/findings";
import { checkOnce } from "../../../stacks/adoption";
import { checkKeyOfRoom } from "../../../stacks/madeInspection";
import type { IncidentSettings } from "../../../settings/parseSettings";

const KEY = "aws:kms/key:Key";
const ARN = "arn:aws:kms:us-east-1:111122223333:key/k";

/** What a check refuses with, as the engine prints it. */
function refusalOf([heading, reasons]: Check): string {
  assert.notDeepEqual(reasons, [], "it refuses nothing");
  return `error: ${new Refusal(heading, reasons).message}`;
}

describe("Advice that is printed", () => {
  const read = (printed: string) => adviceIn(printed).map((words) => words.join(" "));

  const forms: readonly (readonly [printed: string, commands: readonly string[]])[] = [
    ["or run `pulumi cancel` to interrupt it", ["pulumi cancel"]],
    ["to clear them, run 'pulumi refresh'.", ["pulumi refresh"]],
    [
      "  pulumi cancel --yes --stack inc-1\n  pulumi up --stack inc-1\n",
      ["pulumi cancel --yes --stack inc-1", "pulumi up --stack inc-1"],
    ],
    ["Run pulumi up again: it says who has the slot", ["pulumi up"]],
    [
      "run: pulumi refresh --stack inc-1, then pulumi up --stack inc-1.",
      ["pulumi refresh --stack inc-1", "pulumi up --stack inc-1"],
    ],
    [
      "Then run: pulumi refresh --stack inc-1, and pulumi up again, which writes it.",
      ["pulumi refresh --stack inc-1", "pulumi up"],
    ],
    ["run pulumi up --refresh.", ["pulumi up --refresh"]],
    [
      "Take away what is left: pulumi destroy --stack inc-1; where that is refused for what is protected, first: pulumi state unprotect --all --stack inc-1",
      ["pulumi destroy --stack inc-1", "pulumi state unprotect --all --stack inc-1"],
    ],
    [
      "pulumi state delete 'urn:pulumi:inc-1::clean-room::aws:kms/key:Key::a key' --force",
      ["pulumi state delete urn:pulumi:inc-1::clean-room::aws:kms/key:Key::a key --force"],
    ],
    [
      "pulumi config set closing false --stack inc-1, pulumi up --stack inc-1.",
      ["pulumi config set closing false --stack inc-1", "pulumi up --stack inc-1"],
    ],
    [
      "What becomes of each: npx clean-room mend --stack inc-1.",
      ["npx clean-room mend --stack inc-1"],
    ],
    ["npx clean-room mend --stack inc-1 has the commands.", ["npx clean-room mend --stack inc-1"]],
    ["  npx clean-room mend --stack inc-1 --yes", ["npx clean-room mend --stack inc-1 --yes"]],
    [
      "Run: npx clean-room grants revoke --stack inc-1, which ends it",
      ["npx clean-room grants revoke --stack inc-1"],
    ],
    [
      `Run: aws kms cancel-key-deletion --region us-east-1 --key-id ${ARN}; aws kms enable-key --region us-east-1 --key-id ${ARN}.`,
      [
        `aws kms cancel-key-deletion --region us-east-1 --key-id ${ARN}`,
        `aws kms enable-key --region us-east-1 --key-id ${ARN}`,
      ],
    ],
    [
      "pulumi refresh --yes --stack audit --target 'urn:a b' && pulumi up --stack audit",
      ["pulumi refresh --yes --stack audit --target urn:a b", "pulumi up --stack audit"],
    ],
  ];
  for (const [printed, commands] of forms) {
    it(`is understood: ${printed.trim()}`, () => assert.deepEqual(read(printed), commands));
  }

  it("is each command once, in its order", () => {
    assert.deepEqual(read("run `pulumi refresh`\nrun `pulumi cancel`\nrun `pulumi refresh`"), [
      "pulumi refresh",
      "pulumi cancel",
    ]);
  });

  it("is none where a command is only spoken of", () => {
    assert.deepEqual(
      read(
        "AWS had made it, and the pulumi up that asked for it was interrupted; a pulumi destroy that ended.",
      ),
      [],
    );
    assert.deepEqual(read("Left over from an interrupted pulumi up, and asked for by nothing"), []);
    assert.deepEqual(read("error: update failed"), []);
  });

  it("is the page's where the file backend's words name no command", () => {
    assert.deepEqual(adviceIn("error: failed to load checkpoint: EOF"), [DELETE_TORN_FILE]);
    assert.deepEqual(
      adviceIn("how to delete it: docs/interrupted.md, Failed to load checkpoint: EOF."),
      [DELETE_TORN_FILE],
    );
    assert.deepEqual(
      adviceIn("error: failed to load checkpoint: x.json: unexpected end of JSON input"),
      [DELETE_TORN_FILE, RESTORE_STATE],
    );
    assert.deepEqual(read("error: unexpected end of JSON input"), ["pulumi cancel"]);
  });

  it("is understood of every finding of mend's that has a command to follow", () => {
    const made = [
      { type: KEY, name: "incident-key", id: "k" },
      {
        type: "aws:ssm/parameter:Parameter",
        name: "/clean-room/slots/a-1",
        id: "/clean-room/slots/a-1",
      },
    ];
    const told = findings({
      stack: "inc-1",
      region: "us-east-1",
      state: [{ type: "aws:iam/role:Role", name: "gone", id: "gone" }],
      pending: [{ act: "updating", type: KEY, name: "incident-key" }],
      isGuarded: true,
      made,
      unnamed: [
        { type: "aws:ec2/securityGroup:SecurityGroup", name: "sg-1", id: "sg-1", groupId: "sg-1" },
      ],
      keys: [{ id: "d", arn: ARN, state: "Disabled" }],
      recordedKeys: new Set([ARN]),
      closedKeys: new Set(),
    });
    const commands = told.flatMap((finding) => finding.commands);
    assert.ok(commands.length >= 4);
    for (const command of commands) {
      assert.deepEqual(read(`what it is\n  ${command}\n`), [command]);
    }
  });

  it("is understood of what a program refuses over a killed room", () => {
    const twice = [["k-1", "k-2"].map((id) => ({ type: KEY, name: "incident-key", id }))];
    assert.deepEqual(read(refusalOf(checkOnce({ forgotten: [], gone: [], twice }, "inc-1"))), [
      "npx clean-room mend --stack inc-1",
    ]);
    const settings = { ticket: "INC-1", region: "us-east-1" } as IncidentSettings;
    const keys = [{ id: "k", arn: ARN, state: "PendingDeletion" }];
    const made = [{ type: "aws:ec2/instance:Instance", name: "w", id: "i-1" }];
    assert.deepEqual(read(refusalOf(checkKeyOfRoom(settings, { made, keys }, []))), [
      `aws kms cancel-key-deletion --region us-east-1 --key-id ${ARN}`,
      `aws kms enable-key --region us-east-1 --key-id ${ARN}`,
      "pulumi destroy --stack inc-1",
    ]);
  });
});
