import {
  KEYLESS_TOPIC,
  NOT_STARTED,
  NOT_TOLD,
  ROLE,
  RULE,
  RUNBOOK_ROLES,
  RUNBOOKS,
  TOPIC,
} from "../documents";
import {
  ACCOUNT,
  type Act,
  ec2,
  ELSEWHERE,
  HERE,
  OF_TICKET,
  PRESERVED,
  REGION,
  runbook,
  SNAPSHOT,
  ssm,
  WITH_TICKET,
} from "./requests";

/** The parameter of an instance that findings have contained. */
const FINDING_CONTAINED = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/clean-room/findings/2026-11-30/1`;

/** What may be wanted of preserved copies, and of what locks them. */
export const SNAPSHOTS: Readonly<Record<string, Act>> = {
  "preserve a snapshot": ec2("CopySnapshot", SNAPSHOT),
  "make a copy of a snapshot": ec2("CopySnapshot", "snapshot/${*}", WITH_TICKET),
  "make a copy of a snapshot without a ticket": ec2("CopySnapshot", "snapshot/${*}"),
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
  ...runbook("signs", "clean-room-sign-record"),
  ...runbook("answers findings", "clean-room-contain-on-finding"),
  "see what became of a runbook's execution": ssm(
    "GetAutomationExecution",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:automation-execution/333ba70b-2333-48db-b17e-a5e69c6f4d1c`,
  ),
  "look at what findings have contained": ssm(
    "GetParametersByPath",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/clean-room/findings`,
  ),
  "count an instance that a finding has contained": ssm("PutParameter", FINDING_CONTAINED, {
    "ssm:Overwrite": "false",
  }),
  "count another in its place": ssm("PutParameter", FINDING_CONTAINED, {
    "ssm:Overwrite": "true",
  }),
  "forget what findings have contained": ssm("DeleteParameters", FINDING_CONTAINED),
  "delete several other parameters": ssm(
    "DeleteParameters",
    `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/clean-room/slots/us-east-1a-1`,
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

  "copy a snapshot into another Region": {
    action: "ec2:CopySnapshot",
    resource: "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0",
    context: { ...WITH_TICKET, ...ELSEWHERE },
  },
  "say more of another snapshot": ec2("CreateTags", SNAPSHOT, { "aws:TagKeys": ["notification"] }),
  "say more of what is no snapshot": ec2("CreateTags", "vpc/vpc-1", {
    ...OF_TICKET,
    "aws:TagKeys": ["notification"],
  }),
  "lock a copy of no ticket": ec2("LockSnapshot", SNAPSHOT, {
    "aws:ResourceTag/source-snapshot": "snap-0fedcba9876543210",
    "ec2:SnapshotLockDuration": "1",
  }),
  "lock what is no copy": ec2("LockSnapshot", SNAPSHOT, {
    ...OF_TICKET,
    "ec2:SnapshotLockDuration": "1",
  }),
  "lock a copy in another Region": {
    action: "ec2:LockSnapshot",
    resource: "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0",
    context: { ...PRESERVED, ...ELSEWHERE, "ec2:SnapshotLockDuration": "1" },
  },
  "find locks in another Region": {
    action: "ec2:DescribeLockedSnapshots",
    resource: "*",
    context: ELSEWHERE,
  },
  "see an execution in another Region": ssm(
    "GetAutomationExecution",
    `arn:aws:ssm:eu-west-1:${ACCOUNT}:automation-execution/333ba70b-2333-48db-b17e-a5e69c6f4d1c`,
  ),
  ...Object.fromEntries<Act>(
    (["locks", "holds", "signs", "answers findings"] as const).flatMap((does) => [
      [
        `pass the role of the runbook that ${does} to a machine`,
        {
          action: "iam:PassRole",
          resource: RUNBOOK_ROLES[does],
          context: { "iam:PassedToService": "ec2.amazonaws.com" },
        },
      ],
      [
        `be the runbook that ${does} for what is no execution`,
        {
          action: "sts:AssumeRole",
          resource: RUNBOOK_ROLES[does],
          policy: `runbook's trust, ${does}`,
          context: {
            "aws:SourceAccount": ACCOUNT,
            "aws:SourceArn": `arn:aws:ssm:${REGION}:${ACCOUNT}:maintenance-window/x`,
          },
        },
      ],
      [
        `be the starter of the runbook that ${does} for another rule`,
        {
          action: "sts:AssumeRole",
          resource: ROLE(`${RUNBOOKS[does]}-starter`),
          policy: `starter's trust, ${does}`,
          context: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": RULE("another") },
        },
      ],
    ]),
  ),
  "publish another alarm without a key": {
    action: "sns:Publish",
    resource: KEYLESS_TOPIC,
    policy: "alarm topic without a key",
    context: {
      "aws:SourceAccount": ACCOUNT,
      "aws:SourceArn": NOT_STARTED.replace(/[^:]*$/, "another"),
    },
  },
};
