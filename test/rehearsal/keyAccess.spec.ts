import assert from "node:assert/strict";

import { incidentKeyPolicy } from "../../components/evidence/keys/incidentKeyPolicy";
import { ADMINISTRATOR_ACCESS, KeyAccess } from "../../rehearsal/account/keyAccess";
import { PARTIES, ROLES } from "../support/parties";
import { AccountOnDisk } from "./accountOnDisk";

const KEY = "aws:kms/key:Key";
const LOCKED_OUT = {
  message:
    "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.",
};

/** An earlier program's: it left to the deployer's own policies what they may, and these to the key's tags. */
const BY_TAGS = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "kms:*",
      Resource: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": [ROLES.incidentDeployer] } },
    },
  ],
});

const DEPLOYERS_OWN = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["kms:CreateKey", "kms:TagResource"], Resource: "*" },
    {
      Effect: "Allow",
      Action: "kms:PutKeyPolicy",
      Resource: "*",
      Condition: { StringLike: { "aws:ResourceTag/incident-response": "quarantine:*" } },
    },
  ],
});

describe("The simulated KMS", () => {
  const account = new AccountOnDisk();
  const deployer = new KeyAccess(account.store, ROLES.incidentDeployer);
  const tags = { "incident-response": "quarantine:INC-1" };

  before(async () => {
    const { arn } = await account.make("aws:iam/policy:Policy", { policy: DEPLOYERS_OWN });
    await account.outside.setRole("incident-deployer", [arn]);
    await account.outside.setRole("administrator", [ADMINISTRATOR_ACCESS]);
  });
  after(() => account.remove());

  it("makes no key whose policy its maker could put again by its tags only", async () => {
    await assert.rejects(deployer.requireToMake(KEY, { policy: BY_TAGS, tags }), LOCKED_OUT);
  });

  it("makes one whose own policy knows its maker", async () => {
    const policy = JSON.stringify(incidentKeyPolicy(PARTIES));
    await deployer.requireToMake(KEY, { policy, tags });
  });

  it("makes one that leaves everything to its maker's own policies, where these ask for no tag", async () => {
    await new KeyAccess(account.store, ROLES.administrator).requireToMake(KEY, { tags });
    await assert.rejects(deployer.requireToMake(KEY, { tags }), LOCKED_OUT);
  });

  it("puts no policy for whom the present one does not know, and none that shuts out who puts it", async () => {
    const { id } = await account.make(KEY, { policy: JSON.stringify(incidentKeyPolicy(PARTIES)) });
    const others = { ...PARTIES, incidentDeployers: [ROLES.administrator] };
    const policy = JSON.stringify(incidentKeyPolicy(others));
    const administrator = new KeyAccess(account.store, ROLES.administrator);
    await assert.rejects(administrator.requireToChange(KEY, id, { policy }), {
      message: /^AccessDeniedException: .*kms:PutKeyPolicy/,
    });
    await assert.rejects(deployer.requireToChange(KEY, id, { policy }), LOCKED_OUT);
    await new KeyAccess(account.store, ROLES.foundationDeployer).requireToChange(KEY, id, {
      policy,
    });
  });
});
