import assert from "node:assert/strict";

import { vaultPolicy } from "../../components/evidence/vaultPolicy";
import { CASE_ROLES, PARTIES, ROLES, VAULT_ARN } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const ARGS = {
  ...PARTIES,
  bucketArn: VAULT_ARN,
  keyArn: "arn:aws:kms:us-east-1:111122223333:key/evidence",
  caseRoles: CASE_ROLES,
  fewestDays: 30,
  mostDays: 3650,
  signerRoleArn: ROLES.signer,
  holders: [],
};

describe("The vault's bucket policy where there is no legal hold", () => {
  it("knows no runbook that puts holds on", async () => {
    const allowed = await isAllowed({
      principal: "arn:aws:iam::111122223333:role/clean-room/vault-hold-runbook",
      action: "s3:PutObjectLegalHold",
      resource: `${VAULT_ARN}/cases/INC-1/a`,
      context: { "s3:TlsVersion": "1.3", "s3:object-lock-legal-hold": "ON" },
      identity: [EVERYTHING],
      resourcePolicy: vaultPolicy(ARGS),
    });
    assert.equal(allowed, false);
  });
});

describe("The vault of foundation deployers whose role was renamed", () => {
  const mayPut = (principal: string, policy = vaultPolicy(ARGS)) =>
    isAllowed({
      principal,
      action: "s3:PutBucketPolicy",
      resource: VAULT_ARN,
      context: { "s3:TlsVersion": "1.3" },
      identity: [EVERYTHING],
      resourcePolicy: policy,
    });
  const successor = "arn:aws:iam::111122223333:role/successor";

  it("does not know the successor, and takes a role that was given the old name again", async () => {
    assert.equal(await mayPut(successor), false);
    assert.equal(await mayPut(ROLES.foundationDeployer), true);
  });

  it("lets both change it between two deployments, and the successor alone after the second", async () => {
    const named = (...foundationDeployers: string[]) =>
      vaultPolicy({ ...ARGS, foundationDeployers });
    const both = named(ROLES.foundationDeployer, successor);
    assert.equal(await mayPut(ROLES.foundationDeployer, both), true);
    assert.equal(await mayPut(successor, both), true);
    assert.equal(await mayPut(ROLES.foundationDeployer, named(successor)), false);
  });
});
