import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** Where in an account a request comes from. */
export interface Origin {
  /** `vpc-…`. */
  readonly vpc: string;

  /** The machine's address there. */
  readonly address: string;
}

/** A request for AWS. */
export interface AwsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;

  /** Who makes it: ARN of a role. */
  readonly caller: string;

  /** The session of that role, `AROA…:<name>`, where it was taken. */
  readonly session?: string | undefined;

  /** The account that is to answer it, 12 digits; the caller's, as it comes in. */
  readonly account: string;

  /** The Region that is to answer it, as its signature says. */
  readonly region: string;

  /** Where it comes from, where a machine of an account makes it with what its metadata service gave it. */
  readonly from?: Origin | undefined;
}

/** What is answered. */
export interface AwsAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Hands a request on, to whoever answers it next. */
export type Pass = (request: AwsRequest) => Promise<AwsAnswer>;

/** Does for the emulator what it cannot. */
export interface Correction {
  /** Answers a request itself, or hands it on, as it is or changed. */
  answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer>;
}

/** The parameters of a request in the form of EC2, IAM and STS; none where it has another. */
export function parametersOf({ headers, body }: AwsRequest): URLSearchParams {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  return new URLSearchParams(isForm === true ? body.toString("utf8") : "");
}

/** The same request with other parameters. */
export function withParameters(
  request: AwsRequest,
  changes: Readonly<Record<string, string>>,
): AwsRequest {
  const parameters = parametersOf(request);
  Object.entries(changes).forEach(([name, value]) => parameters.set(name, value));
  return { ...request, body: Buffer.from(parameters.toString()) };
}
