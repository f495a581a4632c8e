import assert from "node:assert/strict";

import { parse } from "yaml";
import type { z } from "zod";

import {
  asText,
  parseSettings,
  SETTINGS,
  type Settings,
  SettingsError,
} from "../settings/parseSettings";
import {
  auditConfig,
  incidentConfig,
  memberConfig,
  SAML_PROVIDER,
  STACK,
  SUSPECT_KEY,
  TRANSFER_KEY,
} from "./support/examples";

/** Parses a configuration the way Pulumi hands it over: every value as text, lists as JSON. */
function settingsOf(stack: string, config: Readonly<Record<string, unknown>>): Settings {
  return parseSettings({ project: "clean-room", stack, values: asText(config) });
}

function reasonsOf(stack: string, config: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    settingsOf(stack, config);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.reasons;
  }
  return [];
}

const audit = (changes: Record<string, unknown>) => reasonsOf("audit", auditConfig(changes));
const room = (changes: Record<string, unknown>) => reasonsOf(STACK, incidentConfig(changes));
const member = (changes: Record<string, unknown>) =>
  reasonsOf("member-222233334444", memberConfig(changes));

const VPC = "vpc-0123456789abcdef0";
const CONTACT = {
  name: "Security Operations",
  title: "On call",
  emailAddress: "security@example.edu",
  phoneNumber: "+1 555 0100",
};

/** A room with a suspect's key, of an account that hands evidence over. */
const suspectKey = (changes: Record<string, unknown> = {}) => ({
  suspectKeys: [{ ...SUSPECT_KEY, ...changes }],
  responderRoles: ["arn:aws:iam::222233334444:role/clean-room/forensics-responder"],
});

/** A role of the commercial partition. */
const COMMERCIAL = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";

type Case = [what: string, changes: Record<string, unknown>, key: string, required: RegExp];

