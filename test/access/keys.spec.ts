import assert from "node:assert/strict";

import { COPYING_OPERATIONS } from "../../components/evidence/keys/copyingGrants";
import { evidenceKeyPolicy } from "../../components/evidence/keys/evidenceKeyPolicy";
import { foundationKeyPolicy } from "../../components/evidence/keys/foundationKeyPolicy";
import { incidentKeyPolicy } from "../../components/evidence/keys/incidentKeyPolicy";
import { transferKeyPolicy } from "../../components/evidence/keys/transferKeyPolicy";
import { evidenceTrailArn } from "../../components/names";
import { PARTIES, ROLES } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/0";
const KEYS = {
  foundation: foundationKeyPolicy(PARTIES),
  evidence: evidenceKeyPolicy(PARTIES),
  transfer: transferKeyPolicy(PARTIES),
  incident: incidentKeyPolicy(PARTIES),
};
type KeyName = keyof typeof KEYS;
type Caller = keyof typeof ROLES;

const via = (service: string) => ({
  "kms:ViaService": `${service}.us-east-1.amazonaws.com`,
});
const EC2 = via("ec2");
const S3 = via("s3");
const FOR_EC2 = { ...EC2, "kms:GrantIsForAWSResource": "true" };
const forResponder = (...operations: string[]) => ({
  "kms:GranteePrincipal": ROLES.responder,
  "kms:GrantIsForAWSResource": "false",
  "kms:GrantOperations": operations,
});

type Case = [
  act: string,
  action: string,
  context: Record<string, string | string[]>,
  may: Partial<Record<KeyName, Caller[]>>,
];

const LOCAL: Caller[] = [
  "workstation",
  "investigator",
  "intake",
  "foundationDeployer",
  "incidentDeployer",
  "custodian",
  "administrator",
];
const forTrail = (arn: string) => ({ "kms:EncryptionContext:aws:cloudtrail:arn": arn });

const FOUNDATION_KEYS = ["foundation", "evidence", "transfer"] as const;
const everyFoundationKey = (...callers: Caller[]) =>
  Object.fromEntries(FOUNDATION_KEYS.map((key) => [key, callers]));

/**
 * Who may do what with which key when their own policies allow everything. Written by hand from
 * design.md, "Keys". Grants are not modelled: what the holder of a grant may do, they add.
 */
