import { narrows } from "./conditions";
import type { Statement, Text } from "./policyDocuments";
import { UNKNOWN } from "./unknownValues";

/** `*`, `kms:*`, and what is the same. */
const WHOLE_SERVICE = /^([^:]*:)?[*?]+$/;

/** Whether an action stands for every one of a service. */
export function isWholeService(action: Text): boolean {
  return action !== UNKNOWN && WHOLE_SERVICE.test(action);
}

/** Part of a service by the letters that its actions begin or end with. */
const BY_LETTERS = /[*?]/;

/** What only looks: names and descriptions, and no content. */
const LOOKING = /^[\w-]+:(Describe|List)\w*\*$/i;

/** What reads names, states and settings: every resource may be looked at. */
const READING =
  /^[\w-]+:(BatchGet|Check|Describe|Filter|Get|Head|List|Lookup|Preview|Search|Simulate|Test|Validate|View)[\w*]*$/i;

/**
 * What changes something and takes no resource by which it could be narrowed, or leaves nothing behind that anybody relies on: a machine's
 * own reports, metrics and logs, and images' records, whose images and snapshots other statements guard.
 */
const WITHOUT_RESOURCE =
  /^((ssmmessages|ec2messages|xray):\w+|cloudwatch:PutMetricData|imagebuilder:DeleteImage|logs:(CreateLogGroup|CreateLogStream|PutLogEvents)|ssm:(UpdateInstance\w+|Put(Inventory|ComplianceItems|ConfigurePackageResult)))$/i;

/** Actions by which somebody gets more than they were given, or takes evidence out. */
const TO_MORE = [
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:Query",
  "dynamodb:Scan",
  "ebs:GetSnapshotBlock",
  "ec2-instance-connect:OpenTunnel",
  "ec2-instance-connect:SendSSHPublicKey",
  "ec2:CopyImage",
  "ec2:DeleteSnapshot",
  "ec2:DeleteVolume",
  "ec2:GetConsoleOutput",
  "ec2:GetConsoleScreenshot",
  "ec2:GetPasswordData",
  "ec2:ReplaceIamInstanceProfileAssociation",
  "ec2:TerminateInstances",
  "ec2:UnlockSnapshot",
  "ec2:ModifyImageAttribute",
  "ec2:ModifySnapshotAttribute",
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreatePolicyVersion",
  "iam:DeleteRolePermissionsBoundary",
  "iam:PassRole",
  "iam:PutGroupPolicy",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
  "iam:PutUserPolicy",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
  "lambda:UpdateFunctionCode",
  "logs:FilterLogEvents",
  "logs:GetLogEvents",
  "logs:GetLogRecord",
  "logs:GetQueryResults",
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DisableKey",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketPolicy",
  "s3:PutLifecycleConfiguration",
  "s3:PutObject",
  "s3:PutObjectLegalHold",
  "s3:PutObjectRetention",
  "secretsmanager:BatchGetSecretValue",
  "secretsmanager:GetSecretValue",
  "ssm:GetParameter",
  "ssm:GetParameterHistory",
  "ssm:GetParameters",
  "ssm:GetParametersByPath",
  "ssm:ResumeSession",
  "ssm:SendCommand",
  "ssm:StartSession",
  "sts:AssumeRole",
  "sts:GetFederationToken",
].map((action) => action.toLowerCase());

/** What nobody's own policy gives: lifting a lock is the custodian's, by the vault's policy. */
const NEVER = ["s3:bypassgovernanceretention"];

/**
 * What a statement of an identity's policy reaches too far with: an action, and why.
 *
 * @returns nothing where its resources or a condition that not every request meets narrow it.
 */
export function overreach(statement: Statement): string[] {
  const { actions, resources, tests } = statement;
  const known = actions.filter((action): action is string => action !== UNKNOWN);
  const bypass = liftingLocks(statement);
  const wide = resources.filter(isWide);
  const isNarrow = tests.some(narrows);
  const everything = known.filter((action) => /^[*?]+$/.test(action) && !resources.some(isWide));
  const passing = known.filter(
    (action) => /^iam:PassRole$/i.test(action) && wide.length > 0 && isNarrow,
  );
  return [
    ...everything.map((action) => `allows ${action}; required: the actions meant`),
    // To which service a role is passed says nothing of which role.
    ...passing.map((action) => `allows ${action} on every role; required: the roles meant`),
    ...bypass.map((action) => `allows ${action}; required: nobody's own policy lifts a lock`),
    ...(wide.length === 0 || isNarrow
      ? []
      : known.flatMap((action) => {
          const [resource] = wide;
          const where =
            resource === "*" ? "every resource" : `${String(resource)}, which is every one`;
          return WHOLE_SERVICE.test(action)
            ? [`allows ${action} on ${where}; required: the actions or the resources meant`]
            : isTooMuch(action) || (/^[*?]+$/.test(String(resource)) && changes(action))
              ? [
                  `allows ${action} on ${where}; required: the resources meant, or a condition that says which`,
                ]
              : [];
        })),
  ];
}

/** Actions of a statement that lift a lock: those that are meant, and not a whole service's. */
export function liftingLocks({ actions }: Statement): string[] {
  return actions
    .filter((action): action is string => action !== UNKNOWN)
    .filter(
      (action) => !WHOLE_SERVICE.test(action) && NEVER.some((never) => matches(action, never)),
    );
}

/** Whether it changes something: a closed list of what reads, as what changes has no end. */
function changes(action: string): boolean {
  return !READING.test(action) && !WITHOUT_RESOURCE.test(action);
}

function isTooMuch(action: string): boolean {
  if (LOOKING.test(action)) {
    return false;
  }
  return BY_LETTERS.test(action) || TO_MORE.includes(action.toLowerCase());
}

/** Whether a resource is every one of its service or of its type: by what is left when its wildcards are. */
function isWide(resource: Text): boolean {
  if (resource === UNKNOWN) {
    return false;
  }
  if (/^[*?]+$/.test(resource)) {
    return true;
  }
  const [, , service = "", , , ...rest] = resource.split(":");
  const name = rest.join(":");
  if (service === "s3" && /^[*?]+(\/|$)/.test(name)) {
    // Whatever is below: it is so in every bucket.
    return true;
  }
  // A bucket's name stands where other ARNs have the type.
  const type = service === "s3" ? "" : "([a-z-]+[/:])?";
  return (
    /[*?]/.test(resource) &&
    (/^[*?]*$/.test(service) ||
      (/[*?]/.test(name) && new RegExp(`^${type}[*?/:]*$`, "i").test(name)))
  );
}

/** Whether a pattern with wildcards matches an action. */
function matches(pattern: string, action: string): boolean {
  const expression = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`).test(action);
}
