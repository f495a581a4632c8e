import assert from "node:assert/strict";

import type { StepEventMetadata } from "@pulumi/pulumi/automation";

import { checkDrift } from "../../../cli/doctor/drift";

const step = (type: string, name: string, old: string[], wanted: string[]) =>
  ({
    op: "update",
    type,
    urn: `urn:pulumi:audit::clean-room::${type}::${name}`,
    old: { outputs: { domains: old } },
    new: { inputs: { domains: wanted } },
  }) as unknown as StepEventMetadata;

const LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";

describe("Drift of a foundation", () => {
  it("is none where nothing changes, and where AWS has put its dots behind names", () => {
    const dots = step(LIST, "dns-firewall-allowed", ["b.com.", "a.com."], ["a.com", "b.com"]);
    assert.deepEqual(
      [checkDrift("audit", []), checkDrift("audit", [dots])].flat().map(({ verdict }) => verdict),
      ["good", "good"],
    );
  });

  it("is told with what it is of and the commands that show it and put it back", () => {
    const more = step(LIST, "dns-firewall-allowed", ["a.com.", "attacker.example."], ["a.com"]);
    const vpc = step("aws:ec2/vpc:Vpc", "forensics-vpc", [], []);
    const [finding] = checkDrift("audit", [more, vpc]);
    assert.equal(finding?.verdict, "mend");
    assert.match(
      finding.said,
      /2 things .*\(update dns-firewall-allowed, update forensics-vpc\): pulumi preview --refresh --diff --stack audit .*pulumi up --refresh/,
    );
  });
});
