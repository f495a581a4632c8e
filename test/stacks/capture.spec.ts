import assert from "node:assert/strict";

import { TICKET_TAG } from "../../components/tags";
import { AwsError } from "../../rehearsal/account/awsError";
import type { QueryAnswers } from "../../rehearsal/account/awsEndpoint";
import { deploy } from "../support/deployment";
import {
  type Account,
  answersOf,
  ec2Of,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  STACK,
  SUSPECTS_MACHINE,
  TICKET,
} from "../support/examples";
import { GROUP, linkedNetworks, SUSPECTS_INTERFACE } from "../support/linkedNetworks";

const LINKED = { ...FOUNDATION_OUTPUTS, linkedAccounts: ["222233334444"] };
const CAPTURE = /^link-capture/;
const ticketed = (name: string) => ({
  tagSet: [
    { key: TICKET_TAG, value: `quarantine:${TICKET}` },
    { key: "Name", value: name },
  ],
});

const open = (
  changes: object = {},
  ec2: QueryAnswers = {},
  answers: ReturnType<typeof answersOf> = {},
  account: Account = {},
) =>
  deploy(
    STACK,
    incidentConfig({ link: "peering", tools: ["lime"], capture: [SUSPECTS_INTERFACE], ...changes }),
    {
      answers: { ...answersOf(account), ...answers },
      foundation: LINKED,
      ec2: { ...ec2Of(account), ...linkedNetworks(), ...ec2 },
    },
  );

describe("A room that captures", () => {
  it("mirrors the suspect's interface to its workstation, both ways, and lets that in from the suspect only", async () => {
    const room = await open();
    const parts = room.resources.filter(({ name }) => CAPTURE.test(name));
    const there = room.registrations
      .filter(({ urn, provider }) => urn.includes("::link-capture-") && provider !== "")
      .map(({ urn, provider }) => [urn.split("::").at(-1), provider.split("::").at(-2)]);
    const elsewhere = "link-222233334444";
    assert.deepEqual(
      there.filter(([, provider]) => provider === elsewhere).map(([name]) => name),
      [
        "link-capture-filter",
        "link-capture-filter-ingress",
        "link-capture-filter-egress",
        `link-capture-session-${SUSPECTS_INTERFACE}`,
      ],
    );
    assert.equal(parts.length, 8);
    const { inputs: session } = room.named(`link-capture-session-${SUSPECTS_INTERFACE}`);
    assert.deepEqual(
      [
        session["networkInterfaceId"],
        session["trafficMirrorTargetId"],
        session["sessionNumber"],
        session["virtualNetworkId"],
      ],
      [SUSPECTS_INTERFACE, "link-capture-target-id", 1, 1],
    );
    assert.match(
      String(room.named("link-capture-target").inputs["networkInterfaceId"]),
      /-instance-eni$/,
    );
    assert.equal(room.named("link-capture-share").inputs["allowExternalPrincipals"], false);
    assert.equal(room.named("link-capture-share-account").inputs["principal"], "222233334444");
    const rules = room.resources
      .filter(({ inputs }) => inputs["fromPort"] === 4789)
      .map(({ type, inputs }) => [
        type.split(":").at(-1),
        inputs["ipProtocol"],
        inputs["cidrIpv4"],
      ]);
    assert.deepEqual(rules, [["SecurityGroupIngressRule", "udp", "10.20.30.40/32"]]);
    const record = JSON.parse(String(room.named("room-record").inputs["content"])) as {
      readonly facts: { readonly room: { readonly link: { readonly capture: string[] } } };
    };
    assert.deepEqual(record.facts.room.link.capture, [SUSPECTS_INTERFACE]);
  });

  it("lets it in by addresses where its other rules name the group", async () => {
    const room = await open({ reach: "peering" });
    const rules = room.resources.filter(({ inputs }) => inputs["fromPort"] === 4789);
    assert.deepEqual(
      rules.map(({ inputs }) => [inputs["cidrIpv4"], inputs["referencedSecurityGroupId"]]),
      [["10.20.30.40/32", undefined]],
    );
  });

  it("has nothing of it without the setting, and asks nobody", async () => {
    const asked = () => assert.fail("it asked");
    const room = await open(
      { capture: [] },
      { DescribeTrafficMirrorSessions: asked, DescribeTrafficMirrorTargets: asked },
    );
    assert.deepEqual(
      room.resources.filter(({ name }) => CAPTURE.test(name)),
      [],
    );
  });

  it("takes on what an interrupted up has left", async () => {
    const session = `link-capture-session-${SUSPECTS_INTERFACE}`;
    const room = await open(
      {},
      {
        DescribeTrafficMirrorTargets: () => ({
          trafficMirrorTargetSet: [
            { trafficMirrorTargetId: "tmt-1", ...ticketed("link-capture-target") },
          ],
        }),
        DescribeTrafficMirrorFilters: () => ({
          trafficMirrorFilterSet: [
            {
              trafficMirrorFilterId: "tmf-1",
              ...ticketed("link-capture-filter"),
              egressFilterRuleSet: [{ trafficMirrorFilterRuleId: "tmfr-1" }],
            },
          ],
        }),
        DescribeTrafficMirrorSessions: () => ({
          trafficMirrorSessionSet: [
            {
              trafficMirrorSessionId: "tms-1",
              networkInterfaceId: SUSPECTS_INTERFACE,
              sessionNumber: 1,
              ...ticketed(session),
            },
          ],
        }),
      },
    );
    const taken = room.resources
      .filter(({ name }) => CAPTURE.test(name))
      .flatMap(({ name, importedAs }) => (importedAs === undefined ? [] : [[name, importedAs]]));
    assert.deepEqual(Object.fromEntries(taken), {
      "link-capture-target": "tmt-1",
      "link-capture-filter": "tmf-1",
      "link-capture-filter-egress": "tmf-1:tmfr-1",
      [session]: "tms-1",
    });
  });

  const machine = (instanceType: string) => ({
    DescribeInstances: () => ({
      reservationSet: [{ instancesSet: [{ instanceId: SUSPECTS_MACHINE, instanceType }] }],
    }),
  });
  const denied = () => {
    throw new AwsError(
      "UnauthorizedOperation",
      "You are not authorized to perform this operation.",
    );
  };
  const REFUSED: readonly (readonly [string, Parameters<typeof open>, RegExp])[] = [
    ["a type that cannot be mirrored", [{}, machine("t2.micro")], /a t2\.micro: AWS mirrors no/],
    ["an interface that is not there", [{ capture: ["eni-0fedcba98"] }], /eni-0fedcba98 .* is no/],
    [
      "a member account of an earlier program",
      [{}, { DescribeTrafficMirrorSessions: denied }],
      /link role is one of an earlier program\. Deploy that account's stack again/,
    ],
    [
      "a deployer of an earlier policy",
      [{}, { DescribeTrafficMirrorTargets: denied }],
      /your policy is one of an earlier program/,
    ],
    [
      "a share that an interrupted up has left",
      [{}, {}, { "aws:ram/getResourceShare:getResourceShare": () => ({ arn: "arn:aws:ram:x" }) }],
      /delete-resource-share --resource-share-arn arn:aws:ram:x/,
    ],
  ];
  for (const [what, asked, told] of REFUSED) {
    it(`is refused with ${what}`, async () => {
      await assert.rejects(open(...asked), told);
    });
  }
});

