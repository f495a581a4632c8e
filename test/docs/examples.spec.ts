import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import type { z } from "zod";

import { overlap, parseCidr } from "../../components/cidr";
import { planSubnets } from "../../components/network/subnetPlan";
import { SETTINGS } from "../../settings/parseSettings";
import { PAGES, ROOT, yamlOf } from "./pages";

type Settings = Readonly<Record<string, unknown>>;

/** Settings by bare name. */
const bare = (config: Settings): Settings =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^clean-room:/, ""), value]),
  );

const blocks = [...PAGES.values()]
  .flatMap(yamlOf)
  .map((block) => parse(block) as { config?: Settings; defaults?: { settings: Settings } });

/** What the pages and the stack files show of a kind, and each setting's own example. */
const examples: Readonly<Record<keyof typeof SETTINGS, Settings[]>> = {
  audit: [
    bare(
      (parse(readFileSync(join(ROOT, "Pulumi.audit.yaml"), "utf8")) as { config: Settings }).config,
    ),
  ],
  incident: [],
  member: [],
};
for (const { config, defaults } of blocks) {
  const settings = config === undefined ? defaults?.settings : bare(config);
  if (settings !== undefined) {
    const member = settings["kind"] === "member" || config === undefined;
    examples[member ? "member" : "incident"].push(settings);
  }
}
for (const kind of ["audit", "incident", "member"] as const) {
  examples[kind].push(
    Object.fromEntries(
      Object.entries<z.ZodType>(SETTINGS[kind]).map(([name, schema]) => [
        name,
        schema.meta()?.["example"],
      ]),
    ),
  );
}

const all = (kind: keyof typeof SETTINGS, name: string): unknown[] =>
  examples[kind].flatMap((settings) => (settings[name] === undefined ? [] : [settings[name]]));
const only = (kind: keyof typeof SETTINGS, name: string): unknown => {
  const values = new Set(all(kind, name).map((value) => JSON.stringify(value)));
  assert.equal(values.size, 1, `${kind} ${name}: ${[...values].join(", ")}`);
  return all(kind, name)[0];
};
const accountOf = (arn: unknown) => String(arn).split(":")[4];

describe("The examples of the documentation, of Pulumi.audit.yaml and of the settings", () => {
  const audit = String(only("audit", "accountId"));
  const region = "us-east-1";

  it("are of one organisation, one Audit account and one member account", () => {
    assert.equal(only("member", "organizationId"), only("audit", "organizationId"));
    assert.equal(only("incident", "accountId"), audit);
    assert.equal(only("member", "auditAccountId"), audit);
    const member = only("member", "accountId");
    for (const evidence of all("incident", "evidence").flat() as { account: string }[]) {
      assert.equal(evidence.account, member);
    }
    for (const role of all("incident", "responderRoles").flat()) {
      assert.equal(accountOf(role), member);
    }
    for (const group of all("incident", "isolationSecurityGroup")) {
      assert.equal(String(group).split("/")[0], member);
    }
  });

  it("let every slot of the foundation into the isolation groups", () => {
    const cidr = String(only("audit", "vpcCidr"));
    const zones = only("audit", "availabilityZones") as string[];
    const { slots } = planSubnets(cidr, zones, only("audit", "slotsPerZone") as number);
    for (const ranges of all("member", "workstationCidrs") as string[][]) {
      for (const slot of slots) {
        const inside = parseCidr(slot.cidr);
        const let_in = ranges.some((range) => {
          const outer = parseCidr(range);
          return inside && outer && outer.first <= inside.first && inside.last <= outer.last;
        });
        assert.ok(let_in, `${slot.cidr} is in none of ${ranges.join(", ")}`);
      }
    }
    for (const slot of all("incident", "slot")) {
      assert.ok(
        slots.some(({ name }) => name === slot),
        String(slot),
      );
    }
  });

  it("reach suspects outside of the forensics VPC, with tools that the member account opens", () => {
    const vpc = parseCidr(String(only("audit", "vpcCidr")));
    for (const range of all("incident", "suspectCidrs").flat()) {
      const suspect = parseCidr(String(range));
      assert.ok(vpc && suspect && !overlap(vpc, suspect), String(range));
    }
    for (const used of all("incident", "tools").flat()) {
      for (const opened of all("member", "tools") as string[][]) {
        assert.ok(opened.includes(String(used)), `${String(used)} is not opened`);
      }
    }
  });

  it("name keys of the Audit account in the foundation's Region", () => {
    const keys = all("member", "transferKeyArns").flat().map(String);
    assert.ok(keys.length > 0);
    for (const key of keys) {
      assert.deepEqual([key.split(":")[3], accountOf(key)], [region, audit]);
    }
  });
});
