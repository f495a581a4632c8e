import assert from "node:assert/strict";

import { automationPolicy } from "../../components/access/automationPolicy";
import { AUTOMATION_ROLES } from "../../components/names";
import { COPYING_OPERATIONS } from "../../components/evidence/keys/copyingGrants";
import { transferKeyPolicy } from "../../components/evidence/keys/transferKeyPolicy";
import {
  executionTrust,
  responderTrust,
  SAML,
  samlTrust,
} from "../../components/member/memberTrust";
import { responderPolicy } from "../../components/member/responderPolicy";
import { trustedRoles } from "../../components/policies/trustedRoles";
import { SAML_PROVIDER, TRANSFER_KEY } from "../support/examples";
import { PARTIES, ROLES } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const MEMBER = "222233334444";
const SNAPSHOT = "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0";
const ABROAD = "arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0";
const VOLUME = `arn:aws:ec2:us-east-1:${MEMBER}:volume/vol-0123456789abcdef0`;
const INSTANCE = `arn:aws:ec2:us-east-1:${MEMBER}:instance/i-0123456789abcdef0`;
const OWN_KEY = `arn:aws:kms:us-east-1:${MEMBER}:key/1`;
const OWN_TRANSFER_KEY = `arn:aws:kms:us-east-1:${MEMBER}:key/2`;
const FOREIGN_KEY = "arn:aws:kms:us-east-1:999988887777:key/3";

const ours = (...more: string[]) => ({
  "aws:RequestTag/incident-response": "quarantine:INC-1",
  "aws:TagKeys": ["notification", "incident-response", ...more],
});
const WHEN_MADE = { "ec2:CreateAction": "CreateSnapshot" };
const HERE = { "aws:RequestedRegion": "us-east-1" };
const WITH_TICKET = { "aws:ResourceTag/incident-response": "quarantine:INC-1" };
const TO_AUDIT = { ...WITH_TICKET, "ec2:Add/userId": "111122223333" };
const VIA_EC2 = { "kms:ViaService": "ec2.us-east-1.amazonaws.com" };
const FOR_EBS = { ...VIA_EC2, "kms:GrantIsForAWSResource": "true" };

/** A document's statements as they are written, without the outputs they might hold. */
function statementsOf({ Statement }: { readonly Statement: unknown }) {
  return Statement as { Sid?: string; Action: string | string[]; Principal?: unknown }[];
}

const FOR_RDS = {
  "kms:ViaService": "rds.us-east-1.amazonaws.com",
  "kms:GrantIsForAWSResource": "true",
};

type Context = Record<string, string | string[]>;
type Case = [act: string, action: string, resource: string, context: Context, allowed: boolean];

/**
 * What a member account's responder may do by its own policy, written by hand from design.md; the
 * transfer key's policy and the grant of an open incident have their say after it. A request that
 * shares with two accounts cannot be put here: the simulator knows one value of that key.
 */
