import { createHash, createHmac } from "node:crypto";

/** Credentials that sign. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A request of one object that is signed beforehand. */
export interface PresignedRequest {
  readonly method: "GET" | "PUT";

  /** Name of the bucket's host. */
  readonly host: string;
  readonly key: string;

  /** What has to be sent beside the host, by names in small letters, in their order. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly region: string;
  readonly credentials: SigningCredentials;
  readonly at: Date;

  /** How long it can be used; not longer than the credentials last, whatever this says. */
  readonly seconds: number;
}

/** A presigned URL's query: what those of one moment have in common, and the one object's signature. */
export interface PresignedQuery {
  readonly access: string;
  readonly signature: string;
}

const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

/**
 * Signs a request by its URL. AWS's SDK makes whole URLs only, of which hundreds would not fit a command's parameters;
 * and its presigner is a package more.
 *
 * Source: S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
 */
export function presign(request: PresignedRequest): PresignedQuery {
  const { method, key, region, credentials, seconds } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const moment = request.at.toISOString().replace(/[-:]|\.\d+/g, "");
  const day = moment.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const headers: Readonly<Record<string, string>> = { host: request.host, ...request.headers };
  const names = Object.keys(headers).sort();
  const access = Object.entries({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `${accessKeyId}/${scope}`,
    "X-Amz-Date": moment,
    "X-Amz-Expires": `${seconds}`,
    ...(sessionToken === undefined ? {} : { "X-Amz-Security-Token": sessionToken }),
    "X-Amz-SignedHeaders": names.join(";"),
  })
    .map(([name, value]) => `${name}=${encoded(value)}`)
    .join("&");
  const canonical = [
    method,
    `/${pathOf(key)}`,
    access,
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const signingKey = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  const text = ["AWS4-HMAC-SHA256", moment, scope, digest].join("\n");
  return { access, signature: hmac(signingKey, text).toString("hex") };
}

/** An object's key as it stands in its URL. */
export function pathOf(key: string): string {
  return key.split("/").map(encoded).join("/");
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
