import assert from "node:assert/strict";

import type { IAMClient } from "@aws-sdk/client-iam";

import { deployerActs } from "../../../cli/doctor/deployerActs";
import { simulateDeployer } from "../../../cli/doctor/simulatedDeployers";
import { placed } from "../../access/documents";
import { FOUNDATION_OUTPUTS } from "../../support/examples";
import { ROLES } from "../../support/parties";
import { isAllowed } from "../../support/simulator";

const ACTS = deployerActs(FOUNDATION_OUTPUTS, {
  slot: "us-east-1a-1",
  vaultBucket: FOUNDATION_OUTPUTS.vaultBucket,
  boundaryArn: FOUNDATION_OUTPUTS.boundaryArn,
});
const ROLE = ROLES.incidentDeployer;

describe("What doctor asks IAM for a deployer of rooms", function () {
  this.timeout(60_000);

  it("is allowed by the two policies together that the foundation places, and by neither alone", async () => {
    const { policies } = await placed();
    const both = ["incident deployer, room", "incident deployer, evidence"];
    const refused = async (names: readonly string[]) => {
      const identity = names.map((name) => policies[name] as object);
      const allowed = await Promise.all(
        ACTS.map(({ action, resource, context }) =>
          isAllowed({ principal: ROLE, action, resource, context, identity }),
        ),
      );
      return ACTS.filter((_, index) => !allowed[index]).map(({ does }) => does);
    };
    // KMS and the vault say the rest by their own policies, which IAM is not asked for here.
    assert.deepEqual(await refused(both), []);
    for (const one of both) {
      assert.notDeepEqual(await refused([one]), [], one);
    }
  });

  const asked = (answer: (action: string) => object) => ({
    send: (({ input }: { input: { ActionNames: string[] } }) =>
      Promise.resolve({ EvaluationResults: [answer(input.ActionNames[0] ?? "")] })) as never,
  });
  const failing = (name: string): Pick<IAMClient, "send"> => ({
    send: (() => Promise.reject(Object.assign(new Error("no"), { name }))) as never,
  });

  it("is told by what may not be done, and whether the organisation denies it", async () => {
    const allowed = await simulateDeployer(
      asked(() => ({ EvalDecision: "allowed" })),
      ROLE,
      ACTS,
    );
    assert.equal(allowed.verdict, "good");
    const one = (more: object) =>
      asked((action) => ({
        EvalDecision: action === "kms:CreateKey" ? "implicitDeny" : "allowed",
        ...more,
      }));
    const denied = await simulateDeployer(one({}), ROLE, ACTS);
    assert.equal(denied.verdict, "mend");
    assert.match(denied.said, /may not make a room's key: attach the policies/);
    const organisation = one({ OrganizationsDecisionDetail: { AllowedByOrganizations: false } });
    assert.match(
      (await simulateDeployer(organisation, ROLE, ACTS)).said,
      /may not make a room's key: a policy of the organisation denies it/,
    );
  });

  it("is not known where nobody may ask, or the role is a pattern; a role that is not there is to be mended", async () => {
    const denied = await simulateDeployer(failing("AccessDenied"), ROLE, ACTS);
    assert.equal(denied.verdict, "unknown");
    assert.match(denied.said, /may not ask IAM \(iam:SimulatePrincipalPolicy\)/);
    assert.equal((await simulateDeployer(failing("NoSuchEntity"), ROLE, ACTS)).verdict, "mend");
    assert.equal((await simulateDeployer(failing("x"), `${ROLE}_*`, ACTS)).verdict, "know");
    await assert.rejects(simulateDeployer(failing("ExpiredToken"), ROLE, ACTS), /Log in first/);
  });
});