const CASES: Case[] = [
  ["look for volumes", "ec2:DescribeVolumes", "*", {}, true],
  ["look for instances", "ec2:DescribeInstances", "*", {}, true],
  ["look for snapshots", "ec2:DescribeSnapshots", "*", {}, true],
  ["look for users", "iam:ListUsers", "*", {}, false],
  ["look for instance store", "ec2:DescribeInstanceTypes", "*", {}, true],
  ["see who has a snapshot", "ec2:DescribeSnapshotAttribute", SNAPSHOT, {}, true],
  ["see a volume's product codes", "ec2:DescribeVolumeAttribute", VOLUME, {}, true],
  ["change what a volume is", "ec2:ModifyVolumeAttribute", VOLUME, {}, false],
  ["snapshot a volume", "ec2:CreateSnapshot", VOLUME, {}, true],
  ["snapshot the volumes of an instance", "ec2:CreateSnapshots", VOLUME, {}, true],
  ["snapshot an instance's", "ec2:CreateSnapshots", INSTANCE, {}, true],
  ["make snapshots of a set with a ticket", "ec2:CreateSnapshots", SNAPSHOT, ours(), true],
  ["make snapshots of a set without a ticket", "ec2:CreateSnapshots", SNAPSHOT, {}, false],
  ["make a snapshot with a ticket", "ec2:CreateSnapshot", SNAPSHOT, ours(), true],
  ["make a snapshot without a ticket", "ec2:CreateSnapshot", SNAPSHOT, {}, false],
  [
    "make a snapshot with another kind of ticket",
    "ec2:CreateSnapshot",
    SNAPSHOT,
    { ...ours(), "aws:RequestTag/incident-response": "closed" },
    false,
  ],
  [
    "tag a snapshot as it is made",
    "ec2:CreateTags",
    SNAPSHOT,
    {
      ...ours("source-volume", "source-instance", "source-device", "handover-of"),
      ...WHEN_MADE,
    },
    true,
  ],
  [
    "tag a copy as it is made",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...ours("handover-of"), "ec2:CreateAction": "CopySnapshot" },
    true,
  ],
  [
    "tag those of a set as they are made",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...ours("source-instance"), "ec2:CreateAction": "CreateSnapshots" },
    true,
  ],
  [
    "add a tag of another kind",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...ours("owner"), ...WHEN_MADE },
    false,
  ],
  [
    "tag a copy without a ticket as it is made",
    "ec2:CreateTags",
    SNAPSHOT,
    { "aws:TagKeys": ["notification"], "ec2:CreateAction": "CopySnapshot" },
    false,
  ],
  ["tag a snapshot that there is", "ec2:CreateTags", SNAPSHOT, ours(), false],
  [
    "tag it with what the organisation demands as it is made",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...ours("cost-centre"), ...WHEN_MADE },
    true,
  ],
  [
    "tag it with anything else as it is made",
    "ec2:CreateTags",
    SNAPSHOT,
    { ...ours("owner"), ...WHEN_MADE },
    false,
  ],
  ["tag an instance", "ec2:CreateTags", INSTANCE, { ...ours(), ...WHEN_MADE }, false],
  ["tag a volume", "ec2:CreateTags", VOLUME, { ...ours(), ...WHEN_MADE }, false],
  ["take a tag away", "ec2:DeleteTags", SNAPSHOT, {}, false],
  ["copy a snapshot to where rooms are", "ec2:CopySnapshot", SNAPSHOT, HERE, true],
  ["copy one from another Region", "ec2:CopySnapshot", ABROAD, HERE, true],
  [
    "copy one to another Region",
    "ec2:CopySnapshot",
    SNAPSHOT,
    { "aws:RequestedRegion": "eu-west-1" },
    false,
  ],
  ["share with the Audit account", "ec2:ModifySnapshotAttribute", SNAPSHOT, TO_AUDIT, true],
  [
    "share what carries no ticket",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { "ec2:Add/userId": "111122223333" },
    false,
  ],
  [
    "share what carries something else as ticket",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { ...TO_AUDIT, "aws:ResourceTag/incident-response": "closed" },
    false,
  ],
  [
    "share with another account",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { ...WITH_TICKET, "ec2:Add/userId": "999988887777" },
    false,
  ],
  [
    "share with everybody",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { ...WITH_TICKET, "ec2:Add/group": "all" },
    false,
  ],
  [
    "share with the Audit account and everybody",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { ...TO_AUDIT, "ec2:Add/group": "all" },
    false,
  ],
  ["share with nobody in particular", "ec2:ModifySnapshotAttribute", SNAPSHOT, WITH_TICKET, false],
  [
    "take a snapshot from the Audit account",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { ...WITH_TICKET, "ec2:Remove/userId": "111122223333" },
    false,
  ],
  [
    "share with the Audit account and take from it",
    "ec2:ModifySnapshotAttribute",
    SNAPSHOT,
    { ...TO_AUDIT, "ec2:Remove/userId": "111122223333" },
    false,
  ],
  ["share where no room is", "ec2:ModifySnapshotAttribute", ABROAD, TO_AUDIT, false],
  ["delete a snapshot", "ec2:DeleteSnapshot", SNAPSHOT, WITH_TICKET, false],
  ["archive a snapshot", "ec2:ModifySnapshotTier", SNAPSHOT, WITH_TICKET, false],
  ["make a volume", "ec2:CreateVolume", VOLUME, {}, false],
  ["stop an instance", "ec2:StopInstances", INSTANCE, {}, false],
  ["see the transfer key", "kms:DescribeKey", TRANSFER_KEY, {}, true],
  [
    "encrypt under the transfer key through EC2",
    "kms:GenerateDataKeyWithoutPlaintext",
    TRANSFER_KEY,
    VIA_EC2,
    true,
  ],
  [
    "encrypt under the transfer key directly",
    "kms:GenerateDataKeyWithoutPlaintext",
    TRANSFER_KEY,
    {},
    false,
  ],
  ["decrypt under the transfer key through EC2", "kms:Decrypt", TRANSFER_KEY, VIA_EC2, true],
  ["decrypt under the transfer key directly", "kms:Decrypt", TRANSFER_KEY, {}, false],
  [
    "decrypt through S3",
    "kms:Decrypt",
    TRANSFER_KEY,
    { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
    false,
  ],
  ["have EBS use the transfer key", "kms:CreateGrant", TRANSFER_KEY, FOR_EBS, true],
  ["have another service use the transfer key", "kms:CreateGrant", TRANSFER_KEY, FOR_RDS, false],
  ["grant the transfer key to somebody", "kms:CreateGrant", TRANSFER_KEY, VIA_EC2, false],
  ["change the transfer key's policy", "kms:PutKeyPolicy", TRANSFER_KEY, {}, false],
  ["read what is copied through EC2", "kms:Decrypt", OWN_KEY, VIA_EC2, true],
  ["read under a key of the account directly", "kms:Decrypt", OWN_KEY, {}, false],
  ["have EBS read what is copied", "kms:CreateGrant", OWN_KEY, FOR_EBS, true],
  ["have another service read under it", "kms:CreateGrant", OWN_KEY, FOR_RDS, false],
  ["grant a key of the account to somebody", "kms:CreateGrant", OWN_KEY, VIA_EC2, false],
  [
    "read under a key of another account",
    "kms:Decrypt",
    `${OWN_KEY}`.replace(MEMBER, "999988887777"),
    VIA_EC2,
    false,
  ],
  ["see the state of a key of the account", "kms:DescribeKey", OWN_KEY, {}, true],
  ["see another account's key that is named", "kms:DescribeKey", FOREIGN_KEY, {}, true],
  ["read under it through EC2", "kms:Decrypt", FOREIGN_KEY, VIA_EC2, true],
  ["copy from it through EC2", "kms:ReEncryptFrom", FOREIGN_KEY, VIA_EC2, true],
  ["read under it directly", "kms:Decrypt", FOREIGN_KEY, {}, false],
  ["have EBS read under it", "kms:CreateGrant", FOREIGN_KEY, FOR_EBS, true],
  ["grant it to somebody", "kms:CreateGrant", FOREIGN_KEY, VIA_EC2, false],
  ["encrypt under it", "kms:ReEncryptTo", FOREIGN_KEY, VIA_EC2, false],
  ["encrypt under the account's transfer key", "kms:ReEncryptTo", OWN_TRANSFER_KEY, VIA_EC2, true],
  ["encrypt under it directly", "kms:ReEncryptTo", OWN_TRANSFER_KEY, {}, false],
  ["have EBS use the account's transfer key", "kms:CreateGrant", OWN_TRANSFER_KEY, FOR_EBS, true],
  ["encrypt under another key", "kms:ReEncryptTo", OWN_KEY, VIA_EC2, false],
  ["take another role", "sts:AssumeRole", `arn:aws:iam::${MEMBER}:role/x`, {}, false],
];

