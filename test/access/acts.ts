import { COPYING_OPERATIONS } from "../../components/evidence/keys/copyingGrants";
import { FOUNDATION_OUTPUTS, SUSPECT_KEY, TICKET } from "../support/examples";
import { ROLES } from "../support/parties";
import {
  KEY,
  KEYLESS_TOPIC,
  NOT_STARTED,
  NOT_TOLD,
  OTHER_TICKET,
  ROLE,
  RULE,
  RUNBOOKS,
  TOPIC,
  VAULT,
} from "./documents";

/** Something somebody may want to do, as AWS is asked for it. */
export interface Act {
  readonly action: string;

  /** ARN of what is acted on. */
  readonly resource: string;

  /** Name of the policy of what is acted on, where it has one. */
  readonly policy?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;

  /** Account that owns the resource; by default the Audit account. */
  readonly owner?: string;
}

const REGION = "us-east-1";
const ACCOUNT = "111122223333";
const MEMBER = "222233334444";

const NEW = { "s3:if-none-match": "*", "s3:ObjectCreationOperation": "true" };
const OVER = { "s3:ObjectCreationOperation": "true" };
const retention = (days: number) => ({ "s3:object-lock-remaining-retention-days": `${days}` });
const vault = (action: string, key = "", context: Act["context"] = {}): Act => ({
  action: `s3:${action}`,
  resource: [VAULT, key].filter(Boolean).join("/"),
  policy: "vault",
  context: { "s3:TlsVersion": "1.3", ...context },
});
const CASE = `cases/${TICKET}/a`;
const RECORD = `records/${TICKET}/a.json`;

const via = (service: string) => ({ "kms:ViaService": `${service}.${REGION}.amazonaws.com` });
const THROUGH_S3 = {
  ...via("s3"),
  "kms:CallerAccount": ACCOUNT,
  "kms:EncryptionContext:aws:s3:arn": VAULT,
};
const key = (name: string, action: string, context: Act["context"] = {}): Act => ({
  action: `kms:${action}`,
  resource: KEY(name),
  policy: `${name} key`,
  context,
});
const FOR_EC2 = { ...via("ec2"), "kms:GrantIsForAWSResource": "true" };
const granting = (grantee: string, ...operations: string[]) => ({
  "kms:GrantIsForAWSResource": "false",
  "kms:GranteePrincipal": grantee,
  "kms:GrantOperations": operations,
});

const ec2 = (action: string, resource: string, context: Act["context"] = {}): Act => ({
  action: `ec2:${action}`,
  // A snapshot's ARN names no account.
  resource: `arn:aws:ec2:${REGION}:${resource.startsWith("snapshot/") ? "" : ACCOUNT}:${resource}`,
  context,
});
const SNAPSHOT = "snapshot/snap-0123456789abcdef0";
const OF_TICKET = { [`aws:ResourceTag/incident-response`]: `quarantine:${TICKET}` };
const WITH_TICKET = { [`aws:RequestTag/incident-response`]: `quarantine:${TICKET}` };
const PRESERVED = { ...OF_TICKET, "aws:ResourceTag/source-snapshot": "snap-0fedcba9876543210" };
const HERE = { "aws:RequestedRegion": REGION };

const ssm = (action: string, resource: string, context: Act["context"] = {}): Act => ({
  action: `ssm:${action}`,
  resource,
  context,
});
const INSTANCE = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`;
const CHECKED = { "ssm:SessionDocumentAccessCheck": "true" };
const machineOf = (ticket: string) => ({
  ...CHECKED,
  "ssm:resourceTag/incident-response": `quarantine:${ticket}`,
});
const parameter = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;

const iam = (action: string, resource: string, context: Act["context"] = {}): Act => ({
  action,
  resource: `arn:aws:iam::${ACCOUNT}:${resource}`,
  context,
});
const CASE_ROLE = `role/clean-room/case/investigator-${TICKET}`;
const BOUNDED = { "iam:PermissionsBoundary": FOUNDATION_OUTPUTS.boundaryArn };
const log = (action: string, group: string): Act => ({
  action: `logs:${action}`,
  resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:log-stream:x`,
});

