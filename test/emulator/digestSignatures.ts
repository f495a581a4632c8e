import { createHash } from "node:crypto";

import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { actionOf, credentialOf } from "./callsMade";

/**
 * Signatures of digests, which the emulator takes for messages and hashes again: it is given the message instead, which
 * comes to the same signature. It was read of a bucket before, or is not signed. And of a public key it tells the ARN of
 * the whole, where the emulator tells the id.
 *
 * Source: KMS API reference, Sign and Verify (`MessageType`), GetPublicKey.
 */
export class DigestSignatures implements Correction {
  /** What was read of buckets, by the SHA-256 of it, both in Base64. */
  private readonly messages = new Map<string, string>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    switch (actionOf(request)) {
      case "kms:Sign":
      case "kms:Verify":
        return pass({ ...request, body: this.withMessage(request.body) });
      case "kms:GetPublicKey":
        return withArn(await pass(request), request);
    }
    const answer = await pass(request);
    if (request.method === "GET" && credentialOf(request.headers).service === "s3") {
      const digest = createHash("sha256").update(answer.body).digest("base64");
      this.messages.set(digest, answer.body.toString("base64"));
    }
    return answer;
  }

  private withMessage(body: Buffer): Buffer {
    const said = JSON.parse(body.toString("utf8")) as Readonly<Record<string, string>>;
    const { Message = "", MessageType } = said;
    if (MessageType !== "DIGEST") {
      return body;
    }
    const message = this.messages.get(Message);
    if (message === undefined) {
      throw new Error(`nobody read of a bucket what has the SHA-256 ${Message}`);
    }
    return Buffer.from(JSON.stringify({ ...said, Message: message, MessageType: "RAW" }));
  }
}

function withArn(answer: AwsAnswer, { account, region }: AwsRequest): AwsAnswer {
  const text = answer.body
    .toString("utf8")
    .replace(/"KeyId": ?"([0-9a-f-]{36})"/, `"KeyId": "arn:aws:kms:${region}:${account}:key/$1"`);
  return { ...answer, body: Buffer.from(text) };
}
