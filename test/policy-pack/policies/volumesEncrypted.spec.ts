import assert from "node:assert/strict";

import { volumesEncrypted } from "../../../policy-pack/policies/volumesEncrypted";
import { judge, UNKNOWN_OBJECT, UNKNOWN_TEXT } from "../../support/policies";

const KEYED = { encrypted: true, kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/0" };
const instance = (props: Record<string, unknown>) => ({ type: "aws:ec2/instance:Instance", props });

describe("volumes-encrypted", () => {
  for (const type of ["aws:ebs/volume:Volume", "aws:ebs/snapshotCopy:SnapshotCopy"]) {
    it(`accepts ${type} under a key`, async () => {
      assert.deepEqual(await judge(volumesEncrypted, { type, props: KEYED }), []);
    });

    it(`accepts ${type} under a key that is still to be made`, async () => {
      const props = { ...KEYED, kmsKeyId: UNKNOWN_TEXT };
      assert.deepEqual(await judge(volumesEncrypted, { type, props }), []);
    });

    it(`refuses ${type} without its key`, async () => {
      assert.deepEqual(await judge(volumesEncrypted, { type, props: { encrypted: true } }), [
        "kmsKeyId is not set; required: the ARN of a customer managed key.",
      ]);
    });

    it(`refuses ${type} with an empty key`, async () => {
      const props = { encrypted: true, kmsKeyId: "" };
      assert.equal(((await judge(volumesEncrypted, { type, props })) as string[]).length, 1);
    });

    it(`refuses ${type} unencrypted`, async () => {
      assert.deepEqual(
        await judge(volumesEncrypted, { type, props: { ...KEYED, encrypted: false } }),
        ["encrypted is false; required: true."],
      );
    });
  }

  it("looks at an instance's root and further volumes", async () => {
    const disks = { rootBlockDevice: KEYED, ebsBlockDevices: [KEYED] };
    assert.deepEqual(await judge(volumesEncrypted, instance(disks)), []);
    assert.deepEqual(
      await judge(volumesEncrypted, instance({ ...disks, ebsBlockDevices: [KEYED, {}] })),
      [
        "ebsBlockDevices.1.encrypted is not set; required: true.",
        "ebsBlockDevices.1.kmsKeyId is not set; required: the ARN of a customer managed key.",
      ],
    );
  });

  it("refuses an instance that says nothing of its root volume", async () => {
    assert.deepEqual(await judge(volumesEncrypted, instance({})), [
      "rootBlockDevice.encrypted is not set; required: true.",
      "rootBlockDevice.kmsKeyId is not set; required: the ARN of a customer managed key.",
    ]);
  });

  describe("in an image recipe", () => {
    const recipe = (...blockDeviceMappings: unknown[]) => ({
      type: "aws:imagebuilder/imageRecipe:ImageRecipe",
      props: { blockDeviceMappings },
    });
    const ebs = { ...KEYED, encrypted: "true" };

    it("accepts disks under a key, made already or not", async () => {
      assert.deepEqual(await judge(volumesEncrypted, recipe({ ebs })), []);
      const keyToCome = { ebs: { ...ebs, kmsKeyId: UNKNOWN_TEXT } };
      assert.deepEqual(await judge(volumesEncrypted, recipe({ ebs }, keyToCome)), []);
    });

    it("refuses a disk that is not encrypted, or names no key", async () => {
      const plain = { ebs: { ...ebs, encrypted: "false" } };
      assert.deepEqual(await judge(volumesEncrypted, recipe({ ebs }, plain)), [
        "blockDeviceMappings.1.ebs.encrypted is false; required: true.",
      ]);
      assert.deepEqual(await judge(volumesEncrypted, recipe({ ebs }, { deviceName: "/dev/sdb" })), [
        "blockDeviceMappings.1.ebs.encrypted is not set; required: true.",
        "blockDeviceMappings.1.ebs.kmsKeyId is not set; required: the ARN of a customer managed key.",
      ]);
      const silent = { ebs: { volumeSize: 30 } };
      assert.deepEqual(await judge(volumesEncrypted, recipe(silent)), [
        "blockDeviceMappings.0.ebs.encrypted is not set; required: true.",
        "blockDeviceMappings.0.ebs.kmsKeyId is not set; required: the ARN of a customer managed key.",
      ]);
    });

    it("refuses a recipe that leaves the root volume to the parent image", async () => {
      for (const mappings of [[], [{ deviceName: "/dev/sdb", noDevice: true }]]) {
        assert.deepEqual(await judge(volumesEncrypted, recipe(...mappings)), [
          "blockDeviceMappings.0.ebs.encrypted is not set; required: true.",
          "blockDeviceMappings.0.ebs.kmsKeyId is not set; required: the ARN of a customer managed key.",
        ]);
      }
      const { type } = recipe();
      assert.equal(((await judge(volumesEncrypted, { type })) as string[]).length, 2);
    });

    it("asks nothing of a device that is removed or is an instance store", async () => {
      const removed = { deviceName: "/dev/sdb", noDevice: true };
      const store = { deviceName: "/dev/sdc", virtualName: "ephemeral0" };
      assert.deepEqual(await judge(volumesEncrypted, recipe(removed, { ebs }, store)), []);
    });
  });

  it("does not apply to what has no disks", async () => {
    assert.deepEqual(await judge(volumesEncrypted, { type: "aws:kms/key:Key" }), {
      notApplicable: "the type has no disks",
    });
  });

  it("says so when the preview does not know the root volume", async () => {
    // The net in policies.ts makes a violation of it.
    assert.deepEqual(await judge(volumesEncrypted, instance({ rootBlockDevice: UNKNOWN_OBJECT })), {
      unknown: "Object value at .rootBlockDevice can't be known during preview",
    });
  });
});
