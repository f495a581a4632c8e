import { COPYING_OPERATIONS } from "../../../components/evidence/keys/copyingGrants";
import { ROLES } from "../../support/parties";
import { KEY, TOPIC, VAULT } from "../documents";
import {
  ACCOUNT,
  type Act,
  BY_THE_TRAIL,
  FOR_EC2,
  FOR_THE_TRAIL,
  granting,
  key,
  MEMBER,
  OF_TICKET,
  onceOpened,
  opened,
  openToAll,
  REGION,
  STRANGER,
  THROUGH_S3,
  TRAIL,
  via,
  WITH_TICKET,
} from "./requests";

const OWN_RESPONDER = `arn:aws:iam::${ACCOUNT}:role/clean-room/forensics-responder`;
const leftToIam = (action: string, context: Act["context"] = {}): Act => ({
  ...key("own", action, context),
  policy: "left to the Audit account",
});
const strangers = (action: string, context: Act["context"] = {}): Act =>
  openToAll(`kms:${action}`, `arn:aws:kms:${REGION}:${STRANGER}:key/x`, context);

/** What may be wanted of the keys. */
export const KEYS: Readonly<Record<string, Act>> = {
  "decrypt evidence through S3": key("evidence", "Decrypt", THROUGH_S3),
  "encrypt evidence through S3": key("evidence", "GenerateDataKey", THROUGH_S3),
  "decrypt evidence through EC2": key("evidence", "Decrypt", via("ec2")),
  "decrypt evidence directly": key("evidence", "Decrypt"),
  "have EC2 grant itself the evidence key": key("evidence", "CreateGrant", FOR_EC2),
  "change the evidence key's policy": key("evidence", "PutKeyPolicy"),
  "schedule the evidence key's deletion": key("evidence", "ScheduleKeyDeletion"),
  "disable the evidence key": key("evidence", "DisableKey"),
  "look whether the evidence key is usable": key("evidence", "DescribeKey"),
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
  "encrypt an alarm through SNS": key("foundation", "GenerateDataKey", {
    ...via("sns"),
    "kms:CallerAccount": ACCOUNT,
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

  ...Object.fromEntries(
    ["evidence", "transfer", "foundation"].flatMap((name) => [
      [`disable the ${name} key once it was opened`, opened(name, "DisableKey")],
      [
        `delete the ${name} key's material once it was opened`,
        opened(name, "DeleteImportedKeyMaterial"),
      ],
    ]),
  ),
  ...Object.fromEntries(
    ["evidence", "transfer", "foundation"].flatMap((name) => [
      [
        `end the ${name} key in 7 days`,
        key(name, "ScheduleKeyDeletion", { "kms:ScheduleKeyDeletionPendingWindowInDays": "7" }),
      ],
      [
        `end the ${name} key while it is in use`,
        key(name, "ScheduleKeyDeletion", {
          "kms:ScheduleKeyDeletionPendingWindowInDays": "30",
          "kms:TrailingDaysWithoutKeyUsage": "3",
        }),
      ],
      [
        `disable the ${name} key while it is in use`,
        key(name, "DisableKey", { "kms:TrailingDaysWithoutKeyUsage": "3" }),
      ],
    ]),
  ),
  ...Object.fromEntries(
    ["evidence", "transfer", "foundation", "incident"].flatMap((name) => [
      [
        `grant oneself the ${name} key through EC2`,
        key(name, "CreateGrant", { ...FOR_EC2, "kms:GrantIsForAWSResource": "false" }),
      ],
      [
        `have another service grant itself the ${name} key`,
        key(name, "CreateGrant", { ...FOR_EC2, ...via("rds") }),
      ],
      [`keep the ${name} key from its end`, key(name, "CancelKeyDeletion")],
      [`enable the ${name} key again`, key(name, "EnableKey")],
    ]),
  ),
  "encrypt through S3 what another machine sends": key("evidence", "GenerateDataKey", {
    ...THROUGH_S3,
    "aws:EC2InstanceSourcePrivateIPv4": "10.66.0.4",
    "aws:VpcSourceIp": "10.66.0.20",
  }),
  "decrypt through S3 what is another bucket's": key("evidence", "Decrypt", {
    ...THROUGH_S3,
    "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::another",
  }),
  "decrypt evidence directly once its key was opened": onceOpened(
    key("evidence", "Decrypt", { "kms:EncryptionContext:aws:s3:arn": VAULT }),
  ),
  "decrypt through S3 with another key": openToAll("kms:Decrypt", KEY("own"), THROUGH_S3),
  "encrypt another trail": key("foundation", "GenerateDataKey", {
    "aws:SourceArn": `${TRAIL}2`,
    ...FOR_THE_TRAIL,
  }),
  "encrypt by the trail what is none": key("foundation", "GenerateDataKey", {
    ...BY_THE_TRAIL,
    "kms:EncryptionContext:aws:cloudtrail:arn": "none",
  }),
  "look at the trail's key for another trail": key("foundation", "DescribeKey", {
    "aws:SourceArn": `${TRAIL}2`,
  }),
  "read the trail's log files without S3": key("foundation", "Decrypt", FOR_THE_TRAIL),
  "read through S3 what is no trail's": key("foundation", "Decrypt", via("s3")),
  "use the image's key for another service": key("foundation", "GenerateDataKeyWithoutPlaintext"),
  "encrypt under the transfer key": key("transfer", "GenerateDataKey", via("ec2")),
  "encrypt a copy under the transfer key": key(
    "transfer",
    "GenerateDataKeyWithoutPlaintext",
    via("ec2"),
  ),
  "re-encrypt from the transfer key": key("transfer", "ReEncryptFrom", via("ec2")),
  "grant it for no operation that is named": key("transfer", "CreateGrant", {
    "kms:GrantIsForAWSResource": "false",
    "kms:GranteePrincipal": ROLES.responder,
  }),
  "grant it to a user": key(
    "transfer",
    "CreateGrant",
    granting(`arn:aws:iam::${MEMBER}:user/somebody`, ...COPYING_OPERATIONS),
  ),
  "grant it to the Audit account's responder with the right to grant": key(
    "transfer",
    "CreateGrant",
    granting(OWN_RESPONDER, ...COPYING_OPERATIONS, "CreateGrant"),
  ),
  "grant it to the Audit account's responder for no operation that is named": key(
    "transfer",
    "CreateGrant",
    { "kms:GrantIsForAWSResource": "false", "kms:GranteePrincipal": OWN_RESPONDER },
  ),
  "name a key otherwise": {
    action: "kms:CreateAlias",
    resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/x`,
  },
  // A key of the account whose policy leaves everything to the account's own policies.
  "look at a key of the account": leftToIam("DescribeKey"),
  "read what is under a key of the account through EC2": leftToIam("Decrypt", via("ec2")),
  "read what is under a key of the account directly": leftToIam("Decrypt"),
  "have EC2 grant itself a key of the account": leftToIam("CreateGrant", FOR_EC2),
  "grant oneself a key of the account": leftToIam("CreateGrant", {
    ...FOR_EC2,
    "kms:GrantIsForAWSResource": "false",
  }),
  "have another service grant itself a key of the account": leftToIam("CreateGrant", {
    ...FOR_EC2,
    ...via("rds"),
  }),
  "end a key of the account": leftToIam("ScheduleKeyDeletion"),
  // A stranger's, whose policy lets everybody.
  "look at a stranger's key": strangers("DescribeKey"),
  "read what is under a stranger's key": strangers("Decrypt", via("ec2")),
  "end a stranger's key that has a ticket": strangers("ScheduleKeyDeletion", OF_TICKET),
  "have EC2 grant itself a stranger's key": strangers("CreateGrant", FOR_EC2),
  "encrypt under a stranger's key": strangers("GenerateDataKey", via("ec2")),
  "use a key of the account that is open to all": openToAll("kms:Encrypt", KEY("own")),
  "see who uses a key of the account": leftToIam("ListGrants"),
};
