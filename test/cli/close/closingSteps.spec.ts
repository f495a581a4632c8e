import assert from "node:assert/strict";

import type { S3Client } from "@aws-sdk/client-s3";
import type { Workspace } from "@pulumi/pulumi/automation";

import { howFarClosed, stepsLeft } from "../../../cli/close/closingSteps";
import type { KnownRoom } from "../../../cli/room/knownRoom";

describe("The steps of closing a room", () => {
  it("are five, in the order of docs/close-the-room.md", () => {
    assert.deepEqual(stepsLeft({ recorded: false, lifted: false, destroyed: false }), [
      "record",
      "lift",
      "revoke",
      "destroy",
      "certify",
    ]);
  });

  it("go on where they were stopped", () => {
    assert.deepEqual(stepsLeft({ recorded: true, lifted: false, destroyed: false })[0], "lift");
    assert.deepEqual(stepsLeft({ recorded: true, lifted: true, destroyed: false }), [
      "revoke",
      "destroy",
      "certify",
    ]);
    assert.deepEqual(stepsLeft({ recorded: true, lifted: true, destroyed: true }), [
      "revoke",
      "certify",
    ]);
  });

  it("never take a room for lifted that the vault has no closing record of, whatever is unprotected", async () => {
    const resources = [{ type: "aws:ec2/instance:Instance", custom: true, protect: false }];
    const room = {
      ticket: "INC-2026-0042",
      stack: "inc-2026-0042",
      foundation: { vaultBucket: "vault-1" },
      aws: { s3: { send: () => Promise.resolve({}) } as unknown as S3Client },
      workspace: {
        exportStack: () => Promise.resolve({ version: 3, deployment: { resources } }),
      } as unknown as Pick<Workspace, "exportStack">,
    } as unknown as KnownRoom;
    assert.deepEqual(await howFarClosed(room), {
      recorded: false,
      lifted: false,
      destroyed: false,
    });
  });
});
