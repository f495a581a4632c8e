import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { actionOf } from "./callsMade";

/**
 * Ends everybody's credentials in the middle of a work, where the emulator's last for ever.
 *
 * Source: EC2 API reference, "Common client errors", RequestExpired.
 */
export class CredentialEnd implements Correction {
  /** The action before which they end, as IAM knows it; undefined where they last. */
  public before: string | undefined;

  private ended = false;

  public async answer(request: AwsRequest, pass: Pass): Promise<AwsAnswer> {
    this.ended = this.before !== undefined && (this.ended || actionOf(request) === this.before);
    return this.ended ? expired(request) : pass(request);
  }
}

function expired({ headers }: AwsRequest): AwsAnswer {
  const message = "The security token included in the request is expired";
  const asJson = headers["x-amz-target"] !== undefined;
  const text = asJson
    ? JSON.stringify({ __type: "ExpiredTokenException", message })
    : `<Response><Errors><Error><Code>RequestExpired</Code><Message>${message}</Message></Error></Errors><RequestID>end</RequestID></Response>`;
  const type = asJson ? "application/x-amz-json-1.1" : "text/xml";
  return { status: 400, headers: { "content-type": type }, body: Buffer.from(text) };
}
