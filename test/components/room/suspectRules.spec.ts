import assert from "node:assert/strict";

import fc from "fast-check";

import { suspectRules } from "../../../components/room/suspectRules";
import { type CustomPort, TOOL_NAMES, type ToolName } from "../../../components/toolPorts";

/** What each tool opens, written by hand from design decision 6: direction, protocol, ports. */
const EXPECTED: Record<ToolName, string[]> = {
  encase: ["ingress tcp 4445-4445", "egress tcp 4445-4445"],
  grr: ["ingress tcp 8080-8080"],
  lime: ["egress tcp 4444-4444"],
  rdp: ["egress tcp 3389-3389"],
  smb: ["egress tcp 445-445"],
  ssh: ["egress tcp 22-22"],
  syslog: ["ingress tcp 514-514", "ingress udp 514-514"],
  "syslog-tls": ["ingress tcp 6514-6514"],
  velociraptor: ["ingress tcp 8000-8000"],
  winrm: ["egress tcp 5985-5986"],
};

const REACHES = {
  cidr: { suspect: { cidrs: ["10.20.30.40/32"] }, peer: { cidr: "10.20.30.40/32" } },
  peering: {
    suspect: { securityGroup: "222233334444/sg-0123456789abcdef0" },
    peer: { securityGroup: "222233334444/sg-0123456789abcdef0" },
  },
  "same-vpc": {
    suspect: { securityGroup: "sg-0123456789abcdef0" },
    peer: { securityGroup: "sg-0123456789abcdef0" },
  },
};

describe("The rules towards the suspect", () => {
  it("are known for every tool of the catalogue", () => {
    assert.deepEqual(TOOL_NAMES, Object.keys(EXPECTED));
  });

  for (const tool of TOOL_NAMES) {
    for (const [reach, { suspect, peer }] of Object.entries(REACHES)) {
      it(`open ${tool}'s ports by ${reach}, and nothing else`, () => {
        const rules = suspectRules("INC-1", [tool], [], suspect);
        assert.deepEqual(
          rules.map((rule) => `${rule.direction} ${rule.protocol} ${rule.fromPort}-${rule.toPort}`),
          EXPECTED[tool],
        );
        for (const { cidr, securityGroup } of rules) {
          assert.deepEqual(
            { cidr, securityGroup },
            { cidr: undefined, securityGroup: undefined, ...peer },
          );
        }
      });
    }
  }

  it("are none without a tool or a port", () => {
    assert.deepEqual(suspectRules("INC-1", [], [], { cidrs: ["10.20.30.40/32"] }), []);
  });

  it("are described for an auditor", () => {
    const [rule] = suspectRules("INC-1", ["winrm"], [], { cidrs: ["10.20.30.0/24"] });
    assert.deepEqual(rule, {
      name: "winrm-tcp-5985-5986-egress-10.20.30.0/24",
      tool: "winrm",
      direction: "egress",
      protocol: "tcp",
      fromPort: 5985,
      toPort: 5986,
      cidr: "10.20.30.0/24",
      description: "INC-1: winrm tcp/5985-5986 to the suspect",
    });
  });

  const customPort: fc.Arbitrary<CustomPort> = fc
    .record({
      name: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
      protocol: fc.constantFrom("tcp" as const, "udp" as const),
      fromPort: fc.integer({ min: 1, max: 65520 }),
      width: fc.integer({ min: 0, max: 15 }),
      initiator: fc.constantFrom("room" as const, "suspect" as const, "either" as const),
    })
    .map(({ width, ...port }) => ({ ...port, toPort: port.fromPort + width }));
  const wanted = fc.record({
    tools: fc.uniqueArray(fc.constantFrom(...TOOL_NAMES)),
    ports: fc.uniqueArray(customPort, { selector: ({ name }) => name, maxLength: 5 }),
    cidrs: fc.uniqueArray(
      fc.integer({ min: 0, max: 255 }).map((n) => `10.20.${n}.0/24`),
      { minLength: 1, maxLength: 4 },
    ),
  });

  it("have names of their own and descriptions that EC2 accepts", () => {
    fc.assert(
      fc.property(wanted, ({ tools, ports, cidrs }) => {
        fc.pre(ports.every(({ name }) => !(TOOL_NAMES as string[]).includes(name)));
        const rules = suspectRules("INC-2026-0042", tools, ports, { cidrs });
        assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
        for (const { description } of rules) {
          assert.match(description, /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
        }
      }),
    );
  });

  it("open exactly what is asked for, to each range, from the side that connects", () => {
    fc.assert(
      fc.property(wanted, ({ ports, cidrs }) => {
        const opened = suspectRules("INC-1", [], ports, { cidrs }).map(
          ({ direction, protocol, fromPort, toPort, cidr }) =>
            `${direction} ${protocol} ${fromPort}-${toPort} ${cidr}`,
        );
        const asked = ports.flatMap(({ protocol, fromPort, toPort, initiator }) =>
          ["ingress", "egress"]
            .filter((direction) => initiator !== (direction === "ingress" ? "room" : "suspect"))
            .flatMap((direction) =>
              cidrs.map((cidr) => `${direction} ${protocol} ${fromPort}-${toPort} ${cidr}`),
            ),
        );
        assert.deepEqual(opened.sort(), asked.sort());
      }),
    );
  });

  it("stay the same rules when another tool is added", () => {
    fc.assert(
      fc.property(wanted, ({ tools, cidrs }) => {
        fc.pre(tools.length > 1);
        const all = suspectRules("INC-1", tools, [], { cidrs });
        for (const rule of suspectRules("INC-1", tools.slice(1), [], { cidrs })) {
          assert.deepEqual(
            all.find(({ name }) => name === rule.name),
            rule,
          );
        }
      }),
    );
  });
});
