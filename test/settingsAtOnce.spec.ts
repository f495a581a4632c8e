import assert from "node:assert/strict";

import fc from "fast-check";

import { asText, parseSettings, SettingsError } from "../settings/parseSettings";
import {
  auditConfig,
  incidentConfig,
  memberConfig,
  SAML_PROVIDER,
  STACK,
  SUSPECT_KEY,
  TRANSFER_KEY,
} from "./support/examples";

type Config = Readonly<Record<string, unknown>>;

/** One mistake: what is put where. */
interface Slip {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** A stack without a mistake, with something in every setting that others are compared with. */
interface Example {
  readonly stack: string;
  readonly config: Config;

  /** Mistakes that a setting makes with another one, each right by itself. */
  readonly together: readonly Slip[];

  /** By setting, the settings without which nobody can say whether it is right, as a pattern of what is required. */
  readonly undecided: readonly (readonly [required: RegExp, without: readonly string[]])[];
}

const ROLE = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const FOREIGN = "999988887777";

/** What every rule about the account, the Region or the partition cannot be held against. */
const PLACE: Example["undecided"] = [
  [/of partition|of us-east-1|the stack's Region/, ["aws:region"]],
  [/account .*\d{12}/, ["accountId", "aws:allowedAccountIds"]],
  [/exactly the account/, ["accountId"]],
];

const EXAMPLES: Readonly<Record<string, Example>> = {
  "an audit stack": {
    stack: "audit",
    config: auditConfig({
      tags: { "cost-centre": "4711", owner: "ir" },
      quotas: { subnetsPerVpc: 200, routeTablesPerVpc: 200 },
      permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess",
      foundationDeployers: [ROLE("111122223333", "fd"), ROLE("111122223333", "fd-2")],
      interfaceEndpoints: ["ssm", "ssmmessages", "kms", "logs"],
      vault: { mode: "GOVERNANCE", days: 5, mostDays: 3650, trial: true },
      imageSchedule: "cron(0 4 1 * ? *)",
      toolsBucket: {
        bucket: "tools-111122223333",
        tools: ["a", "b"].map((name) => ({
          name,
          version: "1.0",
          key: `${name}.zip`,
          sha256: "0".repeat(64),
          path: `/opt/clean-room/${name}`,
        })),
      },
    }),
    together: [
      { path: ["foundationDeployers", 1], value: ROLE(FOREIGN, "fd") },
      { path: ["custodians", 0], value: ROLE(FOREIGN, "c") },
      { path: ["availabilityZones", 1], value: "eu-west-1a" },
      { path: ["slotsPerZone"], value: 1000 },
      { path: ["vpcCidr"], value: "10.66.0.0/25" },
      { path: ["permissionsBoundary"], value: `arn:aws:iam::${FOREIGN}:policy/p` },
      { path: ["tags", "cost centre"], value: "1" },
      { path: ["vault", "days"], value: 30 },
      { path: ["vault", "mode"], value: "COMPLIANCE" },
      { path: ["vault", "years"], value: 1 },
      { path: ["vault", "mostDays"], value: 2 },
      { path: ["toolsBucket", "tools", 1, "path"], value: "/opt/clean-room/a" },
      { path: ["toolsBucket", "tools", 1, "path"], value: "/opt/clean-room/a/b" },
      { path: ["interfaceEndpoints"], value: ["ssm", 7, "s3"] },
      { path: ["incidentDeployers"], value: ["nobody", ROLE(FOREIGN, "d"), 7] },
    ],
    undecided: [
      ...PLACE,
      [/that many fit/, ["vpcCidr", "slotsPerZone"]],
      [/slots in all zones/, ["availabilityZones", "slotsPerZone", "quotas"]],
      [/mostDays|trial: true|days or years/, ["vault"]],
      [/only once|below another tool's/, ["toolsBucket"]],
    ],
  },
  "a room": {
    stack: STACK,
    config: incidentConfig({
      reach: "cidr",
      suspectCidrs: ["10.20.30.40/32", "10.20.31.0/24"],
      tools: ["encase", "lime"],
      ports: ["x", "y"].map((name, index) => ({
        name,
        protocol: "tcp",
        fromPort: 9000 + 20 * index,
        toPort: 9001 + 20 * index,
        initiator: "suspect",
      })),
      quotas: { rulesPerGroup: 60 },
      tags: { "cost-centre": "4711" },
      responderRoles: [ROLE("222233334444", "r"), ROLE("222233334444", "r-2")],
      investigators: [ROLE("111122223333", "i")],
      evidence: ["0", "1"].map((digit) => ({
        snapshot: `snap-0123456789abcdef${digit}`,
        account: "222233334444",
        device: `/dev/sd${digit === "0" ? "f" : "g"}`,
        sourceTaken: "2026-11-21T03:00:00Z",
      })),
      suspectKeys: [SUSPECT_KEY],
      copyMinutes: 60,
    }),
    together: [
      { path: ["suspectCidrs"], value: [] },
      { path: ["suspectCidrs"], value: ["10.20.30.40/32", 7, "10.20.0.0/16"] },
      { path: ["suspectCidrs"], value: undefined },
      { path: ["isolationSecurityGroup"], value: "sg" },
      { path: ["slot"], value: "eu-west-1a-1" },
      { path: ["ticket"], value: "INC-7" },
      { path: ["ports", 1, "fromPort"], value: 4445 },
      { path: ["ports", 1, "toPort"], value: 1 },
      { path: ["ports", 1, "name"], value: "x" },
      { path: ["evidence", 1, "device"], value: "/dev/sdf" },
      { path: ["evidence", 1, "device"], value: undefined },
      { path: ["evidence", 1, "attach"], value: false },
      { path: ["evidence", 1, "snapshot"], value: "snap-0123456789abcdef0" },
      { path: ["evidence", 1, "sourceTaken"], value: "2026-99-99T99:99:99Z" },
      { path: ["suspectKeys", 0, "assumeRole"], value: ROLE("333344445555", "g") },
      { path: ["suspectKeys", 0, "keyArn"], value: SUSPECT_KEY.keyArn.replace("us-e", "us-we") },
      { path: ["responderRoles", 1], value: ROLE("222233334444", "r") },
    ],
    undecided: [
      ...PLACE,
      [/a slot of/, ["slot"]],
      [/the suspect's address range|opened once|rules/, ["suspectCidrs", "tools", "ports"]],
      [/range apart/, ["suspectCidrs"]],
      [/only once|device|with attach: false/, ["evidence", "responderRoles", "ports"]],
      [/the key's/, ["suspectKeys"]],
      [/toPort not below/, ["ports"]],
    ],
  },
  "a member account": {
    stack: "member-222233334444",
    config: memberConfig({
      tags: { "cost-centre": "4711" },
      quotas: { rulesPerGroup: 60 },
      ports: [
        { name: "x", protocol: "tcp", fromPort: 9000, toPort: 9001, initiator: "suspect" },
        { name: "y", protocol: "tcp", fromPort: 9020, toPort: 9021, initiator: "suspect" },
      ],
      transferKeyArns: [TRANSFER_KEY, TRANSFER_KEY.replace("us-east-1", "eu-west-1")],
      foreignKeyArns: [TRANSFER_KEY.replace("111122223333", FOREIGN)],
      transferKey: "on",
      incidentDeployers: [ROLE("111122223333", "id"), ROLE("111122223333", "id-2")],
      responderPrincipals: [ROLE("111122223333", "r"), "saml"],
      permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess",
    }),
    together: [
      { path: ["samlProviderArn"], value: undefined },
      { path: ["samlProviderArn"], value: SAML_PROVIDER.replace("222233334444", FOREIGN) },
      { path: ["incidentDeployers"], value: [] },
      { path: ["incidentDeployers"], value: undefined },
      { path: ["incidentDeployers", 1], value: ROLE(FOREIGN, "id") },
      { path: ["transferKeyArns", 1], value: TRANSFER_KEY },
      { path: ["transferKeyArns", 1], value: TRANSFER_KEY.replace("111122223333", FOREIGN) },
      { path: ["foreignKeyArns", 0], value: TRANSFER_KEY.replace("111122223333", "222233334444") },
      { path: ["permissionsBoundary"], value: `arn:aws:iam::${FOREIGN}:policy/p` },
      { path: ["workstationCidrs"], value: ["10.66.0.64/28", {}, "10.66.0.0/24"] },
      { path: ["vpcs", 1, "vpcId"], value: "vpc-0123456789abcdef0" },
      { path: ["vpcs", 1, "region"], value: "cn-north-1" },
      { path: ["ports", 1, "name"], value: "x" },
      { path: ["ports", 1, "fromPort"], value: 4445 },
    ],
    undecided: [
      ...PLACE,
      [/of the Audit account/, ["auditAccountId"]],
      [/samlProviderArn as well, or no saml/, ["samlProviderArn", "responderPrincipals"]],
      [/samlProviderArn as well/, ["samlProviderArn"]],
      [/at least one role ARN: with transferKey/, ["incidentDeployers"]],
      [/opened once|rules/, ["workstationCidrs", "tools", "ports"]],
      [/only once|one key per Region|range apart|toPort/, ["ports", "vpcs", "transferKeyArns"]],
    ],
  },
};

const key = (setting: string) => (setting.includes(":") ? setting : `clean-room:${setting}`);

/** What is said of a configuration, as key and what is required. */
function saidOf({ stack, config }: Pick<Example, "stack" | "config">): readonly string[] {
  try {
    parseSettings({ project: "clean-room", stack, values: asText(config) });
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.reasons.map((reason) => {
      const [at, , ...required] = reason.split("\n");
      return `${at} ${required[0]?.trim()}`;
    });
  }
  return [];
}

function withSlips(config: Config, slips: readonly Slip[]): Config {
  const copy = structuredClone(config) as Record<string, unknown>;
  for (const { path, value } of slips) {
    const [setting = "", ...inner] = path;
    const last = inner.at(-1);
    if (last === undefined) {
      copy[key(String(setting))] = value;
      continue;
    }
    const holder = inner
      .slice(0, -1)
      .reduce<unknown>(
        (outer, step) => (outer as Record<string | number, unknown>)[step],
        copy[key(String(setting))],
      ) as Record<string | number, unknown>;
    holder[last] = value;
  }
  return Object.fromEntries(Object.entries(copy).filter(([, value]) => value !== undefined));
}

/** A wrong value in the place of every value that there is, at any depth. */
function slipsIn(value: unknown, path: Slip["path"]): Slip[] {
  const here = [7.5, "?", {}, [], null].map((wrong) => ({ path, value: wrong }));
  return typeof value === "object" && value !== null
    ? [
        ...here,
        ...Object.entries(value).flatMap(([name, inner]) =>
          slipsIn(inner, [...path, Array.isArray(value) ? Number(name) : name]),
        ),
      ]
    : here;
}

/** Whether two mistakes can be made at once: neither is in the place of the other. */
function apart(one: Slip, other: Slip): boolean {
  const most = Math.min(one.path.length, other.path.length);
  return !one.path.slice(0, most).every((step, index) => step === other.path[index]);
}

describe("Mistakes in settings", () => {
  for (const [what, example] of Object.entries(EXAMPLES)) {
    const { config } = example;
    const slips = [
      ...example.together,
      ...Object.entries(config)
        .filter(([name]) => name !== "clean-room:kind")
        .flatMap(([name, value]) => slipsIn(value, [name.replace(/^clean-room:/, "")])),
    ];
    const alone = slips.map((slip) => saidOf({ ...example, config: withSlips(config, [slip]) }));

    it(`of ${what}: the example has none`, () => {
      assert.deepEqual(saidOf(example), []);
      example.together.forEach((slip, index) => {
        assert.notDeepEqual(alone[index], [], JSON.stringify(slip));
      });
    });

    it(`of ${what} are all told, whichever come together`, () => {
      fc.assert(
        fc.property(
          fc.array(
            fc.oneof(
              fc.nat({ max: slips.length - 1 }),
              fc.nat({ max: example.together.length - 1 }),
            ),
            { minLength: 2, maxLength: 5 },
          ),
          (drawn) => {
            const made: number[] = [];
            for (const index of drawn) {
              const slip = slips[index] as Slip;
              if (made.every((other) => apart(slip, slips[other] as Slip))) {
                made.push(index);
              }
            }
            const all = saidOf({
              ...example,
              config: withSlips(
                config,
                made.map((index) => slips[index] as Slip),
              ),
            });
            for (const index of made) {
              const others = made
                .filter((other) => other !== index)
                .map((other) => String(slips[other]?.path[0]));
              for (const told of alone[index] ?? []) {
                const undecided = example.undecided
                  .filter(([required]) => required.test(told))
                  .flatMap(([, without]) => without);
                if (!others.some((other) => undecided.includes(other))) {
                  assert.ok(
                    all.includes(told),
                    `${told}\nis not told beside\n${all.join("\n")}\n${JSON.stringify(made.map((each) => slips[each]))}`,
                  );
                }
              }
            }
          },
        ),
        { numRuns: 600, seed: 12 },
      );
    });

    for (const kind of [undefined, "constructor", 7]) {
      it(`of ${what} are told also where its kind is ${JSON.stringify(kind)}`, () => {
        const slip = example.together[0] as Slip;
        const wrong = withSlips(config, [slip]);
        const told = saidOf({
          ...example,
          config: withSlips(wrong, [{ path: ["kind"], value: kind }]),
        });
        assert.match(told[0] ?? "", /^clean-room:kind .*audit, incident or member/);
        assert.deepEqual(told.slice(1), saidOf({ ...example, config: wrong }));
      });
    }
  }
});