const CASES: Case[] = [
  ["decrypt directly", "kms:Decrypt", {}, {}],
  ["encrypt directly", "kms:Encrypt", {}, {}],
  [
    "decrypt through EC2",
    "kms:Decrypt",
    EC2,
    { ...everyFoundationKey("incidentDeployer"), incident: ["incidentDeployer"] },
  ],
  [
    "re-encrypt through EC2",
    "kms:ReEncryptTo",
    EC2,
    { ...everyFoundationKey("incidentDeployer"), incident: ["incidentDeployer"] },
  ],
  [
    // Who of them really may is said by their own policies.
    "decrypt through S3",
    "kms:Decrypt",
    S3,
    { evidence: LOCAL },
  ],
  [
    // As above: their own policies, and the bucket's, say who of them really may.
    "read the trail's log files",
    "kms:Decrypt",
    { ...S3, ...forTrail(evidenceTrailArn("us-east-1", "111122223333")) },
    { foundation: LOCAL, evidence: LOCAL },
  ],
  [
    "read another account's trail",
    "kms:Decrypt",
    { ...S3, ...forTrail(evidenceTrailArn("us-east-1", "999988887777")) },
    { evidence: LOCAL },
  ],
  [
    "read the trail's log files without S3",
    "kms:Decrypt",
    forTrail(evidenceTrailArn("us-east-1", "111122223333")),
    {},
  ],
  [
    "have EC2 keep a volume attached",
    "kms:CreateGrant",
    FOR_EC2,
    {
      ...everyFoundationKey("incidentDeployer"),
      incident: ["incidentDeployer"],
      transfer: [
        "workstation",
        "investigator",
        "intake",
        "foundationDeployer",
        "incidentDeployer",
        "custodian",
        "administrator",
        "responder",
      ],
    },
  ],
  [
    "grant a responder the use of an open incident",
    "kms:CreateGrant",
    forResponder(...COPYING_OPERATIONS),
    { transfer: ["incidentDeployer"] },
  ],
  [
    "grant the right to grant",
    "kms:CreateGrant",
    forResponder(...COPYING_OPERATIONS, "CreateGrant"),
    {},
  ],
  [
    "grant it to an incident deployer",
    "kms:CreateGrant",
    { ...forResponder(...COPYING_OPERATIONS), "kms:GranteePrincipal": ROLES.incidentDeployer },
    {},
  ],
  [
    "grant it to the Audit account's own responder",
    "kms:CreateGrant",
    {
      ...forResponder(...COPYING_OPERATIONS),
      "kms:GranteePrincipal": "arn:aws:iam::111122223333:role/clean-room/forensics-responder",
    },
    { transfer: ["incidentDeployer"] },
  ],
  [
    "grant it to a whole account",
    "kms:CreateGrant",
    {
      ...forResponder(...COPYING_OPERATIONS),
      "kms:GranteePrincipal": "arn:aws:iam::222233334444:root",
    },
    {},
  ],
  ["grant nothing in particular", "kms:CreateGrant", { "kms:GrantIsForAWSResource": "false" }, {}],
  ...["kms:ListGrants", "kms:RevokeGrant"].map((action): Case => [
    action === "kms:ListGrants" ? "see the grants" : "end a grant",
    action,
    {},
    {
      foundation: ["foundationDeployer"],
      evidence: ["foundationDeployer"],
      transfer: ["foundationDeployer", "incidentDeployer"],
      incident: ["foundationDeployer", "incidentDeployer"],
    },
  ]),
  [
    // Two lists each: when all that one names are gone, the other can still put it anew.
    "change the key's policy",
    "kms:PutKeyPolicy",
    {},
    {
      ...everyFoundationKey("foundationDeployer", "custodian"),
      incident: ["foundationDeployer", "incidentDeployer"],
    },
  ],
  [
    "schedule the key's deletion",
    "kms:ScheduleKeyDeletion",
    {},
    { ...everyFoundationKey("custodian"), incident: ["foundationDeployer", "incidentDeployer"] },
  ],
  ["disable the key", "kms:DisableKey", {}, everyFoundationKey("custodian")],
  [
    "cancel the key's deletion",
    "kms:CancelKeyDeletion",
    {},
    { ...everyFoundationKey("custodian"), incident: ["foundationDeployer", "incidentDeployer"] },
  ],
];

const CALLERS = Object.keys(ROLES) as Caller[];

