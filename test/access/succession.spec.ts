import assert from "node:assert/strict";

import { evidenceKeyPolicy } from "../../components/evidence/keys/evidenceKeyPolicy";
import { foundationKeyPolicy } from "../../components/evidence/keys/foundationKeyPolicy";
import { transferKeyPolicy } from "../../components/evidence/keys/transferKeyPolicy";
import { vaultPolicy } from "../../components/evidence/vaultPolicy";
import { evidenceTrailArn } from "../../components/names";
import { trailBucketPolicy } from "../../components/watch/trailPolicies";
import { CASE_ROLES, PARTIES, ROLES, VAULT_ARN } from "../support/parties";
import { EVERYTHING, isAllowed } from "../support/simulator";

const KEY = "arn:aws:kms:us-east-1:111122223333:key/foundation";
const LOGS = "arn:aws:s3:::vault-events-logs";
const OLD = ROLES.foundationDeployer;
const SUCCESSOR = "arn:aws:iam::111122223333:role/successor";

/** A document that names the foundation deployers of the day it was placed. */
interface Placed {
  /** The document, with these foundation deployers. */
  readonly of: (...foundationDeployers: string[]) => object;

  /** What replaces it. */
  readonly action: string;
  readonly resource: string;
}

const key = (policy: (parties: typeof PARTIES) => object): Placed => ({
  of: (...foundationDeployers) => policy({ ...PARTIES, foundationDeployers }),
  action: "kms:PutKeyPolicy",
  resource: KEY,
});

/** Every document of the foundation that keeps its configuration for those who deploy it. */
const DOCUMENTS: Readonly<Record<string, Placed>> = {
  "the vault's policy": {
    of: (...foundationDeployers) =>
      vaultPolicy({
        ...PARTIES,
        foundationDeployers,
        bucketArn: VAULT_ARN,
        keyArn: KEY,
        caseRoles: CASE_ROLES,
        fewestDays: 30,
        mostDays: 3650,
        signerRoleArn: ROLES.signer,
        holders: [],
      }),
    action: "s3:PutBucketPolicy",
    resource: VAULT_ARN,
  },
  "the policy of the trail's bucket": {
    of: (...foundationDeployers) =>
      trailBucketPolicy({
        ...PARTIES,
        foundationDeployers,
        bucketArn: LOGS,
        trailArn: evidenceTrailArn(PARTIES.region, PARTIES.accountId),
      }),
    action: "s3:PutBucketPolicy",
    resource: LOGS,
  },
  "the foundation key's policy": key(foundationKeyPolicy),
  "the evidence key's policy": key(evidenceKeyPolicy),
  "the transfer key's policy": key(transferKeyPolicy),
};

describe("A foundation deployer's successor", () => {
  for (const [name, { of, action, resource }] of Object.entries(DOCUMENTS)) {
    const mayReplace = (principal: string, document: object) =>
      isAllowed({
        principal,
        action,
        resource,
        context: { "s3:TlsVersion": "1.3" },
        identity: [EVERYTHING],
        resourcePolicy: document,
      });

    it(`is not known to ${name} before an up that names both`, async () => {
      assert.equal(await mayReplace(SUCCESSOR, of(OLD)), false);
    });

    it(`goes on with ${name} wherever the up that names both ended, and so does the one before`, async () => {
      // The up stops anywhere: the document is still the one before, or already the one after.
      for (const document of [of(OLD), of(OLD, SUCCESSOR)]) {
        assert.equal(await mayReplace(OLD, document), true);
      }
      assert.equal(await mayReplace(SUCCESSOR, of(OLD, SUCCESSOR)), true);
    });

    it(`goes on with ${name} wherever the up that names it alone ended, and the one before does not`, async () => {
      for (const document of [of(OLD, SUCCESSOR), of(SUCCESSOR)]) {
        assert.equal(await mayReplace(SUCCESSOR, document), true);
      }
      assert.equal(await mayReplace(OLD, of(SUCCESSOR)), false);
    });

    it(`is named in ${name} by what its ARN begins with, as Identity Center's roles are`, async () => {
      const role = (hash: string) => `arn:aws:iam::111122223333:role/AWSReservedSSO_F_${hash}`;
      const document = of(role("*"));
      assert.equal(await mayReplace(role("0123456789abcdef"), document), true);
      assert.equal(await mayReplace(role("fedcba9876543210"), document), true);
      assert.equal(await mayReplace(SUCCESSOR, document), false);
    });
  }
});
