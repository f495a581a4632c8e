import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";

import type { AwsRequest } from "./awsRequest";
import { DigestSignatures } from "./digestSignatures";

const ID = "0a1b2c3d-0000-4000-8000-000000000000";
const RECORD = Buffer.from('{"form":"clean-room/record/3"}');
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** The emulator: it hashes whatever it is to sign. */
function emulator({ headers, body }: AwsRequest) {
  const answer = (said: Buffer | object) =>
    Promise.resolve({
      status: 200,
      headers: {},
      body: Buffer.isBuffer(said) ? said : Buffer.from(JSON.stringify(said)),
    });
  switch (headers["x-amz-target"]) {
    case "TrentService.Sign": {
      const { Message } = JSON.parse(body.toString("utf8")) as { Message: string };
      const signature = sign("sha256", Buffer.from(Message, "base64"), privateKey);
      return answer({ KeyId: ID, Signature: signature.toString("base64") });
    }
    case "TrentService.GetPublicKey": {
      const PublicKey = publicKey.export({ type: "spki", format: "der" }).toString("base64");
      return answer({ KeyId: ID, PublicKey });
    }
    default:
      return answer(RECORD);
  }
}

function request(service: string, target?: string, said: object = {}): AwsRequest {
  return {
    method: target === undefined ? "GET" : "POST",
    url: target === undefined ? "/vault/records/INC-1/1.json?versionId=1" : "/",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=role/20261130/us-east-1/${service}/aws4_request, x`,
      ...(target === undefined ? {} : { "x-amz-target": `TrentService.${target}` }),
    },
    body: Buffer.from(JSON.stringify(said)),
    caller: "arn:aws:iam::111122223333:role/record-signer",
    account: "111122223333",
    region: "us-east-1",
  };
}

describe("Signatures of digests, for the emulator", () => {
  const Message = createHash("sha256").update(RECORD).digest("base64");
  const signing = request("kms", "Sign", { KeyId: ID, Message, MessageType: "DIGEST" });

  it("are of the bytes that were read, by the key whose public half is told with its ARN", async () => {
    const signatures = new DigestSignatures();
    await signatures.answer(request("s3"), emulator);
    const signed = await signatures.answer(signing, emulator);
    const { Signature } = JSON.parse(signed.body.toString("utf8")) as { Signature: string };
    const told = await signatures.answer(request("kms", "GetPublicKey", { KeyId: ID }), emulator);
    const { KeyId, PublicKey } = JSON.parse(told.body.toString("utf8")) as Record<string, string>;
    assert.equal(KeyId, `arn:aws:kms:us-east-1:111122223333:key/${ID}`);
    const key = createPublicKey({
      key: Buffer.from(PublicKey ?? "", "base64"),
      format: "der",
      type: "spki",
    });
    assert.ok(verify("sha256", RECORD, key, Buffer.from(Signature, "base64")));
  });

  it("are made of nothing that nobody has read", async () => {
    await assert.rejects(new DigestSignatures().answer(signing, emulator), /has the SHA-256/);
  });
});