const TRAIL = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/clean-room-evidence`;
const BY_THE_TRAIL = { "aws:SourceArn": TRAIL };
const FOR_THE_TRAIL = { "kms:EncryptionContext:aws:cloudtrail:arn": TRAIL };
const trail = (action: string, name = "", context: Act["context"] = {}): Act => ({
  action: `s3:${action}`,
  resource: ["arn:aws:s3:::trail-logs", name].filter(Boolean).join("/"),
  policy: "trail's log files",
  context,
});
/** The end of a key whose policy somebody opened to the whole account. */
const opened = (name: string): Act => ({
  ...key(name, "ScheduleKeyDeletion"),
  policy: `${name} key, opened`,
});

/** What concerns a runbook that an event starts. */
const runbook = (does: keyof typeof RUNBOOKS, documentName: string): Record<string, Act> => {
  const role = ROLE(`${RUNBOOKS[does]}-runbook`);
  return {
    [`be the runbook that ${does}`]: {
      action: "sts:AssumeRole",
      resource: role,
      policy: `runbook's trust, ${does}`,
      context: {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": `arn:aws:ssm:${REGION}:${ACCOUNT}:automation-execution/x`,
      },
    },
    [`be the starter of the runbook that ${does}`]: {
      action: "sts:AssumeRole",
      resource: ROLE(`${RUNBOOKS[does]}-starter`),
      policy: `starter's trust, ${does}`,
      context: {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": RULE(`${RUNBOOKS[does]}-event`),
      },
    },
    [`start the runbook that ${does}`]: ssm(
      "StartAutomationExecution",
      `arn:aws:ssm:${REGION}:${ACCOUNT}:automation-definition/${documentName}:$DEFAULT`,
    ),
    [`pass the role of the runbook that ${does}`]: {
      action: "iam:PassRole",
      resource: role,
      context: { "iam:PassedToService": "ssm.amazonaws.com" },
    },
  };
};
const ORGANIZATION = "o-exampleorgid";
const member = (act: Act): Act => ({ ...act, owner: MEMBER });
const ownKey = (name: string, action: string, context: NonNullable<Act["context"]>): Act =>
  member({
    action: `kms:${action}`,
    resource: `arn:aws:kms:${REGION}:${MEMBER}:key/${name}`,
    policy: `member's ${name} key`,
    context,
  });
const suspectKey = (action: string, context: NonNullable<Act["context"]> = {}): Act => ({
  ...ownKey("suspect", action, { "aws:ResourceOrgID": ORGANIZATION, ...context }),
  resource: SUSPECT_KEY.keyArn,
});
const membersTransferKey = (action: string, context: NonNullable<Act["context"]> = {}): Act =>
  ownKey("transfer", action, { "aws:ResourceOrgID": ORGANIZATION, ...context });
const federated = (role: string, purpose: string): Act =>
  member({
    action: "sts:AssumeRoleWithSAML",
    resource: `arn:aws:iam::${MEMBER}:role/example-saml-${role}`,
    policy: `saml ${purpose}'s trust`,
    context: { "SAML:aud": "https://signin.aws.amazon.com/saml" },
  });
const execution = (name: string, purpose: string, organization: string): Act =>
  member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/aws-controltower-${name}ExecutionRole`,
    policy: `execution's trust, ${purpose}`,
    context: { "aws:ResourceOrgID": organization },
  });

