import assert from "node:assert/strict";

import { boundaryPolicy } from "../../components/access/boundary";
import { evidenceKeyPolicy } from "../../components/evidence/keys/evidenceKeyPolicy";
import { vaultPolicy } from "../../components/evidence/vaultPolicy";
import { workstationPolicy } from "../../components/room/workstationPolicy";
import { SESSION_LOG_GROUP } from "../../components/access/sessionDocument";
import { CASE_ROLES, PARTIES, ROLES, VAULT_ARN } from "../support/parties";
import { isAllowed } from "../support/simulator";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/evidence";
const IN_THE_ROOM = {
  "aws:RequestedRegion": "us-east-1",
  "aws:SourceVpc": "vpc-room",
  "aws:ViaAWSService": "false",
};
const ELSEWHERE = { "aws:SourceVpc": "vpc-other", "aws:ViaAWSService": "false" };
const THROUGH_S3 = {
  "aws:ViaAWSService": "true",
  "kms:CallerAccount": "111122223333",
  "kms:ViaService": "s3.us-east-1.amazonaws.com",
  "kms:EncryptionContext:aws:s3:arn": VAULT_ARN,
};
const WRITE_ONCE = { "s3:if-none-match": "*", "s3:ObjectCreationOperation": "true" };

type Case = [act: string, action: string, resource: string, context: object, allowed: boolean];

/** What a workstation's role may do, written by hand from design.md; everything else is denied. */
const CASES: Case[] = [
  ["write a new result of its case", "s3:PutObject", "cases/INC-1/a", WRITE_ONCE, true],
  [
    "overwrite a result",
    "s3:PutObject",
    "cases/INC-1/a",
    { "s3:ObjectCreationOperation": "true" },
    false,
  ],
  [
    "upload a part",
    "s3:PutObject",
    "cases/INC-1/a",
    { "s3:ObjectCreationOperation": "false" },
    true,
  ],
  ["write into another case", "s3:PutObject", "cases/INC-2/a", WRITE_ONCE, false],
  ["write into a case that begins alike", "s3:PutObject", "cases/INC-10/a", WRITE_ONCE, false],
  ["write a custody record", "s3:PutObject", "records/INC-1/a", WRITE_ONCE, false],
  [
    "write from outside the room",
    "s3:PutObject",
    "cases/INC-1/a",
    { ...WRITE_ONCE, ...ELSEWHERE },
    false,
  ],
  ["read its own case", "s3:GetObject", "cases/INC-1/a", {}, false],
  ["read another case", "s3:GetObject", "cases/INC-2/a", {}, false],
  ["delete a result", "s3:DeleteObject", "cases/INC-1/a", {}, false],
  ["delete a version", "s3:DeleteObjectVersion", "cases/INC-1/a", {}, false],
  ["bypass the retention", "s3:BypassGovernanceRetention", "cases/INC-1/a", {}, false],
  ["shorten the retention", "s3:PutObjectRetention", "cases/INC-1/a", {}, false],
  ["lift a legal hold", "s3:PutObjectLegalHold", "cases/INC-1/a", {}, false],
  ["list the vault", "s3:ListBucket", "", {}, false],
  ["change the vault's policy", "s3:PutBucketPolicy", "", {}, false],
  ["encrypt through S3", "kms:GenerateDataKey", KEY, THROUGH_S3, true],
  ["decrypt through S3, for multipart uploads", "kms:Decrypt", KEY, THROUGH_S3, true],
  ["decrypt directly", "kms:Decrypt", KEY, {}, false],
  [
    "decrypt another bucket through S3",
    "kms:Decrypt",
    KEY,
    { ...THROUGH_S3, "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other" },
    false,
  ],
  ["destroy the evidence key", "kms:ScheduleKeyDeletion", KEY, {}, false],
  ["open its session channel", "ssmmessages:OpenDataChannel", "*", {}, true],
  ["open its session channel from outside", "ssmmessages:OpenDataChannel", "*", ELSEWHERE, false],
  [
    "report to Systems Manager",
    "ssm:UpdateInstanceInformation",
    "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0",
    {},
    true,
  ],
  [
    "read a parameter",
    "ssm:GetParameter",
    "arn:aws:ssm:us-east-1:111122223333:parameter/clean-room/slots/x",
    {},
    false,
  ],
  [
    "start a session somewhere",
    "ssm:StartSession",
    "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0",
    {},
    false,
  ],
  [
    "share a snapshot",
    "ec2:ModifySnapshotAttribute",
    "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0",
    {},
    false,
  ],
  [
    "record a session",
    "logs:PutLogEvents",
    "arn:aws:logs:us-east-1:111122223333:log-group:/clean-room/sessions:log-stream:x",
    {},
    true,
  ],
  [
    "write into another log",
    "logs:PutLogEvents",
    "arn:aws:logs:us-east-1:111122223333:log-group:/clean-room/flow:log-stream:x",
    {},
    false,
  ],
  [
    "delete the recording",
    "logs:DeleteLogStream",
    "arn:aws:logs:us-east-1:111122223333:log-group:/clean-room/sessions:log-stream:x",
    {},
    false,
  ],
  ["take another role", "sts:AssumeRole", "arn:aws:iam::222233334444:role/x", {}, false],
];

const policy = workstationPolicy({
  ticket: "INC-1",
  region: "us-east-1",
  accountId: "111122223333",
  vpcId: "vpc-room",
  vaultArn: VAULT_ARN,
  evidenceKeyArn: KEY,
  sessionLogGroup: SESSION_LOG_GROUP,
});
const bucketPolicy = vaultPolicy({
  ...PARTIES,
  bucketArn: VAULT_ARN,
  keyArn: KEY,
  caseRoles: CASE_ROLES,
  fewestDays: 30,
  mostDays: 3650,
  holders: [],
});
const keyPolicy = evidenceKeyPolicy(PARTIES);

describe("A workstation's role", () => {
  for (const [act, action, target, context, allowed] of CASES) {
    it(`${allowed ? "may" : "may not"} ${act}`, async () => {
      const s3 = action.startsWith("s3:");
      const resource = s3 ? [VAULT_ARN, target].filter(Boolean).join("/") : target;
      const service = s3 ? bucketPolicy : action.startsWith("kms:") ? keyPolicy : undefined;
      const answer = await isAllowed({
        principal: ROLES.workstation,
        action,
        resource,
        context: { ...IN_THE_ROOM, "s3:TlsVersion": "1.3", ...context },
        identity: [policy],
        boundary: boundaryPolicy({
          region: "us-east-1",
          accountId: "111122223333",
          vaultArn: VAULT_ARN,
          evidenceKeyArn: KEY,
        }),
        ...(service === undefined ? {} : { resourcePolicy: service }),
        ...(action.startsWith("sts:") ? { owner: "222233334444" } : {}),
      });
      assert.equal(answer, allowed);
    });
  }
});
