import type { AwsAnswer, AwsRequest, Correction, Pass } from "./awsRequest";
import { actionOf, credentialOf } from "./callsMade";

/**
 * Ends everybody's credentials in the middle of a work, where the emulator's last for ever.
 *
 * Source: EC2 API reference, "Common client errors", RequestExpired; S3 API reference, "Error responses",
 * ExpiredToken.
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
  if (headers["x-amz-target"] !== undefined) {
    const text = JSON.stringify({ __type: "ExpiredTokenException", message });
    return answer("application/x-amz-json-1.1", text);
  }
  const said = (code: string) => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  switch (credentialOf(headers).service) {
    case "s3":
      return answer("application/xml", said("ExpiredToken"));
    case "ec2":
      return answer(
        "text/xml",
        `<Response><Errors>${said("RequestExpired")}</Errors><RequestID>end</RequestID></Response>`,
      );
    default:
      return answer(
        "text/xml",
        `<ErrorResponse>${said("ExpiredToken")}<RequestId>end</RequestId></ErrorResponse>`,
      );
  }
}

function answer(type: string, text: string): AwsAnswer {
  return { status: 400, headers: { "content-type": type }, body: Buffer.from(text) };
}
