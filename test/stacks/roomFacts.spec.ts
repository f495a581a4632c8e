import assert from "node:assert/strict";

import { suspectRules } from "../../components/room/suspectRules";
import { asText, type IncidentSettings, parseSettings } from "../../settings/parseSettings";
import type { Foundation } from "../../stacks/foundation";
import { roomFacts, type RoomMade } from "../../stacks/roomFacts";
import { FOUNDATION_OUTPUTS, incidentConfig, STACK, SUSPECT_KEY } from "../support/examples";

const SUSPECTS = ["10.20.30.40/32", "10.20.30.4/32"];
const TOOLS = ["lime", "encase"] as const;

function settingsOf(lists: Readonly<Record<string, unknown>>): IncidentSettings {
  return parseSettings({
    project: "clean-room",
    stack: STACK,
    values: asText(incidentConfig(lists)),
  }) as IncidentSettings;
}

function factsOf(lists: Readonly<Record<string, unknown>>, made: Partial<RoomMade> = {}) {
  const settings = settingsOf(lists);
  return roomFacts(settings, FOUNDATION_OUTPUTS as unknown as Foundation, {
    slot: { name: "us-east-1a-1", subnetId: "subnet-0123456789abcdef0" },
    instanceId: "i-0123456789abcdef0",
    amiId: "ami-0123456789abcdef0",
    toolboxDigest: "unknown",
    keyArn: "arn:aws:kms:us-east-1:111122223333:key/incident",
    rules: suspectRules(settings.ticket, settings.tools, [], { cidrs: settings.suspectCidrs }),
    ...made,
  }) as Readonly<Record<string, unknown>>;
}

describe("what a record says of a room", () => {
  it("does not depend on the order of a list in the settings", () => {
    const one = factsOf({ suspectCidrs: SUSPECTS, tools: TOOLS });
    const other = factsOf({ suspectCidrs: [...SUSPECTS].reverse(), tools: [...TOOLS].reverse() });
    assert.deepEqual(one, other);
    assert.deepEqual(one["tools"], ["encase", "lime"]);
    assert.equal((one["ports"] as unknown[]).length, 6);
  });

  it("names the suspect of each port as the rule does", () => {
    const rules = suspectRules("INC-1", ["ssh"], [], { securityGroup: "222233334444/sg-1" });
    assert.deepEqual(factsOf({ suspectCidrs: SUSPECTS }, { rules })["ports"], [
      {
        tool: "ssh",
        direction: "egress",
        protocol: "tcp",
        fromPort: 22,
        toPort: 22,
        suspect: "222233334444/sg-1",
      },
    ]);
  });

  it("is silent about what a room has not", () => {
    const without = factsOf({}, { instanceId: undefined, amiId: undefined });
    for (const name of ["workstation", "image", "suspectKeys"]) {
      assert.ok(!(name in without), name);
    }
    assert.deepEqual(factsOf({ suspectKeys: [SUSPECT_KEY] })["suspectKeys"], [SUSPECT_KEY.keyArn]);
  });
});
