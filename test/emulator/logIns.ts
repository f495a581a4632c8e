import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { actionOf } from "./callsMade";

/**
 * Session Manager, which the emulator has none of: a session that is started gets an id, and one that is ended is
 * gone. Nothing is logged in on.
 *
 * Sources: Systems Manager API reference, StartSession and TerminateSession; Systems Manager user guide, "Additional
 * sample IAM policies for Session Manager": who started a session stands in its tag `aws:ssmmessages:session-id`.
 */
export class LogIns implements Correction {
  /** Who started each session that is open, `AROA…:<name>`, by the session's id. */
  public readonly starters = new Map<string, string>();

  private begun = 0;

  public answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    switch (actionOf(request)) {
      case "ssm:StartSession": {
        const { session = request.caller } = request;
        const SessionId = `${session.split(":").at(-1)}-${`${++this.begun}`.padStart(17, "0")}`;
        this.starters.set(SessionId, session);
        return Promise.resolve(json({ SessionId, StreamUrl: "wss://none", TokenValue: "none" }));
      }
      case "ssm:TerminateSession": {
        const { SessionId } = JSON.parse(request.body.toString("utf8")) as { SessionId: string };
        this.starters.delete(SessionId);
        return Promise.resolve(json({ SessionId }));
      }
      default:
        return pass(request);
    }
  }
}

function json(said: object): AwsAnswer {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(said)) };
}
