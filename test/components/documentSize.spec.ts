import assert from "node:assert/strict";

import { requireFittingDocuments, type SizedDocument } from "../../components/documentSize";
import { parseSettings, asText, type Settings } from "../../settings";
import { auditDocuments, incidentDocuments, memberDocuments } from "../../stacks/growingDocuments";
import { arnOf, deploy } from "../support/deployment";
import {
  answersOf,
  auditConfig,
  FOUNDATION_OUTPUTS,
  incidentConfig,
  memberConfig,
  STACK,
} from "../support/examples";

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

const audit = (changes: object) =>
  auditDocuments(settingsOf<"audit">("audit", auditConfig({ ...changes })));
const incident = (changes: object) =>
  incidentDocuments(
    settingsOf<"incident">(STACK, incidentConfig({ ...changes })),
    "o-exampleorgid",
  );
const member = (changes: object) =>
  memberDocuments(settingsOf<"member">("member-222233334444", memberConfig({ ...changes })), {});

/** Each setting that a document grows with, and the documents of so many entries. */
const GROWING: Readonly<Record<string, (count: number) => readonly SizedDocument[]>> = {
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
};

describe("Documents that grow with", () => {
  for (const [setting, documents] of Object.entries(GROWING)) {
    it(`${setting} are taken to AWS's limit, and refused above it with what to shorten`, () => {
      let count = 1;
      let said = "";
      for (; said === "" && count < 500; count += 1) {
        try {
          requireFittingDocuments(documents(count));
        } catch (error) {
          said = (error as Error).message;
        }
      }
      assert.ok(count > 5, `refused at ${count}`);
      assert.match(said, /would have (\d+), and AWS takes (\d+)\. Shorten .*trailing \*/);
      assert.ok(said.includes(setting), said);
      const [, size, most] = /would have (\d+), and AWS takes (\d+)/.exec(said) ?? [];
      // One entry less did fit: entries are shorter than this.
      assert.ok(Number(size) > Number(most) && Number(size) - Number(most) < 1_000, said);
    });
  }

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
        new RegExp(`AWS takes \\d+\\. Shorten [^.]*${list}`),
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
