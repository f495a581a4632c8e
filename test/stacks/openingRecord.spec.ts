import assert from "node:assert/strict";

import { CUSTODY_RECORD } from "../../components/evidence/records/recordSchema";
import { arnOf, deploy } from "../support/deployment";
import { answersOf, FOUNDATION_OUTPUTS, incidentConfig, STACK, TICKET } from "../support/examples";
import { VaultInMemory } from "../support/vaultInMemory";

const RECORD = "opening-record";

/** Opens the room, or goes on with it, where the state has no record of its opening. */
function up(vault: VaultInMemory, tools: readonly string[], key = arnOf("incident-key")) {
  return deploy(STACK, incidentConfig({ tools }), {
    answers: {
      ...answersOf({ claims: { "us-east-1a-1": TICKET }, stateLost: true }),
      "aws:kms/getAlias:getAlias": () => ({ targetKeyArn: key }),
    },
    foundation: FOUNDATION_OUTPUTS,
    vault,
  });
}

describe("The record of an opening that the engine does not know of", () => {
  it("is declared again as it lies in the vault, whatever the room has become", async () => {
    const vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
    const first = (await up(vault, ["encase"])).named(RECORD);
    vault.keep(first);
    const { inputs } = (await up(vault, ["encase", "ssh"])).named(RECORD);
    assert.deepEqual(
      [inputs["key"], inputs["content"]],
      [first.inputs["key"], first.inputs["content"]],
    );
  });

  it("is another one for another key: an earlier room of the ticket was opened, too", async () => {
    const vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket);
    const first = (await up(vault, ["encase"])).named(RECORD);
    vault.keep(first);
    const other = "arn:aws:kms:us-east-1:111122223333:key/another";
    const { inputs } = (await up(vault, ["encase", "ssh"], other)).named(RECORD);
    assert.notEqual(inputs["key"], first.inputs["key"]);
    const { event, facts } = CUSTODY_RECORD.parse(JSON.parse(inputs["content"] as string));
    assert.ok(event === "opening");
    assert.deepEqual(facts.room.tools, ["encase", "ssh"]);
  });
});
