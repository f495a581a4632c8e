import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CreateKeyCommand, KMSClient, ListGrantsCommand } from "@aws-sdk/client-kms";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";

import { SuspectKeyGrants } from "../../../../components/evidence/grants/suspectKeyGrants";

const EMULATOR = process.env["AWS_ENDPOINT_URL"];
const REGION = "us-east-1";
const DEPLOYER = "arn:aws:iam::123456789012:role/incident-deployer";

// The real provider, in two emulated accounts: it assumes the member account's role as the one that the
// stack's configuration names. The emulator lets everybody assume every role, so it proves no access.

/** Credentials of a role, as STS gives them. */
async function assume(roleArn: string) {
  const response = await fetch(EMULATOR ?? "", {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261121/${REGION}/sts/aws4_request`,
    },
    body: new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: roleArn,
      RoleSessionName: "test",
    }),
  });
  const text = await response.text();
  const field = (name: string) =>
    new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? assert.fail(`no ${name} in ${text}`);
  return {
    accessKeyId: field("AccessKeyId"),
    secretAccessKey: field("SecretAccessKey"),
    sessionToken: field("SessionToken"),
  };
}

describe("Grants on a suspect's key, on the emulator", () => {
  let folder: string;
  let member: KMSClient;
  let keyArn: string;

  before(async () => {
    assert.ok(
      EMULATOR !== undefined && process.env["CLEANROOM_EMULATOR"] !== undefined,
      "This needs an emulated AWS account at AWS_ENDPOINT_URL, with CLEANROOM_EMULATOR set to say that it is one.",
    );
    folder = mkdtempSync(join(tmpdir(), "clean-room-emulator-"));
    const credentials = await assume("arn:aws:iam::222233334444:role/administrator");
    member = new KMSClient({ endpoint: EMULATOR, region: REGION, credentials });
    const { KeyMetadata } = await member.send(new CreateKeyCommand({}));
    keyArn = KeyMetadata?.Arn ?? assert.fail("no key was made");
  });

  after(() => rmSync(folder, { recursive: true }));

  /** The stack of a room that is granted the key through this role, or of a closing one. */
  async function roomWith(assumeRole?: string): Promise<Stack> {
    const keys = assumeRole === undefined ? [] : [{ keyArn, assumeRole }];
    const program = () => {
      const room = { ticket: "INC-7", region: REGION, grantees: [DEPLOYER] };
      new SuspectKeyGrants("suspect-key", {
        ...room,
        keys,
        names: new Map(),
        forNobody: new Set(),
      });
      return Promise.resolve({});
    };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "inc-7", projectName: "clean-room", program },
      {
        envVars: {
          PULUMI_BACKEND_URL: `file://${folder}`,
          PULUMI_CONFIG_PASSPHRASE: "emulator",
        },
      },
    );
    await stack.setAllConfig({
      "aws:region": { value: REGION },
      "aws:assumeRoles": { value: JSON.stringify([{ roleArn: DEPLOYER }]) },
    });
    return stack;
  }

  async function granted() {
    const { Grants = [] } = await member.send(new ListGrantsCommand({ KeyId: keyArn }));
    return Grants.map(({ Name, GranteePrincipal, Operations = [] }) => ({
      Name,
      GranteePrincipal,
      Operations: [...Operations].sort(),
    }));
  }

  const ONE = [
    {
      Name: "clean-room/INC-7/123456789012/role/incident-deployer",
      GranteePrincipal: DEPLOYER,
      Operations: [
        "Decrypt",
        "DescribeKey",
        "GenerateDataKeyWithoutPlaintext",
        "ReEncryptFrom",
        "ReEncryptTo",
      ],
    },
  ];

  it("are made in the key's account, and once", async () => {
    const room = await roomWith("arn:aws:iam::222233334444:role/clean-room-grants");
    await room.up();
    assert.deepEqual(await granted(), ONE);
    await room.up({ expectNoChanges: true });
  });

  it("stay what they are when another role of the account takes care of them", async () => {
    await (await roomWith("arn:aws:iam::222233334444:role/ir/grants")).up();
    assert.deepEqual(await granted(), ONE);
  });

  it("are revoked on closing", async () => {
    await (await roomWith()).up();
    assert.deepEqual(await granted(), []);
  });
});
