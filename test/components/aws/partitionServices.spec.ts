import assert from "node:assert/strict";

import { hasAccountManagement, untriedServices } from "../../../components/aws/partitionServices";
import { deploy } from "../../support/deployment";
import { auditConfig, memberConfig } from "../../support/examples";
import { partitionOf } from "../../../components/aws/partition";

/** A Region of each partition but the first. */
const ELSEWHERE = [
  "cn-north-1",
  "us-gov-west-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
];

/** The same settings in another Region. */
function moved(config: Record<string, unknown>, region: string): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(config)
      .replaceAll("us-east-1", region)
      .replaceAll("arn:aws:", `arn:${partitionOf(region).name}:`),
  ) as Record<string, unknown>;
}

describe("What a partition may lack", () => {
  it("is nothing to speak of in the first", () => {
    assert.equal(untriedServices("eu-central-1", true), undefined);
    assert.equal(hasAccountManagement("eu-central-1"), true);
  });

  for (const region of ELSEWHERE) {
    it(`is said by name of ${region}, with the setting that does without it`, () => {
      const said = untriedServices(region, true) ?? "";
      assert.match(said, new RegExp(`partition ${partitionOf(region).name} `));
      assert.match(said, /EC2 Image Builder \(without it: image: off\)/);
      assert.match(said, /DNS firewall, locks of EBS snapshots/);
    });

    it(`is no security contact in ${region} unless AWS has an endpoint for it`, async () => {
      const config = moved(memberConfig({ vpcs: [] }), region);
      const { resources, warnings } = await deploy("member-222233334444", config);
      const contact = resources.some(({ name }) => name === "security-contact");
      assert.equal(contact, region === "cn-north-1");
      assert.equal(
        warnings.some((each) => each.startsWith("securityContact is not set")),
        region !== "cn-north-1",
      );
    });
  }

  it("is told once where a foundation is deployed, without the builder that it does without", async () => {
    const config = moved(auditConfig({ image: "off" }), "us-gov-west-1");
    const { warnings } = await deploy("audit", config);
    assert.deepEqual(
      warnings.filter((each) => each.includes("fails at what it has not")),
      [untriedServices("us-gov-west-1", false)],
    );
    assert.doesNotMatch(warnings.join("\n"), /Image Builder/);
  });
});
