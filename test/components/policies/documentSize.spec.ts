import assert from "node:assert/strict";

import {
  checkFittingDocuments,
  type SizedDocument,
} from "../../../components/policies/documentSize";
import { partitionOf } from "../../../components/aws/partition";
import { type Check, Refusal } from "../../../components/refusal";
import { MOST_TAGS } from "../../../components/tags";
import { parseSettings, asText, type Settings } from "../../../settings/parseSettings";
import { auditDocuments, incidentDocuments, memberDocuments } from "../../../stacks/policySizes";
import { arnOf, deploy } from "../../support/deployment";
import {
  answersOf,
  auditConfig,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  STACK,
} from "../../support/examples";

/** So many roles of Identity Center, each with a name of its own. */
const roles = (count: number, account = "111122223333") =>
  Array.from(
    { length: count },
    (_, index) =>
      `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Forensics_${String(index).padStart(16, "0")}`,
  );

function settingsOf<K extends Settings["kind"]>(
  stack: string,
  config: Record<string, unknown>,
): Extract<Settings, { kind: K }> {
  return parseSettings({ project: "clean-room", stack, values: asText(config) }) as never;
}

type DocumentsOf<S> = (settings: S) => readonly SizedDocument[];

/** Throws what a check refuses, as a stack does. */
function refuse([heading, reasons]: Check): void {
  if (reasons.length > 0) {
    throw new Refusal(heading, reasons);
  }
}

/** Refuses, or does not, what a stack's settings make. */
const audit = (changes: object) =>
  refuse(
    checkFittingDocuments(
      settingsOf<"audit">("audit", auditConfig({ ...changes })),
      auditDocuments,
    ),
  );
const incident = (changes: object) =>
  refuse(
    checkFittingDocuments(
      settingsOf<"incident">(STACK, incidentConfig({ ...changes })),
      (settings) => incidentDocuments(settings, "o-exampleorgid"),
    ),
  );
const member = (changes: object) =>
  refuse(
    checkFittingDocuments(
      settingsOf<"member">("member-222233334444", memberConfig({ ...changes })),
      memberDocuments,
    ),
  );

/** So many keys of an account, each in a Region of its own where they are a foundation's. */
const keys = (count: number, account: string, region = (index: number) => `us-east-${index}`) =>
  Array.from(
    { length: count },
    (_, index) =>
      `arn:aws:kms:${region(index)}:${account}:key/0a1b2c3d-0000-4000-8000-${String(index).padStart(12, "0")}`,
  );
const withKeys = (count: number, transferKey: "on" | "off") =>
  member({
    transferKey,
    transferKeyArns: keys(count, "111122223333", (index) => `us-east-${index + 1}`),
    incidentDeployers: roles(1),
  });

/** Each setting that a document grows with, and what becomes of so many entries. */
const GROWING: Readonly<Record<string, (count: number) => void>> = {
  foundationDeployers: (count) => audit({ foundationDeployers: roles(count) }),
  incidentDeployers: (count) => audit({ incidentDeployers: roles(count) }),
  custodians: (count) => audit({ custodians: roles(count) }),
  "toolsBucket.tools": (count) =>
    audit({
      toolsBucket: {
        bucket: "tools",
        tools: Array.from({ length: count }, (_, index) => ({
          name: `tool${index}`,
          version: "v1",
          key: `tools/${index}/${"x".repeat(60)}`,
          sha256: "0".repeat(64),
          path: `/opt/clean-room/${index}`,
        })),
      },
    }),
  investigators: (count) => incident({ investigators: roles(count) }),
  responderRoles: (count) => incident({ responderRoles: roles(count, "222233334444") }),
  responderPrincipals: (count) => member({ responderPrincipals: roles(count) }),
  "transferKeyArns without a key of the account's own": (count) => withKeys(count, "off"),
  "transferKeyArns with one in each Region": (count) => withKeys(count, "on"),
  foreignKeyArns: (count) => member({ foreignKeyArns: keys(count, "999988887777") }),
  "a member's incidentDeployers": (count) =>
    member({ transferKey: "on", incidentDeployers: roles(count) }),
};

/** Settings whose entries are roles. */
const OF_ROLES = /Deployers|custodians|investigators|responder/;

