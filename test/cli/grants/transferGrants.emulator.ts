import assert from "node:assert/strict";

import { CreateGrantCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";

import { Case } from "../../../components/case";
import { TransferGrants } from "../../../cli/grants/transferGrants";

// The calls, and the error of a grant that is gone. The emulator keeps no issuing account, so the grants
// here are known by their names; which grants go by their issuer is shown by transferGrants.spec.ts.

describe("Grants on the emulator", () => {
  it("are listed and revoked, a second time too; another room's stays", async () => {
    const endpoint = process.env["AWS_ENDPOINT_URL"];
    assert.ok(
      endpoint !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one.",
    );
    const client = new KMSClient({ endpoint, region: "us-east-1" });
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    const keyArn = KeyMetadata?.Arn ?? assert.fail("no key was made");
    const role = "arn:aws:iam::222233334444:role/clean-room/forensics-responder";
    for (const ticket of ["INC-2026-0042", "INC-7"]) {
      await client.send(
        new CreateGrantCommand({
          KeyId: keyArn,
          Name: new Case(ticket).grantName(role),
          GranteePrincipal: role,
          Operations: ["Decrypt"],
        }),
      );
    }
    const room = {
      ticket: "INC-2026-0042",
      closing: true,
      gone: false,
      recorded: [role],
      members: ["222233334444"],
      keyArn,
    };
    const grants = new TransferGrants(client, room);
    const going = (await grants.decisions()).filter(({ revoke }) => revoke);
    assert.deepEqual(
      going.map(({ grant }) => grant.Name),
      ["clean-room/INC-2026-0042/222233334444/role/clean-room/forensics-responder"],
    );
    for (const { grant } of [...going, ...going]) {
      await grants.revoke(grant);
    }
    assert.deepEqual(
      (await grants.decisions()).map(({ grant, revoke }) => [grant.Name, revoke]),
      [["clean-room/INC-7/222233334444/role/clean-room/forensics-responder", false]],
    );
  });
});
