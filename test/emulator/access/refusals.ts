import type { AwsAnswer, AwsRequest } from "../awsRequest";
import { credentialOf } from "../callsMade";

/** What services answer who may not, in the form of their protocol. */
export function accessDenied(request: AwsRequest, message: string): AwsAnswer {
  const { service } = credentialOf(request.headers);
  if (service === "ec2") {
    return refusal(request, "UnauthorizedOperation", message, 403);
  }
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  return service === "s3" || isForm === true
    ? refusal(request, "AccessDenied", message, 403)
    : refusal(request, "AccessDeniedException", message, 400);
}

/** An error of the service that a request is for, in the form of its protocol. */
export function refusal(
  request: AwsRequest,
  code: string,
  message: string,
  status = 400,
): AwsAnswer {
  const { method, headers } = request;
  const said = `<Code>${code}</Code><Message>${escaped(message)}</Message>`;
  const xml = (text: string) => answer(status, { "content-type": "text/xml" }, text);
  switch (credentialOf(headers).service) {
    case "ec2":
      return xml(
        `<Response><Errors><Error>${said}</Error></Errors><RequestID>access</RequestID></Response>`,
      );
    case "s3":
      return xml(method === "HEAD" ? "" : `<Error>${said}</Error>`);
    default:
      return headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true
        ? xml(
            `<ErrorResponse><Error><Type>Sender</Type>${said}</Error><RequestId>access</RequestId></ErrorResponse>`,
          )
        : answer(
            status,
            { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
            JSON.stringify({ __type: code, message }),
          );
  }
}

function answer(status: number, headers: AwsAnswer["headers"], text: string): AwsAnswer {
  return { status, headers, body: Buffer.from(text) };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