describe("A key's policy", () => {
  for (const [act, action, context, may] of CASES) {
    for (const [key, policy] of Object.entries(KEYS)) {
      const expected = may[key as KeyName] ?? [];
      it(`lets ${expected.join(", ") || "nobody"} ${act} with the ${key} key`, async () => {
        const allowed = await Promise.all(
          CALLERS.map((caller) => {
            const account = ROLES[caller].split(":")[4] ?? "";
            return isAllowed({
              principal: ROLES[caller],
              action,
              resource: KEY,
              context: {
                "kms:CallerAccount": account,
                ...(caller === "outsider" ? {} : { "aws:PrincipalOrgID": "o-exampleorgid" }),
                ...context,
              },
              identity: [EVERYTHING],
              resourcePolicy: policy,
            });
          }),
        );
        assert.deepEqual(
          CALLERS.filter((_, index) => allowed[index]),
          expected,
        );
      });
    }
  }

  it("lets the log service encrypt this account's log groups and no other's", async () => {
    const encrypt = (account: string) =>
      isAllowed({
        principal: "logs.us-east-1.amazonaws.com",
        action: "kms:GenerateDataKey",
        resource: KEY,
        context: {
          "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:${account}:log-group:x`,
        },
        resourcePolicy: KEYS.foundation,
      });
    assert.equal(await encrypt("111122223333"), true);
    assert.equal(await encrypt("999988887777"), false);
  });

  it("lets CloudTrail encrypt for the trail of the vault's events, and for no other", async () => {
    const trail = evidenceTrailArn("us-east-1", "111122223333");
    const cloudTrailMay = (action: string, source: string, context: string) =>
      isAllowed({
        principal: "cloudtrail.amazonaws.com",
        action,
        resource: KEY,
        context: { "aws:SourceArn": source, ...forTrail(context) },
        resourcePolicy: KEYS.foundation,
      });
    assert.equal(await cloudTrailMay("kms:GenerateDataKey", trail, trail), true);
    assert.equal(await cloudTrailMay("kms:DescribeKey", trail, trail), true);
    assert.equal(await cloudTrailMay("kms:Decrypt", trail, trail), false);
    for (const other of [`${trail}-2`, evidenceTrailArn("us-east-1", "999988887777")]) {
      assert.equal(await cloudTrailMay("kms:GenerateDataKey", other, other), false);
      assert.equal(await cloudTrailMay("kms:DescribeKey", other, other), false);
    }
    const foreign = evidenceTrailArn("us-east-1", "999988887777");
    assert.equal(await cloudTrailMay("kms:GenerateDataKey", trail, foreign), false);
  });

  it("lets whoever makes a key put its policy again, without a tag or a right of their own", async () => {
    const makers: [KeyName, Caller][] = [
      ["foundation", "foundationDeployer"],
      ["evidence", "foundationDeployer"],
      ["transfer", "foundationDeployer"],
      ["incident", "incidentDeployer"],
    ];
    for (const [key, maker] of makers) {
      // Up to five minutes after it is made, none of the key's tags is in the request.
      const action = "kms:PutKeyPolicy";
      const request = { principal: ROLES[maker], action, resource: KEY, identity: [] };
      assert.equal(await isAllowed({ ...request, resourcePolicy: KEYS[key] }), true, key);
    }
  });

  it("lets the other list of deployers put it for a successor, whom it does not know", async () => {
    const successor = "arn:aws:iam::111122223333:role/successor";
    const renamed = {
      ...PARTIES,
      incidentDeployers: [successor],
      foundationDeployers: ["arn:aws:iam::111122223333:role/other-foundation-deployer"],
    };
    const mayPut = (principal: string, resourcePolicy: object) =>
      isAllowed({
        principal,
        action: "kms:PutKeyPolicy",
        resource: KEY,
        identity: [EVERYTHING],
        resourcePolicy,
      });
    assert.equal(await mayPut(successor, KEYS.incident), false);
    assert.equal(await mayPut(ROLES.foundationDeployer, KEYS.incident), true);
    assert.equal(await mayPut(successor, incidentKeyPolicy(renamed)), true);
    for (const key of FOUNDATION_KEYS) {
      assert.equal(await mayPut(ROLES.custodian, KEYS[key]), true, key);
    }
  });

  it("keeps the transfer key from other organisations, and from nothing that AWS does for EBS", async () => {
    const granted = {
      Statement: [
        ...(KEYS.transfer.Statement as object[]),
        // Stands for a grant, which simulators do not know.
        { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" },
      ],
    };
    const mayUse = (principal: string, context: Record<string, string>) =>
      isAllowed({
        principal,
        action: "kms:ReEncryptTo",
        resource: KEY,
        context: { "aws:PrincipalIsAWSService": "false", ...context },
        identity: [EVERYTHING],
        resourcePolicy: granted,
      });
    const foreign = { "aws:PrincipalOrgID": "o-otherorg00" };
    const infrastructure = "arn:aws:iam::999988887777:role/aws:ec2-infrastructure";
    assert.equal(await mayUse(ROLES.outsider, foreign), false);
    assert.equal(await mayUse(ROLES.responder, { "aws:PrincipalOrgID": "o-exampleorgid" }), true);
    assert.equal(await mayUse(infrastructure, foreign), true);
    assert.equal(await mayUse(infrastructure, {}), true);
    assert.equal(
      await mayUse(ROLES.outsider, { ...foreign, "aws:PrincipalIsAWSService": "true" }),
      true,
    );
  });

  it("lets the account's root user, and nobody without a name, manage every key again", async () => {
    for (const policy of Object.values(KEYS)) {
      const manage = (principal: string) =>
        isAllowed({
          principal,
          action: "kms:PutKeyPolicy",
          resource: KEY,
          identity: [EVERYTHING],
          resourcePolicy: policy,
        });
      assert.equal(await manage("arn:aws:iam::111122223333:root"), true);
      assert.equal(await manage(ROLES.administrator), false);
    }
  });
});
