import assert from "node:assert/strict";

import { privateImages } from "../../../policy-pack/policies/privateImages";
import { judge, UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../../support/policies";

const KEY = { kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/0" };
const distribution = (...amis: unknown[]) => ({
  type: "aws:imagebuilder/distributionConfiguration:DistributionConfiguration",
  props: {
    distributions: amis.map((ami) => ({ region: "us-east-1", amiDistributionConfiguration: ami })),
  },
});
const permission = (props: Record<string, unknown>) => ({
  type: "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
  props: { imageId: "ami-0123456789abcdef0", ...props },
});
const volumePermission = (accountId: unknown) => ({
  type: "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission",
  props: { snapshotId: "snap-0123456789abcdef0", accountId },
});

describe("private-images", () => {
  describe("of a distribution", () => {
    it("accepts an AMI under a key, made already or not, that nobody else may launch", async () => {
      assert.deepEqual(await judge(privateImages, distribution(KEY)), []);
      const toCome = { kmsKeyId: UNKNOWN_TEXT, launchPermission: { userGroups: [] } };
      assert.deepEqual(await judge(privateImages, distribution(KEY, toCome)), []);
    });

    it("accepts accounts, organisations and organisational units", async () => {
      const launchPermission = {
        userIds: ["222233334444"],
        organizationArns: ["arn:aws:organizations::111122223333:organization/o-exampleorgid"],
        organizationalUnitArns: [UNKNOWN_TEXT],
      };
      assert.deepEqual(await judge(privateImages, distribution({ ...KEY, launchPermission })), []);
    });

    it("refuses an AMI that everybody may launch", async () => {
      const launchPermission = { userIds: ["222233334444"], userGroups: ["all"] };
      assert.deepEqual(
        await judge(privateImages, distribution(KEY, { ...KEY, launchPermission })),
        [
          'distributions.1.amiDistributionConfiguration.launchPermission.userGroups is ["all"]; required: accounts or organisations.',
        ],
      );
    });

    it("refuses groups that the preview does not know", async () => {
      for (const launchPermission of [UNKNOWN_OBJECT, { userGroups: UNKNOWN_LIST }]) {
        assert.deepEqual(await judge(privateImages, distribution({ ...KEY, launchPermission })), [
          "distributions.0.amiDistributionConfiguration.launchPermission.userGroups is not known in the preview; required: accounts or organisations.",
        ]);
      }
    });

    it("refuses an AMI without a key", async () => {
      for (const ami of [undefined, {}, { kmsKeyId: "" }]) {
        assert.deepEqual(await judge(privateImages, distribution(KEY, ami)), [
          "distributions.1.amiDistributionConfiguration.kmsKeyId is not set; required: the ARN of a customer managed key.",
        ]);
      }
    });

    it("asks nothing of containers", async () => {
      const { type } = distribution();
      const props = { distributions: [{ containerDistributionConfiguration: {} }] };
      assert.deepEqual(await judge(privateImages, { type, props }), []);
      const [both] = distribution({}).props.distributions;
      const mixed = { distributions: [{ ...both, containerDistributionConfiguration: {} }] };
      assert.deepEqual(await judge(privateImages, { type, props: mixed }), [
        "distributions.0.amiDistributionConfiguration.kmsKeyId is not set; required: the ARN of a customer managed key.",
      ]);
    });
  });

  describe("of a launch permission", () => {
    it("accepts an account, an organisation, an organisational unit", async () => {
      for (const props of [
        { accountId: "222233334444" },
        { organizationArn: "arn:aws:organizations::111122223333:organization/o-exampleorgid" },
        { organizationalUnitArn: UNKNOWN_TEXT },
      ]) {
        assert.deepEqual(await judge(privateImages, permission(props)), []);
      }
    });

    it("refuses a group, known yet or not", async () => {
      assert.deepEqual(await judge(privateImages, permission({ group: "all" })), [
        "group is all; required: an account or an organisation.",
      ]);
      assert.deepEqual(await judge(privateImages, permission({ group: UNKNOWN_TEXT })), [
        "group is not known in the preview; required: an account or an organisation.",
      ]);
    });
  });

  describe("of a snapshot's permission", () => {
    it("accepts an account", async () => {
      assert.deepEqual(await judge(privateImages, volumePermission("222233334444")), []);
    });

    const cases: [unknown, string][] = [
      ["all", "all"],
      ["22223333444", "22223333444"],
      ["2222333344445", "2222333344445"],
      ["222233334444\n", "222233334444\n"],
      [undefined, "not set"],
      [UNKNOWN_TEXT, "not known in the preview"],
    ];
    for (const [accountId, shown] of cases) {
      it(`refuses one for ${JSON.stringify(shown)}`, async () => {
        assert.deepEqual(await judge(privateImages, volumePermission(accountId)), [
          `accountId is ${shown}; required: an account id, 12 digits.`,
        ]);
      });
    }
  });

  it("does not apply to what shares nothing", async () => {
    assert.deepEqual(await judge(privateImages, { type: "aws:kms/key:Key" }), {
      notApplicable: "the type shares nothing",
    });
  });
});
