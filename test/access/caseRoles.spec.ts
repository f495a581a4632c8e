import assert from "node:assert/strict";

import { boundaryPolicy } from "../../components/access/boundary";
import type { CaseAccess } from "../../components/access/caseAccess";
import { intakePolicy } from "../../components/access/intakePolicy";
import { investigatorPolicy } from "../../components/access/investigatorPolicy";
import { trustedRoles } from "../../components/policies/trustedRoles";
import { evidenceKeyPolicy } from "../../components/evidence/keys/evidenceKeyPolicy";
import { vaultPolicy } from "../../components/evidence/vaultPolicy";
import { CASE_ROLES, PARTIES, ROLES, VAULT_ARN } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const REGION = "us-east-1";
const ACCOUNT = "111122223333";
const MEMBER = "222233334444";
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/evidence`;
const ACCESS: CaseAccess = {
  ticket: "INC-1",
  region: REGION,
  accountId: ACCOUNT,
  vaultArn: VAULT_ARN,
  evidenceKeyArn: KEY,
};
const BOUNDARY = boundaryPolicy(ACCESS);
const VAULT = vaultPolicy({
  ...PARTIES,
  bucketArn: VAULT_ARN,
  keyArn: KEY,
  caseRoles: CASE_ROLES,
  fewestDays: 30,
  mostDays: 3650,
  holders: [],
});
const KEY_POLICY = evidenceKeyPolicy(PARTIES);

const THROUGH_S3 = {
  "kms:CallerAccount": ACCOUNT,
  "kms:ViaService": `s3.${REGION}.amazonaws.com`,
  "kms:EncryptionContext:aws:s3:arn": VAULT_ARN,
};
const NEW = { "s3:if-none-match": "*", "s3:ObjectCreationOperation": "true" };
const OVER = { "s3:ObjectCreationOperation": "true" };
const listing = (prefix: string) => ({ "s3:prefix": prefix });
const workstationOf = (ticket: string) => ({
  "ssm:resourceTag/incident-response": `quarantine:${ticket}`,
});
const INSTANCE = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`;
const DOCUMENT = `arn:aws:ssm:${REGION}:${ACCOUNT}:document`;
const SNAPSHOT = `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`;
const PRESERVED = { "aws:ResourceTag/source-snapshot": "snap-0fedcba9876543210" };
const CHECKED = { "ssm:SessionDocumentAccessCheck": "true" };

type Case = [act: string, action: string, target: string, context: object, allowed: boolean];

