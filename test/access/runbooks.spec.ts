import assert from "node:assert/strict";

import {
  holdRolePolicy,
  lockRolePolicy,
  runbookTrust,
  signingRolePolicy,
  starterRolePolicy,
  starterTrust,
} from "../../components/evidence/runbooks/runbookPolicies";
import { VAULT_ARN } from "../support/parties";
import { isAllowed } from "../support/simulator";

const ACCOUNT = "111122223333";
const REGION = "us-east-1";
const PLACE = { region: REGION, accountId: ACCOUNT };
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clean-room/lock`;
const RUNBOOK_ROLE = `arn:aws:iam::${ACCOUNT}:role/clean-room/runbook`;
const SNAPSHOT = `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`;
const ELSEWHERE = "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0";
const SSM = `arn:aws:ssm:${REGION}:${ACCOUNT}`;
const RULE = `arn:aws:events:${REGION}:${ACCOUNT}:rule/copy-complete`;

const TICKET = { "aws:ResourceTag/incident-response": "quarantine:INC-1" };
const SOURCE = { "aws:ResourceTag/source-snapshot": "snap-0a1b2c3d4e5f60718" };
const COPY = { ...TICKET, ...SOURCE };
const DAYS = { "ec2:SnapshotLockDuration": "365" };
const SHORTER = { "ec2:SnapshotLockDuration": "1" };
const LONGER = { "ec2:SnapshotLockDuration": "36500" };

type Case = [act: string, action: string, resource: string, context: object, allowed: boolean];

/** What the runbook that locks may do; everything else is denied. */
const LOCK: Case[] = [
  ["lock a preserved copy", "ec2:LockSnapshot", SNAPSHOT, { ...COPY, ...DAYS }, true],
  ["lock it for less", "ec2:LockSnapshot", SNAPSHOT, { ...COPY, ...SHORTER }, false],
  ["lock it for longer", "ec2:LockSnapshot", SNAPSHOT, { ...COPY, ...LONGER }, false],
  ["lock it until a date", "ec2:LockSnapshot", SNAPSHOT, COPY, false],
  ["lock it in another Region", "ec2:LockSnapshot", ELSEWHERE, { ...COPY, ...DAYS }, false],
  ["lock a snapshot without tags", "ec2:LockSnapshot", SNAPSHOT, DAYS, false],
  [
    "lock an incident's snapshot that is no copy",
    "ec2:LockSnapshot",
    SNAPSHOT,
    { ...TICKET, ...DAYS },
    false,
  ],
  ["lock a copy without a ticket", "ec2:LockSnapshot", SNAPSHOT, { ...SOURCE, ...DAYS }, false],
  [
    "lock a copy whose tag is no ticket's",
    "ec2:LockSnapshot",
    SNAPSHOT,
    { ...SOURCE, ...DAYS, "aws:ResourceTag/incident-response": "released" },
    false,
  ],
  ["look for snapshots", "ec2:DescribeSnapshots", "*", {}, true],
  ["look for locks", "ec2:DescribeLockedSnapshots", "*", {}, true],
  [
    "look for snapshots elsewhere",
    "ec2:DescribeSnapshots",
    "*",
    { "aws:RequestedRegion": "eu-west-1" },
    false,
  ],
  ["unlock a preserved copy", "ec2:UnlockSnapshot", SNAPSHOT, COPY, false],
  ["delete a preserved copy", "ec2:DeleteSnapshot", SNAPSHOT, COPY, false],
  ["archive a preserved copy", "ec2:ModifySnapshotTier", SNAPSHOT, COPY, false],
  ["share a preserved copy", "ec2:ModifySnapshotAttribute", SNAPSHOT, COPY, false],
  ["take its tags off", "ec2:DeleteTags", SNAPSHOT, COPY, false],
  ["tag a snapshot", "ec2:CreateTags", SNAPSHOT, COPY, false],
  [
    "change the Recycle Bin",
    "rbin:UpdateRule",
    `arn:aws:rbin:${REGION}:${ACCOUNT}:rule/x`,
    {},
    false,
  ],
];

const OBJECT = `${VAULT_ARN}/cases/INC-1/a`;
const ON = { "s3:object-lock-legal-hold": "ON" };

/** What the runbook that holds may do; everything else is denied. */
const HOLD: Case[] = [
  ["put a hold on evidence", "s3:PutObjectLegalHold", OBJECT, ON, true],
  ["put one on a record", "s3:PutObjectLegalHold", `${VAULT_ARN}/records/INC-1/a.json`, ON, true],
  [
    "take a hold off",
    "s3:PutObjectLegalHold",
    OBJECT,
    { "s3:object-lock-legal-hold": "OFF" },
    false,
  ],
  ["do either", "s3:PutObjectLegalHold", OBJECT, {}, false],
  ["hold in another bucket", "s3:PutObjectLegalHold", `${VAULT_ARN}-not/cases/INC-1/a`, ON, false],
  ["see a hold", "s3:GetObjectLegalHold", OBJECT, ON, false],
  ["set a retention", "s3:PutObjectRetention", OBJECT, ON, false],
  ["bypass the retention", "s3:BypassGovernanceRetention", OBJECT, ON, false],
  ["read evidence", "s3:GetObject", OBJECT, ON, false],
  ["write evidence", "s3:PutObject", OBJECT, ON, false],
  ["delete evidence", "s3:DeleteObjectVersion", OBJECT, ON, false],
  ["end the events", "s3:PutBucketNotification", VAULT_ARN, {}, false],
];

const RECORD = `${VAULT_ARN}/records/INC-1/a.json`;
const SIGNATURE = `${VAULT_ARN}/signatures/INC-1/a.sig`;
const KMS = (name: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`;

