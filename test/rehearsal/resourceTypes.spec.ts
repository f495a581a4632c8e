import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { behaviours } from "../../rehearsal/account/behaviours";
import { dataSources } from "../../rehearsal/account/dataSources";
import providerTypes from "../../rehearsal/account/providerTypes.json";
import { referencesIn } from "../../rehearsal/account/references";
import { resourceTypes } from "../../rehearsal/account/resourceTypes";

const SDK = dirname(require.resolve("@pulumi/aws/package.json"));

/** `aws:ec2/vpc:Vpc` → the SDK's file `ec2/vpc`; the module `index` has its files at the top. */
function fileOf(token: string, extension: string): string {
  const [, place = ""] = token.split(":");
  return join(SDK, `${place.replace(/^index\//, "")}${extension}`);
}

/** Names of the arguments a resource takes, as the SDK declares them. */
function argumentsOf(token: string): string[] {
  const declarations = readFileSync(fileOf(token, ".d.ts"), "utf8");
  const found = /export interface \w+Args \{([\s\S]*?)\n\}/.exec(declarations)?.[1];
  assert.ok(found !== undefined, `${token} has no arguments`);
  return [...found.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name ?? "");
}

describe("the table of resource types", () => {
  for (const [token, row] of Object.entries(resourceTypes)) {
    it(`${token} is as in the SDK`, () => {
      const source = readFileSync(fileOf(token, ".js"), "utf8");
      assert.ok(source.includes(`__pulumiType = '${token}'`), "no such type token");
      const names = argumentsOf(token);
      assert.equal(row.taggable, names.includes("tags"), "taggable");
      const used = [
        ...row.replacedBy,
        ...referencesIn(row.refers).map(({ at }) => at),
        ...(row.keeps ?? []),
        ...(row.named === undefined ? [] : [row.named]),
      ].map((path) => path.split(/[.[]/)[0] ?? path);
      assert.deepEqual(
        used.filter((name) => !names.includes(name)),
        [],
        "properties the SDK does not have",
      );
    });
  }

  it("has every type that the provider was asked about, and no other", () => {
    assert.deepEqual(Object.keys(providerTypes).sort(), Object.keys(resourceTypes).sort());
  });

  it("knows of every type what makes another one of it, as the provider says: npm run provider-types asks it", () => {
    for (const [type, { replacedBy }] of Object.entries(resourceTypes)) {
      assert.ok(replacedBy.length > 0, type);
      assert.deepEqual(replacedBy, [...new Set(replacedBy)], `${type}: said by hand, too`);
    }
    // The key that is under a volume, and what a machine is started from: the rooms' pins are about these.
    assert.ok(resourceTypes["aws:ebs/volume:Volume"]?.replacedBy.includes("kmsKeyId"));
    assert.ok(resourceTypes["aws:ec2/instance:Instance"]?.replacedBy.includes("ami"));
  });

  it("gives a behaviour to no type that it has not", () => {
    assert.deepEqual(
      Object.keys(behaviours).filter((type) => !(type in resourceTypes)),
      [],
    );
  });

  it("has a row for every type that its own rows refer to or for which there is an outside", () => {
    const outside = [
      "aws:ebs/snapshot:Snapshot",
      "aws:ec2/ami:Ami",
      "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
      "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    ];
    const named = Object.values(resourceTypes).flatMap(({ refers }) =>
      referencesIn(refers).flatMap(({ to }) => to),
    );
    assert.deepEqual(
      [...new Set(named)].filter((type) => !(type in resourceTypes) && !outside.includes(type)),
      [],
    );
  });
});

describe("the data sources", () => {
  for (const token of Object.keys(dataSources)) {
    it(`${token} is in the SDK`, () => {
      assert.ok(readFileSync(fileOf(token, ".js"), "utf8").includes(`"${token}"`));
    });
  }
});
