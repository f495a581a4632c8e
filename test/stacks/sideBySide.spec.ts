import assert from "node:assert/strict";

import {
  type Account,
  answersOf,
  auditConfig,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  SNAPSHOT,
  STACK,
  TICKET,
} from "../support/examples";
import { deploy, type Registration } from "../support/deployment";

/** An account where the slot is the room's already, and two disks were handed over. */
const ROOM: Account = {
  claims: { "us-east-1a-1": TICKET },
  snapshots: Object.fromEntries(
    [SNAPSHOT, "snap-0fedcba9876543210"].map((id) => [
      id,
      { ownerId: "222233334444", state: "completed" },
    ]),
  ),
};

/**
 * What waits for something that it does not use, as `<resource> waits for <resource>`. A child is registered after its
 * component, and that after all of its inputs: one of them that a child does not use keeps it waiting.
 */
function idleWaits(registrations: readonly Registration[]): string[] {
  const all = new Map(registrations.map((each) => [each.urn, each]));
  const used = new Map<string, ReadonlySet<string>>();
  const uses = (urn: string): ReadonlySet<string> => {
    const known = used.get(urn);
    if (known !== undefined) {
      return known;
    }
    const after = all.get(urn)?.after ?? [];
    const found = new Set(after.flatMap((each) => [each, ...uses(each)]));
    used.set(urn, found);
    return found;
  };
  const ancestors = (urn: string): Registration[] => {
    const parent = all.get(all.get(urn)?.parent ?? "");
    return parent === undefined ? [] : [parent, ...ancestors(parent.urn)];
  };
  return registrations
    .filter(({ custom }) => custom)
    .flatMap(({ urn }) => {
      const own = uses(urn);
      const waits = new Set(ancestors(urn).flatMap(({ after }) => after));
      return [...waits]
        .filter((each) => !own.has(each))
        .map((each) => `${nameOf(urn)} waits for ${nameOf(each)}`);
    })
    .sort();
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

describe("Nothing waits for what it does not use", () => {
  it("of the foundation", async () => {
    const vault = { trial: true, mode: "GOVERNANCE", days: 1, legalHold: true };
    const { registrations } = await deploy(
      "audit",
      auditConfig({ vault, automationRoles: "create" }),
      { answers: { "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0123456789abcdef0" }) } },
    );
    assert.deepEqual(idleWaits(registrations), []);
  });

  it("of a member account", async () => {
    const keys = {
      transferKey: "on",
      incidentDeployers: ["arn:aws:iam::111122223333:role/incident-deployer"],
      automationRoles: "create",
    };
    const { registrations } = await deploy("member-222233334444", memberConfig(keys));
    assert.deepEqual(idleWaits(registrations), []);
  });

  it("of a room with evidence", async () => {
    const { registrations } = await deploy(
      STACK,
      incidentConfig({
        tools: ["encase", "lime"],
        investigators: ["arn:aws:iam::111122223333:role/investigators"],
        responderRoles: ["arn:aws:iam::222233334444:role/clean-room/forensics-responder"],
        evidence: [
          { snapshot: SNAPSHOT, account: "222233334444", device: "/dev/sdf" },
          { snapshot: "snap-0fedcba9876543210", account: "222233334444", device: "/dev/sdg" },
        ],
      }),
      { answers: answersOf(ROOM), foundation: FOUNDATION_OUTPUTS, ec2: ec2Of(ROOM) },
    );
    assert.deepEqual(idleWaits(registrations), []);
  });
});
