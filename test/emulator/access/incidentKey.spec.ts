import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { incidentDeployerPolicies } from "../../../components/access/incidentDeployerPolicies";
import { incidentKeyPolicy } from "../../../components/evidence/keys/incidentKeyPolicy";
import { FOUNDATION_OUTPUTS } from "../../support/examples";
import { PARTIES, ROLES, VAULT_ARN } from "../../support/parties";
import type { AwsAnswer, AwsRequest } from "../awsRequest";
import { Authorization } from "./authorization";
import type { Facts } from "./facts";

/** The documents of the program as it was when no key of a room could be made, as it placed them. */
const OLD = JSON.parse(
  readFileSync(join(__dirname, "fixtures/incidentKeyOfF58e0f8.json"), "utf8"),
) as { readonly keyPolicy: object; readonly deployerPolicy: object };

const MADE: AwsAnswer = { status: 200, headers: {}, body: Buffer.from("{}") };

/** An account in which nothing is yet. */
const NOTHING: Facts = {
  ofEc2: () => Promise.resolve({}),
  ofShare: () => ({}),
  sharedBy: () => undefined,
  ownerOf: ({ account }) => account,
  beside: () => Promise.resolve([]),
  ofParameter: () => Promise.resolve({}),
  grants: () => Promise.resolve([]),
  key: () => Promise.resolve(undefined),
  keyOfBucket: () => Promise.resolve(undefined),
  keyOfDisk: () => Promise.resolve(undefined),
  profile: () => Promise.resolve(undefined),
  role: () => Promise.resolve(undefined),
  starter: () => undefined,
};

/** The request by which the provider makes a room's key. */
function createKey(policy: object): AwsRequest {
  const tags = { "incident-response": "quarantine:INC-2026-0042", notification: "ir@example.edu" };
  return {
    method: "POST",
    url: "/",
    headers: {
      "x-amz-target": "TrentService.CreateKey",
      "content-type": "application/x-amz-json-1.1",
      authorization: "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/kms/aws4_request",
    },
    body: Buffer.from(
      JSON.stringify({
        Policy: JSON.stringify(policy),
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    ),
    caller: ROLES.incidentDeployer,
    account: PARTIES.accountId,
    region: PARTIES.region,
  };
}

/** What a room's deployer is answered whose own policies are these. */
async function answered(keyPolicy: object, ...own: readonly object[]): Promise<string> {
  const identity = own.map((document, place) => ({ name: `${place}`, document }));
  const authorization = new Authorization(NOTHING, {
    forget: () => undefined,
    ofEndpoint: () => Promise.resolve(undefined),
    ofResource: () => Promise.resolve(undefined),
    ofRole: () => Promise.resolve({ identity }),
  });
  const { body } = await authorization.answer(createKey(keyPolicy), () => Promise.resolve(MADE));
  assert.deepEqual(authorization.unmapped, []);
  return (JSON.parse(body.toString()) as { readonly __type?: string }).__type ?? "made";
}

describe("The emulator, asked for a room's key", () => {
  const policies = Object.values(
    incidentDeployerPolicies({
      ...PARTIES,
      vpcId: FOUNDATION_OUTPUTS.vpcId,
      vaultArn: VAULT_ARN,
      evidenceKeyArn: FOUNDATION_OUTPUTS.evidenceKeyArn,
      transferKeyArn: FOUNDATION_OUTPUTS.transferKeyArn,
      amiParameter: "/imagebuilder/clean-room/ami",
      boundaryArn: FOUNDATION_OUTPUTS.boundaryArn,
      runbookRoleArn: `arn:aws:iam::${PARTIES.accountId}:role/clean-room/snapshot-lock-runbook`,
    }),
  );

  it("refuses the program of f58e0f8: its policy could be put again by the key's tags only", async () => {
    assert.equal(
      await answered(OLD.keyPolicy, OLD.deployerPolicy),
      "MalformedPolicyDocumentException",
    );
  });

  it("makes the key of today's", async () => {
    assert.equal(await answered(incidentKeyPolicy(PARTIES), ...policies), "made");
  });

  it("refuses that to who has none of the deployer's policies", async () => {
    assert.equal(await answered(incidentKeyPolicy(PARTIES)), "AccessDeniedException");
  });
});
