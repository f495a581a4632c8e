import { COPYING_OPERATIONS } from "../../../components/evidence/keys/copyingGrants";
import { ROLES } from "../../support/parties";
import {
  ACCOUNT,
  type Act,
  ec2,
  ELSEWHERE,
  execution,
  federated,
  FOR_EC2,
  granting,
  HERE,
  key,
  MEMBER,
  member,
  membersTransferKey,
  OF_TICKET,
  onceOpened,
  openToAll,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  ownKey,
  REGION,
  SNAPSHOT,
  STRANGER,
  suspectKey,
  via,
  WITH_TICKET,
} from "./requests";

const beAutomation = (name: string, purpose: string, source?: string): Act => ({
  action: "sts:AssumeRole",
  resource: `arn:aws:iam::${ACCOUNT}:role/aws-controltower-Audit${name}Role`,
  policy: `automation's trust, ${purpose}`,
  context: source === undefined ? {} : { "aws:SourceAccount": source },
});

/** The tag of what a member account's stack makes. */
const OF_THE_STACK = `clean-room/member/${REGION}::kms/key`;
const AS_THE_STACKS = {
  "aws:RequestTag/clean-room": OF_THE_STACK,
  "aws:TagKeys": ["clean-room"],
};

/** What may be wanted in a member account, and of its keys. */
export const MEMBER_ACCOUNT: Readonly<Record<string, Act>> = {
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
  "tag the member's transfer key as the stack's": membersTransferKey("TagResource", {
    ...AS_THE_STACKS,
    "kms:ResourceAliases": ["alias/clean-room/transfer"],
  }),
  "tag a key of the member that has another name as the stack's": ownKey("own", "TagResource", {
    ...AS_THE_STACKS,
    "kms:ResourceAliases": ["alias/clean-room/transfer", "alias/backups"],
  }),
  "tag a key of the member that has no name as the stack's": ownKey(
    "own",
    "TagResource",
    AS_THE_STACKS,
  ),
  "change the policy of a key of the member that is not the stack's": ownKey(
    "own",
    "PutKeyPolicy",
    {
      "aws:ResourceTag/clean-room": "somebody's",
    },
  ),
  "change the policy of a key of the member that has another name and no tag": ownKey(
    "own",
    "PutKeyPolicy",
    { "kms:ResourceAliases": ["alias/clean-room/transfer", "alias/backups"] },
  ),
  "change the policy of a key of the member that carries the stack's tag": ownKey(
    "own",
    "PutKeyPolicy",
    { "aws:ResourceTag/clean-room": OF_THE_STACK },
  ),
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
  "be the read-only automation": beAutomation("ReadOnly", "read-only"),
  "be the read-only automation for another account": beAutomation(
    "ReadOnly",
    "read-only",
    STRANGER,
  ),
  "be the administrator automation": beAutomation("Administrator", "administrator"),
  "be the administrator automation for another account": beAutomation(
    "Administrator",
    "administrator",
    STRANGER,
  ),
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

  "see who has a snapshot of the member in another Region": member({
    action: "ec2:DescribeSnapshotAttribute",
    resource: "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0",
    context: ELSEWHERE,
  }),
  "into snapshots of all disks without a ticket": member(ec2("CreateSnapshots", SNAPSHOT)),
  "tag it as it is made without a ticket": member(
    ec2("CreateTags", SNAPSHOT, {
      "aws:TagKeys": ["notification"],
      "ec2:CreateAction": "CreateSnapshot",
    }),
  ),
  "tag it as it is made with another tag": member(
    ec2("CreateTags", SNAPSHOT, {
      ...WITH_TICKET,
      "aws:TagKeys": ["incident-response", "owner"],
      "ec2:CreateAction": "CreateSnapshot",
    }),
  ),
  "tag another thing as a snapshot is made": member({
    action: "ec2:CreateTags",
    resource: `arn:aws:ec2:${REGION}:${MEMBER}:volume/vol-1`,
    context: {
      ...WITH_TICKET,
      "aws:TagKeys": ["incident-response"],
      "ec2:CreateAction": "CreateSnapshot",
    },
  }),
  "copy it into another Region": member(ec2("CopySnapshot", SNAPSHOT, ELSEWHERE)),
  "share another snapshot with the Audit account": member(
    ec2("ModifySnapshotAttribute", SNAPSHOT, { "ec2:Add/userId": ACCOUNT }),
  ),
  "share it with nobody": member(ec2("ModifySnapshotAttribute", SNAPSHOT, OF_TICKET)),
  "share it with everybody": member(
    ec2("ModifySnapshotAttribute", SNAPSHOT, {
      ...OF_TICKET,
      "ec2:Add/userId": ACCOUNT,
      "ec2:Add/group": "all",
    }),
  ),
  "share it and take it from somebody": member(
    ec2("ModifySnapshotAttribute", SNAPSHOT, {
      ...OF_TICKET,
      "ec2:Add/userId": ACCOUNT,
      "ec2:Remove/userId": "333344445555",
    }),
  ),
  "share it and take it from everybody": member(
    ec2("ModifySnapshotAttribute", SNAPSHOT, {
      ...OF_TICKET,
      "ec2:Add/userId": ACCOUNT,
      "ec2:Remove/group": "all",
    }),
  ),
  "share a snapshot of another Region": member({
    action: "ec2:ModifySnapshotAttribute",
    resource: "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0",
    context: { ...OF_TICKET, ...ELSEWHERE, "ec2:Add/userId": ACCOUNT },
  }),
  "take another role of the Audit account": openToAll(
    "sts:AssumeRole",
    `arn:aws:iam::${ACCOUNT}:role/clean-room/another`,
  ),
  "take a role of another member account": openToAll(
    "sts:AssumeRole",
    "arn:aws:iam::333344445555:role/another",
    { "aws:ResourceOrgID": ORGANIZATION },
  ),
  "take the role that grants another organisation's transfer key": openToAll(
    "sts:AssumeRole",
    `arn:aws:iam::${STRANGER}:role/clean-room/transfer-key-grants`,
    { "aws:ResourceOrgID": OTHER_ORGANIZATION },
  ),
  "take the member's responder role from another organisation": member({
    action: "sts:AssumeRole",
    resource: ROLES.responder,
    policy: "responder's trust",
    context: { "aws:PrincipalOrgID": OTHER_ORGANIZATION },
  }),
  "take the role that grants the member's transfer key from another organisation": member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/clean-room/transfer-key-grants`,
    policy: "transfer key grants' trust",
    context: { "aws:ResourceOrgID": ORGANIZATION, "aws:PrincipalOrgID": OTHER_ORGANIZATION },
  }),
  "audit by federation with somebody else": {
    ...federated("securityaudit", "audit"),
    context: { "SAML:aud": "https://example.com/saml" },
  },
  "respond by federation with somebody else": {
    ...federated("securityresponse", "response"),
    context: { "SAML:aud": "https://example.com/saml" },
  },
  "read another organisation's account as automation": execution(
    "ReadOnly",
    "read-only",
    OTHER_ORGANIZATION,
  ),
  "read in the member account as automation of another organisation": {
    ...execution("ReadOnly", "read-only", ORGANIZATION),
    context: { "aws:ResourceOrgID": ORGANIZATION, "aws:PrincipalOrgID": OTHER_ORGANIZATION },
  },
  "administer the member account as automation of another organisation": {
    ...execution("Administrator", "administrator", ORGANIZATION),
    context: { "aws:ResourceOrgID": ORGANIZATION, "aws:PrincipalOrgID": OTHER_ORGANIZATION },
  },
  "have another service grant itself the member's transfer key": membersTransferKey("CreateGrant", {
    ...FOR_EC2,
    ...via("rds"),
  }),
  "grant oneself the member's transfer key through EC2": membersTransferKey("CreateGrant", {
    ...FOR_EC2,
    "kms:GrantIsForAWSResource": "false",
  }),
  "grant the member's transfer key for no operation that is named": membersTransferKey(
    "CreateGrant",
    { "kms:GrantIsForAWSResource": "false", "kms:GranteePrincipal": ROLES.incidentDeployer },
  ),
  ...Object.fromEntries(
    (
      [
        ["to an outsider", granting(ROLES.outsider, ...COPYING_OPERATIONS)],
        [
          "with the right to grant",
          granting(ROLES.incidentDeployer, ...COPYING_OPERATIONS, "CreateGrant"),
        ],
        [
          "for no operation that is named",
          {
            "kms:GrantIsForAWSResource": "false",
            "kms:GranteePrincipal": ROLES.incidentDeployer,
          },
        ],
      ] as const
    ).map(([how, context]) => [
      `grant the member's transfer key ${how} once it was opened`,
      onceOpened(membersTransferKey("CreateGrant", context)),
    ]),
  ),
  "grant another account's key to an incident deployer": openToAll(
    "kms:CreateGrant",
    `arn:aws:kms:${REGION}:333344445555:key/x`,
    { "aws:ResourceOrgID": ORGANIZATION, ...granting(ROLES.incidentDeployer, "Decrypt") },
  ),
  "revoke a grant on another account's key": openToAll(
    "kms:RevokeGrant",
    `arn:aws:kms:${REGION}:333344445555:key/x`,
    { "aws:ResourceOrgID": ORGANIZATION },
  ),
  ...Object.fromEntries(
    ["transfer", "member's own"].flatMap((name) => {
      const act =
        name === "transfer" ? key("transfer", "CreateGrant") : ownKey("own", "CreateGrant", {});
      return [
        [
          `grant oneself the ${name} key once it was opened`,
          onceOpened({
            ...act,
            context: { ...FOR_EC2, "kms:GrantIsForAWSResource": "false" },
          }),
        ],
        [
          `have another service grant itself the ${name} key once it was opened`,
          onceOpened({ ...act, context: { ...FOR_EC2, ...via("rds") } }),
        ],
      ];
    }),
  ),
  "encrypt directly under the member's default key": ownKey("default", "Encrypt", via("ec2")),
  "make a data key of the member's default key": ownKey("default", "GenerateDataKey", via("ec2")),
  "grant oneself a key of the organisation that is open to all": openToAll(
    "kms:CreateGrant",
    `arn:aws:kms:${REGION}:333344445555:key/x`,
    {
      "aws:ResourceOrgID": ORGANIZATION,
      ...FOR_EC2,
      "kms:GrantIsForAWSResource": "false",
    },
  ),
  "have another service grant itself a key of the organisation that is open to all": openToAll(
    "kms:CreateGrant",
    `arn:aws:kms:${REGION}:333344445555:key/x`,
    { "aws:ResourceOrgID": ORGANIZATION, ...FOR_EC2, ...via("rds") },
  ),
  "have EC2 grant itself a key of the organisation in another Region": openToAll(
    "kms:CreateGrant",
    "arn:aws:kms:eu-west-1:333344445555:key/x",
    { "aws:ResourceOrgID": ORGANIZATION, ...FOR_EC2 },
  ),
};
