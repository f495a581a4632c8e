import assert from "node:assert/strict";

import { portsOpenedAt, TOOL_NAMES } from "../../../components/toolPorts";
import { narrowRules } from "../../../policy-pack/policies/narrowRules";

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
});
