import assert from "node:assert/strict";

import type { S3Client } from "@aws-sdk/client-s3";
import type { Workspace } from "@pulumi/pulumi/automation";

import { howFarClosed, stepsLeft } from "../../../cli/close/closingSteps";
import type { KnownRoom } from "../../../cli/room/knownRoom";
import { recordFile } from "../../../components/evidence/records/custodyRecord";
import type { CustodyRecord } from "../../../components/evidence/records/recordSchema";
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

  describe("of a ticket that had another room before, which was closed", () => {
    const { transferKeyArn, vaultBucket } = FOUNDATION_OUTPUTS;
    const vault = new VaultInMemory(vaultBucket);
    const SECOND = "arn:aws:kms:us-east-1:111122223333:key/0d1d2d3d-0000-4000-8000-000000000000";
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
    const made = (hour: number, more: object = {}) => ({
      type: "aws:ec2/securityGroup:SecurityGroup",
      custom: true,
      created: at(hour).toISOString(),
      ...more,
    });
    const far = (...resources: object[]) =>
      howFarClosed({
        ticket: TICKET,
        stack: STACK,
        foundation: { vaultBucket, transferKeyArn },
        aws: { s3: vault.client },
        workspace: {
          exportStack: () => Promise.resolve({ version: 3, deployment: { resources } }),
        },
      } as unknown as KnownRoom);
    let first: CustodyRecord & { readonly event: "closing" };

    before(async () => {
      const { key, content } = await closingRecord();
      first = JSON.parse(content) as typeof first;
      vault.objects.set(key, content);
      vault.written.set(key, at(2));
      const { deployedBy, program, existed } = first.facts;
      keep("opening", { deployedBy, program, room: existed.room }, at(1));
    });

    function keep(event: "opening" | "closing", facts: unknown, written: Date) {
      const record = recordFile(event, TICKET, facts as never);
      vault.objects.set(record.key, record.content);
      vault.written.set(record.key, written);
    }

    it("are done where that was the last, however much of it the engine still has", async () => {
      // The record itself goes on in the engine's state until the end, made a moment after S3 has it.
      const record = made(3, { type: "aws:s3/bucketObjectv2:BucketObjectv2" });
      assert.deepEqual(await far(), { recorded: true, lifted: true, destroyed: true });
      assert.equal((await far(record)).recorded, true);
      assert.equal((await far(made(1), record)).recorded, true);
      assert.equal((await far(made(1, { created: undefined }))).recorded, true);
    });

    it("are all to do where the engine has begun another since, which has no key yet", async () => {
      assert.deepEqual(await far(made(3)), { recorded: false, lifted: false, destroyed: false });
    });

    it("are all to do where another was opened since, also where its state is lost", async () => {
      const { deployedBy, program, existed } = first.facts;
      const room = { ...existed.room, incidentKey: SECOND };
      keep("opening", { deployedBy, program, room }, at(4));
      const key = { type: "aws:kms/key:Key", custom: true, outputs: { arn: SECOND } };
      assert.equal((await far(made(4), key)).recorded, false);
      assert.equal((await far(made(4))).recorded, false);
      assert.deepEqual(await far(), { recorded: false, lifted: false, destroyed: true });
      const { destruction } = first.facts;
      const closing = { ...first.facts, destruction: { ...destruction, key: SECOND } };
      keep("closing", closing, at(5));
      assert.equal((await far(made(4))).recorded, true);
      assert.equal((await far()).recorded, true);
    });
  });
});
