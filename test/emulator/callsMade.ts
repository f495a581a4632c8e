import type { IncomingHttpHeaders } from "node:http";

import type { AwsRequest } from "./awsRequest";

/** What services call themselves in a request's target. */
const TARGETS: Readonly<Record<string, string>> = {
  AmazonSSM: "ssm",
  ResourceGroupsTaggingAPI_20170126: "tag",
  ServiceQuotasV20190624: "servicequotas",
  TrentService: "kms",
};

/** What IAM calls the requests for an object, by method and by what of the object is asked for. */
const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  "DELETE ": "s3:DeleteObject",
  "GET ": "s3:GetObject",
  "GET legal-hold": "s3:GetObjectLegalHold",
  "GET retention": "s3:GetObjectRetention",
  "GET tagging": "s3:GetObjectTagging",
  "HEAD ": "s3:GetObject",
  "PUT ": "s3:PutObject",
  "PUT tagging": "s3:PutObjectTagging",
};

/** What a request's signature says of itself: whose key made it, and which Region and service it is for. */
export function credentialOf({ authorization = "" }: IncomingHttpHeaders) {
  const [accessKey = "", , region = "", service = "?"] =
    /Credential=([^,]+)/.exec(authorization)?.[1]?.split("/") ?? [];
  return { accessKey, region, service };
}

/**
 * The action of a request as IAM knows it, e.g. `ec2:RunInstances`; for what it does not know, the
 * request itself.
 */
export function actionOf({ method, url, headers, body }: AwsRequest): string {
  const { service } = credentialOf(headers);
  const target = /^(\w+)\.(\w+)$/.exec(String(headers["x-amz-target"] ?? ""));
  if (target !== null) {
    return `${TARGETS[target[1] ?? ""] ?? target[1]}:${target[2]}`;
  }
  const named = /(?:^|&)Action=(\w+)/.exec(body.toString("latin1"))?.[1];
  if (service !== "s3") {
    return `${service}:${named ?? `${method} ${url}`}`;
  }
  const [path = "", query = ""] = url.split("?");
  const [, , key = ""] = path.split("/");
  const part = query.split("&").find((each) => !each.includes("=") || each.endsWith("=")) ?? "";
  if (key === "") {
    return ["GET", "HEAD"].includes(method) && part === ""
      ? "s3:ListBucket"
      : `s3:${method} ${url}`;
  }
  return OBJECT_ACTIONS[`${method} ${part.replace("=", "")}`] ?? `s3:${method} ${url}`;
}
