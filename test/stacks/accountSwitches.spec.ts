import assert from "node:assert/strict";

import { ACCOUNT_SWITCHES } from "../../components/account/switchNames";
import { AwsError } from "../../rehearsal/account/awsError";
import type { Deployment } from "../support/deployment";
import { deploy } from "../support/deployment";
import { auditConfig, ec2Of, memberConfig } from "../support/examples";
import { wholeFoundation } from "../support/wholeStacks";

const OWN = /^(account|internet)-/;
const audit = (changes: Record<string, unknown>) =>
  deploy("audit", auditConfig({ image: "off", ...changes }));
const member = (changes: Record<string, unknown>) =>
  deploy("member-222233334444", memberConfig(changes));
const switchesOf = ({ resources }: Deployment) =>
  resources.map(({ name }) => name).filter((name) => OWN.test(name));

describe("The account's own switches", () => {
  it("are left alone where a stack's settings name none", async () => {
    assert.deepEqual(switchesOf(await audit({})), []);
    assert.deepEqual(switchesOf(await member({})), []);
  });

  it("are set one by one, and stay when the stack goes", async () => {
    const [first, ...others] = ACCOUNT_SWITCHES;
    const deployments: [Deployment, readonly string[]][] = [
      // A foundation is large, and hands what is named to the same component.
      [await audit({ accountSwitches: [first] }), [first]],
      [await audit({ accountSwitches: others }), others],
    ];
    for (const name of ACCOUNT_SWITCHES) {
      deployments.push([await member({ accountSwitches: [name] }), [name]]);
    }
    for (const [deployment, switches] of deployments) {
      assert.deepEqual(
        switchesOf(deployment),
        switches.map((name) => `account-${name}`),
      );
      for (const name of switchesOf(deployment)) {
        const { options } = deployment.named(name);
        assert.deepEqual([options.protect, options.retainOnDelete], [true, true]);
      }
    }
  });

  it("leave what else the account has set for the metadata service of new machines", async () => {
    const there = { httpEndpoint: "enabled", httpPutResponseHopLimit: 2 };
    const up = (answer: () => Readonly<Record<string, unknown>>) =>
      deploy("audit", auditConfig({ image: "off", accountSwitches: ["metadata"] }), {
        ec2: { ...ec2Of({}), GetInstanceMetadataDefaults: answer },
      });
    const deployment = await up(() => ({ accountLevel: there }));
    const { inputs } = deployment.named("account-metadata");
    assert.deepEqual({ ...inputs }, { ...there, httpTokens: "required" });
    await assert.rejects(
      up(() => {
        throw new AwsError("UnauthorizedOperation", "You are not authorized to do this.");
      }),
      /accountSwitches: metadata is not set.*could not be looked up\. AWS denies it/s,
    );
  });

  it("close the internet to all but the image's builder, which is let out first", async () => {
    const deployment = await wholeFoundation();
    const { inputs } = deployment.named("internet-builder");
    assert.equal(inputs["internetGatewayExclusionMode"], "allow-bidirectional");
    const block = deployment.named("internet-block");
    assert.equal(block.inputs["internetGatewayBlockMode"], "block-bidirectional");
    assert.equal((block.options.dependsOn as unknown[]).length, 1);
    const without = await audit({ blockInternet: "on" });
    assert.deepEqual(switchesOf(without), ["internet-block"]);
  });
});
