import assert from "node:assert/strict";

import { evidenceKeyPolicy } from "../../components/evidence/keys/evidenceKeyPolicy";
import { foundationKeyPolicy } from "../../components/evidence/keys/foundationKeyPolicy";
import { incidentKeyPolicy } from "../../components/evidence/keys/incidentKeyPolicy";
import { transferKeyPolicy } from "../../components/evidence/keys/transferKeyPolicy";
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

const FOUNDATION_KEYS = ["foundation", "evidence", "transfer"] as const;

describe("A key's policy", () => {
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
});
