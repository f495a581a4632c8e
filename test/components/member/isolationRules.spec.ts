import assert from "node:assert/strict";

import fc from "fast-check";

import { isolationRules } from "../../../components/member/isolationRules";
import { suspectRules } from "../../../components/room/suspectRules";
import { type CustomPort, TOOL_NAMES, type ToolName } from "../../../components/toolPorts";

const SLOT = "10.66.0.64/28";

/** What each tool opens, written by hand from design decision 6, seen from the suspect. */
const EXPECTED: Record<ToolName, string[]> = {
  encase: ["ingress tcp 4445-4445", "egress tcp 4445-4445"],
  grr: ["egress tcp 8080-8080"],
  lime: ["ingress tcp 4444-4444"],
  rdp: ["ingress tcp 3389-3389"],
  smb: ["ingress tcp 445-445"],
  ssh: ["ingress tcp 22-22"],
  syslog: ["egress tcp 514-514", "egress udp 514-514"],
  "syslog-tls": ["egress tcp 6514-6514"],
  velociraptor: ["egress tcp 8000-8000"],
  winrm: ["ingress tcp 5985-5986"],
};

const customPort: fc.Arbitrary<CustomPort> = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  protocol: fc.constantFrom("tcp" as const, "udp" as const),
  fromPort: fc.integer({ min: 1, max: 1000 }),
  toPort: fc.integer({ min: 1001, max: 1010 }),
  initiator: fc.constantFrom("room" as const, "suspect" as const, "either" as const),
});

describe("The rules of an isolation security group", () => {
  it("are known for every tool of the catalogue", () => {
    assert.deepEqual(TOOL_NAMES, Object.keys(EXPECTED));
  });

  for (const tool of TOOL_NAMES) {
    it(`open ${tool}'s ports towards the workstations, and nothing else`, () => {
      const rules = isolationRules([tool], [], [SLOT]);
      assert.deepEqual(
        rules.map((rule) => `${rule.direction} ${rule.protocol} ${rule.fromPort}-${rule.toPort}`),
        EXPECTED[tool],
      );
      assert.ok(rules.every(({ cidr }) => cidr === SLOT));
    });
  }

  it("are none without a tool or a port", () => {
    assert.deepEqual(isolationRules([], [], [SLOT]), []);
  });

  it("mirror a room's rules towards the suspect: what one side sends the other takes", () => {
    const side = (rule: { protocol: string; fromPort: number; toPort: number }, way: string) =>
      `${way} ${rule.protocol} ${rule.fromPort}-${rule.toPort}`;
    fc.assert(
      fc.property(
        fc.subarray(TOOL_NAMES),
        fc.array(customPort, { maxLength: 3 }),
        (tools, ports) => {
          const suspect = isolationRules(tools, ports, [SLOT]);
          const room = suspectRules("INC-1", tools, ports, { cidrs: ["10.20.30.40/32"] });
          assert.deepEqual(
            suspect.map((rule) => side(rule, rule.direction)).sort(),
            room
              .map((rule) => side(rule, rule.direction === "ingress" ? "egress" : "ingress"))
              .sort(),
          );
        },
      ),
    );
  });

  it("have names of their own, and descriptions that EC2 takes", () => {
    const rules = isolationRules(TOOL_NAMES, [], [SLOT, "10.66.0.80/28"]);
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
    for (const { description } of rules) {
      assert.match(description, /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
    }
  });
});
