import assert from "node:assert/strict";

import {
  GetPolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
} from "@aws-sdk/client-iam";

import { decisionOn } from "../../support/simulator";
import type { Clients } from "../accountClients";
import { demandedBoundary } from "../demandedBoundary";
import { OWN_ROLES } from "./organisation";
import { type OfRole, PlacedDocuments } from "./placedDocuments";

const ACCOUNT = "210987654321";
const PLACE = { account: ACCOUNT, region: "us-west-2" };

/** What an administrator may, and no role of a run has to do. */
const ADMINISTRATORS = [
  "account:CloseAccount",
  "iam:CreateUser",
  "organizations:LeaveOrganization",
];

/** An account with one role, which has AWS's policy of administrators. */
const HAVING_AN_ADMINISTRATOR = {
  iam: {
    send: (command: object): Promise<object> => {
      if (command instanceof GetRoleCommand) {
        return Promise.resolve({ Role: { Arn: arnOf("clean-room/built") } });
      }
      if (command instanceof ListAttachedRolePoliciesCommand) {
        const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
        return Promise.resolve({ AttachedPolicies: [{ PolicyArn }] });
      }
      return command instanceof GetPolicyCommand
        ? Promise.reject(new Error("NoSuchEntity"))
        : Promise.resolve({ PolicyNames: [] });
    },
  },
} as unknown as Clients;

function arnOf(role: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${role}`;
}

/** What a role has in a run, in a Region that is not that of the examples. */
function ofRole(role: string, demandsBoundary = false): Promise<OfRole> {
  const facts = { of: () => HAVING_AN_ADMINISTRATOR, key: () => Promise.resolve(undefined) };
  const documents = new PlacedDocuments(
    facts,
    PLACE,
    () => demandsBoundary,
    () => undefined,
  );
  return documents.ofRole(arnOf(role));
}

/** Whether a role is let do something by what it has. */
async function isLet(
  role: string,
  { identity }: OfRole,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const decision = await decisionOn({
    principal: arnOf(role),
    owner: ACCOUNT,
    action,
    resource,
    context,
    identity: identity.map(({ document }) => document),
  });
  return decision === "Allowed";
}

describe("On the emulator, a role that the organisation brings", () => {
  for (const role of Object.keys(OWN_ROLES)) {
    it(`is no administrator: ${role}`, async () => {
      for (const action of ADMINISTRATORS) {
        const resource = action === "iam:CreateUser" ? `arn:aws:iam::${ACCOUNT}:user/new` : "*";
        assert.ok(!(await isLet(role, await ofRole(role), action, resource)), action);
      }
    });
  }

  it("is let deploy a foundation in the Region where the run has it, and in no other", async () => {
    const deployer = await ofRole("foundation-deployer");
    for (const [region, expected] of [
      [PLACE.region, true],
      ["us-east-1", false],
    ] as const) {
      const context = { "aws:RequestedRegion": region };
      assert.equal(
        await isLet("foundation-deployer", deployer, "ec2:DescribeVpcs", "*", context),
        expected,
        region,
      );
    }
  });

  it("is held to the organisation's boundary where that is demanded, and only there", async () => {
    const role = arnOf("clean-room/made");
    const within = { "iam:PermissionsBoundary": demandedBoundary(ACCOUNT) };
    for (const [isDemanded, context, expected] of [
      [true, within, true],
      [true, {}, false],
      [false, {}, true],
    ] as const) {
      const deployer = await ofRole("foundation-deployer", isDemanded);
      assert.equal(
        await isLet("foundation-deployer", deployer, "iam:CreateRole", role, context),
        expected,
      );
    }
  });
});

describe("On the emulator, a role with a policy that is nowhere", () => {
  it("is no administrator for it: the run ends", async () => {
    await assert.rejects(ofRole("clean-room/built"), {
      name: "Unmapped",
      message: /AdministratorAccess, which .*role\/clean-room\/built has, is nowhere/,
    });
  });
});