const policy = responderPolicy({
  region: "us-east-1",
  accountId: MEMBER,
  auditAccountId: "111122223333",
  transferKeyArns: [TRANSFER_KEY],
  tags: { "cost-centre": "4711" },
  ownTransferKeyArns: [OWN_TRANSFER_KEY],
  foreignKeyArns: [FOREIGN_KEY],
});

/** A key of the member account whose policy leaves everything to IAM, as most do. */
const LEFT_TO_IAM = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${MEMBER}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

/** A key whose policy lets the responder do everything: what it then may not, its own policy denies. */
const OPEN_KEY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: ROLES.responder }, Action: "kms:*", Resource: "*" },
  ],
};

/** The account's default key, aws/ebs, as AWS documents its policy. */
const DEFAULT_KEY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": MEMBER, "kms:ViaService": VIA_EC2["kms:ViaService"] },
      },
    },
  ],
};

describe("A member account's responder", () => {
  for (const [act, action, resource, context, allowed] of CASES) {
    it(`${allowed ? "may" : "may not"} ${act}`, async () => {
      const key = action.startsWith("kms:");
      const owner = key ? (resource.split(":")[4] ?? "") : MEMBER;
      const answer = await isAllowed({
        principal: ROLES.responder,
        action,
        resource,
        owner,
        context,
        identity: [policy],
        ...(key ? { resourcePolicy: owner === MEMBER ? LEFT_TO_IAM : OPEN_KEY } : {}),
      });
      assert.equal(answer, allowed);
    });
  }

  it("copies from the account's default key and never to it", async () => {
    const may = (action: string, identity: object) =>
      isAllowed({
        principal: ROLES.responder,
        action,
        resource: OWN_KEY,
        owner: MEMBER,
        context: { ...VIA_EC2, "kms:CallerAccount": MEMBER },
        identity: [identity],
        resourcePolicy: DEFAULT_KEY,
      });
    assert.equal(await may("kms:ReEncryptFrom", policy), true);
    for (const action of ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo"]) {
      assert.equal(await may(action, policy), false, action);
      assert.equal(await may(action, EVERYTHING), true, `${action} is not what is tested`);
    }
  });

  it("has on its side of the transfer key what an open incident grants, and no more", () => {
    const granted = statementsOf(policy)
      .filter(({ Sid }) => Sid === "UseTheTransferKey" || Sid === "SeeKeys")
      .flatMap(({ Action }) => Action);
    assert.deepEqual(
      granted.map((action) => action.replace("kms:", "")).sort(),
      [...COPYING_OPERATIONS].sort(),
    );
  });

  it("gets nothing from the transfer key without an incident but EBS's own grant", async () => {
    const may = (action: string, context: Context) =>
      isAllowed({
        principal: ROLES.responder,
        action,
        resource: TRANSFER_KEY,
        context: { ...context, "aws:PrincipalOrgID": "o-exampleorgid" },
        identity: [policy],
        resourcePolicy: transferKeyPolicy(PARTIES),
      });
    assert.equal(await may("kms:CreateGrant", FOR_EBS), true);
    assert.equal(await may("kms:Decrypt", VIA_EC2), false);
    assert.equal(await may("kms:GenerateDataKeyWithoutPlaintext", VIA_EC2), false);
    assert.equal(await may("kms:DescribeKey", {}), false);
  });
});

