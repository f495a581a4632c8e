import { VAULT } from "../documents";
import { ROLES } from "../../support/parties";
import {
  ACCOUNT,
  type Act,
  ELSEWHERE,
  FOR_THE_TRAIL,
  iam,
  key,
  log,
  onceOpened,
  openToAll,
  OTHER_ORGANIZATION,
  parameter,
  REGION,
  ssm,
  trail,
  vault,
  via,
} from "./requests";

const look = (action: string, context: Act["context"] = {}): Act => ({
  action,
  resource: "*",
  context,
});
const take = (context: Act["context"] = {}): Act => ({
  action: "sts:AssumeRole",
  resource: ROLES.auditor,
  policy: "auditor's trust",
  context: { "sts:RoleSessionName": "jane.doe", ...context },
});

/** The foundation demands that people come with a source identity. */
const JANE = { "aws:SourceIdentity": "jane.doe" };

/** What it takes to verify a case, and what is near to it. */
export const AUDIT: Readonly<Record<string, Act>> = {
  "take the auditor's role": take(JANE),
  "take the auditor's role from another organisation": take({
    ...JANE,
    "aws:PrincipalOrgID": OTHER_ORGANIZATION,
  }),
  "take the auditor's role by a colleague's name": take({
    ...JANE,
    "sts:RoleSessionName": "john.roe",
  }),
  "take the auditor's role as nobody knows whom": take(),
  ...Object.fromEntries(
    ["evidence", "transfer", "foundation", "incident"].flatMap((name) => [
      [`see the ${name} key's policy`, key(name, "GetKeyPolicy")],
      [`see the grants of the ${name} key`, key(name, "ListGrants")],
    ]),
  ),
  "read the trail's log files": trail("GetObject", "a"),
  "list the trail's log files": trail("ListBucket"),
  "read access logs": {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::vault-logs/vault/a",
    policy: "access logs",
    context: { "s3:TlsVersion": "1.3" },
  },
  "see how long an object is retained": vault("GetObjectRetention", "cases/INC-2026-0042/a"),
  "see the vault's lock": vault("GetBucketObjectLockConfiguration"),
  "list the versions in the vault": vault("ListBucketVersions"),
  "see the policy of another bucket": openToAll("s3:GetBucketPolicy", "arn:aws:s3:::another", {
    "aws:ResourceAccount": ACCOUNT,
  }),
  "read the trail's log files directly once the key was opened": onceOpened(
    key("foundation", "Decrypt", { ...FOR_THE_TRAIL, "kms:EncryptionContext:aws:s3:arn": VAULT }),
  ),
  "read a preserved copy through EC2": key("evidence", "Decrypt", via("ec2")),
  "read what a session was recorded as": log("GetLogEvents", "/clean-room/sessions/us-east-1a-1"),
  "read what sessions of earlier rooms were recorded as": log(
    "GetLogEvents",
    "/clean-room/sessions",
  ),
  "read another log group": log("GetLogEvents", "/aws/lambda/x"),
  "delete what a session was recorded as": log(
    "DeleteLogStream",
    "/clean-room/sessions/us-east-1a-1",
  ),
  "see who has a slot": ssm("GetParameter", parameter("/clean-room/slots/us-east-1a-1")),
  "read another parameter": ssm("GetParameter", parameter("/another")),
  "look at sessions": look("ssm:DescribeSessions"),
  "look what the trail records": look("cloudtrail:GetEventSelectors"),
  "look up what was asked of the account": look("cloudtrail:LookupEvents"),
  "look at locked copies": look("ec2:DescribeLockedSnapshots"),
  "look at alarms": look("cloudwatch:DescribeAlarms"),
  "look at locked copies of another Region": look("ec2:DescribeLockedSnapshots", ELSEWHERE),
  "see who may take a role": iam("iam:GetRole", "role/evidence-custodian"),
  "silence an alarm": {
    action: "cloudwatch:DisableAlarmActions",
    resource: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:runbook-alarm-failed`,
  },
};
