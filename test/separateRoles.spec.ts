import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { separateRoleMistakes } from "../settings/separateRoles";

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const keysOf = (lists: Parameters<typeof separateRoleMistakes>[0]) =>
  separateRoleMistakes(lists).map(({ key }) => key);

describe("Deployers and custodians", () => {
  it("are different roles", () => {
    assert.deepEqual(
      keysOf({
        foundationDeployers: [role("foundation")],
        incidentDeployers: [role("incident")],
        custodians: [role("custodian")],
      }),
      [],
    );
    assert.deepEqual(
      keysOf({
        foundationDeployers: [role("one")],
        incidentDeployers: [role("incident"), role("one")],
        custodians: [role("one")],
      }),
      ["incidentDeployers.1", "custodians.0"],
    );
    // Who verifies is nobody who is verified.
    assert.deepEqual(keysOf({ custodians: [role("one")], auditors: [role("o*")] }), ["auditors.0"]);
  });

  it("are different whichever role a pattern stands for", () => {
    assert.deepEqual(
      keysOf({
        foundationDeployers: [role("AWSReservedSSO_Forensics*")],
        custodians: [role("AWSReservedSSO_ForensicsCustodian_0123456789abcdef")],
      }),
      ["custodians.0"],
    );
    assert.deepEqual(
      keysOf({
        foundationDeployers: [role("team-a*")],
        incidentDeployers: [role("team-*")],
        custodians: [role("team-b*")],
      }),
      ["incidentDeployers.0", "custodians.0"],
    );
  });

  it("are none of the roles that an audit stack makes", () => {
    const { resources } = parse(
      readFileSync(join(__dirname, "stacks", "golden", "audit.yaml"), "utf8"),
    ) as { resources: Record<string, { inputs?: { name?: string; path?: string } }> };
    const made = Object.entries(resources).flatMap(([resource, { inputs }]) =>
      resource.endsWith("(aws:iam/role:Role)") && inputs?.path !== undefined
        ? `${inputs.path.slice(1)}${inputs.name ?? `${resource.split(" ")[0]}-0123456`}`
        : [],
    );
    assert.ok(made.includes("clean-room/clean-room-preview-us-east-1"), made.join(", "));
    for (const name of made) {
      assert.deepEqual(keysOf({ incidentDeployers: [role(name)] }), ["incidentDeployers.0"], name);
    }
  });

  it("are no role of a case, and no pattern that matches a role of this program", () => {
    for (const name of [
      "c*",
      "clean-room/*",
      "clean-room/case/c*",
      "clean-room/case/workstation-X",
    ]) {
      assert.deepEqual(keysOf({ custodians: [role(name)] }), ["custodians.0"], name);
    }
    assert.deepEqual(keysOf({ custodians: [role("custodian*")] }), []);
    // Of whatever it is: who previews or verifies opens no room.
    const lists = ["foundationDeployers", "incidentDeployers", "custodians", "auditors"] as const;
    for (const name of [
      "clean-room-preview-us-east-1",
      "clean-room-auditor-eu-west-1",
      "vault-hold-runbook-role-0123456",
    ]) {
      for (const list of lists) {
        const found = role(`clean-room/${name}`);
        assert.deepEqual(keysOf({ [list]: [found] }), [`${list}.0`], `${list}: ${name}`);
      }
    }
    // A role of one's own may have that path.
    assert.deepEqual(keysOf({ custodians: [role("clean-room/custodian")] }), []);
  });
});