const IN_THE_ORGANISATION = { "aws:PrincipalOrgID": "o-exampleorgid" };
const AUDIT_ROLE = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const MEMBER_ROLE = (name: string) => `arn:aws:iam::${MEMBER}:role/${name}`;

describe("A member account's role", () => {
  const trust = responderTrust({
    region: "us-east-1",
    organizationId: "o-exampleorgid",
    principals: [AUDIT_ROLE("responder"), AUDIT_ROLE("AWSReservedSSO_Responder_*"), SAML],
    samlProviderArn: SAML_PROVIDER,
  });
  const mayRespond = (principal: string, context: Context = IN_THE_ORGANISATION) =>
    isAllowed({
      principal,
      action: "sts:AssumeRole",
      resource: MEMBER_ROLE("clean-room/forensics-responder"),
      owner: MEMBER,
      context,
      identity: [EVERYTHING],
      resourcePolicy: trust,
    });

  it("of the responder is assumed by the roles named, within the organisation only", async () => {
    assert.equal(await mayRespond(AUDIT_ROLE("responder")), true);
    assert.equal(await mayRespond(AUDIT_ROLE("AWSReservedSSO_Responder_0a1b")), true);
    assert.equal(await mayRespond(AUDIT_ROLE("responder"), {}), false);
    assert.equal(await mayRespond(ROLES.administrator), false);
    assert.equal(await mayRespond(ROLES.outsider), false);
    assert.equal(await mayRespond(MEMBER_ROLE("administrator")), false);
  });

  it("is taken with session tags, and an investigator's is not", async () => {
    const may = (resourcePolicy: typeof trust, principal: string, tag: string) =>
      isAllowed({
        principal,
        action: "sts:TagSession",
        resource: MEMBER_ROLE("any"),
        owner: MEMBER,
        context: {
          ...IN_THE_ORGANISATION,
          [`aws:RequestTag/${tag}`]: "root",
          "aws:TagKeys": [tag],
        },
        identity: [EVERYTHING],
        resourcePolicy,
      });
    const case_ = (sessionTags: boolean) => ({
      Version: "2012-10-17" as const,
      Statement: [trustedRoles("People", [AUDIT_ROLE("responder")], "o-exampleorgid", sessionTags)],
    });
    for (const tag of ["Repository", "kubernetes-namespace", "department"]) {
      assert.equal(await may(trust, AUDIT_ROLE("responder"), tag), true, tag);
      assert.equal(await may(case_(true), AUDIT_ROLE("responder"), tag), true, tag);
    }
    assert.equal(await may(trust, ROLES.administrator, "Repository"), false);
    assert.equal(await may(case_(false), AUDIT_ROLE("responder"), "SSMSessionRunAs"), false);
  });

  it("of the responder is assumed by nobody federated unless saml is named", () => {
    const federated = ({ Principal }: { readonly Principal?: unknown }) =>
      "Federated" in (Principal as object);
    assert.equal(statementsOf(trust).filter(federated).length, 1);
    const without = responderTrust({
      region: "us-east-1",
      organizationId: "o-exampleorgid",
      principals: [AUDIT_ROLE("responder")],
      samlProviderArn: SAML_PROVIDER,
    });
    assert.equal(statementsOf(without).filter(federated).length, 0);
  });

  it("that is federated is assumed by nobody without an assertion", async () => {
    const trustOfSaml = samlTrust(SAML_PROVIDER, "us-east-1");
    for (const principal of [ROLES.administrator, MEMBER_ROLE("administrator"), ROLES.outsider]) {
      const answer = await isAllowed({
        principal,
        action: "sts:AssumeRole",
        resource: MEMBER_ROLE("example-saml-securityresponse"),
        owner: MEMBER,
        context: { ...IN_THE_ORGANISATION, "SAML:aud": "https://signin.aws.amazon.com/saml" },
        identity: [EVERYTHING],
        resourcePolicy: trustOfSaml,
      });
      assert.equal(answer, false, principal);
    }
  });

  for (const [purpose, { audit, execution }] of Object.entries(AUTOMATION_ROLES)) {
    it(`of ${purpose} automation is assumed by its own role of the Audit account`, async () => {
      const may = (principal: string, context: Context = IN_THE_ORGANISATION) =>
        isAllowed({
          principal,
          action: "sts:AssumeRole",
          resource: MEMBER_ROLE(execution),
          owner: MEMBER,
          context,
          identity: [EVERYTHING],
          resourcePolicy: executionTrust({
            region: "us-east-1",
            organizationId: "o-exampleorgid",
            auditAccountId: "111122223333",
            auditRole: audit,
          }),
        });
      assert.equal(await may(AUDIT_ROLE(audit)), true);
      assert.equal(await may(AUDIT_ROLE(audit), {}), false);
      const others = Object.values(AUTOMATION_ROLES).filter((other) => other.audit !== audit);
      for (const other of [ROLES.administrator, ...others.map((role) => AUDIT_ROLE(role.audit))]) {
        assert.equal(await may(other), false, other);
      }
    });
  }
});

