import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { S3Client } from "@aws-sdk/client-s3";

import { AwsError } from "./awsError";
import { askS3 } from "./s3Requests";

/** What EC2, IAM, SNS and STS answer, by action: fields, lists as arrays. Each may refuse with an {@link AwsError}. */
export type QueryAnswers = Readonly<Record<string, (asked: URLSearchParams) => object>>;

/** What KMS, CloudTrail, CloudWatch Logs, Service Quotas, Systems Manager and the tagging API answer, by operation. Each may refuse, too. */
export type JsonAnswers = Readonly<Record<string, (asked: never) => unknown>>;

/** What AWS answers to who asks it. */
export interface AwsAnswers {
  readonly query?: QueryAnswers;
  readonly json?: JsonAnswers;

  /** As a client of the SDK would. */
  readonly s3?: Pick<S3Client, "send">;
}

/** Who asks, by what signs the request. */
export interface Asker {
  /** Region that is asked. */
  readonly region: string;

  /** Account and role of the credentials, where {@link credentialsOf} made them. */
  readonly accountId?: string | undefined;
  readonly role?: string | undefined;
}

/** A server that answers for AWS. */
export interface Listening {
  readonly url: string;

  /** Has AWS's SDK ask the server, in whatever process has these variables. */
  readonly environment: Readonly<Record<string, string>>;

  /** Ends it. */
  readonly end: () => void;
}

/** What is sent back. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const SERVICES = [
  ...["CLOUDTRAIL", "CLOUDWATCH_LOGS", "EC2", "IAM", "KMS", "RESOURCE_GROUPS_TAGGING_API"],
  ...["S3", "SERVICE_QUOTAS", "SNS", "SSM", "STS"],
];

/** Version of EC2's API, which has its own elements for lists. */
const EC2 = "2016-11-15";

/**
 * AWS over HTTP on the loopback address, for who asks it by AWS's SDK and without Pulumi: the answers it is given, and
 * nothing else.
 *
 * Sources: EC2 API reference, "Query requests"; AWS JSON 1.1 protocol (the target of a request stands in a header).
 */
export class AwsEndpoint {
  private readonly server: Server;

  /** @param answersTo What is answered, to whom. */
  public constructor(answersTo: (asker: Asker) => AwsAnswers) {
    this.server = createServer((request, response) => {
      void textOf(request)
        .then((body) => replyTo(request, body, answersTo(askerOf(request.headers.authorization))))
        .then(({ status = 200, headers = {}, body }) =>
          response.writeHead(status, headers).end(body),
        );
    });
  }

  /** Starts to answer. */
  public async listen(): Promise<Listening> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    // Whoever forgets to end it is not kept from ending.
    this.server.unref();
    return {
      url,
      environment: {
        ...Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
        AWS_ACCESS_KEY_ID: "simulated",
        AWS_SECRET_ACCESS_KEY: "simulated",
      },
      end: () => {
        this.server.close();
        this.server.closeAllConnections();
      },
    };
  }
}

/** Has what listens answer from now on what AWS's SDK asks in this process. @returns what ends it. */
export async function answerThisProcess(listening: Promise<Listening>): Promise<() => void> {
  const { environment, end } = await listening;
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    before.forEach(([name]) => Reflect.deleteProperty(process.env, name));
    Object.assign(
      process.env,
      Object.fromEntries(before.filter(([, value]) => value !== undefined)),
    );
    end();
  };
}

/** Credentials by which the endpoint knows an account, and a role in it. */
export function credentialsOf(accountId: string, role: string) {
  return { accessKeyId: `of-${accountId}-${role}`, secretAccessKey: "simulated" };
}

function askerOf(authorization = ""): Asker {
  const [, key = "", region = ""] = /Credential=([^/]*)\/\d+\/([^/]*)\//.exec(authorization) ?? [];
  const [, accountId, role] = /^of-(\d{12})-(.*)$/.exec(key) ?? [];
  return { region, accountId, role };
}

function replyTo(
  request: IncomingMessage,
  body: string,
  { query = {}, json = {}, s3 }: AwsAnswers,
): Promise<Reply> {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    return askJson(json, target.slice(target.indexOf(".") + 1), body);
  }
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true) {
    return askQuery(query, new URLSearchParams(body));
  }
  return askS3(s3, request, body);
}

async function askJson(answers: JsonAnswers, operation: string, body: string): Promise<Reply> {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  try {
    const answer = known(answers, operation) as (asked: unknown) => unknown;
    return { headers, body: JSON.stringify(await answer(JSON.parse(body))) };
  } catch (error) {
    const { code, message } = refusalIn(error);
    return { status: 400, headers, body: JSON.stringify({ __type: code, message }) };
  }
}

async function askQuery(answers: QueryAnswers, asked: URLSearchParams): Promise<Reply> {
  const headers = { "content-type": "text/xml" };
  const action = asked.get("Action") ?? "";
  try {
    const answer = await Promise.resolve(known(answers, action)(asked));
    const item = asked.get("Version") === EC2 ? "item" : "member";
    const content = xml({ requestId: "0", ...answer }, item);
    return { headers, body: `<${action}Response>${content}</${action}Response>` };
  } catch (error) {
    const { code, message } = refusalIn(error);
    const told = xml({ Code: code, Message: message });
    // As EC2 says it, and as the others do.
    const body = `<Response><Errors><Error>${told}</Error></Errors><Error>${told}</Error><RequestID>0</RequestID></Response>`;
    return { status: 400, headers, body };
  }
}

function known<Answer>(answers: Readonly<Record<string, Answer>>, operation: string): Answer {
  const answer = answers[operation];
  if (answer === undefined) {
    throw new AwsError("InvalidAction", `The action ${operation} is not valid for this endpoint.`);
  }
  return answer;
}

/** AWS's code and sentence. */
function refusalIn(error: unknown): { code: string; message: string } {
  const { name, message } = error as Error;
  return error instanceof AwsError
    ? { code: error.code, message: error.sentence }
    : { code: name, message };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Fields as elements; what is undefined is left out. @param item What each one of a list is in */
function xml(value: unknown, item = "member"): string {
  if (Array.isArray(value)) {
    return value.map((each) => `<${item}>${xml(each, item)}</${item}>`).join("");
  }
  if (value !== null && typeof value === "object") {
    return Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => `<${name}>${xml(field, item)}</${name}>`)
      .join("");
  }
  return String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