describe("Documents that grow with", () => {
  for (const [setting, become] of Object.entries(GROWING)) {
    it(`${setting} are taken to AWS's limit, and refused above it with what to shorten to which number`, () => {
      let count = 1;
      let said = "";
      for (; said === "" && count < 500; count += 1) {
        try {
          become(count);
        } catch (error) {
          said = (error as Error).message;
        }
      }
      const refused = count - 1;
      assert.ok(refused > 5, `refused at ${refused}`);
      const name = /\w+(Arns|Deployers)/.exec(setting)?.[0] ?? setting;
      assert.match(said, /would have (\d+), and AWS takes (\d+)\. Shorten /);
      // Just one entry less fits, and is taken.
      assert.ok(said.includes(`${name} to ${refused - 1} of ${refused}`), said);
      assert.equal(/with a trailing \*/.test(said), OF_ROLES.test(setting), said);
      become(refused - 1);
      const [, size, most] = /would have (\d+), and AWS takes (\d+)/.exec(said) ?? [];
      assert.ok(Number(size) > Number(most) && Number(size) - Number(most) < 1_000, said);
    });
  }

  it("two lists, each too long alone, are told together", () => {
    // No role may be in two of them.
    const custodians = roles(90).map((arn) => arn.replace("_Forensics_", "_Custodians_"));
    assert.throws(
      () => audit({ incidentDeployers: roles(90), custodians }),
      /bucket policy of the vault.*Shorten foundationDeployers \(1\), incidentDeployers \(90\), custodians \(90\): none of them is enough alone/,
    );
  });

  it("tags fit a responder's policy as many as can be given", () => {
    const tags = Object.fromEntries(
      Array.from({ length: MOST_TAGS.member }, (_, index) => [
        `t${index}`.padEnd(128, "x"),
        "v".repeat(256),
      ]),
    );
    member({ tags });
    const [inline] = memberDocuments(
      settingsOf<"member">("member-222233334444", memberConfig({ tags })),
    ).filter(({ kind }) => kind === "inline policy");
    assert.ok(inline?.growsWith.includes("tags"));
  });

  it("nothing but the Region fit in each", () => {
    // The longest names of Regions there are, of each partition that AWS has opened.
    for (const region of ["ap-southeast-7", "us-gov-west-1", "cn-northwest-1", "us-isob-east-1"]) {
      const there = (config: Record<string, unknown>) =>
        JSON.parse(
          JSON.stringify(config)
            .replaceAll("us-east-1", region)
            .replaceAll("arn:aws:", `arn:${partitionOf(region).name}:`),
        ) as Record<string, unknown>;
      const settings = settingsOf<"audit">("audit", there(auditConfig({ image: "off" })));
      const documents = auditDocuments(settings);
      for (const kind of ["managed policy", "endpoint policy"]) {
        assert.ok(documents.some((each) => each.kind === kind));
      }
      assert.deepEqual(checkFittingDocuments(settings, auditDocuments)[1], []);
    }
  });

  it("are counted by the byte, by the character, and without white space, as AWS does", () => {
    const documents =
      (kind: SizedDocument["kind"], text: string): DocumentsOf<object> =>
      () => [{ of: "it", kind, document: { text }, growsWith: [] }];
    const around = '{"text":""}'.length;
    const taken = (kind: SizedDocument["kind"], text: string) => {
      const [, reasons] = checkFittingDocuments({}, documents(kind, text));
      return reasons.length === 0;
    };
    for (const [kind, most] of [
      ["role trust", 2_048],
      ["managed policy", 6_144],
      ["inline policy", 10_240],
      ["endpoint policy", 20_480],
      ["bucket policy", 20_480],
      ["key policy", 32_768],
    ] as const) {
      const text = "x".repeat(most - around);
      assert.deepEqual([taken(kind, text), taken(kind, `${text}x`)], [true, false], kind);
      const iam = ["role trust", "managed policy", "inline policy"].includes(kind);
      assert.equal(taken(kind, `${text} `), iam, `white space in a ${kind}`);
      const bytes = ["bucket policy", "key policy"].includes(kind);
      assert.equal(taken(kind, text.replace("x", "é")), !bytes, `bytes of a ${kind}`);
    }
  });

  it("the settings are the very documents that are placed", async () => {
    const config = auditConfig({ image: "off", custodians: roles(3) });
    const deployment = await deploy("audit", config);
    const documents = auditDocuments(settingsOf<"audit">("audit", config));
    for (const [of, resource] of [
      ["the foundation key", "keys-foundation"],
      ["the evidence key", "keys-evidence"],
      ["the transfer key", "keys-transfer"],
    ] as const) {
      const counted = documents.find((each) => each.of === of)?.document;
      assert.deepEqual(JSON.parse(deployment.named(resource).inputs["policy"] as string), counted);
    }
    const vault = documents.find(({ of }) => of === "the vault")?.document;
    const placed = (deployment.named("vault-policy").inputs["policy"] as string)
      .replaceAll(arnOf("vault-bucket"), "arn:aws:s3:::vault-bucket-0a1b2c3")
      .replaceAll(
        arnOf("keys-evidence"),
        "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000",
      );
    assert.deepEqual(JSON.parse(placed), vault);
  });

  it("a member's settings are the very documents that are placed", async () => {
    const stack = "member-222233334444";
    const config = memberConfig({
      transferKey: "on",
      incidentDeployers: roles(2),
      foreignKeyArns: keys(2, "999988887777"),
      tags: { "cost-centre": "4711" },
    });
    const deployment = await deploy(stack, config);
    const documents = memberDocuments(settingsOf<"member">(stack, config));
    const own = "arn:aws:kms:us-east-1:222233334444:key/00000000-0000-4000-8000-000000000000";
    for (const [of, kind, resource, input] of [
      ["the responder role", "inline policy", "roles-responder-policy", "policy"],
      ["the role that grants", "inline policy", "transfer-keys-grants-policy", "policy"],
      ["the role that grants", "role trust", "transfer-keys-grants", "assumeRolePolicy"],
      ["the account's transfer key", "key policy", "transfer-keys-us-east-1", "policy"],
    ] as const) {
      const counted = documents.find((each) => each.of.startsWith(of) && each.kind === kind);
      const placed = deployment.named(resource).inputs[input];
      const text = typeof placed === "string" ? placed : JSON.stringify(placed);
      assert.deepEqual(
        JSON.parse(text.replaceAll(arnOf("transfer-keys-us-east-1"), own)),
        counted?.document,
      );
    }
  });

  it("lists are refused before anything is made, in every kind of stack", async () => {
    const many = roles(40);
    const foundation = FOUNDATION_OUTPUTS;
    const cases: [string, Record<string, unknown>, string][] = [
      ["audit", auditConfig({ image: "off", custodians: roles(120) }), "custodians"],
      [STACK, incidentConfig({ investigators: many }), "investigators"],
      ["member-222233334444", memberConfig({ responderPrincipals: many }), "responderPrincipals"],
    ];
    for (const [stack, config, list] of cases) {
      await assert.rejects(
        deploy(stack, config, { answers: stack === STACK ? answersOf() : {}, foundation }),
        new RegExp(`AWS takes \\d+\\. Shorten [^.]*${list} `),
      );
    }
  });
});

