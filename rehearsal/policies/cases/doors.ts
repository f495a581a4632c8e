import { add, casesOf, document, kept, type PolicyCase, ref, set } from "../policyCase";
import {
  ACCOUNT,
  KEY,
  MEMBER,
  REGION,
  ROLE,
  ROOM,
  STRANGER,
  VAULT,
  WATCH,
} from "../compliantStacks";

const key = casesOf("foundation", KEY);
const role = casesOf("foundation", ROLE);
const watch = casesOf("foundation", WATCH);
const vault = casesOf("foundation", VAULT);
const room = casesOf("incident", ROOM);
const member = casesOf("member", MEMBER);
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const ofKey = (statement: Record<string, unknown>) =>
  set("key", { policy: document({ Action: "kms:Decrypt", Resource: "*", ...statement }) });
const trust = (statement: Record<string, unknown>) =>
  set("role", { assumeRolePolicy: document({ Action: "sts:AssumeRole", ...statement }) });
const holder = (...statements: Record<string, unknown>[]) =>
  set("role-policy", { policy: document(...statements) });
const NOTIFIED = { notification: "ir@example.edu" };
const TLS = {
  Sid: "OnlyTls",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::store", "arn:aws:s3:::store/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const onVault = (...statements: Record<string, unknown>[]) =>
  set("policy", { policy: document(TLS, ...statements) });

/** Who is let in by documents, and what they let be done. */
export const DOORS: readonly PolicyCase[] = [
  role(
    "a condition of a tag of whoever asks",
    holder({
      Action: "s3:DeleteObject",
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalTag/team": "ir" } },
    }),
    holder({
      Action: "s3:DeleteObject",
      Resource: "*",
      Condition: {
        StringEquals: { "aws:ResourceTag/incident-response": "quarantine:INC-2026-0042" },
      },
    }),
  ),
  role(
    "a condition of how a request is signed",
    holder({
      Action: "s3:DeleteObject",
      Resource: "*",
      Condition: { StringEquals: { "s3:signatureversion": "AWS4-HMAC-SHA256" } },
    }),
  ),
  role(
    "a condition of how many are asked for",
    holder({
      Action: "s3:DeleteObject",
      Resource: "*",
      Condition: { NumericLessThan: { "s3:max-keys": "100000" } },
    }),
  ),
  role(
    "a condition of how everything is encrypted",
    holder({
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" } },
    }),
    holder({
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:RequestAlias": "alias/clean-room/inc-2026-0042" } },
    }),
  ),
  role(
    "a condition of the Region, as EC2 calls it",
    holder({
      Action: "ec2:TerminateInstances",
      Resource: "*",
      Condition: { StringEquals: { "ec2:Region": REGION } },
    }),
    holder({
      Action: "ec2:TerminateInstances",
      Resource: "*",
      Condition: {
        StringEquals: { "ec2:ResourceTag/incident-response": "quarantine:INC-2026-0042" },
      },
    }),
  ),
  role(
    "a condition of what somebody says that they are",
    holder({
      Action: "s3:DeleteObject",
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceIdentity": "alice" } },
    }),
  ),
  role(
    "every session is read",
    holder({ Action: "logs:GetLogEvents", Resource: "*" }),
    holder({
      Action: "logs:GetLogEvents",
      Resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/clean-room/sessions:*`,
    }),
  ),
  role(
    "every parameter's past is read",
    holder({ Action: "ssm:GetParameterHistory", Resource: "*" }),
    holder({
      Action: "ssm:GetParameterHistory",
      Resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/clean-room/*`,
    }),
  ),
  role(
    "every secret is read at once",
    holder({ Action: "secretsmanager:BatchGetSecretValue", Resource: "*" }),
  ),
  role(
    "every screen is looked at",
    holder({ Action: "ec2:GetConsoleScreenshot", Resource: "*" }),
    holder({
      Action: "ec2:GetConsoleScreenshot",
      Resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`,
    }),
  ),
  role(
    "a session of everything is handed on",
    holder({ Action: "sts:GetFederationToken", Resource: "*" }),
  ),
  role(
    "the case's folder of every bucket",
    holder({ Action: "s3:GetObject", Resource: "arn:aws:s3:::*/cases/INC-2026-0042/*" }),
    holder({ Action: "s3:GetObject", Resource: "arn:aws:s3:::store/cases/INC-2026-0042/*" }),
  ),
  key("everybody by a list", ofKey({ Principal: { AWS: ["*"] } })),
  key(
    "everybody of another list",
    ofKey({ Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`, "*"] } }),
  ),
  key(
    "a stranger by the bare number",
    ofKey({ Principal: { AWS: STRANGER } }),
    ofKey({ Principal: { AWS: ACCOUNT } }),
  ),
  key(
    "a stranger's session",
    ofKey({ Principal: { AWS: `arn:aws:sts::${STRANGER}:assumed-role/x/y` } }),
  ),
  key(
    "a federation's user",
    ofKey({ Principal: { Federated: `arn:aws:iam::${STRANGER}:saml-provider/x` } }),
  ),
  key(
    "everybody whose grant is for AWS",
    ofKey({
      Principal: "*",
      Action: "kms:CreateGrant",
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    }),
    ofKey({
      Principal: "*",
      Action: "kms:CreateGrant",
      Condition: {
        Bool: { "kms:GrantIsForAWSResource": "true" },
        StringEquals: { "kms:CallerAccount": ACCOUNT },
      },
    }),
  ),
  key(
    "an organisation of wildcards",
    ofKey({ Principal: "*", Condition: { StringLike: { "aws:PrincipalOrgID": "o-*" } } }),
    ofKey({
      Principal: "*",
      Condition: { StringLike: { "aws:PrincipalOrgID": "o-exampleorgid" } },
    }),
  ),
  key(
    "a path of any organisation",
    ofKey({
      Principal: "*",
      Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "*/r-ab12/*" } },
    }),
  ),
  key(
    "a service in any account of any organisation",
    ofKey({
      Principal: { Service: "logs.amazonaws.com" },
      Condition: { StringLike: { "aws:SourceAccount": "*" } },
    }),
  ),
  key("a service by a pattern", ofKey({ Principal: { Service: "*.amazonaws.com" } })),
  key("nobody's key", set("key", { policy: "" })),
  key("a key's policy that is no document", set("key", { policy: "{}" })),
  key(
    "a stranger by a part of the key's policy",
    kept("aws:kms/keyPolicy:KeyPolicy", "key-policy", {
      keyId: ref("key"),
      policy: document({ Principal: root(STRANGER), Action: "kms:*", Resource: "*" }),
    }),
  ),
  role(
    "every action but some, with a tag that everybody has",
    holder({
      NotAction: ["iam:*", "sts:*"],
      Resource: "*",
      Condition: { StringLike: { "aws:PrincipalTag/team": "*" } },
    }),
  ),
  role(
    "administration by a list in another order",
    holder({ Action: ["s3:GetObject", "iam:*"], Resource: ["arn:aws:s3:::store/*", "*"] }),
    holder({ Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::store/*"] }),
  ),
  role(
    "two statements, and the second is everything",
    holder(
      { Action: "s3:GetObject", Resource: "arn:aws:s3:::store/*" },
      { Action: "*", Resource: "*" },
    ),
  ),
  role(
    "one statement that is no list",
    set("role-policy", {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "*", Resource: "*" },
      }),
    }),
    set("role-policy", {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::store/x" },
      }),
    }),
  ),
  role(
    "a document in lower case",
    set("role-policy", {
      policy: JSON.stringify({
        version: "2012-10-17",
        statement: [{ effect: "Allow", action: "*", resource: "*" }],
      }),
    }),
  ),
  role("whatever action by question marks", holder({ Action: "???:*", Resource: "*" })),
  role(
    "a policy that every role may be given",
    holder({ Action: ["iam:AttachRolePolicy"], Resource: "*" }),
    holder({
      Action: ["iam:AttachRolePolicy"],
      Resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/*`,
      Condition: {
        StringEquals: {
          "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/clean-room/case-boundary`,
        },
      },
    }),
  ),
  role(
    "a version of any policy",
    holder({ Action: "iam:CreatePolicyVersion", Resource: `arn:aws:iam::${ACCOUNT}:policy/*` }),
  ),
  role(
    "any function's code",
    holder({
      Action: "lambda:UpdateFunctionCode",
      Resource: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:*`,
    }),
    holder({
      Action: "lambda:InvokeFunction",
      Resource: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:clean-room-x`,
    }),
  ),
  role(
    "every key of the account",
    holder({ Action: ["kms:Decrypt"], Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/*` }),
    holder({
      Action: ["kms:Decrypt"],
      Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/*`,
      Condition: {
        StringEquals: { "aws:ResourceTag/incident-response": "quarantine:INC-2026-0042" },
      },
    }),
  ),
  role(
    "every key of every account",
    holder({ Action: ["kms:Decrypt", "kms:ReEncrypt*"], Resource: "arn:aws:kms:*:*:key/*" }),
  ),
  role(
    "every machine by its ARN",
    holder({ Action: "ssm:StartSession", Resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/*` }),
    holder({
      Action: "ssm:StartSession",
      Resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`,
    }),
  ),
  role(
    "commands by any document",
    holder({
      Action: "ssm:SendCommand",
      Resource: [
        `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`,
        "arn:aws:ssm:*:*:document/*",
      ],
    }),
  ),
  role(
    "an organisation's own switches",
    holder({ Action: ["organizations:LeaveOrganization"], Resource: "*" }),
  ),
  role(
    "the account's switches",
    holder({
      Action: ["ec2:DisableSnapshotBlockPublicAccess", "ec2:DisableEbsEncryptionByDefault"],
      Resource: "*",
    }),
    holder({ Action: ["ec2:GetSnapshotBlockPublicAccessState"], Resource: "*" }),
  ),
  role(
    "the account's contact",
    holder({ Action: ["account:PutAlternateContact"], Resource: "*" }),
    holder({ Action: ["account:GetAlternateContact"], Resource: "*" }),
  ),
  role(
    "holds are lifted everywhere",
    holder({ Action: ["s3:PutObjectLegalHold"], Resource: "arn:aws:s3:::*/*" }),
    holder({ Action: ["s3:PutObjectLegalHold"], Resource: "arn:aws:s3:::store/cases/*" }),
  ),
  role(
    "a condition with a variable that everybody has",
    holder({
      Action: "s3:DeleteObject",
      Resource: "*",
      Condition: { StringLike: { "s3:prefix": "*" } },
    }),
  ),
  role(
    "a condition that is denied by its word",
    holder({
      Action: "ec2:TerminateInstances",
      Resource: "*",
      Condition: {
        StringNotEquals: { "aws:ResourceTag/incident-response": "quarantine:INC-2026-0042" },
      },
    }),
  ),
  role(
    "a condition where there is a tag at all",
    holder({
      Action: "ec2:DeleteSnapshot",
      Resource: "*",
      Condition: { StringEqualsIfExists: { "aws:ResourceTag/team": "x" } },
    }),
  ),
  role(
    "a condition of nothing",
    holder({
      Action: "ec2:DeleteSnapshot",
      Resource: "*",
      Condition: { Null: { "aws:ResourceTag/team": "true" } },
    }),
  ),
  role(
    "a role for a day's session of anybody in the account",
    trust({ Principal: root(ACCOUNT), Action: "*" }),
    trust({ Principal: root(ACCOUNT) }),
  ),
  role(
    "a stranger's role is trusted by a list",
    trust({
      Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/x`, `arn:aws:iam::${STRANGER}:role/y`] },
    }),
    trust({ Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/x`] } }),
  ),
  role(
    "a stranger with an external id",
    trust({ Principal: root(STRANGER), Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
  ),
  role(
    "everybody with an external id",
    trust({ Principal: "*", Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
  ),
  role(
    "everybody from an address of ours",
    trust({ Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }),
  ),
  role(
    "a user pool of anybody",
    trust({
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "accounts.google.com" },
    }),
    trust({
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "accounts.google.com" },
      Condition: { StringEquals: { "accounts.google.com:sub": "123456789012345678901" } },
    }),
  ),
  role(
    "a role of everything by name",
    set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"] }),
    set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] }),
  ),
  role(
    "every object of every bucket by AWS's own policy",
    set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] }),
  ),
  role(
    "everything is read by AWS's own policy",
    set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }),
    set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/SecurityAudit"] }),
  ),
  room(
    "a role's policy of everything under the boundary",
    add({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      props: { role: ref("machine-role"), policy: document({ Action: "s3:*", Resource: "*" }) },
    }),
    add({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      props: {
        role: ref("machine-role"),
        policy: document({
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::store/cases/INC-2026-0042/*",
        }),
      },
    }),
  ),
  room(
    "other cases are read",
    add({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      props: {
        role: ref("machine-role"),
        policy: document({ Action: "s3:GetObject", Resource: "arn:aws:s3:::store/cases/*" }),
      },
    }),
    add({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      props: {
        role: ref("machine-role"),
        policy: document({
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::store/cases/INC-2026-0042/*",
        }),
      },
    }),
  ),
  room(
    "another case is written",
    add({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      props: {
        role: ref("machine-role"),
        policy: document({
          Action: "s3:PutObject",
          Resource: "arn:aws:s3:::store/cases/INC-2026-0043/*",
        }),
      },
    }),
    add({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      props: {
        role: ref("machine-role"),
        policy: document({
          Action: "s3:PutObject",
          Resource: "arn:aws:s3:::store/cases/INC-2026-0042/*",
        }),
      },
    }),
  ),
  room(
    "a policy for a role that is not of the room",
    add({
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      props: {
        role: "administrators",
        policy: document({
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::store/cases/INC-2026-0042/*",
        }),
      },
    }),
  ),
  vault(
    "everybody reads evidence",
    onVault({ Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::store/*" }),
    onVault({ Principal: root(ACCOUNT), Action: "s3:GetObject", Resource: "arn:aws:s3:::store/*" }),
  ),
  vault(
    "a stranger writes evidence",
    onVault({
      Principal: root(STRANGER),
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::store/*",
    }),
  ),
  vault(
    "everybody lifts holds",
    onVault({
      Principal: root(ACCOUNT),
      Action: "s3:BypassGovernanceRetention",
      Resource: "arn:aws:s3:::store/*",
    }),
    onVault({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:BypassGovernanceRetention",
      Resource: "arn:aws:s3:::store/*",
    }),
  ),
  vault(
    "everybody of the account does everything with evidence",
    onVault({ Principal: root(ACCOUNT), Action: "s3:*", Resource: "arn:aws:s3:::store/*" }),
  ),
  vault(
    "TLS is asked of one object",
    set("policy", { policy: document({ ...TLS, Resource: "arn:aws:s3:::store/records/*" }) }),
  ),
  vault(
    "TLS is asked of some",
    set("policy", { policy: document({ ...TLS, Principal: { AWS: root(ACCOUNT).AWS } }) }),
  ),
  vault(
    "TLS is asked of reading",
    set("policy", { policy: document({ ...TLS, Action: "s3:GetObject" }) }),
  ),
  vault(
    "TLS is asked with a second condition",
    set("policy", {
      policy: document({
        ...TLS,
        Condition: {
          Bool: { "aws:SecureTransport": "false" },
          StringEquals: { "aws:PrincipalAccount": ACCOUNT },
        },
      }),
    }),
    set("policy", {
      policy: document({ ...TLS, Condition: { Bool: { "aws:SecureTransport": false } } }),
    }),
  ),
  vault("the policy is another one's by its name", set("policy", { bucket: "store-evidence" })),
  watch(
    "a topic whose policy lets a stranger subscribe",
    kept("aws:sns/topicPolicy:TopicPolicy", "tp", {
      arn: ref("topic", "arn"),
      policy: document({ Principal: root(STRANGER), Action: "sns:Subscribe", Resource: "*" }),
    }),
    kept("aws:sns/topicPolicy:TopicPolicy", "tp", {
      arn: ref("topic", "arn"),
      policy: document({ Principal: root(ACCOUNT), Action: "sns:Subscribe", Resource: "*" }),
    }),
  ),
  watch(
    "a bus for everybody",
    kept("aws:cloudwatch/eventPermission:EventPermission", "bus", {
      principal: "*",
      statementId: "x",
    }),
  ),
  watch(
    "a queue for everybody",
    kept("aws:sqs/queuePolicy:QueuePolicy", "queue", {
      queueUrl: "x",
      policy: document({ Principal: "*", Action: "sqs:*", Resource: "*" }),
    }),
  ),
  member(
    "a responder of any account",
    set("readers", {
      assumeRolePolicy: document({
        Action: "sts:AssumeRole",
        Principal: "*",
        Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/clean-room/x" } },
      }),
    }),
  ),
  member(
    "an administrator who is nobody of the documents",
    kept("aws:iam/role:Role", "more", {
      name: "backdoor",
      assumeRolePolicy: document({ Action: "sts:AssumeRole", Principal: root(ACCOUNT) }),
      managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
      tags: NOTIFIED,
    }),
  ),
  member(
    "an administrator for everybody of the account",
    set("responders", { assumeRolePolicy: document({ Action: "sts:AssumeRole", Principal: "*" }) }),
  ),
  member(
    "a stranger is the administrator",
    set("responders", {
      assumeRolePolicy: document({ Action: "sts:AssumeRole", Principal: root(STRANGER) }),
    }),
  ),
];