/** Everything the table asks for. The case is {@link TICKET}'s, the other one {@link OTHER_TICKET}'s. */
export const ACTS: Readonly<Record<string, Act>> = {
  // ---- the vault's objects
  "put a new object": vault("PutObject", CASE, NEW),
  "put over an object": vault("PutObject", CASE, OVER),
  "put into the other case": vault("PutObject", `cases/${OTHER_TICKET}/a`, NEW),
  "put without KMS": vault("PutObject", CASE, {
    ...NEW,
    "s3:x-amz-server-side-encryption": "AES256",
  }),
  "put under KMS and no key in particular": vault("PutObject", CASE, {
    ...NEW,
    "s3:x-amz-server-side-encryption": "aws:kms",
  }),
  "put under another key": vault("PutObject", CASE, {
    ...NEW,
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY("other"),
  }),
  "put under KMS twice": vault("PutObject", CASE, {
    ...NEW,
    "s3:x-amz-server-side-encryption": "aws:kms:dsse",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY("evidence"),
  }),
  "put for no time": vault("PutObject", CASE, { ...NEW, ...retention(0) }),
  "put for ever": vault("PutObject", CASE, { ...NEW, ...retention(36500) }),
  "put without TLS": vault("PutObject", CASE, { ...NEW, "aws:SecureTransport": "false" }),
  "put over old TLS": vault("PutObject", CASE, { ...NEW, "s3:TlsVersion": "1.1" }),
  "put beside the prefixes": vault("PutObject", "other/a", NEW),
  "put into a bucket elsewhere": {
    action: "s3:PutObject",
    resource: "arn:aws:s3:::elsewhere/a",
    owner: "999988887777",
    policy: "anybody's bucket",
    context: { ...NEW, "s3:TlsVersion": "1.3", "aws:ResourceAccount": "999988887777" },
  },
  "fetch an update of the agent": {
    action: "s3:GetObject",
    resource: `arn:aws:s3:::amazon-ssm-${REGION}/a`,
    owner: "999988887777",
    policy: "anybody's bucket",
    context: { "s3:TlsVersion": "1.3", "aws:ResourceAccount": "999988887777" },
  },
  "hand over to the case": vault("PutObject", `intake/${MEMBER}/${TICKET}/a`, NEW),
  "hand over to the other case": vault("PutObject", `intake/${MEMBER}/${OTHER_TICKET}/a`, NEW),
  "hand over for another account": vault("PutObject", `intake/333344445555/${TICKET}/a`, NEW),
  "write a record": vault("PutObject", RECORD, OVER),
  "read the case": vault("GetObject", CASE),
  "read the other case": vault("GetObject", `cases/${OTHER_TICKET}/a`),
  "read what was handed over": vault("GetObject", `intake/${MEMBER}/${TICKET}/a`),
  "read the case's records": vault("GetObject", RECORD),
  "list the case": vault("ListBucket", "", { "s3:prefix": `cases/${TICKET}/` }),
  "list the other case": vault("ListBucket", "", { "s3:prefix": `cases/${OTHER_TICKET}/` }),
  "list the hashes of the case's disks": vault("ListBucket", "", {
    "s3:prefix": `cases/${TICKET}/intake/`,
  }),
  "list the case's records": vault("ListBucket", "", { "s3:prefix": `records/${TICKET}/` }),
  "list the vault": vault("ListBucket"),
  "delete an object": vault("DeleteObject", CASE),
  "delete a version": vault("DeleteObjectVersion", CASE),
  "shorten the retention": vault("PutObjectRetention", CASE, retention(0)),
  "bypass the retention": vault("BypassGovernanceRetention", CASE),
  "put a legal hold on": vault("PutObjectLegalHold", CASE, { "s3:object-lock-legal-hold": "ON" }),
  "take a legal hold off": vault("PutObjectLegalHold", CASE, {
    "s3:object-lock-legal-hold": "OFF",
  }),
  "put a legal hold on in another bucket": {
    action: "s3:PutObjectLegalHold",
    resource: "arn:aws:s3:::another/a",
    context: { "s3:TlsVersion": "1.3", "s3:object-lock-legal-hold": "ON" },
  },
  "change an object's tags": vault("PutObjectTagging", CASE),
  "change a record's tags": vault("PutObjectTagging", RECORD),

  // ---- the vault
  "change the vault's policy": vault("PutBucketPolicy"),
  "delete the vault's policy": vault("DeleteBucketPolicy"),
  "change the vault's lock": vault("PutBucketObjectLockConfiguration"),
  "suspend versioning": vault("PutBucketVersioning"),
  "change the encryption": vault("PutEncryptionConfiguration"),
  "replicate the vault": vault("PutReplicationConfiguration"),
  "set a lifecycle": vault("PutLifecycleConfiguration"),
  "end the logging": vault("PutBucketLogging"),
  "end the vault's events": vault("PutBucketNotification"),
  "open to the public": vault("PutBucketPublicAccessBlock"),
  "change the ownership": vault("PutBucketOwnershipControls"),
  "delete the vault": vault("DeleteBucket"),
  "deliver access logs": {
    action: "s3:PutObject",
    resource: "arn:aws:s3:::vault-logs/vault/a",
    policy: "access logs",
    context: {
      "s3:TlsVersion": "1.3",
      "aws:SourceArn": VAULT,
      "aws:SourceAccount": ACCOUNT,
    },
  },
  "delete an access log": {
    action: "s3:DeleteObject",
    resource: "arn:aws:s3:::vault-logs/vault/a",
    policy: "access logs",
  },
  "deliver the trail": trail("PutObject", `AWSLogs/${ACCOUNT}/a`, {
    ...BY_THE_TRAIL,
    "s3:x-amz-acl": "bucket-owner-full-control",
  }),
  "look at the trail's bucket": trail("GetBucketAcl", "", BY_THE_TRAIL),
  "read the trail's log files without TLS": trail("GetObject", "a", {
    "aws:SecureTransport": "false",
  }),
  "delete the trail's log files": trail("DeleteObjectVersion", "a"),
  "change the trail's bucket": trail("PutBucketPolicy"),
  "delete the trail's bucket": trail("DeleteBucket"),
  "read access logs without TLS": {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::vault-logs/vault/a",
    policy: "access logs",
    context: { "aws:SecureTransport": "false" },
  },

  // ---- keys
  "decrypt evidence through S3": key("evidence", "Decrypt", THROUGH_S3),
  "encrypt evidence through S3": key("evidence", "GenerateDataKey", THROUGH_S3),
  "decrypt evidence through EC2": key("evidence", "Decrypt", via("ec2")),
  "decrypt evidence directly": key("evidence", "Decrypt"),
  "have EC2 grant itself the evidence key": key("evidence", "CreateGrant", FOR_EC2),
  "change the evidence key's policy": key("evidence", "PutKeyPolicy"),
  "schedule the evidence key's deletion": key("evidence", "ScheduleKeyDeletion"),
  "disable the evidence key": key("evidence", "DisableKey"),
  "look at the evidence key": key("evidence", "DescribeKey", via("s3")),
  "destroy the evidence key once it was opened": opened("evidence"),
  "destroy the transfer key once it was opened": opened("transfer"),
  "destroy the foundation key once it was opened": opened("foundation"),
  "encrypt the trail": key("foundation", "GenerateDataKey", { ...BY_THE_TRAIL, ...FOR_THE_TRAIL }),
  "look at the trail's key": key("foundation", "DescribeKey", BY_THE_TRAIL),
  "read the trail's log files through S3": key("foundation", "Decrypt", {
    ...via("s3"),
    ...FOR_THE_TRAIL,
  }),
  "see the transfer key": key("transfer", "DescribeKey"),
  "re-encrypt under the transfer key": key("transfer", "ReEncryptTo", via("ec2")),
  "decrypt with the transfer key directly": key("transfer", "Decrypt"),
  "have EC2 grant itself the transfer key": key("transfer", "CreateGrant", FOR_EC2),
  "grant the transfer key to a member": key(
    "transfer",
    "CreateGrant",
    granting(ROLES.responder, ...COPYING_OPERATIONS),
  ),
  "grant it with the right to grant": key(
    "transfer",
    "CreateGrant",
    granting(ROLES.responder, ...COPYING_OPERATIONS, "CreateGrant"),
  ),
  "grant it to an incident deployer": key(
    "transfer",
    "CreateGrant",
    granting(ROLES.incidentDeployer, ...COPYING_OPERATIONS),
  ),
  "grant it to the Audit account's responder": key(
    "transfer",
    "CreateGrant",
    granting(`arn:aws:iam::${ACCOUNT}:role/clean-room/forensics-responder`, ...COPYING_OPERATIONS),
  ),
  "grant it to an outsider": key(
    "transfer",
    "CreateGrant",
    granting(ROLES.outsider, ...COPYING_OPERATIONS),
  ),
  "revoke a grant": key("transfer", "RevokeGrant"),
  "change the transfer key's policy": key("transfer", "PutKeyPolicy"),
  "schedule the transfer key's deletion": key("transfer", "ScheduleKeyDeletion"),
  "start a machine from the image's key": key("foundation", "Decrypt", via("ec2")),
  "have EC2 grant itself the image's key": key("foundation", "CreateGrant", FOR_EC2),
  "encrypt a log": key("foundation", "GenerateDataKey", {
    "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:x`,
  }),
  "encrypt a notice": key("foundation", "GenerateDataKey", {
    ...via("sns"),
    "kms:CallerAccount": ACCOUNT,
  }),
  "encrypt an alarm": key("foundation", "GenerateDataKey", {
    "kms:EncryptionContext:aws:sns:topicArn": TOPIC,
  }),
  "encrypt another account's alarm": key("foundation", "GenerateDataKey", {
    "kms:EncryptionContext:aws:sns:topicArn": TOPIC.replace(ACCOUNT, "999988887777"),
  }),
  "change the foundation key's policy": key("foundation", "PutKeyPolicy"),
  "schedule the foundation key's deletion": key("foundation", "ScheduleKeyDeletion"),
  "read a working volume": key("incident", "Decrypt", { ...via("ec2"), ...OF_TICKET }),
  "read a working volume directly": key("incident", "Decrypt", OF_TICKET),
  "have EC2 grant itself the incident key": key("incident", "CreateGrant", {
    ...FOR_EC2,
    ...OF_TICKET,
  }),
  "change the incident key's policy": key("incident", "PutKeyPolicy", OF_TICKET),
  "end the incident key": key("incident", "ScheduleKeyDeletion", OF_TICKET),
  "disable the incident key": key("incident", "DisableKey", OF_TICKET),
  "make an incident key": {
    action: "kms:CreateKey",
    resource: "*",
    context: WITH_TICKET,
  },
  // KMS asks for it before it makes the key: a tag counts up to five minutes later.
  "put the policy of a new incident key": key("incident", "PutKeyPolicy"),
  "tag a new incident key": key("incident", "TagResource"),
  "name a new incident key": key("incident", "CreateAlias"),
  "give its name to another incident key": key("incident", "UpdateAlias"),
  "rotate a new incident key": key("incident", "EnableKeyRotation"),
  "rotate it no more": key("incident", "DisableKeyRotation"),
  "have EC2 grant itself a new incident key": key("incident", "CreateGrant", FOR_EC2),
  "read a working volume under a new incident key": key("incident", "Decrypt", via("ec2")),
  "end a new incident key": key("incident", "ScheduleKeyDeletion"),
  "change the policy of an earlier program's incident key": {
    ...key("incident", "PutKeyPolicy", OF_TICKET),
    policy: "incident key of an earlier program",
  },
  "make a key of no incident": { action: "kms:CreateKey", resource: "*" },
  "name the incident key": {
    action: "kms:CreateAlias",
    resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/clean-room/x`,
  },

  // ---- snapshots
  "preserve a snapshot": ec2("CopySnapshot", SNAPSHOT, WITH_TICKET),
  "tag a copy that is being made": ec2("CreateTags", SNAPSHOT, {
    ...PRESERVED,
    "aws:TagKeys": ["incident-response", "source-snapshot"],
    "ec2:CreateAction": "CopySnapshot",
  }),
  "add a claim to a preserved copy": ec2("CreateTags", SNAPSHOT, {
    ...PRESERVED,
    "aws:TagKeys": ["notification", "source-volume"],
  }),
  "add what the organisation demands to a preserved copy": ec2("CreateTags", SNAPSHOT, {
    ...PRESERVED,
    "aws:TagKeys": ["cost-centre"],
  }),
  "lock a preserved copy": ec2("LockSnapshot", SNAPSHOT, {
    ...PRESERVED,
    "ec2:SnapshotLockDuration": "1",
  }),
  "lock it for another time": ec2("LockSnapshot", SNAPSHOT, {
    ...PRESERVED,
    "ec2:SnapshotLockDuration": "2",
  }),
  "find locks": { action: "ec2:DescribeLockedSnapshots", resource: "*", context: HERE },
  ...runbook("locks", "clean-room-lock-preserved-copy"),
  ...runbook("holds", "clean-room-hold-object"),
  "see what became of a runbook's execution": ssm(
    "GetAutomationExecution",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:automation-execution/333ba70b-2333-48db-b17e-a5e69c6f4d1c`,
  ),
  "start another runbook": ssm(
    "StartAutomationExecution",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:automation-definition/other:1`,
  ),
  "publish an alarm": {
    action: "sns:Publish",
    resource: TOPIC,
    policy: "alarm topic",
    context: { "aws:SourceArn": RULE("runbook-alarm-failed") },
  },
  "publish that a runbook was not started": {
    action: "sns:Publish",
    resource: TOPIC,
    policy: "alarm topic",
    context: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": NOT_STARTED },
  },
  "publish that the alarm could not be published": {
    action: "sns:Publish",
    resource: KEYLESS_TOPIC,
    policy: "alarm topic without a key",
    context: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": NOT_TOLD },
  },
  "publish an alarm for another rule": {
    action: "sns:Publish",
    resource: TOPIC,
    policy: "alarm topic",
    context: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": RULE("other") },
  },
  "publish another account's alarm": {
    action: "sns:Publish",
    resource: TOPIC,
    policy: "alarm topic",
    context: {
      "aws:SourceAccount": "333344445555",
      "aws:SourceArn": NOT_STARTED.replace(ACCOUNT, "333344445555"),
    },
  },
  "publish another account's alarm without a key": {
    action: "sns:Publish",
    resource: KEYLESS_TOPIC,
    policy: "alarm topic without a key",
    context: {
      "aws:SourceAccount": "333344445555",
      "aws:SourceArn": NOT_TOLD.replace(ACCOUNT, "333344445555"),
    },
  },
  "delete a preserved copy": ec2("DeleteSnapshot", SNAPSHOT, PRESERVED),
  "unlock a preserved copy": ec2("UnlockSnapshot", SNAPSHOT, PRESERVED),
  "move a preserved copy to another tier": ec2("ModifySnapshotTier", SNAPSHOT, PRESERVED),
  "untag a preserved copy": ec2("DeleteTags", SNAPSHOT, PRESERVED),
  "change a preserved copy's ticket": ec2("CreateTags", SNAPSHOT, {
    ...PRESERVED,
    "aws:TagKeys": ["incident-response"],
  }),
  "share a preserved copy with an outsider": ec2("ModifySnapshotAttribute", SNAPSHOT, {
    ...PRESERVED,
    "ec2:Add/userId": "999988887777",
  }),

  // ---- the room
  "log in on the workstation": ssm("StartSession", INSTANCE, machineOf(TICKET)),
  "log in on the other room's workstation": ssm("StartSession", INSTANCE, machineOf(OTHER_TICKET)),
  "be recorded": ssm(
    "StartSession",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:document/clean-room-session`,
    CHECKED,
  ),
  "end one's own session": ssm("TerminateSession", `arn:aws:ssm:${REGION}:${ACCOUNT}:session/x`, {
    "ssm:resourceTag/aws:ssmmessages:session-id": "AROAEXAMPLE:me",
    "aws:userid": "AROAEXAMPLE:me",
  }),
  "report to Systems Manager": ssm("UpdateInstanceInformation", INSTANCE, {
    "aws:ResourceAccount": ACCOUNT,
  }),
  "open a session's channel": { action: "ssmmessages:OpenDataChannel", resource: "*" },
  "record a session": log("PutLogEvents", "/clean-room/sessions"),
  "look for the sessions' log": {
    action: "logs:DescribeLogGroups",
    resource: "*",
  },
  "write into the flow logs": log("PutLogEvents", "/clean-room/flow"),
  "take the investigator's role": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:${CASE_ROLE}`,
    policy: "investigator's trust",
  },
  "take the intake role": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/intake-${TICKET}-${MEMBER}`,
    policy: "intake's trust",
  },

  // ---- the member account
  "find evidence in the member account": member({ action: "ec2:DescribeVolumes", resource: "*" }),
  "see who has a snapshot of the member": member(ec2("DescribeSnapshotAttribute", SNAPSHOT)),
  "snapshot a volume of the member": member({
    action: "ec2:CreateSnapshot",
    resource: `arn:aws:ec2:${REGION}:${MEMBER}:volume/vol-1`,
  }),
  "into a snapshot with a ticket": member(ec2("CreateSnapshot", SNAPSHOT, WITH_TICKET)),
  "into a snapshot without a ticket": member(ec2("CreateSnapshot", SNAPSHOT)),
  "tag it as it is made": member(
    ec2("CreateTags", SNAPSHOT, {
      ...WITH_TICKET,
      "aws:TagKeys": ["incident-response", "notification"],
      "ec2:CreateAction": "CreateSnapshot",
    }),
  ),
  "tag it afterwards": member(
    ec2("CreateTags", SNAPSHOT, { ...WITH_TICKET, "aws:TagKeys": ["incident-response"] }),
  ),
  "copy it": member(ec2("CopySnapshot", SNAPSHOT, HERE)),
  "share it with the Audit account": member(
    ec2("ModifySnapshotAttribute", SNAPSHOT, { ...OF_TICKET, "ec2:Add/userId": ACCOUNT }),
  ),
  "share it with an outsider": member(
    ec2("ModifySnapshotAttribute", SNAPSHOT, { ...OF_TICKET, "ec2:Add/userId": "999988887777" }),
  ),
  "delete it": member(ec2("DeleteSnapshot", SNAPSHOT, OF_TICKET)),
  "see product codes of a volume of the member": member({
    action: "ec2:DescribeVolumeAttribute",
    resource: `arn:aws:ec2:${REGION}:${MEMBER}:volume/vol-1`,
  }),
  "snapshot all disks of an instance of the member": member({
    action: "ec2:CreateSnapshots",
    resource: `arn:aws:ec2:${REGION}:${MEMBER}:instance/i-1`,
  }),
  "see the state of the member's own key": ownKey("own", "DescribeKey", {}),
  "copy under the member's transfer key": membersTransferKey("ReEncryptTo", via("ec2")),
  "encrypt under the member's transfer key directly": membersTransferKey("ReEncryptTo"),
  "have EC2 grant itself the member's transfer key": membersTransferKey("CreateGrant", FOR_EC2),
  "grant the member's transfer key to an incident deployer": membersTransferKey(
    "CreateGrant",
    granting(ROLES.incidentDeployer, ...COPYING_OPERATIONS),
  ),
  "grant the member's transfer key with the right to grant": membersTransferKey(
    "CreateGrant",
    granting(ROLES.incidentDeployer, ...COPYING_OPERATIONS, "CreateGrant"),
  ),
  "grant the member's transfer key to an outsider": membersTransferKey(
    "CreateGrant",
    granting(ROLES.outsider, ...COPYING_OPERATIONS),
  ),
  "revoke a grant on the member's transfer key": membersTransferKey("RevokeGrant"),
  "change the policy of the member's transfer key while it shows no tag":
    membersTransferKey("PutKeyPolicy"),
  "end the member's transfer key in 30 days": membersTransferKey("ScheduleKeyDeletion", {
    "kms:ScheduleKeyDeletionPendingWindowInDays": "30",
  }),
  "end the member's transfer key in 7 days": membersTransferKey("ScheduleKeyDeletion", {
    "kms:ScheduleKeyDeletionPendingWindowInDays": "7",
  }),
  "take the role that grants the member's transfer key": member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/clean-room/transfer-key-grants`,
    policy: "transfer key grants' trust",
    context: { "aws:ResourceOrgID": ORGANIZATION },
  }),
  "read the member's own disk": ownKey("own", "Decrypt", via("ec2")),
  "have EC2 grant itself the member's own key": ownKey("own", "CreateGrant", FOR_EC2),
  "encrypt under the member's default key": ownKey("default", "ReEncryptTo", via("ec2")),
  "copy from a suspect's key": suspectKey("ReEncryptFrom", via("ec2")),
  "decrypt with a suspect's key directly": suspectKey("Decrypt"),
  "encrypt under a suspect's key": suspectKey("GenerateDataKeyWithoutPlaintext", via("ec2")),
  "have EC2 grant itself a suspect's key": suspectKey("CreateGrant", FOR_EC2),
  "have another service grant itself a suspect's key": suspectKey("CreateGrant", {
    ...FOR_EC2,
    ...via("rds"),
  }),
  "grant a suspect's key to somebody": suspectKey("CreateGrant", {
    ...via("ec2"),
    ...granting(ROLES.incidentDeployer, "Decrypt"),
  }),
  "grant a suspect's key to an incident deployer": suspectKey(
    "CreateGrant",
    granting(ROLES.incidentDeployer, ...COPYING_OPERATIONS),
  ),
  "grant a suspect's key with the right to grant": suspectKey(
    "CreateGrant",
    granting(ROLES.incidentDeployer, ...COPYING_OPERATIONS, "CreateGrant"),
  ),
  "grant a suspect's key for no operation that is named": suspectKey("CreateGrant", {
    "kms:GrantIsForAWSResource": "false",
    "kms:GranteePrincipal": ROLES.incidentDeployer,
  }),
  "grant a suspect's key to an outsider": suspectKey(
    "CreateGrant",
    granting(ROLES.outsider, ...COPYING_OPERATIONS),
  ),
  "revoke a grant on a suspect's key": suspectKey("RevokeGrant"),
  "have EC2 grant itself another organisation's key": {
    action: "kms:CreateGrant",
    resource: `arn:aws:kms:${REGION}:999988887777:key/x`,
    owner: "999988887777",
    policy: "outsider's key, open to the Audit account",
    context: { ...FOR_EC2, "aws:ResourceOrgID": "o-otherorg00" },
  },
  "take the member's responder role": member({
    action: "sts:AssumeRole",
    resource: ROLES.responder,
    policy: "responder's trust",
  }),
  "audit by federation": federated("securityaudit", "audit"),
  "respond by federation": federated("securityresponse", "response"),
  "be the read-only automation": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:role/aws-controltower-AuditReadOnlyRole`,
    policy: "automation's trust, read-only",
  },
  "be the administrator automation": {
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${ACCOUNT}:role/aws-controltower-AuditAdministratorRole`,
    policy: "automation's trust, administrator",
  },
  "read in the member account as automation": execution("ReadOnly", "read-only", ORGANIZATION),
  "administer the member account as automation": execution(
    "Administrator",
    "administrator",
    ORGANIZATION,
  ),
  "administer another organisation's account": execution(
    "Administrator",
    "administrator",
    "o-otherorg00",
  ),

  // ---- opening and closing rooms
  "look around": { action: "ec2:DescribeInstances", resource: "*", context: HERE },
  "look at a quota": { action: "servicequotas:GetServiceQuota", resource: "*", context: HERE },
  "find what carries a ticket": { action: "tag:GetResources", resource: "*", context: HERE },
  "find a slot": ssm("GetParametersByPath", parameter("/clean-room/slots")),
  "claim a slot": ssm("PutParameter", parameter("/clean-room/slots/us-east-1a-1")),
  "publish an image": ssm("PutParameter", parameter(FOUNDATION_OUTPUTS.amiParameter)),
  "start a workstation": ec2("RunInstances", "instance/*", WITH_TICKET),
  "start a machine of no ticket": ec2("RunInstances", "instance/*"),
  "start it in a subnet": ec2("RunInstances", "subnet/subnet-0123456789abcdef0"),
  "start it with its group": ec2("RunInstances", "security-group/sg-1", OF_TICKET),
  "start it with another group": ec2("RunInstances", "security-group/sg-1"),
  "make a group in the forensics VPC": ec2(
    "CreateSecurityGroup",
    `vpc/${FOUNDATION_OUTPUTS.vpcId}`,
  ),
  "make a group in another VPC": ec2("CreateSecurityGroup", "vpc/vpc-2"),
  "tag a root volume": ec2("CreateTags", "volume/vol-1", WITH_TICKET),
  "take over another case's volume": ec2("CreateTags", "volume/vol-1", {
    ...WITH_TICKET,
    "aws:ResourceTag/incident-response": "other",
  }),
  "tag a machine that is being started": ec2("CreateTags", "instance/*", {
    "ec2:CreateAction": "RunInstances",
  }),
  "open a rule of the group": ec2(
    "AuthorizeSecurityGroupIngress",
    "security-group/sg-1",
    OF_TICKET,
  ),
  "open a rule of a group of the foundation": ec2(
    "AuthorizeSecurityGroupIngress",
    "security-group/sg-1",
  ),
  "make the rule": ec2("AuthorizeSecurityGroupIngress", "security-group-rule/*", WITH_TICKET),
  "change a rule of the group": ec2("ModifySecurityGroupRules", "security-group/sg-1", OF_TICKET),
  "change a rule that leads to S3": {
    action: "ec2:ModifySecurityGroupRules",
    resource: `arn:aws:ec2:${REGION}:aws:prefix-list/pl-63a5400a`,
  },
  "change the groups of an interface in the forensics VPC": ec2(
    "ModifyNetworkInterfaceAttribute",
    "network-interface/eni-1",
    { "ec2:Vpc": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/${FOUNDATION_OUTPUTS.vpcId}` },
  ),
  "change the groups of an interface elsewhere": ec2(
    "ModifyNetworkInterfaceAttribute",
    "network-interface/eni-1",
    { "ec2:Vpc": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/vpc-2` },
  ),
  "give an interface the workstation's group": ec2(
    "ModifyNetworkInterfaceAttribute",
    "security-group/sg-1",
    OF_TICKET,
  ),
  "give an interface another group": ec2("ModifyNetworkInterfaceAttribute", "security-group/sg-1"),
  "give the workstation its instance profile anew": ec2(
    "ReplaceIamInstanceProfileAssociation",
    "instance/i-1",
    OF_TICKET,
  ),
  "make a working volume from a copy": ec2("CreateVolume", SNAPSHOT, PRESERVED),
  "end a machine of the ticket": ec2("TerminateInstances", "instance/i-1", OF_TICKET),
  "end any other machine": ec2("TerminateInstances", "instance/i-1"),
  "make a role of the case": iam("iam:CreateRole", CASE_ROLE, BOUNDED),
  "make a role without the boundary": iam("iam:CreateRole", CASE_ROLE),
  "make a role of the foundation": iam("iam:CreateRole", "role/clean-room/x", BOUNDED),
  "detach a policy from a role of the case": iam("iam:DetachRolePolicy", CASE_ROLE),
  "attach a policy to a role of the case": iam("iam:AttachRolePolicy", CASE_ROLE),
  "remove a role of the case": iam("iam:DeleteRole", CASE_ROLE),
  "look up the role that opens rooms": iam("iam:GetRole", "role/incident-deployer"),
  "look up any other role of the account": iam("iam:GetRole", "role/evidence-custodian"),
  "make an instance profile": iam(
    "iam:CreateInstanceProfile",
    "instance-profile/clean-room/case/x",
  ),
  "give the workstation its role": iam("iam:PassRole", CASE_ROLE, {
    "iam:PassedToService": "ec2.amazonaws.com",
  }),
  "give the role to something else": iam("iam:PassRole", CASE_ROLE, {
    "iam:PassedToService": "lambda.amazonaws.com",
  }),
  "change the boundary": iam(
    "iam:CreatePolicyVersion",
    "policy/clean-room/clean-room-case-boundary-us-east-1",
  ),
};
