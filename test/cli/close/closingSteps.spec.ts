import assert from "node:assert/strict";

import type { S3Client } from "@aws-sdk/client-s3";
import type { Workspace } from "@pulumi/pulumi/automation";

import { howFarClosed, stepsLeft } from "../../../cli/close/closingSteps";
import type { KnownRoom } from "../../../cli/room/knownRoom";
import { FOUNDATION_OUTPUTS, STACK, TICKET } from "../../support/examples";
import { VaultInMemory } from "../../support/vaultInMemory";
import { closingRecord } from "../destruction/caseInVault";

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

  it("lift the protection again where the room's own grants on the transfer key are left", async () => {
    const { key, content } = await closingRecord();
    const { transferKeyArn, vaultBucket } = FOUNDATION_OUTPUTS;
    const vault = new VaultInMemory(vaultBucket);
    vault.objects.set(key, content);
    const lifted = async (keyId: string) => {
      const grant = { type: "aws:kms/grant:Grant", custom: true, outputs: { keyId } };
      const { lifted: is } = await howFarClosed({
        ticket: TICKET,
        stack: STACK,
        foundation: { vaultBucket, transferKeyArn },
        aws: { s3: vault.client },
        workspace: {
          exportStack: () => Promise.resolve({ version: 3, deployment: { resources: [grant] } }),
        },
      } as unknown as KnownRoom);
      return is;
    };
    assert.equal(await lifted(transferKeyArn), false);
    // Those on suspects' keys go with the room.
    assert.equal(await lifted("arn:aws:kms:us-east-1:222233334444:key/suspect"), true);
  });
});
