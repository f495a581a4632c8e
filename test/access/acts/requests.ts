import { FOUNDATION_OUTPUTS, SUSPECT_KEY, TICKET } from "../../support/examples";
import { KEY, ROLE, RULE, RUNBOOK_ROLES, RUNBOOKS, VAULT } from "../documents";

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

export const REGION = "us-east-1";
export const ACCOUNT = "111122223333";
export const MEMBER = "222233334444";

export const NEW = { "s3:if-none-match": "*", "s3:ObjectCreationOperation": "true" };
export const OVER = { "s3:ObjectCreationOperation": "true" };
export const retention = (days: number) => ({
  "s3:object-lock-remaining-retention-days": `${days}`,
});
export const vault = (action: string, key = "", context: Act["context"] = {}): Act => ({
  action: `s3:${action}`,
  resource: [VAULT, key].filter(Boolean).join("/"),
  policy: "vault",
  context: { "s3:TlsVersion": "1.3", ...context },
});
export const CASE = `cases/${TICKET}/a`;
export const RECORD = `records/${TICKET}/a.json`;

export const via = (service: string) => ({
  "kms:ViaService": `${service}.${REGION}.amazonaws.com`,
});
export const THROUGH_S3 = {
  ...via("s3"),
  "kms:CallerAccount": ACCOUNT,
  "kms:EncryptionContext:aws:s3:arn": VAULT,
};
export const key = (name: string, action: string, context: Act["context"] = {}): Act => ({
  action: `kms:${action}`,
  resource: KEY(name),
  policy: `${name} key`,
  context,
});
export const FOR_EC2 = { ...via("ec2"), "kms:GrantIsForAWSResource": "true" };
export const granting = (grantee: string, ...operations: string[]) => ({
  "kms:GrantIsForAWSResource": "false",
  "kms:GranteePrincipal": grantee,
  "kms:GrantOperations": operations,
});

export const ec2 = (action: string, resource: string, context: Act["context"] = {}): Act => ({
  action: `ec2:${action}`,
  // A snapshot's ARN names no account.
  resource: `arn:aws:ec2:${REGION}:${resource.startsWith("snapshot/") ? "" : ACCOUNT}:${resource}`,
  context,
});
export const SNAPSHOT = "snapshot/snap-0123456789abcdef0";
export const OF_TICKET = { [`aws:ResourceTag/incident-response`]: `quarantine:${TICKET}` };
export const WITH_TICKET = { [`aws:RequestTag/incident-response`]: `quarantine:${TICKET}` };
export const PRESERVED = {
  ...OF_TICKET,
  "aws:ResourceTag/source-snapshot": "snap-0fedcba9876543210",
};
export const HERE = { "aws:RequestedRegion": REGION };

export const ssm = (action: string, resource: string, context: Act["context"] = {}): Act => ({
  action: `ssm:${action}`,
  resource,
  context,
});
export const INSTANCE = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`;
export const CHECKED = { "ssm:SessionDocumentAccessCheck": "true" };
export const machineOf = (ticket: string) => ({
  ...CHECKED,
  "ssm:resourceTag/incident-response": `quarantine:${ticket}`,
});
export const parameter = (name: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`;

export const iam = (action: string, resource: string, context: Act["context"] = {}): Act => ({
  action,
  resource: `arn:aws:iam::${ACCOUNT}:${resource}`,
  context,
});
export const CASE_ROLE = `role/clean-room/case/investigator-${TICKET}`;
export const BOUNDED = { "iam:PermissionsBoundary": FOUNDATION_OUTPUTS.boundaryArn };
export const log = (action: string, group: string): Act => ({
  action: `logs:${action}`,
  resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:log-stream:x`,
});

export const TRAIL = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/clean-room-evidence`;
export const BY_THE_TRAIL = { "aws:SourceArn": TRAIL };
export const FOR_THE_TRAIL = { "kms:EncryptionContext:aws:cloudtrail:arn": TRAIL };
export const trail = (action: string, name = "", context: Act["context"] = {}): Act => ({
  action: `s3:${action}`,
  resource: ["arn:aws:s3:::trail-logs", name].filter(Boolean).join("/"),
  policy: "trail's log files",
  context,
});
/** The end of a key whose policy somebody opened to the whole account. */
export const opened = (name: string, action = "ScheduleKeyDeletion"): Act => ({
  ...key(name, action),
  policy: `${name} key, opened`,
});

/** What concerns a runbook that an event starts. */
export const runbook = (does: keyof typeof RUNBOOKS, documentName: string): Record<string, Act> => {
  const role = RUNBOOK_ROLES[does];
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
export const ORGANIZATION = "o-exampleorgid";
export const member = (act: Act): Act => ({ ...act, owner: MEMBER });
export const ownKey = (name: string, action: string, context: NonNullable<Act["context"]>): Act =>
  member({
    action: `kms:${action}`,
    resource: `arn:aws:kms:${REGION}:${MEMBER}:key/${name}`,
    policy: `member's ${name} key`,
    context,
  });
export const suspectKey = (action: string, context: NonNullable<Act["context"]> = {}): Act => ({
  ...ownKey("suspect", action, { "aws:ResourceOrgID": ORGANIZATION, ...context }),
  resource: SUSPECT_KEY.keyArn,
});
export const membersTransferKey = (
  action: string,
  context: NonNullable<Act["context"]> = {},
): Act => ownKey("transfer", action, { "aws:ResourceOrgID": ORGANIZATION, ...context });
export const federated = (role: string, purpose: string): Act =>
  member({
    action: "sts:AssumeRoleWithSAML",
    resource: `arn:aws:iam::${MEMBER}:role/example-saml-${role}`,
    policy: `saml ${purpose}'s trust`,
    context: { "SAML:aud": "https://signin.aws.amazon.com/saml" },
  });
export const execution = (name: string, purpose: string, organization: string): Act =>
  member({
    action: "sts:AssumeRole",
    resource: `arn:aws:iam::${MEMBER}:role/aws-controltower-${name}ExecutionRole`,
    policy: `execution's trust, ${purpose}`,
    context: { "aws:ResourceOrgID": organization },
  });

/** A request to another Region. */
export const ELSEWHERE = { "aws:RequestedRegion": "eu-west-1" };

/** The organisation of accounts that are not of this one. */
export const OTHER_ORGANIZATION = "o-otherorg00";

/** Somebody else's account, which opened something to everybody: nothing there refuses the request. */
export const STRANGER = "999988887777";

/** On a resource whose policy, somebody else's, lets everybody do everything. */
export const openToAll = (action: string, resource: string, context: Act["context"] = {}): Act => {
  const owner = resource.split(":")[4] || STRANGER;
  return {
    action,
    resource,
    owner,
    policy: "open to all",
    context: { "aws:ResourceAccount": owner, ...context },
  };
};

/** The same act, on a resource whose policy somebody opened to everybody: what else refuses it. */
export const onceOpened = (act: Act): Act => ({ ...act, policy: "open to all" });
