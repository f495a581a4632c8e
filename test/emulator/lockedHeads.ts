import { createHash } from "node:crypto";

import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { credentialOf } from "./callsMade";

/** How long what a bucket locks stays so, as the bucket answers it. */
const UNTIL = "2036-11-21T00:00:00.000Z";

/** What is asked for is an object, or a version of it, and nothing else of it. */
const OF_ITSELF = /^(&?(versionId|x-id)=[^&]*)*$/;

/**
 * Tells with every object of a bucket that locks what it uploads that the object is locked, as S3 does; the
 * emulator does so only of what was locked by a request of its own. And it lets nobody change that: the vault's
 * policy leaves it to custodians, and none of them deploys.
 *
 * Sources: S3 API reference, HeadObject and GetObject, `x-amz-object-lock-mode`; S3 user guide, "Object Lock".
 */
export class LockedHeads implements Correction {
  /** How often somebody asked for another retention, and was refused. */
  public refused = 0;

  /** Buckets that lock by themselves what comes into them. */
  private readonly buckets = new Set<string>();

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const [path = "", query = ""] = request.url.split("?");
    const [, bucket = "", key = ""] = path.split("/");
    if (credentialOf(request.headers).service !== "s3" || bucket === "") {
      return pass(request);
    }
    if (request.method === "PUT" && /^object-lock(=|&|$)/.test(query) && key === "") {
      const mode = /<Mode>(\w+)<\/Mode>/.exec(request.body.toString("utf8"))?.[1];
      if (mode !== undefined) {
        this.buckets.add(`${bucket} ${mode}`);
      }
      return pass(request);
    }
    const mode = ["COMPLIANCE", "GOVERNANCE"].find((each) => this.buckets.has(`${bucket} ${each}`));
    if (key === "" || mode === undefined) {
      return pass(request);
    }
    if (request.method === "PUT" && /^retention(=|&|$)/.test(query)) {
      this.refused += 1;
      return denied(request.caller);
    }
    if (request.method === "PUT" && /^tagging(=|&|$)/.test(query)) {
      // The emulator takes tags for an upload, which has to have a checksum of the kind it knows.
      const digest = createHash("md5").update(request.body).digest("base64");
      return pass({ ...request, headers: { ...request.headers, "content-md5": digest } });
    }
    const answer = await pass(request);
    return ["GET", "HEAD"].includes(request.method) &&
      OF_ITSELF.test(query) &&
      answer.status === 200
      ? {
          ...answer,
          headers: {
            ...answer.headers,
            "x-amz-object-lock-mode": mode,
            "x-amz-object-lock-retain-until-date": UNTIL,
          },
        }
      : answer;
  }
}

function denied(caller: string): AwsAnswer {
  const message = `User: ${caller} is not authorized to perform: s3:PutObjectRetention with an explicit deny in a resource-based policy`;
  const text = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
  return { status: 403, headers: { "content-type": "application/xml" }, body: Buffer.from(text) };
}
