import assert from "node:assert/strict";

import { TOOL_NAMES } from "../../../components/toolPorts";
import { declaredFoundation, declaredMember, declaredRoom } from "../../support/declaredStacks";
import { SUSPECTS_INTERFACE } from "../../support/linkedNetworks";
import { packFor } from "../../../rehearsal/policies/judgedCases";
import { told } from "../../../rehearsal/policies/mutants/toldStacks";
import {
  auditConfig,
  incidentConfig,
  memberConfig,
  STACK,
  SUSPECT_KEY,
} from "../../support/examples";

const DEPLOYER = "arn:aws:iam::111122223333:role/incident-deployer";

const FOUNDATIONS: Readonly<Record<string, Record<string, unknown>>> = {
  "a vault under legal hold": {
    vault: { mode: "COMPLIANCE", days: 365, legalHold: true },
  },
  "tools from a bucket": {
    toolsBucket: {
      bucket: "forensics-tools-111122223333",
      tools: [
        {
          name: "windows-symbols",
          version: "r2026.10",
          key: "volatility3/windows.zip",
          sha256: "57".repeat(32),
          path: "/opt/clean-room/symbols/windows.zip",
        },
      ],
    },
  },
  "automation roles": { automationRoles: "create" },
  "the internet blocked": { blockInternet: "on" },
  "no image": { image: "off" },
  "a recycle bin of a day": { recycleBinDays: 1 },
  "every switch of the account": {
    accountSwitches: ["disks", "snapshots", "images", "buckets", "metadata", "serial-console"],
  },
  auditors: { auditors: ["arn:aws:iam::111122223333:role/auditor"] },
  "the organisation's boundary": {
    permissionsBoundary: "arn:aws:iam::111122223333:policy/organisation",
    automationRoles: "create",
  },
};

const ROOMS: Readonly<Record<string, Record<string, unknown>>> = {
  investigators: { investigators: ["arn:aws:iam::111122223333:role/analyst"] },
  "a responder of a member account": {
    responderRoles: ["arn:aws:iam::222233334444:role/clean-room/forensics-responder"],
  },
  "a suspect's key": {
    suspectKeys: [SUSPECT_KEY],
  },
  "every tool": { tools: [...TOOL_NAMES] },
  "a link": { link: "peering" },
  "a link over a transit gateway": { link: "transit-gateway" },
  "a link without a tool": { link: "transit-gateway", tools: [] },
  "a link, and a capture": { link: "transit-gateway", capture: [SUSPECTS_INTERFACE] },
};

const MEMBERS: Readonly<Record<string, Record<string, unknown>>> = {
  "a transfer key of the account's own": {
    transferKey: "on",
    incidentDeployers: [DEPLOYER],
  },
  "automation roles": { automationRoles: "create" },
  "no tools": { tools: [] },
  "every switch of the account": {
    accountSwitches: ["disks", "snapshots", "images", "buckets", "metadata", "serial-console"],
  },
  "the organisation's boundary": {
    permissionsBoundary: "arn:aws:iam::222233334444:policy/organisation",
    automationRoles: "create",
  },
};

/** What the pack has against a stack. */
async function found(name: string, stack: ReturnType<typeof told>): Promise<string[]> {
  const findings = await packFor(name).judge(stack.resources);
  return findings.map(({ policy, resource, message }) => `${policy}: ${resource}: ${message}`);
}

describe("Other settings than the examples'", () => {
  for (const [what, settings] of Object.entries(FOUNDATIONS)) {
    it(`are a foundation that the pack has nothing against: ${what}`, async () => {
      const stack = told("audit", await declaredFoundation(settings), auditConfig());
      assert.deepEqual(await found("audit", stack), []);
    });
  }
  for (const [what, settings] of Object.entries(ROOMS)) {
    it(`are a room that it has nothing against: ${what}`, async () => {
      const stack = told(STACK, await declaredRoom(settings), incidentConfig());
      assert.deepEqual(await found(STACK, stack), []);
    });
  }
  for (const [what, settings] of Object.entries(MEMBERS)) {
    it(`are a member account's stack that it has nothing against: ${what}`, async () => {
      const name = "member-222233334444";
      assert.deepEqual(
        await found(name, told(name, await declaredMember(settings), memberConfig())),
        [],
      );
    });
  }
});