describe("An automation role of the Audit account", () => {
  const read = automationPolicy({
    region: "us-east-1",
    organizationId: "o-exampleorgid",
    executionRole: AUTOMATION_ROLES["read-only"].execution,
  });
  const may = (action: string, resource: string, context: Context = {}) =>
    isAllowed({
      principal: AUDIT_ROLE(AUTOMATION_ROLES["read-only"].audit),
      action,
      resource,
      owner: MEMBER,
      context,
      identity: [read],
      resourcePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "*" }],
      },
    });
  const ORGANISATION = { "aws:ResourceOrgID": "o-exampleorgid" };
  const own = MEMBER_ROLE(AUTOMATION_ROLES["read-only"].execution);

  it("assumes its execution role in accounts of the organisation, and nothing else", async () => {
    assert.equal(await may("sts:AssumeRole", own, ORGANISATION), true);
    assert.equal(await may("sts:AssumeRole", own, { "aws:ResourceOrgID": "o-another000" }), false);
    assert.equal(await may("sts:AssumeRole", own), false);
    const others = [
      AUTOMATION_ROLES.administrator.execution,
      "clean-room/forensics-responder",
      "x",
    ];
    for (const other of others) {
      assert.equal(await may("sts:AssumeRole", MEMBER_ROLE(other), ORGANISATION), false, other);
    }
    assert.equal(await may("iam:PassRole", own, ORGANISATION), false);
  });
});
