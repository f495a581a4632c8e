import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { credentialOf } from "./callsMade";

/** Answers that nothing was done, by what is asked. */
const NOTHING: Readonly<Record<string, object>> = {
  "cloudtrail:LookupEvents": { Events: [] },
  "ssm:DescribeSessions": { Sessions: [] },
};

/**
 * What was done in an account, which the emulator does not keep: CloudTrail's event history has no events, and Session
 * Manager no sessions. Nor does a trail write log files there.
 *
 * Sources: CloudTrail API reference, LookupEvents; Systems Manager API reference, DescribeSessions.
 */
export class UntoldPast implements Correction {
  public answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    const target = String(request.headers["x-amz-target"] ?? "");
    const { service } = credentialOf(request.headers);
    const answer = NOTHING[`${service}:${target.slice(target.lastIndexOf(".") + 1)}`];
    return answer === undefined
      ? pass(request)
      : Promise.resolve({
          status: 200,
          headers: { "content-type": "application/x-amz-json-1.1" },
          body: Buffer.from(JSON.stringify(answer)),
        });
  }
}