/** What the runbook that signs may do in the vault; of keys, the access table has it. */
const SIGN: Case[] = [
  ["read a record", "s3:GetObject", RECORD, {}, true],
  ["read a version of one", "s3:GetObjectVersion", RECORD, {}, true],
  ["read evidence", "s3:GetObject", OBJECT, {}, false],
  ["put a signature", "s3:PutObject", SIGNATURE, {}, true],
  ["write a record", "s3:PutObject", RECORD, {}, false],
  ["write evidence", "s3:PutObject", OBJECT, {}, false],
  ["delete a signature", "s3:DeleteObjectVersion", SIGNATURE, {}, false],
  ["retain it for less", "s3:PutObjectRetention", SIGNATURE, {}, false],
  ["tag it", "s3:PutObjectTagging", SIGNATURE, {}, false],
  ["list the vault", "s3:ListBucket", VAULT_ARN, {}, false],
];

const RUNBOOK_DOCUMENT = `${SSM}:document/lock-it`;
const TO_SSM = { "iam:PassedToService": "ssm.amazonaws.com" };

/** What the EventBridge rule may do; everything else is denied. */
const STARTER: Case[] = [
  ["start the runbook", "ssm:StartAutomationExecution", RUNBOOK_DOCUMENT, {}, true],
  [
    "start its default version",
    "ssm:StartAutomationExecution",
    `${SSM}:automation-definition/lock-it:$DEFAULT`,
    {},
    true,
  ],
  [
    "start another runbook",
    "ssm:StartAutomationExecution",
    `${SSM}:automation-definition/lock-it-not:$DEFAULT`,
    {},
    false,
  ],
  [
    "start another document",
    "ssm:StartAutomationExecution",
    `${SSM}:document/AWS-DeleteSnapshot`,
    {},
    false,
  ],
  ["start an execution", "ssm:StartAutomationExecution", `${SSM}:automation-execution/*`, {}, true],
  ["change the runbook", "ssm:UpdateDocument", RUNBOOK_DOCUMENT, {}, false],
  ["run a command", "ssm:SendCommand", RUNBOOK_DOCUMENT, {}, false],
  ["hand over the runbook's role", "iam:PassRole", RUNBOOK_ROLE, TO_SSM, true],
  [
    "hand it to another service",
    "iam:PassRole",
    RUNBOOK_ROLE,
    { "iam:PassedToService": "ec2.amazonaws.com" },
    false,
  ],
  [
    "hand over another role",
    "iam:PassRole",
    `arn:aws:iam::${ACCOUNT}:role/administrator`,
    TO_SSM,
    false,
  ],
  ["lock a snapshot itself", "ec2:LockSnapshot", SNAPSHOT, { ...COPY, ...DAYS }, false],
];

function table(cases: readonly Case[], policy: object): void {
  for (const [act, action, resource, context, allowed] of cases) {
    it(`${allowed ? "may" : "may not"} ${act}`, async () => {
      const here = { "aws:RequestedRegion": REGION, ...context };
      const request = { principal: ROLE, action, resource, context: here };
      assert.equal(await isAllowed({ ...request, identity: [policy] }), allowed);
    });
  }
}

describe("The runbook that locks preserved copies", () => {
  table(LOCK, lockRolePolicy(PLACE, 365));
});

describe("The runbook that holds objects", () => {
  table(HOLD, holdRolePolicy(VAULT_ARN));
});

describe("The runbook that signs records", () => {
  table(
    SIGN,
    signingRolePolicy({
      region: REGION,
      vaultArn: VAULT_ARN,
      evidenceKeyArn: KMS("evidence"),
      signingKeyArn: KMS("signing"),
    }),
  );
});

describe("A runbook", () => {
  it("is trusted by Systems Manager's executions here only", () => {
    assert.deepEqual(runbookTrust(PLACE).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "ssm.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnLike: { "aws:SourceArn": `${SSM}:automation-execution/*` },
        },
      },
    ]);
  });
});

describe("The rule that starts a runbook", () => {
  table(STARTER, starterRolePolicy(PLACE, "lock-it", RUNBOOK_ROLE));

  it("is trusted by EventBridge for its rules only", () => {
    assert.deepEqual(starterTrust(PLACE, [RULE]).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnEquals: { "aws:SourceArn": [RULE] },
        },
      },
    ]);
  });
});
