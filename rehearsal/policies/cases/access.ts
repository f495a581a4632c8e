import {
  add,
  casesOf,
  type Declared,
  document,
  kept,
  type PolicyCase,
  ref,
  set,
} from "../policyCase";
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
const holder = (statement: Record<string, unknown>) =>
  set("role-policy", { policy: document(statement) });
const from = (account: string) => ({ StringEquals: { "aws:SourceAccount": account } });
const onTopic = (statement: Record<string, unknown>) =>
  kept("aws:sns/topicPolicy:TopicPolicy", "topic-policy", {
    arn: ref("topic", "arn"),
    policy: document({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: "*",
      ...statement,
    }),
  });
const onLogs = (...statements: Record<string, unknown>[]) =>
  kept("aws:s3/bucketPolicy:BucketPolicy", "access-logs-policy", {
    bucket: ref("access-logs"),
    policy: document(
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::access-logs", "arn:aws:s3:::access-logs/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...statements,
    ),
  });
const delivery = {
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::access-logs/*",
};
const GITHUB = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
const workflow = (Condition: object) =>
  trust({ Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: GITHUB }, Condition });
const AUDIENCE = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };

const NOTIFIED = { notification: "ir@example.edu" };
const second = (props: Declared["props"]) =>
  kept("aws:iam/role:Role", "second-role", {
    path: "/clean-room/",
    assumeRolePolicy: document({
      Action: "sts:AssumeRole",
      Principal: { Service: "ec2.amazonaws.com" },
    }),
    tags: NOTIFIED,
    ...props,
  });
const BOUNDARY = { permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/organisation` };

/** Who is let in, by whatever door, and what they are let do. */
export const ACCESS: readonly PolicyCase[] = [
  role("a role that is left out of the boundary", second(BOUNDARY), (all) =>
    second(BOUNDARY)(set("role", BOUNDARY)(all)),
  ),
  key(
    "a service decrypts for whichever account asks it",
    ofKey({ Principal: { Service: "cloudtrail.amazonaws.com" } }),
    ofKey({
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Condition: {
        StringLike: {
          "kms:EncryptionContext:aws:cloudtrail:arn": `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*`,
        },
      },
    }),
  ),
  key(
    "a service decrypts for a stranger",
    ofKey({ Principal: { Service: "logs.amazonaws.com" }, Condition: from(STRANGER) }),
    ofKey({ Principal: { Service: "logs.amazonaws.com" }, Condition: from(ACCOUNT) }),
  ),
  key(
    "a service does all that there is",
    ofKey({
      Principal: { Service: "logs.amazonaws.com" },
      Action: "kms:*",
      Condition: from(ACCOUNT),
    }),
    ofKey({
      Principal: { Service: "logs.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: from(ACCOUNT),
    }),
  ),
  vault(
    "logs are delivered from whichever account",
    onLogs(delivery),
    onLogs({ ...delivery, Condition: from(ACCOUNT) }),
  ),
  vault(
    "logs are delivered from any bucket",
    onLogs({ ...delivery, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } } }),
    onLogs({ ...delivery, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::store" } } }),
  ),
  watch("whose alarms speak is not said", onTopic({}), onTopic({ Condition: from(ACCOUNT) })),
  watch(
    "everybody publishes",
    onTopic({ Principal: "*" }),
    onTopic({
      Principal: "*",
      Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT } },
    }),
  ),
  watch(
    "everybody publishes, by a field of the topic itself",
    set("topic", {
      policy: document({ Principal: "*", Action: "sns:Publish", Resource: "*" }),
    }),
    set("topic", {
      policy: document({ Principal: root(ACCOUNT), Action: "sns:Publish", Resource: "*" }),
    }),
  ),
  vault(
    "everybody reads, by a field of the bucket itself",
    set("access-logs", {
      policy: document({ Principal: "*", Action: "s3:GetObject", Resource: "*" }),
    }),
    set("access-logs", {
      policy: document({ Principal: root(ACCOUNT), Action: "s3:GetObject", Resource: "*" }),
    }),
  ),
  key(
    "a stranger by the account of who calls",
    ofKey({
      Principal: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": STRANGER } },
    }),
    ofKey({
      Principal: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": [ACCOUNT] } },
    }),
  ),
  key(
    "a stranger beside one's own account",
    ofKey({
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "kms:CallerAccount": [ACCOUNT, STRANGER] } },
    }),
    ofKey({
      Principal: { AWS: "*" },
      Condition: {
        StringEquals: { "kms:CallerAccount": ACCOUNT, "kms:ViaService": "ec2.amazonaws.com" },
      },
    }),
  ),
  key(
    "a stranger's role by its ARN",
    ofKey({
      Principal: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${STRANGER}:role/*` } },
    }),
    ofKey({
      Principal: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/clean-room/*` } },
    }),
  ),
  key(
    "a role of that name in any account",
    ofKey({
      Principal: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/clean-room/reader" } },
    }),
    ofKey({
      Principal: "*",
      Condition: {
        ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/clean-room/reader" },
        StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" },
      },
    }),
  ),
  key(
    "everybody outside of the organisation",
    ofKey({
      Principal: "*",
      Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } },
    }),
    ofKey({
      Principal: "*",
      Condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } },
    }),
  ),
  key(
    "everybody who has no organisation",
    ofKey({
      Principal: "*",
      Condition: { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-exampleorgid" } },
    }),
  ),
  key(
    "everybody who has no organisation, by another operator",
    ofKey({
      Principal: "*",
      Condition: { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-exampleorgid" } },
    }),
    ofKey({
      Principal: "*",
      Condition: {
        "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-exampleorgid/r-ab12/*" },
      },
    }),
  ),
  key(
    "everybody but one",
    ofKey({ NotPrincipal: root(STRANGER) }),
    ofKey({ Principal: root(ACCOUNT) }),
  ),
  key(
    "everybody who says that they come from there",
    ofKey({ Principal: "*", Condition: { StringEquals: { "aws:Referer": "clean-room" } } }),
  ),
  key(
    "everybody from an address",
    ofKey({ Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }),
    ofKey({
      Principal: "*",
      Condition: { StringEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } },
    }),
  ),
  role(
    "a service that assumes a role for whichever account",
    trust({ Principal: { Service: "ssm.amazonaws.com" } }),
    trust({ Principal: { Service: "ssm.amazonaws.com" }, Condition: from(ACCOUNT) }),
  ),
  role(
    "whatever there is to do with a role",
    trust({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:*" }),
    trust({
      Principal: { Service: "ec2.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    }),
  ),
  role(
    "a stranger assumes a role by a condition",
    trust({
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "aws:PrincipalAccount": STRANGER } },
    }),
    trust({
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } },
    }),
  ),
  role(
    "every workflow of a code host",
    workflow({
      StringEquals: AUDIENCE,
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" },
    }),
    workflow({
      StringEquals: AUDIENCE,
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:example/clean-room:*" },
    }),
  ),
  role(
    "every workflow that has an audience",
    workflow({ StringEquals: AUDIENCE }),
    workflow({
      StringEquals: {
        ...AUDIENCE,
        "token.actions.githubusercontent.com:sub": "repo:example/clean-room:ref:refs/heads/main",
      },
    }),
  ),
  member(
    "everybody whom a federation knows, whatever they sign in to",
    set("readers", {
      assumeRolePolicy: document({
        Action: "sts:AssumeRoleWithSAML",
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/idp` },
        Condition: { StringLike: { "SAML:aud": "*" } },
      }),
    }),
  ),
  role("a foundation's role outside of its path", set("role", { path: "/" })),
  role(
    "an administrator's boundary",
    set("role", { permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    set("role", { permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/clean-room/boundary` }),
  ),
  room(
    "a stranger's boundary",
    set("machine-role", { permissionsBoundary: `arn:aws:iam::${STRANGER}:policy/boundary` }),
  ),
  role(
    "all of IAM by a managed policy",
    set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/IAMFullAccess"] }),
    set("role", { managedPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"] }),
  ),
  room(
    "all of EC2 by a managed policy of the job's name",
    set("machine-role", {
      managedPolicyArns: ["arn:aws:iam::aws:policy/job-function/NetworkAdministrator"],
    }),
    set("machine-role", {
      managedPolicyArns: ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
    }),
  ),
  room(
    "an administrator by an attachment",
    add({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: "attached",
      props: {
        role: ref("machine-role"),
        policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      },
    }),
  ),
  role(
    "a policy within the role does everything with a service",
    set("role", {
      inlinePolicies: [{ name: "p", policy: document({ Action: "kms:*", Resource: "*" }) }],
    }),
    set("role", {
      inlinePolicies: [
        {
          name: "p",
          policy: document({
            Action: "kms:Decrypt",
            Resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`,
          }),
        },
      ],
    }),
  ),
  role(
    "a managed policy of one's own does everything with a service",
    add({
      type: "aws:iam/policy:Policy",
      name: "wide",
      props: {
        policy: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: ["s3:*"], Resource: ["*"] }],
        },
        tags: { notification: "ir@example.edu" },
      },
      options: { protect: true },
    }),
    add({
      type: "aws:iam/policy:Policy",
      name: "wide",
      props: {
        policy: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["s3:ListBucket"], Resource: ["arn:aws:s3:::store"] },
          ],
        },
        tags: { notification: "ir@example.edu" },
      },
      options: { protect: true },
    }),
  ),
  role(
    "every machine is ended",
    holder({ Action: "ec2:TerminateInstances", Resource: "*" }),
    holder({
      Action: "ec2:TerminateInstances",
      Resource: "*",
      Condition: {
        StringEquals: { "aws:ResourceTag/incident-response": "quarantine:INC-2026-0042" },
      },
    }),
  ),
  role(
    "every log is deleted",
    holder({ Action: "logs:DeleteLogGroup", Resource: "*" }),
    holder({ Action: "logs:PutLogEvents", Resource: "*" }),
  ),
  role(
    "every trail is switched off",
    holder({ Action: ["cloudtrail:StopLogging"], Resource: ["*"] }),
    holder({ Action: ["cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus"], Resource: ["*"] }),
  ),
  role(
    "every user gets a key",
    holder({ Action: "iam:CreateAccessKey", Resource: `arn:aws:iam::${ACCOUNT}:user/*` }),
    holder({ Action: "iam:ListAccessKeys", Resource: `arn:aws:iam::${ACCOUNT}:user/*` }),
  ),
  role(
    "every role gets a policy",
    holder({ Action: "iam:PutRolePolicy", Resource: "arn:aws:iam::*:role/*" }),
    holder({
      Action: "iam:PutRolePolicy",
      Resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/case/*`,
    }),
  ),
  role(
    "every role of every account is assumed",
    holder({ Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/*" }),
    holder({ Action: "sts:AssumeRole", Resource: `arn:aws:iam::${ACCOUNT}:role/clean-room/x` }),
  ),
  role(
    "every object by a pattern of one letter",
    holder({ Action: "s3:G?tObject", Resource: "*" }),
    holder({ Action: "s3:GetBucketLocation", Resource: "*" }),
  ),
  role(
    "everything but one service",
    holder({ NotAction: "iam:*", Resource: "*" }),
    holder({ Effect: "Deny", NotAction: "s3:GetObject", Resource: "*" }),
  ),
  role(
    "everything but one bucket",
    holder({ Action: "s3:*", NotResource: "arn:aws:s3:::store/*" }),
    holder({ Action: "s3:GetObject", Resource: "arn:aws:s3:::store/*" }),
  ),
  role(
    "every secret of the account",
    holder({ Action: "secretsmanager:GetSecretValue", Resource: "*" }),
    holder({
      Action: "secretsmanager:GetSecretValue",
      Resource: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:clean-room-*`,
    }),
  ),
  role(
    "every parameter of the account",
    holder({
      Action: "ssm:GetParameters",
      Resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/*`,
    }),
    holder({
      Action: "ssm:GetParameters",
      Resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/clean-room/*`,
    }),
  ),
  role(
    "every disk block by block",
    holder({ Action: ["ebs:ListSnapshotBlocks", "ebs:GetSnapshotBlock"], Resource: "*" }),
    holder({ Action: ["ec2:DescribeSnapshots"], Resource: "*" }),
  ),
  role(
    "a shell on every machine by a key of one's own",
    holder({ Action: "ec2-instance-connect:SendSSHPublicKey", Resource: "*" }),
  ),
  role(
    "every command on every machine, in one Region",
    holder({
      Action: "ssm:SendCommand",
      Resource: "*",
      Condition: { StringEquals: { "aws:RequestedRegion": REGION } },
    }),
  ),
  role(
    "every snapshot is shared, whoever is signed in",
    holder({
      Action: "ec2:ModifySnapshotAttribute",
      Resource: "*",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    }),
    holder({
      Action: "ec2:ModifySnapshotAttribute",
      Resource: "*",
      Condition: { StringEquals: { "ec2:Add/userId": ACCOUNT } },
    }),
  ),
];
