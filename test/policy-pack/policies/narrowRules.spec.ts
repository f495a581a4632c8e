import assert from "node:assert/strict";

import { portsOpenedAt, TOOL_NAMES } from "../../../components/toolPorts";
import { narrowRules } from "../../../policy-pack/policies/narrowRules";
import { judge, type Subject } from "../../support/policies";

/** HTTPS, which the room speaks with AWS's endpoints, is nobody's tool. */
const ENDPOINTS = "tcp/443";

describe("narrow-rules", () => {
  it("lets rules open the ports of the catalogue's tools, and no others", () => {
    const ofTools = portsOpenedAt("room", TOOL_NAMES, []).map(
      ({ protocol, fromPort, toPort }) =>
        `${protocol}/${[...new Set([fromPort, toPort])].join("-")}`,
    );
    const { ports } = narrowRules.configSchema?.properties ?? {};
    const allowed = (ports as { default: string[] }).default;
    assert.deepEqual([...allowed].sort(), [...new Set([ENDPOINTS, ...ofTools])].sort());
  });

  const rule = (way: "Ingress" | "Egress"): Subject => ({
    type: `aws:vpc/securityGroup${way}Rule:SecurityGroup${way}Rule`,
    props: { ipProtocol: "udp", fromPort: 4789, toPort: 4789 },
  });

  it("lets mirrored traffic into a room, and nothing out so, nor into an isolation group", async () => {
    const room = { stack: "inc-2026-0042" };
    assert.deepEqual(await judge(narrowRules, [rule("Ingress")], room), []);
    assert.match(JSON.stringify(await judge(narrowRules, [rule("Egress")], room)), /udp\/4789/);
    const member = { stack: "member-222233334444" };
    assert.match(JSON.stringify(await judge(narrowRules, [rule("Ingress")], member)), /udp\/4789/);
  });
});