describe("A role of Identity Center", () => {
  const found = (arn: string) => () =>
    settingsOf<"incident">(STACK, incidentConfig({ investigators: [arn] }));
  const role = (path: string) => `arn:aws:iam::111122223333:role/${path}`;

  it("is named with its path, of a Region or without", () => {
    found(role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_IR_*"))();
    found(role("aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_IR_0123456789abcdef"))();
  });

  for (const path of [
    "AWSReservedSSO_IR_*",
    "ir/AWSReservedSSO_IR_*",
    "sso.amazonaws.com/AWSReservedSSO_IR_*",
  ]) {
    it(`is refused as ${path}, in every list`, () => {
      assert.throws(
        found(role(path)),
        /role\/aws-reserved\/sso\.amazonaws\.com\/<Region>\/AWSReservedSSO_/,
      );
      for (const name of ["foundationDeployers", "incidentDeployers", "custodians"]) {
        assert.throws(
          () => settingsOf<"audit">("audit", auditConfig({ [name]: [role(path)] })),
          /the path of a role of IAM Identity Center as well/,
        );
      }
      assert.throws(
        () =>
          settingsOf<"member">(
            "member-222233334444",
            memberConfig({ responderPrincipals: [role(path)] }),
          ),
        /the path of a role of IAM Identity Center as well/,
      );
    });
  }
});
