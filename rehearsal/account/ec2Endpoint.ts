import { createServer, type Server } from "node:http";

import type { Entry } from "./account";
import { answerThisProcess, listen, type Listening } from "./answerThisProcess";
import { AwsError } from "./awsError";
import { accountOfKey } from "./callerIdentity";

/** What EC2 answers to an action: its fields, lists as arrays. */
export type Ec2Answer = Readonly<Record<string, unknown>>;

/**
 * EC2's answers, by action; each may refuse with an {@link AwsError}.
 *
 * @see ec2AnswersOf
 */
export type Ec2Answers = Readonly<Record<string, (asked: URLSearchParams) => Ec2Answer>>;

/**
 * EC2 over HTTP, for who asks it without Pulumi: the answers it is given, and nothing else.
 *
 * Source: EC2 API reference, "Query requests".
 */
export class Ec2Endpoint {
  private readonly server: Server;

  /**
   * @param answers What is answered; an action that is not among them is unknown.
   * @param answersOf The same to who asks with credentials of another account. @default as to everybody
   */
  public constructor(
    answers: Ec2Answers,
    answersOf: (accountId: string) => Ec2Answers = () => answers,
  ) {
    this.server = createServer((request, response) => {
      let asked = "";
      request.on("data", (chunk: Buffer) => (asked += chunk.toString("utf8")));
      request.on("end", () => {
        const other = accountOfKey(request.headers.authorization);
        const { status, body } = answerTo(
          new URLSearchParams(asked),
          other === undefined ? answers : answersOf(other),
        );
        response.writeHead(status, { "content-type": "text/xml" });
        response.end(body);
      });
    });
  }

  /** Starts to answer whatever EC2 is askedby AWS's SDK. */
  public listen(): Promise<Listening> {
    // STS as well: for who is calling, and for the role that a stack's configuration may name; and IAM, for a policy.
    return listen(this.server, [
      "AWS_ENDPOINT_URL_EC2",
      "AWS_ENDPOINT_URL_IAM",
      "AWS_ENDPOINT_URL_STS",
    ]);
  }

  /** The same for this process. @returns what ends it. */
  public answerThisProcess(): Promise<() => void> {
    return answerThisProcess(this.listen());
  }
}

function answerTo(asked: URLSearchParams, answers: Ec2Answers): { status: number; body: string } {
  const action = asked.get("Action") ?? "";
  try {
    const answer = answers[action];
    if (answer === undefined) {
      throw new AwsError("InvalidAction", `The action ${action} is not valid for this endpoint.`);
    }
    const content = xml({ requestId: "0", ...answer(asked) });
    const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
    return {
      status: 200,
      body: `<${action}Response xmlns="${namespace}">${content}</${action}Response>`,
    };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const content = xml({
      Code: error.code,
      Message: error.message.slice(`${error.code}: `.length),
    });
    return {
      status: 400,
      // As EC2 says it, and as IAM and STS do.
      body: `<Response><Errors><Error>${content}</Error></Errors><Error>${content}</Error><RequestID>0</RequestID></Response>`,
    };
  }
}

/**
 * An entry as EC2 tells it, with its tags.
 *
 * @param fields Names, and behind `=` what a property is called here where that is another.
 */
export function told({ id, state, tags, properties }: Entry, fields: string): Ec2Answer {
  const own: Entry["properties"] = { ...properties, id, state };
  const pairs = fields.split(" ").map((field) => field.split("=") as [string, string?]);
  return {
    ...Object.fromEntries(
      pairs.flatMap(([name, from = name]) => (own[from] === undefined ? [] : [[name, own[from]]])),
    ),
    tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}

/** Fields as elements; what is undefined is left out. */
function xml(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((item) => `<item>${xml(item)}</item>`).join("");
  }
  if (value !== null && typeof value === "object") {
    return Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => `<${name}>${xml(field)}</${name}>`)
      .join("");
  }
  return String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