describe("The settings of a capture", () => {
  const REFUSED: readonly (readonly [object, RegExp])[] = [
    [{ link: "none" }, /clean-room:capture[^]*nothing without a link/],
    [{ capture: ["i-0123456789abcdef0"] }, /capture\.0[^]*a network interface id: eni-/],
    [{ capture: [SUSPECTS_INTERFACE, SUSPECTS_INTERFACE] }, /each interface only once/],
    [{ capture: [1, 2, 3, 4, 5].map((n) => `eni-0000000${n}`) }, /at most 4 interfaces/],
    [
      {
        ports: [
          { name: "vxlan", protocol: "udp", fromPort: 4789, toPort: 4789, initiator: "suspect" },
        ],
      },
      /opened once: capture opens it already/,
    ],
    [
      {
        ports: [
          { name: "capture", protocol: "tcp", fromPort: 9000, toPort: 9000, initiator: "suspect" },
        ],
      },
      /another name than capture/,
    ],
  ];
  for (const [settings, told] of REFUSED) {
    it(`are refused with ${JSON.stringify(settings)}`, async () => {
      await assert.rejects(open(settings), told);
    });
  }
});

describe("The isolation group of a suspect that is captured", () => {
  it("lets nothing more through: what is mirrored is no traffic of the group's", async () => {
    const rulesOf = async (capture: readonly string[]) =>
      (await open({ capture })).resources
        .filter(({ inputs }) => inputs["securityGroupId"] === GROUP)
        .map(({ name }) => name);
    assert.deepEqual(await rulesOf([SUSPECTS_INTERFACE]), await rulesOf([]));
  });
});
