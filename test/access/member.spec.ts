import assert from "node:assert/strict";

import { COPYING_OPERATIONS } from "../../components/evidence/keys/copyingGrants";
import { responderTrust, SAML, samlTrust } from "../../components/member/memberTrust";
import { responderPolicy } from "../../components/member/responderPolicy";
import { trustedRoles } from "../../components/policies/trustedRoles";
import { SAML_PROVIDER, TRANSFER_KEY } from "../support/examples";
import { ROLES } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const MEMBER = "222233334444";
const SNAPSHOT = "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0";
const OWN_TRANSFER_KEY = `arn:aws:kms:us-east-1:${MEMBER}:key/2`;
const FOREIGN_KEY = "arn:aws:kms:us-east-1:999988887777:key/3";

const ours = (...more: string[]) => ({
  "aws:RequestTag/incident-response": "quarantine:INC-1",
  "aws:TagKeys": ["notification", "incident-response", ...more],
});
const WHEN_MADE = { "ec2:CreateAction": "CreateSnapshot" };
const VIA_EC2 = { "kms:ViaService": "ec2.us-east-1.amazonaws.com" };
const FOR_EBS = { ...VIA_EC2, "kms:GrantIsForAWSResource": "true" };

/** A document's statements as they are written, without the outputs they might hold. */
function statementsOf({ Statement }: { readonly Statement: unknown }) {
  return Statement as { Sid?: string; Action: string | string[]; Principal?: unknown }[];
}

type Context = Record<string, string | string[]>;
type Case = [act: string, action: string, resource: string, context: Context, allowed: boolean];

/**
 * What a member account's responder may do by what settings add to its own policy: an organisation's tags, other
 * accounts' keys. The rest of it stands in the access table. A request that shares with two accounts cannot be put
 * to the simulator, which knows one value of that key.
 */
const CASES: Case[] = [
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
  ["see another account's key that is named", "kms:DescribeKey", FOREIGN_KEY, {}, true],
  ["read under it through EC2", "kms:Decrypt", FOREIGN_KEY, VIA_EC2, true],
  ["copy from it through EC2", "kms:ReEncryptFrom", FOREIGN_KEY, VIA_EC2, true],
  ["read under it directly", "kms:Decrypt", FOREIGN_KEY, {}, false],
  ["have EBS read under it", "kms:CreateGrant", FOREIGN_KEY, FOR_EBS, true],
  ["grant it to somebody", "kms:CreateGrant", FOREIGN_KEY, VIA_EC2, false],
  ["encrypt under it", "kms:ReEncryptTo", FOREIGN_KEY, VIA_EC2, false],
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

/** A key whose policy lets the responder do everything: what it then may not, its own policy denies. */
const OPEN_KEY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: ROLES.responder }, Action: "kms:*", Resource: "*" },
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
        ...(key ? { resourcePolicy: OPEN_KEY } : {}),
      });
      assert.equal(answer, allowed);
    });
  }

  it("has on its side of the transfer key what an open incident grants, and no more", () => {
    const granted = statementsOf(policy)
      .filter(({ Sid }) => Sid === "UseTheTransferKey" || Sid === "SeeKeys")
      .flatMap(({ Action }) => Action);
    assert.deepEqual(
      granted.map((action) => action.replace("kms:", "")).sort(),
      [...COPYING_OPERATIONS].sort(),
    );
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
});
