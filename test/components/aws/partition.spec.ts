import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { partition as sdksPartition } from "@aws-sdk/core/client";

import {
  isRegion,
  partitionOf,
  REGION_NAME,
  PARTITION_NAME,
} from "../../../components/aws/partition";
import { findBaseImage } from "../../../components/image/baseImage";
import { readToolbox } from "../../../components/image/toolbox";
import { Refusal } from "../../../components/refusal";

/** A Region of each partition. */
const REGIONS = [
  "us-east-1",
  "mx-central-1",
  "ap-southeast-7",
  "cn-north-1",
  "us-gov-west-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
];

const SCRIPT = readFileSync(join(__dirname, "../../../handover/handover"), "utf8");

describe("partitions", () => {
  for (const region of REGIONS) {
    it(`has ${region} in the partition the AWS SDK has it in`, () => {
      const { name, dnsSuffix } = sdksPartition(region);
      const ours = partitionOf(region);
      assert.deepEqual([ours.name, ours.dnsSuffix], [name, dnsSuffix]);
    });
  }

  for (const region of [
    "mars-north-1",
    "us-isog-east-1",
    "xx-gov-west-1",
    "eusc-1",
    "us-east",
    "",
  ]) {
    it(`has no partition for ${JSON.stringify(region)}`, () => {
      assert.equal(isRegion(region), false);
      assert.throws(() => partitionOf(region), /is no Region of any partition/);
    });
  }

  it("is the table of the handover too", () => {
    const form = (name: string) => new RegExp(`^${name}='(.*)'$`, "m").exec(SCRIPT)?.[1];
    assert.equal(form("region_form"), REGION_NAME);
    assert.equal(form("partition_form"), PARTITION_NAME);
  });

  it("refuses an image pipeline where the base's publisher has no account", async () => {
    await assert.rejects(findBaseImage(readToolbox().base, "eusc-de-east-1"), (error: Refusal) => {
      assert.ok(error instanceof Refusal);
      assert.match(error.message, /in partition aws-eusc, .*set clean-room:image to off/);
      return true;
    });
  });
});