describe("Settings", () => {
  it("take no setting for one of theirs because every object has a property of that name", () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      const found = reasonsOf(
        "audit",
        Object.fromEntries([...Object.entries(auditConfig()), [`clean-room:${name}`, "x"]]),
      );
      assert.match(found.join("\n"), new RegExp(`^clean-room:${name}\n[^]*no such setting`), name);
    }
  });

  it("name the keys whose namespace is nearly the project's, and nothing that stands below them as lacking", () => {
    const misnamed = (namespace: string) =>
      Object.fromEntries(
        Object.entries(incidentConfig({ ticket: "no ticket" })).map(([key, value]) => [
          key.replace(/^clean-room:/, `${namespace}:`),
          value,
        ]),
      );
    for (const namespace of ["cleanroom", "clean_room", "Clean-Room"]) {
      const reasons = reasonsOf(STACK, misnamed(namespace));
      const keys = Object.keys(incidentConfig({})).filter((key) => key.startsWith("clean-room:"));
      assert.equal(reasons.length, keys.length + 1, reasons.join("\n"));
      const [ticket] = reasons.filter((reason) => reason.startsWith(`${namespace}:ticket`));
      assert.match(ticket ?? "", /found: +"no ticket"\n +required: clean-room:ticket: settings of/);
      assert.ok(!reasons.some((reason) => /found: +nothing/.test(reason)), reasons.join("\n"));
    }
    assert.deepEqual(room({ "some-library:ticket": "x", "cleanrooms:ticket": "x" }), []);
  });

  it("take the example of an audit stack", () => {
    const settings = settingsOf("audit", auditConfig());
    assert.equal(settings.kind, "audit");
    assert.equal(settings.region, "us-east-1");
  });

  it("put no legal hold on what arrives in the vault, unless told to", () => {
    const legalHold = (changes: object) => {
      const settings = settingsOf(
        "audit",
        auditConfig({ vault: { mode: "COMPLIANCE", days: 365, ...changes } }),
      );
      assert.ok(settings.kind === "audit");
      return settings.vault.legalHold;
    };
    assert.equal(legalHold({}), false);
    assert.equal(legalHold({ legalHold: true }), true);
  });

  it("fill in the defaults", () => {
    const { region: _, ...settings } = settingsOf(STACK, incidentConfig());
    assert.deepEqual(settings, {
      kind: "incident",
      accountId: "111122223333",
      notification: "ir@example.edu",
      ticket: "INC-2026-0042",
      auditStack: "audit",
      slot: "us-east-1a-1",
      isolationSecurityGroup: "222233334444/sg-0123456789abcdef0",
      reach: "cidr",
      suspectCidrs: ["10.20.30.40/32"],
      tools: [],
      ports: [],
      responderRoles: [],
      investigators: [],
      evidence: [],
      suspectKeys: [],
      link: "none",
      capture: [],
      quotas: { rulesPerGroup: 60, routesPerTable: 50, peeringsPerVpc: 50 },
      tags: {},
      instanceType: "r6i.xlarge",
      rootVolumeGiB: 100,
      workingVolumeThroughput: 500,
      workstations: [],
      closing: false,
      amiId: undefined,
      copyMinutes: undefined,
      workingVolumeInitializationRate: undefined,
    });
  });

  it("tell all that is wrong with a suspect's key at once", () => {
    const apart = room({
      suspectKeys: [
        {
          keyArn: SUSPECT_KEY.keyArn.replace("us-east-1", "eu-west-1"),
          assumeRole: "arn:aws:iam::333344445555:role/clean-room-grants",
        },
      ],
    });
    assert.deepEqual(
      apart.map((reason) => reason.split("\n")[0]),
      ["keyArn", "assumeRole"].map((name) => `clean-room:suspectKeys.0.${name}`),
    );
  });

  it("take evidence that is not attached, and a device that a withdrawn disk gave up", () => {
    const snapshots = ["snap-01234567", "snap-12345678", "snap-23456789", "snap-34567890"];
    const [kept, withdrawn, successor, far] = snapshots.map((id) => evidence("/dev/sdf", id));
    const { device: _, ...unattached } = kept as ReturnType<typeof evidence>;
    const entries = [
      { ...unattached, attach: false },
      { ...withdrawn, withdrawn: true },
      successor,
      { ...far, device: "/dev/xvdcz" },
    ];
    assert.deepEqual(room({ evidence: entries }), []);
  });

  it("read numbers and booleans from text", () => {
    const settings = settingsOf(
      STACK,
      incidentConfig({ rootVolumeGiB: "200", closing: "true", copyMinutes: "45" }),
    );
    assert.ok(settings.kind === "incident");
    assert.deepEqual(
      [settings.rootVolumeGiB, settings.closing, settings.copyMinutes],
      [200, true, 45],
    );
  });

  it("have an example that the setting itself accepts, and a description", () => {
    for (const shape of Object.values(SETTINGS)) {
      for (const [name, schema] of Object.entries<z.ZodType>(shape)) {
        const { description, example } = schema.meta() ?? {};
        assert.ok(description, name);
        assert.ok(schema.safeParse(example).success, name);
      }
    }
  });

  it("report every mistake at once: key, value found, what is required, an example", () => {
    const config = auditConfig({
      vpcCidr: "10.66.0.1/22",
      availabilityZones: ["eu-west-1a"],
      notification: "nobody",
      vault: undefined,
      slotsPerZone: "many",
    });
    assert.throws(
      () => settingsOf("audit", config),
      (error: unknown) => {
        assert.ok(error instanceof SettingsError);
        assert.equal(
          error.message,
          `5 mistakes in the configuration of stack audit; nothing was changed:
  - clean-room:notification
    found:    "nobody"
    required: an e-mail address, or several separated by single spaces; at most 256 characters
    example:  "aws-operations@example.edu"
  - clean-room:vpcCidr
    found:    "10.66.0.1/22"
    required: an IPv4 network address with its prefix length, such as 10.66.0.0/22
    example:  "10.66.0.0/22"
  - clean-room:slotsPerZone
    found:    "many"
    required: a whole number from 1
    example:  3
  - clean-room:vault
    found:    nothing
    required: mode, and days or years, all without a default: they decide how long evidence cannot be deleted
    example:  {"mode":"COMPLIANCE","days":2555}
  - clean-room:availabilityZones.0
    found:    "eu-west-1a"
    required: an Availability Zone of us-east-1, the stack's Region
    example:  "us-east-1a"`,
        );
        assert.equal(error.stack, error.message);
        return true;
      },
    );
  });

  const wrongKinds: unknown[] = [undefined, "workload", ""];
  for (const kind of wrongKinds) {
    it(`refuse the kind ${JSON.stringify(kind)}`, () => {
      assert.match(audit({ kind })[0] ?? "", /^clean-room:kind\n.*\n.*audit, incident or member/);
    });
  }

  const auditCases: Case[] = [
    [
      "a host's address as a network",
      { vpcCidr: "10.66.1.0/22" },
      "vpcCidr",
      /IPv4 network address/,
    ],
    ["a name as a network", { vpcCidr: "forensics" }, "vpcCidr", /IPv4 network address/],
    ["an IPv6 network", { vpcCidr: "fd00::/64" }, "vpcCidr", /IPv4 network address/],
    ["a network larger than /16", { vpcCidr: "10.0.0.0/15" }, "vpcCidr", /from \/16 to \/25/],
    ["everything as a network", { vpcCidr: "0.0.0.0/0" }, "vpcCidr", /from \/16 to \/25/],
    ["a public network", { vpcCidr: "52.216.0.0/22" }, "vpcCidr", /private address space/],
    [
      "a network too small for the slots",
      { vpcCidr: "10.66.0.0/24", slotsPerZone: 4 },
      "slotsPerZone",
      /at most 3: that many fit 10\.66\.0\.0\/24/,
    ],
    ["no slot", { slotsPerZone: 0 }, "slotsPerZone", /from 1/],
    [
      "a schedule that no clock has",
      { imageSchedule: "cron(99 4 1 * ? *)" },
      "imageSchedule",
      /cron expression of six fields/,
    ],
    [
      "an endpoint with its Region",
      { interfaceEndpoints: ["logs", "ssm", "ssmmessages", "com.amazonaws.us-east-1.kms"] },
      "interfaceEndpoints.3",
      /after com\.amazonaws and the Region, such as kms/,
    ],
    [
      "a role of IAM Identity Center without its path, whatever follows",
      { custodians: ["arn:aws:iam::111122223333:role/AWSReservedSSO*"] },
      "custodians.0",
      /the path of a role of IAM Identity Center/,
    ],
    [
      "an auditor of IAM Identity Center, who has no source identity, where one is demanded",
      {
        sourceIdentity: "demanded",
        auditors: ["internal-audit", "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Audit_*"].map(
          (name) => `arn:aws:iam::333344445555:role/${name}`,
        ),
      },
      "auditors.1",
      /source identity of their identity provider's.*or leave sourceIdentity off/,
    ],
    [
      "a tool below another one's file",
      {
        toolsBucket: {
          bucket: "tools-111122223333",
          tools: ["a", "a/b"].map((path) => ({
            name: "x",
            version: "1",
            key: "x.zip",
            sha256: "0".repeat(64),
            path: `/opt/clean-room/${path}`,
          })),
        },
      },
      "toolsBucket.tools.1.path",
      /a path that is not below another tool's/,
    ],
    ["half a slot", { slotsPerZone: 1.5 }, "slotsPerZone", /whole number/],
    [
      "an Availability Zone of another Region",
      { availabilityZones: ["us-east-1a", "us-west-2a"] },
      "availabilityZones.1",
      /an Availability Zone of us-east-1/,
    ],
    [
      "a Region as a zone",
      { availabilityZones: ["us-east-1"] },
      "availabilityZones.0",
      /zone name/i,
    ],
    [
      "one Availability Zone twice",
      { availabilityZones: ["us-east-1a", "us-east-1a"] },
      "availabilityZones.1",
      /only once/,
    ],
    ["no Availability Zone", { availabilityZones: [] }, "availabilityZones", /1 to 4/],
    [
      "five Availability Zones",
      { availabilityZones: [..."abcde"].map((letter) => `us-east-1${letter}`) },
      "availabilityZones",
      /1 to 4/,
    ],
    ["a notification that is no address", { notification: "ops" }, "notification", /e-mail/],
    ["a list with commas", { notification: "a@b.edu,c@d.edu" }, "notification", /single spaces/],
    ["a vault without a mode", { vault: { days: 30 } }, "vault.mode", /GOVERNANCE, COMPLIANCE/],
    ["a vault without days", { vault: { mode: "COMPLIANCE" } }, "vault", /days or years/],
    [
      "a vault with days and years",
      { vault: { mode: "COMPLIANCE", days: 30, years: 1 } },
      "vault",
      /one of them/,
    ],
    [
      "a vault with years above its ceiling",
      { vault: { mode: "COMPLIANCE", years: 11 } },
      "vault",
      /365 for each of years/,
    ],
    ["a vault for no time", { vault: { mode: "COMPLIANCE", days: 0 } }, "vault.days", /1 to 36500/],
    [
      "a vault above its ceiling",
      { vault: { mode: "COMPLIANCE", days: 4000 } },
      "vault",
      /365 for each of years, not above mostDays/,
    ],
    [
      "a trial that nobody could end",
      { vault: { mode: "COMPLIANCE", days: 1, trial: true } },
      "vault",
      /with trial: true, mode GOVERNANCE/,
    ],
    [
      "a legal hold that is neither on nor off",
      { vault: { mode: "GOVERNANCE", days: 30, legalHold: "on" } },
      "vault.legalHold",
      /true or false/,
    ],
    [
      "a long trial",
      { vault: { mode: "GOVERNANCE", days: 30, trial: true } },
      "vault",
      /at most 7 days/,
    ],
    [
      "an unknown part of the vault",
      { vault: { mode: "GOVERNANCE", days: 30, weeks: 1 } },
      "vault",
      /no weeks/,
    ],
    ["an account that is no number", { accountId: "audit" }, "accountId", /12 digits/],
    ["an organisation that is none", { organizationId: "example" }, "organizationId", /o- and/],
    ["nobody to deploy", { foundationDeployers: [] }, "foundationDeployers", /at least one/],
    [
      "a deployer of another account",
      { incidentDeployers: ["arn:aws:iam::999988887777:role/x"] },
      "incidentDeployers.0",
      /a role of account 111122223333/,
    ],
    ["everybody as custodian", { custodians: ["*"] }, "custodians.0", /ARN of an IAM role/],
    [
      "every role as deployer",
      { incidentDeployers: ["arn:aws:iam::111122223333:role/*"] },
      "incidentDeployers.0",
      /ARN of an IAM role/,
    ],
    ["endpoints without a login", { interfaceEndpoints: ["kms"] }, "interfaceEndpoints", /log in/],
    [
      "an interface endpoint of S3",
      { interfaceEndpoints: ["logs", "ssm", "ssmmessages", "s3"] },
      "interfaceEndpoints",
      /gateway endpoint/,
    ],
    [
      "endpoints without a recording",
      { interfaceEndpoints: ["ssm", "ssmmessages"] },
      "interfaceEndpoints",
      /log in/,
    ],
    [
      "a Recycle Bin for longer than AWS has",
      { recycleBinDays: 366 },
      "recycleBinDays",
      /1 to 365/,
    ],
    ["a Recycle Bin that keeps nothing", { recycleBinDays: 0 }, "recycleBinDays", /1 to 365/],
    ["a retention that AWS has not", { logRetentionDays: 100 }, "logRetentionDays", /one of 1, 3/],
    ["a setting that is none", { slots: 3 }, "slots", /no such setting; a stack of kind audit has/],
  ];
  const roomCases: Case[] = [
    [
      "a device of evidence that is not attached",
      {
        evidence: [
          {
            snapshot: "snap-0123456789abcdef0",
            account: "222233334444",
            device: "/dev/sdf",
            attach: false,
          },
        ],
      },
      "evidence.0.device",
      /none: with attach: false nothing is attached/,
    ],
    ...["2026-99-99T99:99:99Z", "2026-02-30T03:00:00Z", "2026-11-21T03:00:00+77:00"].map(
      (sourceTaken): Case => [
        `${sourceTaken}, which never was`,
        {
          evidence: [
            {
              snapshot: "snap-0123456789abcdef0",
              account: "222233334444",
              device: "/dev/sdf",
              sourceTaken,
            },
          ],
        },
        "evidence.0.sourceTaken",
        /when the source snapshot was taken/,
      ],
    ),
    [
      "a key without an id",
      suspectKey({ keyArn: "arn:aws:kms:us-east-1:222233334444:key/-" }),
      "suspectKeys.0.keyArn",
      /the ARN of a key/,
    ],
    ["a ticket with a space", { ticket: "INC 42" }, "ticket", /letters, digits and hyphens/],
    ["a ticket that ends a path", { ticket: "INC-42/" }, "ticket", /S3 prefix/],
    ["a long ticket", { ticket: "I".repeat(33) }, "ticket", /1 to 32/],
    [
      "a ticket like a foundation's stack",
      { ticket: "AUDIT-7" },
      "ticket",
      /begin like a foundation/,
    ],
    [
      "a ticket that is not the stack's",
      { ticket: "INC-7" },
      "ticket",
      /in lower case it is the stack's name, inc-2026-0042/,
    ],
    [
      "an isolation group off the pattern",
      { isolationSecurityGroup: "isolation" },
      "isolationSecurityGroup",
      /security group id/,
    ],
    [
      "reach cidr without a range",
      { suspectCidrs: undefined },
      "suspectCidrs",
      /the suspect's address range/,
    ],
    [
      "reach peering without an account",
      { reach: "peering", suspectCidrs: undefined, isolationSecurityGroup: "sg-0123456789abcdef0" },
      "isolationSecurityGroup",
      /the group with its account/,
    ],
    [
      "reach same-vpc with another account's group",
      { reach: "same-vpc", suspectCidrs: undefined },
      "isolationSecurityGroup",
      /a group of account 111122223333/,
    ],
    [
      "a range that reach ignores",
      { reach: "peering" },
      "suspectCidrs",
      /nothing: with reach peering/,
    ],
    ["a way that is none", { reach: "vpn" }, "reach", /one of cidr, peering, same-vpc/],
    [
      "an unknown tool, with the catalogue",
      { tools: ["encase", "f-response"] },
      "tools.1",
      /encase, grr, lime, rdp, smb, ssh, syslog, syslog-tls, velociraptor, winrm/,
    ],
    ["a tool named twice", { tools: ["ssh", "ssh"] }, "tools.1", /only once/],
    [
      "a port range wider than 16",
      { ports: [{ name: "x", protocol: "tcp", fromPort: 1000, toPort: 1016, initiator: "room" }] },
      "ports.0",
      /at most 16 ports/,
    ],
    [
      "all ports",
      { ports: [{ name: "x", protocol: "tcp", fromPort: 0, toPort: 65535, initiator: "room" }] },
      "ports.0.fromPort",
      /1 to 65535/,
    ],
    [
      "a range backwards",
      { ports: [{ name: "x", protocol: "tcp", fromPort: 90, toPort: 80, initiator: "room" }] },
      "ports.0",
      /not below fromPort/,
    ],
    [
      "the whole internet as suspect",
      { suspectCidrs: ["0.0.0.0/0"] },
      "suspectCidrs.0",
      /no larger/,
    ],
    [
      "half the internet",
      { suspectCidrs: ["128.0.0.0/1"] },
      "suspectCidrs.0",
      /no larger than \/16/,
    ],
    ["all of IPv6 as suspect", { suspectCidrs: ["::/0"] }, "suspectCidrs.0", /IPv4/],
    [
      "a host's address as a range",
      { suspectCidrs: ["10.20.30.40/24"] },
      "suspectCidrs.0",
      /network/,
    ],
    [
      "ranges that overlap",
      { suspectCidrs: ["10.20.0.0/16", "10.20.30.0/24"] },
      "suspectCidrs.1",
      /apart from 10\.20\.0\.0\/16/,
    ],
    [
      "one snapshot named twice",
      { evidence: ["f", "g"].map((letter) => evidence(`/dev/sd${letter}`)) },
      "evidence.1",
      /each snapshot only once/,
    ],
    [
      "one device for two snapshots, with those that are free",
      { evidence: [evidence("/dev/sdf"), evidence("/dev/sdf", "snap-0fedcba9876543210")] },
      "evidence.1.device",
      /free: \/dev\/sdg, /,
    ],
    [
      "evidence that is attached and has no device",
      { evidence: [{ snapshot: "snap-01234567", account: "222233334444" }] },
      "evidence.0.device",
      /a device name.*none with attach: false/,
    ],
    [
      "a root device for evidence",
      { evidence: [evidence("/dev/sda1")] },
      "evidence.0.device",
      /sdf/,
    ],
    [
      "a volume as evidence",
      { evidence: [evidence("/dev/sdf", "vol-0123456789abcdef0")] },
      "evidence.0.snapshot",
      /snap-/,
    ],
    [
      "evidence of nobody",
      { evidence: [{ snapshot: "snap-01234567", device: "/dev/sdf" }] },
      "evidence.0.account",
      /12 digits/,
    ],
    [
      "a source that is no volume",
      { evidence: [{ ...evidence("/dev/sdf"), sourceVolume: "snap-0123456789abcdef0" }] },
      "evidence.0.sourceVolume",
      /vol-/,
    ],
    [
      "a source that is no instance",
      { evidence: [{ ...evidence("/dev/sdf"), sourceInstance: "web-1" }] },
      "evidence.0.sourceInstance",
      /i- and 8 to 17/,
    ],
    [
      "a time without a zone",
      { evidence: [{ ...evidence("/dev/sdf"), sourceTaken: "2026-11-21T03:00:00" }] },
      "evidence.0.sourceTaken",
      /in quotes: 2026/,
    ],
    [
      "a device's name that no tag can carry",
      { evidence: [{ ...evidence("/dev/sdf"), sourceDevice: "disk 1" }] },
      "evidence.0.sourceDevice",
      /1 to 32 letters/,
    ],
    [
      "a device's name that is too long",
      { evidence: [{ ...evidence("/dev/sdf"), sourceDevice: "x".repeat(33) }] },
      "evidence.0.sourceDevice",
      /1 to 32 letters/,
    ],
    [
      "a hash that is none",
      { evidence: [{ ...evidence("/dev/sdf"), sha256: "AB".repeat(32) }] },
      "evidence.0.sha256",
      /64 hexadecimal digits, lower case/,
    ],
    [
      "every role as responder",
      { responderRoles: ["arn:aws:iam::222233334444:role/*"] },
      "responderRoles.0",
      /ARN/,
    ],
    [
      "an alias as a suspect's key",
      suspectKey({ keyArn: "arn:aws:kms:us-east-1:222233334444:alias/own" }),
      "suspectKeys.0.keyArn",
      /the ARN of a key: an id or an alias means nothing in another account/,
    ],
    [
      "a suspect's key without the role that grants it",
      suspectKey({ assumeRole: undefined }),
      "suspectKeys.0.assumeRole",
      /ARN of an IAM role of the key's account/,
    ],
    [
      "every role to make grants",
      suspectKey({ assumeRole: "arn:aws:iam::222233334444:role/*" }),
      "suspectKeys.0.assumeRole",
      /ARN of an IAM role of the key's account/,
    ],
    [
      "a suspect's key twice",
      { ...suspectKey(), suspectKeys: [SUSPECT_KEY, SUSPECT_KEY] },
      "suspectKeys.1",
      /each key only once/,
    ],
    [
      "a key of the Audit account as a suspect's",
      suspectKey({ keyArn: TRANSFER_KEY, assumeRole: "arn:aws:iam::111122223333:role/x" }),
      "suspectKeys.0.keyArn",
      /another account than 111122223333, whose own keys need no grant/,
    ],
    [
      "a suspect's key of another Region",
      suspectKey({ keyArn: SUSPECT_KEY.keyArn.replace("us-east-1", "eu-west-1") }),
      "suspectKeys.0.keyArn",
      /a key of us-east-1/,
    ],
    [
      "a role of another account than the suspect's key",
      suspectKey({ assumeRole: "arn:aws:iam::333344445555:role/clean-room-grants" }),
      "suspectKeys.0.assumeRole",
      /a role of account 222233334444, the key's/,
    ],
    ["an image that is none", { amiId: "forensics" }, "amiId", /ami-/],
    ["a copy time off the steps", { copyMinutes: 20 }, "copyMinutes", /steps of 15/],
    ["a slow gp3", { workingVolumeThroughput: 100 }, "workingVolumeThroughput", /125 to 2000/],
    ["a fast gp3", { workingVolumeThroughput: 2001 }, "workingVolumeThroughput", /125 to 2000/],
    [
      "a volume filled faster than EBS does",
      { workingVolumeInitializationRate: 301 },
      "workingVolumeInitializationRate",
      /100 to 300/,
    ],
    ["a half closing", { closing: "yes" }, "closing", /true or false/],
    ["a slot of another Region", { slot: "eu-west-1a-1" }, "slot", /a slot of us-east-1/],
    [
      "an account id that YAML made a number",
      { evidence: [{ ...evidence("/dev/sdf"), account: 222233334444 }] },
      "evidence.0.account",
      /in quotes/,
    ],
  ];
  const memberCases: Case[] = [
    [
      "a contact without a telephone number",
      { securityContact: { name: "A", title: "B", emailAddress: "a@example.edu" } },
      "securityContact.phoneNumber",
      /a telephone number, in quotes/,
    ],
    [
      "a contact's telephone number that YAML made a number",
      { securityContact: { ...CONTACT, phoneNumber: 15550100 } },
      "securityContact.phoneNumber",
      /in quotes/,
    ],
    ["no contact", { securityContact: undefined }, "securityContact", /without all four/],
    [
      "several addresses of a contact",
      { securityContact: { ...CONTACT, emailAddress: "a@b.edu c@d.edu" } },
      "securityContact.emailAddress",
      /one e-mail address/,
    ],
    ["no VPCs", { vpcs: undefined }, "vpcs", /\[\] where there is none/],
    ["a VPC that is none", { vpcs: [{ vpcId: "main" }] }, "vpcs.0.vpcId", /vpc- and 8 to 17/],
    [
      "a Region that is none",
      { vpcs: [{ vpcId: VPC, region: "us-east-1a" }] },
      "vpcs.0.region",
      /a Region/,
    ],
    ["one VPC twice", { vpcs: [{ vpcId: VPC }, { vpcId: VPC }] }, "vpcs.1", /each VPC only once/],
    ["no workstations", { workstationCidrs: [] }, "workstationCidrs", /at least one range/],
    [
      "everybody as workstation",
      { workstationCidrs: ["0.0.0.0/0"] },
      "workstationCidrs.0",
      /no larger than \/16: name the workstation slots/,
    ],
    [
      "workstations that overlap",
      { workstationCidrs: ["10.66.0.0/22", "10.66.0.64/28"] },
      "workstationCidrs.1",
      /apart from 10\.66\.0\.0\/22/,
    ],
    [
      "more rules than a group has",
      {
        workstationCidrs: Array.from({ length: 31 }, (_, slot) => `10.66.${slot}.0/28`),
        tools: ["encase", "ssh"],
      },
      "workstationCidrs",
      /at most 60 ingress rules: these make 62/,
    ],
    ["tools that are not decided", { tools: undefined }, "tools", /a list of tools/],
    ["an unknown tool", { tools: ["f-response"] }, "tools.0", /a tool of the catalogue/],
    [
      "a port that a tool opens already",
      {
        tools: ["ssh"],
        ports: [{ name: "x", protocol: "tcp", fromPort: 22, toPort: 22, initiator: "room" }],
      },
      "ports",
      /opened once: ssh opens it already/,
    ],
    ["no transfer key", { transferKeyArns: [] }, "transferKeyArns", /at least one key/],
    [
      "an alias as transfer key",
      { transferKeyArns: ["alias/transfer"] },
      "transferKeyArns.0",
      /means nothing in another account/,
    ],
    [
      "another account's transfer key",
      { auditAccountId: "999988887777" },
      "transferKeyArns.0",
      /a key of the Audit account 999988887777/,
    ],
    [
      "two transfer keys of one Region",
      { transferKeyArns: [TRANSFER_KEY, `${TRANSFER_KEY.slice(0, -1)}1`] },
      "transferKeyArns.1",
      /one key per Region/,
    ],
    [
      "a key of the account's own among the others'",
      { foreignKeyArns: [SUSPECT_KEY.keyArn] },
      "foreignKeyArns.0",
      /a key of another account than 222233334444/,
    ],
    [
      "an alias of another account's key",
      { foreignKeyArns: ["alias/central"] },
      "foreignKeyArns.0",
      /means nothing in another account/,
    ],
    ["neither on nor off", { transferKey: "yes" }, "transferKey", /one of off, on/],
    [
      "a transfer key that nobody grants",
      { transferKey: "on" },
      "incidentDeployers",
      /at least one role ARN/,
    ],
    [
      "somebody of another account to grant it",
      { transferKey: "on", incidentDeployers: [COMMERCIAL] },
      "incidentDeployers.0",
      /a role of the Audit account 111122223333/,
    ],
    ["nobody to respond", { responderPrincipals: [] }, "responderPrincipals", /at least one/],
    [
      "everybody as responder",
      { responderPrincipals: ["*"] },
      "responderPrincipals.0",
      /ARN of an IAM role/,
    ],
    [
      "federated responders without a provider",
      { responderPrincipals: ["saml"], samlProviderArn: undefined, namespace: undefined },
      "responderPrincipals.0",
      /nobody could assume the role/,
    ],
    [
      "a namespace without a provider",
      { samlProviderArn: undefined },
      "samlProviderArn",
      /the roles of a namespace trust it/,
    ],
    [
      "another account's provider",
      { samlProviderArn: SAML_PROVIDER.replace("222233334444", "999988887777") },
      "samlProviderArn",
      /a provider of account 222233334444/,
    ],
    ["a namespace that makes no name", { namespace: "a b" }, "namespace", /letters, digits/],
    [
      "automation that is half there",
      { automationRoles: "read-only" },
      "automationRoles",
      /one of create, existing, none/,
    ],
  ];
  for (const [kind, mistakes, cases] of [
    ["an audit stack", audit, auditCases],
    ["a room", room, roomCases],
    ["a member account", member, memberCases],
  ] as const) {
    for (const [what, changes, key, required] of cases) {
      it(`of ${kind} refuse ${what}`, () => {
        const reasons = mistakes(changes);
        const reason = reasons.find((text) => text.startsWith(`clean-room:${key}\n`));
        assert.ok(reason, `nothing said of ${key}: ${reasons.join("; ")}`);
        assert.match(reason, required);
      });
    }
  }

  it("of a member account refuse Regions of another partition, in VPCs and in ARNs", () => {
    const vpcs = [{ vpcId: VPC, region: "cn-north-1" }];
    assert.match(member({ vpcs }).join("\n"), /vpcs\.0\.region\n.*\n.*a Region of partition aws,/);
    const transferKeyArns = [TRANSFER_KEY.replace("us-east-1", "us-gov-west-1")];
    assert.match(
      member({ transferKeyArns }).join("\n"),
      /transferKeyArns\.0\n.*\n.*an ARN of partition aws,/,
    );
  });

  it("of a member account refuse a stack that policies take for an incident's", () => {
    const [reason = ""] = reasonsOf("workload-222233334444", memberConfig());
    assert.match(reason, /found: {4}"stack workload-222233334444"\n.*begins with member-/);
  });

  it("of a member account need no tool, no VPC and no SAML provider", () => {
    const changes = { tools: [], vpcs: [], samlProviderArn: undefined, namespace: undefined };
    assert.deepEqual(member(changes), []);
    const settings = settingsOf("member-222233334444", memberConfig(changes));
    assert.ok(settings.kind === "member");
    assert.deepEqual(
      [settings.ports, settings.automationRoles, settings.samlProviderArn],
      [[], "none", undefined],
    );
  });

  const providerCases: [string, Record<string, unknown>, RegExp][] = [
    ["no allowed account", { "aws:allowedAccountIds": undefined }, /exactly the account/],
    [
      "another account than the provider's",
      { "aws:allowedAccountIds": ["999988887777"] },
      /found: {4}\["999988887777"\]\n {4}required: exactly the account of clean-room:accountId/,
    ],
    ["a second account", { "aws:allowedAccountIds": ["111122223333", "999988887777"] }, /exactly/],
    [
      "an account that YAML took for a number",
      { "aws:allowedAccountIds": [11112222333] },
      /found: +\[11112222333\]\n +required: exactly [^\n]*, in quotes/,
    ],
    [
      "another Region than the slot's",
      { "aws:region": "us-west-2" },
      /us-east-1a-1"\n +required: a slot of us-west-2, [^\n]*; or the slot's own in aws:region/,
    ],
    ["no Region", { "aws:region": undefined }, /aws:region\n {4}found: {4}nothing/],
    [
      "a Region of no known partition, by its name",
      { "aws:region": "mars-north-1" },
      /aws:region\n {4}found: {4}"mars-north-1"\n {4}required: a Region.*partitions aws, aws-cn/,
    ],
    [
      "an ARN of another partition than the Region's",
      { "aws:region": "us-gov-west-1", slot: "us-gov-west-1a-1", responderRoles: [COMMERCIAL] },
      /responderRoles\.0\n.*\n {4}required: an ARN of partition aws-us-gov, that of us-gov-west-1/,
    ],
    [
      "such an ARN within a list of objects",
      {
        "aws:region": "us-gov-west-1",
        slot: "us-gov-west-1a-1",
        suspectKeys: [{ keyArn: SUSPECT_KEY.keyArn, assumeRole: COMMERCIAL }],
      },
      /suspectKeys\.0\.assumeRole\n.*\n {4}required: an ARN of partition aws-us-gov/,
    ],
  ];
  for (const [what, changes, message] of providerCases) {
    it(`refuse ${what}`, () => {
      assert.match(room(changes).join("\n"), message);
    });
  }

  it("say nothing else of a Region in capitals", () => {
    assert.deepEqual(
      room({ "aws:region": "US-EAST-1" }).map((reason) => reason.split("\n")[0]),
      ["aws:region"],
    );
  });

  it("take an organisation's tags in every kind, and its boundary where roles are made", () => {
    const tags = { "cost-centre": "4711", "Cost Owner": "Security & more".replace("&", "and") };
    const permissionsBoundary = "arn:aws:iam::222233334444:policy/boundaries/x";
    assert.deepEqual(audit({ tags: { "cost-centre": "4711" } }), []);
    assert.deepEqual(room({ tags }), []);
    assert.deepEqual(member({ tags, permissionsBoundary }), []);
    assert.match(room({ permissionsBoundary }).join(), /permissionsBoundary[^]*no such setting/);
  });

  const tagCases: [string, unknown, RegExp][] = [
    [
      "a number for a value",
      { "cost-centre": 4711 },
      /tags\.cost-centre[^]*in quotes where it looks/,
    ],
    ["a key of AWS's", { "aws:createdBy": "me" }, /tags\.aws:createdBy[^]*not beginning with aws:/],
    ["one in capitals too", { "AWS:createdBy": "me" }, /not beginning with aws:/],
    ["a key that handover would cut in two", { "a=b": "c" }, /a key of 1 to 128 letters/],
    ["a value in quotation marks", { owner: '"me"' }, /tags\.owner[^]*a value of at most 256/],
    ["a value that is too long", { owner: "x".repeat(257) }, /a value of at most 256/],
    ["a key that is too long", { ["x".repeat(129)]: "y" }, /a key of 1 to 128/],
    ["a key of the program's own", { notification: "me" }, /another key: notification, Name, /],
    ["the mark of what is drilled on", { "clean-room-drill": "true" }, /another key: /],
    ["one that IAM takes for it", { Notification: "me" }, /another key: notification/],
    ["the ticket", { "incident-response": "quarantine:OTHER" }, /another key: /],
    ["two keys that IAM takes for one", { Owner: "a", owner: "b" }, /tags\.owner[^]*only once/],
    ["a list", ["cost-centre"], /tags, by key/],
    [
      "more than a record can carry",
      Object.fromEntries([..."abcdefghi"].map((key) => [key, key])),
      /at most 8 tags beside the program's own/,
    ],
  ];
  for (const [what, tags, message] of tagCases) {
    it(`refuse, as a tag, ${what}`, () => {
      assert.match(room({ tags }).join("\n"), message);
    });
  }

  it("refuse keys that Image Builder does not take, where it makes images", () => {
    const tags = { "Cost Centre": "4711" };
    assert.match(audit({ tags }).join("\n"), /tags\.Cost Centre[^]*Image Builder takes no other/);
    assert.deepEqual(audit({ tags, image: "off" }), []);
  });

  it("count a room's rules, its own two among them, against the group's quota", () => {
    const tools = ["ssh", "rdp", "smb", "winrm", "lime", "encase", "velociraptor"];
    const suspectCidrs = Array.from({ length: 8 }, (_, index) => `10.20.${index}.0/24`);
    const ports = [1, 2].map((number) => ({
      name: `port-${number}`,
      protocol: "tcp",
      fromPort: 9000 + number,
      toPort: 9000 + number,
      initiator: "room",
    }));
    // 8 ranges for each of 6 tools, and 2 of the room's own; a port more for each range is too much.
    assert.deepEqual(room({ tools, suspectCidrs, ports: ports.slice(1) }), []);
    const refused = room({ tools, suspectCidrs, ports }).join("\n");
    assert.match(refused, /suspectCidrs[^]*at most 60 egress rules: these make 66; name one wider/);
    assert.deepEqual(room({ tools, suspectCidrs, ports, quotas: { rulesPerGroup: 66 } }), []);
  });

  it("count subnets and route tables of the VPC, all zones together", () => {
    const zones = ["us-east-1a", "us-east-1b"];
    const of = (slotsPerZone: number, quotas?: object) =>
      audit({ vpcCidr: "10.66.0.0/16", availabilityZones: zones, slotsPerZone, quotas }).join("\n");
    assert.equal(of(99), "");
    assert.match(of(100), /slotsPerZone[^]*at most 200 subnets: these make 202/);
    assert.match(of(100), /at most 200 route tables: these make 202/);
    assert.equal(of(100, { subnetsPerVpc: 400, routeTablesPerVpc: 400 }), "");
    assert.match(of(99, { subnetsPerVpc: 100 }), /at least 200/);
  });

  it("count interface endpoints against the addresses of their subnets", () => {
    const more = ["ssm", "ssmmessages", "logs", ...[..."abcdefghi"].map((end) => `service-${end}`)];
    assert.deepEqual(audit({ interfaceEndpoints: more.slice(0, 11) }), []);
    assert.match(audit({ interfaceEndpoints: more }).join(), /at most 11: that many addresses/);
  });

  it("refuse a boundary of another account, and what is no policy", () => {
    const of = (arn: string) => member({ permissionsBoundary: arn }).join("\n");
    assert.match(of("arn:aws:iam::999988887777:policy/x"), /a policy of account 222233334444/);
    assert.match(of("arn:aws:iam::222233334444:role/x"), /the ARN of a managed policy/);
    assert.equal(of("arn:aws:iam::aws:policy/PowerUserAccess"), "");
  });

  const elsewhere = [
    ["aws-cn", "cn-north-1"],
    ["aws-us-gov", "us-gov-west-1"],
    ["aws-iso", "us-iso-east-1"],
    ["aws-iso-e", "eu-isoe-west-1"],
    ["aws-eusc", "eusc-de-east-1"],
  ] as const;
  for (const [partition, region] of elsewhere) {
    it(`accept every kind of stack in ${region}`, () => {
      const moved = (config: Record<string, unknown>) =>
        JSON.parse(
          JSON.stringify(config)
            .replaceAll("eu-west-1", region)
            .replaceAll("arn:aws:", `arn:${partition}:`)
            .replaceAll("us-east-1", region),
        ) as Record<string, unknown>;
      assert.deepEqual(audit(moved(auditConfig())), []);
      assert.deepEqual(room(moved(incidentConfig())), []);
      assert.deepEqual(member(moved(memberConfig())), []);
    });
  }

  it("accept several addresses and a role of IAM Identity Center", () => {
    const suffixed =
      "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Foundation_*";
    assert.deepEqual(
      audit({ notification: "a@b.edu c@d.edu", foundationDeployers: [suffixed] }),
      [],
    );
  });

  it("read what YAML makes of a list without quotes", () => {
    const config = parse(`clean-room:tools: [encase, "ssh"]`) as Record<string, unknown>;
    assert.deepEqual(room({ ...config }), []);
  });
});

function evidence(device: string, snapshot = "snap-0123456789abcdef0") {
  return { snapshot, account: "222233334444", device };
}