/** Written by hand from design.md and the requirements, as what follows; all else is denied. */
const INVESTIGATOR: Case[] = [
  ["read its case", "s3:GetObject", "cases/INC-1/a", {}, true],
  ["read a version of it", "s3:GetObjectVersion", "cases/INC-1/a", {}, true],
  ["read what a member account put in", "s3:GetObject", `intake/${MEMBER}/INC-1/a`, {}, true],
  ["read its records", "s3:GetObject", "records/INC-1/a.json", {}, true],
  ["see how long it is locked", "s3:GetObjectRetention", "cases/INC-1/a", {}, true],
  ["read another case", "s3:GetObject", "cases/INC-2/a", {}, false],
  ["read a case that begins alike", "s3:GetObject", "cases/INC-10/a", {}, false],
  ["read another case's intake", "s3:GetObject", `intake/${MEMBER}/INC-2/a`, {}, false],
  [
    "read another case's intake where its own ticket is further on",
    "s3:GetObject",
    `intake/${MEMBER}/INC-2/INC-1/a`,
    {},
    false,
  ],
  ["read another case's records", "s3:GetObject", "records/INC-2/a.json", {}, false],
  ["list its case", "s3:ListBucket", "", listing("cases/INC-1/"), true],
  ["list another case", "s3:ListBucket", "", listing("cases/INC-2/"), false],
  ["list all cases", "s3:ListBucket", "", listing("cases/"), false],
  ["list the whole vault", "s3:ListBucket", "", {}, false],
  ["decrypt through S3", "kms:Decrypt", KEY, THROUGH_S3, true],
  ["decrypt directly", "kms:Decrypt", KEY, {}, false],
  ["encrypt through S3", "kms:GenerateDataKey", KEY, THROUGH_S3, false],
  ["put an object", "s3:PutObject", "cases/INC-1/a", NEW, false],
  ["delete an object", "s3:DeleteObject", "cases/INC-1/a", {}, false],
  ["delete a version", "s3:DeleteObjectVersion", "cases/INC-1/a", {}, false],
  ["set a legal hold", "s3:PutObjectLegalHold", "cases/INC-1/a", {}, false],
  ["log in on its workstation", "ssm:StartSession", INSTANCE, workstationOf("INC-1"), true],
  ["log in on another one", "ssm:StartSession", INSTANCE, workstationOf("INC-2"), false],
  ["log in on any other machine", "ssm:StartSession", INSTANCE, {}, false],
  [
    "log in without naming a document",
    "ssm:StartSession",
    INSTANCE,
    { ...workstationOf("INC-1"), "ssm:SessionDocumentAccessCheck": "false" },
    false,
  ],
  ["be recorded", "ssm:StartSession", `${DOCUMENT}/clean-room-session`, CHECKED, true],
  [
    "forward a port",
    "ssm:StartSession",
    `${DOCUMENT}/AWS-StartPortForwardingSession`,
    CHECKED,
    false,
  ],
  [
    "be recorded by nobody",
    "ssm:StartSession",
    `${DOCUMENT}/SSM-SessionManagerRunShell`,
    CHECKED,
    false,
  ],
  ["run a command", "ssm:SendCommand", INSTANCE, workstationOf("INC-1"), false],
  ["open the channel of its session", "ssmmessages:OpenDataChannel", "*", {}, true],
  ["take another role", "sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/x`, {}, false],
  ["delete a preserved copy", "ec2:DeleteSnapshot", SNAPSHOT, PRESERVED, false],
];

const INTAKE: Case[] = [
  ["hand over", "s3:PutObject", `intake/${MEMBER}/INC-1/a`, NEW, true],
  [
    "upload a part",
    "s3:PutObject",
    `intake/${MEMBER}/INC-1/a`,
    { "s3:ObjectCreationOperation": "false" },
    true,
  ],
  ["hand over again", "s3:PutObject", `intake/${MEMBER}/INC-1/a`, OVER, false],
  ["hand over for another incident", "s3:PutObject", `intake/${MEMBER}/INC-2/a`, NEW, false],
  ["hand over for another account", "s3:PutObject", "intake/333344445555/INC-1/a", NEW, false],
  ["write results", "s3:PutObject", "cases/INC-1/a", NEW, false],
  ["write records", "s3:PutObject", "records/INC-1/a", NEW, false],
  ["read what it handed over", "s3:GetObject", `intake/${MEMBER}/INC-1/a`, {}, false],
  ["list what it handed over", "s3:ListBucket", "", listing(`intake/${MEMBER}/INC-1/`), false],
  [
    "shorten a retention",
    "s3:PutObjectRetention",
    `intake/${MEMBER}/INC-1/a`,
    { "s3:object-lock-remaining-retention-days": "30" },
    false,
  ],
  ["encrypt through S3", "kms:GenerateDataKey", KEY, THROUGH_S3, true],
  ["encrypt directly", "kms:GenerateDataKey", KEY, {}, false],
  [
    "encrypt for another bucket",
    "kms:GenerateDataKey",
    KEY,
    { ...THROUGH_S3, "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other" },
    false,
  ],
  ["log in on the workstation", "ssm:StartSession", INSTANCE, workstationOf("INC-1"), false],
];

/** What the boundary alone takes from a role whose own policies allow everything. */
const BOUNDED: Case[] = [
  ["read its case", "s3:GetObject", "cases/INC-1/a", {}, true],
  ["delete an object", "s3:DeleteObject", "cases/INC-1/a", {}, false],
  ["delete a version", "s3:DeleteObjectVersion", "cases/INC-1/a", {}, false],
  ["bypass the retention", "s3:BypassGovernanceRetention", "cases/INC-1/a", {}, false],
  ["lift a legal hold", "s3:PutObjectLegalHold", "cases/INC-1/a", {}, false],
  [
    "set a retention",
    "s3:PutObjectRetention",
    "cases/INC-1/a",
    { "s3:object-lock-remaining-retention-days": "100" },
    false,
  ],
  ["change the vault's policy", "s3:PutBucketPolicy", "", {}, false],
  ["delete the vault's policy", "s3:DeleteBucketPolicy", "", {}, false],
  ["delete the vault", "s3:DeleteBucket", "", {}, false],
  ["set a lifecycle", "s3:PutLifecycleConfiguration", "", {}, false],
  ["replicate the vault", "s3:PutReplicationConfiguration", "", {}, false],
  ["change the vault's encryption", "s3:PutEncryptionConfiguration", "", {}, false],
  ["take an object's tags", "s3:DeleteObjectTagging", "cases/INC-1/a", {}, false],
  ["take a version's tags", "s3:DeleteObjectVersionTagging", "cases/INC-1/a", {}, false],
  ["delete a preserved copy", "ec2:DeleteSnapshot", SNAPSHOT, PRESERVED, false],
  ["delete another snapshot", "ec2:DeleteSnapshot", SNAPSHOT, {}, false],
  ["unlock a preserved copy", "ec2:UnlockSnapshot", SNAPSHOT, PRESERVED, false],
  ["move a preserved copy away", "ec2:ModifySnapshotTier", SNAPSHOT, PRESERVED, false],
  ["share a preserved copy", "ec2:ModifySnapshotAttribute", SNAPSHOT, PRESERVED, false],
  ["take a preserved copy's tags", "ec2:DeleteTags", SNAPSHOT, PRESERVED, false],
  ...["incident-response", "source-snapshot", "source-account"].map((tag): Case => [
    `change a preserved copy's tag ${tag}`,
    "ec2:CreateTags",
    SNAPSHOT,
    { ...PRESERVED, "aws:TagKeys": ["notification", tag] },
    false,
  ]),
  [
    "change whom to tell of a preserved copy",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...PRESERVED, "aws:TagKeys": ["notification"] },
    false,
  ],
  [
    "tag a preserved copy that is being made",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...PRESERVED, "aws:TagKeys": ["incident-response"], "ec2:CreateAction": "CopySnapshot" },
    false,
  ],
  ...[
    "kms:CreateGrant",
    "kms:DeleteImportedKeyMaterial",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
  ].map((action): Case => [`call ${action}`, action, `${KEY}2`, {}, false]),
  ["make a role", "iam:CreateRole", `arn:aws:iam::${ACCOUNT}:role/x`, {}, false],
  ["pass a role", "iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/x`, {}, false],
  ["take another role", "sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/x`, {}, false],
  [
    "be another user",
    "sts:GetFederationToken",
    `arn:aws:sts::${ACCOUNT}:federated-user/x`,
    {},
    false,
  ],
  ["leave the organisation", "organizations:LeaveOrganization", "*", {}, false],
  ["change the account's contacts", "account:PutAlternateContact", "*", {}, false],
  ...[
    "cloudtrail:StopLogging",
    "ec2:DeleteFlowLogs",
    "events:DisableRule",
    "logs:DeleteLogGroup",
    "rbin:DeleteRule",
    "ssm:PutParameter",
    "ssm:SendCommand",
    "ssm:UpdateDocument",
  ].map((action): Case => [`call ${action}`, action, "*", {}, false]),
  ["make a bucket's policy elsewhere", "s3:PutBucketAcl", "", {}, false],
];

function table(principal: string, cases: readonly Case[], policy: object): void {
  for (const [act, action, target, context, allowed] of cases) {
    it(`${allowed ? "may" : "may not"} ${act}`, async () => {
      const s3 = action.startsWith("s3:");
      const service = s3 ? VAULT : target === KEY ? KEY_POLICY : undefined;
      const answer = await isAllowed({
        principal,
        action,
        resource: s3 ? [VAULT_ARN, target].filter(Boolean).join("/") : target,
        context: { "s3:TlsVersion": "1.3", "aws:RequestedRegion": REGION, ...context },
        identity: [policy],
        boundary: BOUNDARY,
        ...(service === undefined ? {} : { resourcePolicy: service }),
      });
      assert.equal(answer, allowed);
    });
  }
}

describe("An investigator's role", () => {
  table(ROLES.investigator, INVESTIGATOR, investigatorPolicy(ACCESS));
});

describe("A member account's role for uploads", () => {
  table(ROLES.intake, INTAKE, intakePolicy(ACCESS, MEMBER));
});

describe("A case's role that is given everything, within its boundary,", () => {
  table(ROLES.workstation, BOUNDED, EVERYTHING);
});

describe("A case's role", () => {
  const wildcard = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_IR_*`;
  const assume = (principal: string, organization = "o-exampleorgid") =>
    isAllowed({
      principal,
      action: "sts:AssumeRole",
      resource: ROLES.investigator,
      context: { "aws:PrincipalOrgID": organization },
      identity: [EVERYTHING],
      resourcePolicy: {
        Version: "2012-10-17",
        Statement: [trustedRoles("People", [ROLES.responder, wildcard], "o-exampleorgid", false)],
      },
    });

  it("can be taken by those it names, of several accounts", async () => {
    assert.equal(await assume(ROLES.responder), true);
    assert.equal(await assume(wildcard.replace("*", "0123456789abcdef")), true);
  });

  it("cannot be taken by any other role of their accounts, nor from outside", async () => {
    assert.equal(await assume(ROLES.administrator), false);
    assert.equal(await assume(`arn:aws:iam::${MEMBER}:role/administrator`), false);
    assert.equal(await assume(ROLES.outsider), false);
    assert.equal(await assume(ROLES.responder, "o-otherorg00"), false);
  });
});
