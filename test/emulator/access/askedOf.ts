import { type AwsRequest, parametersOf } from "../awsRequest";
import { credentialOf } from "../callsMade";

/** What a request says, whatever its protocol. */
export interface Asked {
  /** The service as IAM calls it, e.g. `cloudwatch`. */
  readonly service: string;

  /** As the service's API calls it, e.g. `PutMetricAlarm`; for S3 and others without one, method and path. */
  readonly operation: string;

  /** Everything that it says, by name; what is in a list or an object has dots in its name, as EC2 writes it. */
  readonly said: ReadonlyMap<string, string>;
}

/** What IAM calls services that sign otherwise. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch", tagging: "tag" };

/** What a request says, of any service but S3. */
export function askedOf(request: AwsRequest): Asked {
  const { method, url, headers, body } = request;
  const signed = credentialOf(headers).service;
  const service = PREFIXES[signed] ?? signed;
  const [path = "", query = ""] = url.split("?");
  const form = parametersOf(request);
  const text = body.toString("utf8");
  const said = new Map<string, string>([
    ...path.split("/").map((part, place) => [`path.${place}`, decodeURIComponent(part)] as const),
    ...new URLSearchParams(query),
    ...form,
    ...(text.startsWith("{") ? leavesOf(JSON.parse(text), "") : []),
  ]);
  const [, target] = /\.(\w+)$/.exec(String(headers["x-amz-target"] ?? "")) ?? [];
  const [, named] = /^\/([a-z]*[A-Z]\w*)$/.exec(path) ?? [];
  return { service, operation: target ?? form.get("Action") ?? named ?? `${method} ${path}`, said };
}

function leavesOf(value: unknown, name: string): (readonly [string, string])[] {
  if (typeof value !== "object" || value === null) {
    return value === undefined || value === null ? [] : [[name, `${value as string}`]];
  }
  return Object.entries(value).flatMap(([key, each]) =>
    leavesOf(each, name === "" ? key : `${name}.${key}`),
  );
}
