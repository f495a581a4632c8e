import assert from "node:assert/strict";

import { privateImages } from "../../../policy-pack/policies/privateImages";
import {
  faults,
  judge,
  OWN_ACCOUNT,
  type Subject,
  UNKNOWN_LIST,
  UNKNOWN_OBJECT,
  UNKNOWN_TEXT,
} from "../../support/policies";

const KEY = { kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/0" };
const FOREIGN = "222233334444";
const ORGANISATION = "arn:aws:organizations::111122223333:organization/o-exampleorgid";
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
const NOBODY = "required: nobody but the stack's account and those in sharedWith.";
const NO_KEY =
  "amiDistributionConfiguration.kmsKeyId is not set; required: the ARN of a customer managed key.";

describe("private-images", () => {
  it("accepts an AMI under a key, made already or not, that nobody else may launch", async () => {
    assert.deepEqual(await judge(privateImages, distribution(KEY)), []);
    const toCome = { kmsKeyId: UNKNOWN_TEXT, launchPermission: { userGroups: [] } };
    assert.deepEqual(await judge(privateImages, distribution(KEY, toCome)), []);
  });

  const shared: [string, Subject, string][] = [
    [
      "an AMI for an account",
      distribution({ ...KEY, launchPermission: { userIds: [FOREIGN] } }),
      `distributions.0.amiDistributionConfiguration.launchPermission.userIds.0 is ${FOREIGN}`,
    ],
    [
      "an AMI for an organisation",
      distribution({ ...KEY, launchPermission: { organizationArns: [ORGANISATION] } }),
      `distributions.0.amiDistributionConfiguration.launchPermission.organizationArns.0 is ${ORGANISATION}`,
    ],
    [
      "copies of an AMI in an account",
      distribution({ ...KEY, targetAccountIds: [FOREIGN] }),
      `distributions.0.amiDistributionConfiguration.targetAccountIds.0 is ${FOREIGN}`,
    ],
    ["an AMI's permission", permission({ accountId: FOREIGN }), `accountId is ${FOREIGN}`],
    ["a snapshot's permission", volumePermission(FOREIGN), `accountId is ${FOREIGN}`],
  ];
  for (const [what, subject, found] of shared) {
    it(`refuses ${what}, but where it is listed`, async () => {
      assert.deepEqual(faults(await judge(privateImages, subject)), [`${found}; ${NOBODY}`]);
      const config = { sharedWith: [FOREIGN, ORGANISATION] };
      assert.deepEqual(await judge(privateImages, subject, { config }), []);
    });
  }

  const everybody: [string, Subject][] = [
    ["an AMI for everybody", distribution({ ...KEY, launchPermission: { userGroups: ["all"] } })],
    ["an AMI for nobody knows whom", distribution({ ...KEY, launchPermission: UNKNOWN_OBJECT })],
    [
      "groups nobody knows",
      distribution({ ...KEY, launchPermission: { userGroups: UNKNOWN_LIST } }),
    ],
    ["a permission for everybody", permission({ group: "all" })],
    ["a permission for nobody knows whom", permission({ group: UNKNOWN_TEXT })],
    ["a snapshot for everybody", volumePermission("all")],
    ["a snapshot for nobody knows whom", volumePermission(UNKNOWN_TEXT)],
    ["a snapshot for half an account", volumePermission("11112222333")],
  ];
  for (const [what, subject] of everybody) {
    it(`refuses ${what}, whatever is listed`, async () => {
      const config = { sharedWith: [FOREIGN, ORGANISATION] };
      const found = faults(await judge(privateImages, subject, { config }));
      assert.equal(found.length, 1);
      assert.ok(found[0]?.endsWith(NOBODY));
    });
  }

  it("takes the stack's own account for nobody else", async () => {
    assert.deepEqual(await judge(privateImages, volumePermission(OWN_ACCOUNT)), []);
  });

  it("refuses an AMI without a key", async () => {
    for (const ami of [undefined, {}, { kmsKeyId: "" }]) {
      assert.deepEqual(faults(await judge(privateImages, distribution(KEY, ami))), [
        `distributions.1.${NO_KEY}`,
      ]);
    }
  });

  it("asks nothing of containers", async () => {
    const { type } = distribution();
    const props = { distributions: [{ containerDistributionConfiguration: {} }] };
    assert.deepEqual(await judge(privateImages, { type, props }), []);
    const [both] = distribution({}).props.distributions;
    const mixed = { distributions: [{ ...both, containerDistributionConfiguration: {} }] };
    assert.deepEqual(faults(await judge(privateImages, { type, props: mixed })), [
      `distributions.0.${NO_KEY}`,
    ]);
  });
});
