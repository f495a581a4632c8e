import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { EC2Client } from "@aws-sdk/client-ec2";

import { awsCredentials } from "../../stacks/awsCredentials";

// STS has its place taken by a server here: that AWS lets the role be assumed is not shown.

describe("Credentials of AWS's SDK", () => {
  const variables = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL_STS",
  ] as const;
  const asked: { signedBy: string; region: string; query: Record<string, string> }[] = [];
  let before: (readonly [string, string | undefined])[];
  let folder: string;
  let sts: Server;

  beforeEach(async () => {
    asked.length = 0;
    sts = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      request.on("end", () => {
        const [, signedBy = "", region = ""] =
          /Credential=([^/]+)\/\d+\/([^/]+)/.exec(request.headers.authorization ?? "") ?? [];
        const query = Object.fromEntries(new URLSearchParams(body));
        asked.push({ signedBy, region, query });
        const action = query["Action"];
        response.end(
          `<${action}Response><${action}Result><Credentials><AccessKeyId>OF-ROLE-${asked.length}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`,
        );
      });
    });
    await new Promise<void>((resolve) => sts.listen(0, "127.0.0.1", resolve));
    folder = mkdtempSync(join(tmpdir(), "credentials-"));
    const file = join(folder, "credentials");
    writeFileSync(file, "[evidence]\naws_access_key_id=OF-PROFILE\naws_secret_access_key=s\n");
    before = variables.map((name) => [name, process.env[name]]);
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "OF-SURROUNDINGS",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_SHARED_CREDENTIALS_FILE: file,
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
    });
  });

  afterEach(() => {
    for (const [name, value] of before) {
      Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, value === undefined ? {} : { [name]: value });
    }
    sts.close();
    sts.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it("are asked of STS in the stack's Region, by each role of them, however far the client's is; of the client's where the stack names none", async () => {
    const assumeRoles = JSON.stringify(
      ["hub", "member"].map((name) => ({ roleArn: `arn:aws:iam::111122223333:role/${name}` })),
    );
    for (const [values, region] of [
      [{ "aws:region": "us-west-2" }, "us-west-2"],
      [{}, "eu-central-1"],
    ] as const) {
      asked.length = 0;
      await keyOf({ ...values, "aws:assumeRoles": assumeRoles });
      assert.deepEqual(
        asked.map((each) => each.region),
        [region, region],
      );
    }
  });

  async function keyOf(values: Record<string, string>): Promise<string> {
    const client = new EC2Client({ region: "eu-central-1", credentials: awsCredentials(values) });
    return (await client.config.credentials()).accessKeyId;
  }

  it("are the surroundings' where the stack names none", async () => {
    assert.equal(await keyOf({ "aws:region": "us-east-1" }), "OF-SURROUNDINGS");
  });

  it("are those of the stack's profile", async () => {
    assert.equal(await keyOf({ "aws:profile": "evidence" }), "OF-PROFILE");
  });

  it("are of the stack's own file of credentials", async () => {
    const own = join(folder, "own");
    writeFileSync(own, "[evidence]\naws_access_key_id=OF-OWN-FILE\naws_secret_access_key=s\n");
    assert.equal(
      await keyOf({
        "aws:profile": "evidence",
        "aws:sharedCredentialsFiles": JSON.stringify([own]),
      }),
      "OF-OWN-FILE",
    );
  });

  it("are those of the role that the provider assumes by a token", async () => {
    const roleArn = "arn:aws:iam::111122223333:role/ci";
    const file = join(folder, "token");
    writeFileSync(file, "of-the-file");
    for (const [token, value] of [
      [{ webIdentityToken: "of-the-stack" }, "of-the-stack"],
      [{ webIdentityTokenFile: file }, "of-the-file"],
    ] as const) {
      asked.length = 0;
      const identity = JSON.stringify({ roleArn, sessionName: "ci", ...token });
      assert.equal(await keyOf({ "aws:assumeRoleWithWebIdentity": identity }), "OF-ROLE-1");
      const [{ query } = { query: {} as Record<string, string> }] = asked;
      assert.equal(query["Action"], "AssumeRoleWithWebIdentity");
      assert.equal(query["RoleArn"], roleArn);
      assert.equal(query["RoleSessionName"], "ci");
      assert.equal(query["WebIdentityToken"], value);
    }
  });

  it("are the stack's own", async () => {
    assert.equal(await keyOf({ "aws:accessKey": "OF-STACK", "aws:secretKey": "s" }), "OF-STACK");
  });

  it("are those of the roles that the provider assumes, one after the other", async () => {
    const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const key = await keyOf({
      "aws:profile": "evidence",
      "aws:assumeRoles": JSON.stringify([
        { roleArn: role("hub"), externalId: "x", sessionName: "ci", sourceIdentity: "alice" },
        { roleArn: role("incident-deployer") },
      ]),
    });
    assert.equal(key, "OF-ROLE-2");
    assert.deepEqual(
      asked.map(({ signedBy, query }) => {
        const { RoleArn, RoleSessionName, ExternalId, SourceIdentity } = query;
        return { signedBy, RoleArn, RoleSessionName, ExternalId, SourceIdentity };
      }),
      [
        {
          signedBy: "OF-PROFILE",
          RoleArn: role("hub"),
          RoleSessionName: "ci",
          ExternalId: "x",
          SourceIdentity: "alice",
        },
        {
          signedBy: "OF-ROLE-1",
          RoleArn: role("incident-deployer"),
          RoleSessionName: "clean-room",
          ExternalId: undefined,
          SourceIdentity: undefined,
        },
      ],
    );
  });
});
