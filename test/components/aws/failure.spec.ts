import assert from "node:assert/strict";

import {
  answerOf,
  failureOf,
  lookUpFailure,
  NotLoggedIn,
  type AwsFailure,
} from "../../../components/aws/failure";

/** A failure as Pulumi's Node.js SDK throws it, with the words of the Terraform provider. */
const provider = (text: string) =>
  new Error(
    `invocation of aws:ec2/getAmi:getAmi returned an error: invoking aws:ec2/getAmi:getAmi: 1 error occurred:\n\t* ${text}\n\n`,
  );

/** A failure as the Terraform provider words an answer of AWS. */
const answered = (code: string, sentence: string) =>
  provider(
    `reading EC2 AMIs: operation error EC2: DescribeImages, https response error StatusCode: 400, RequestID: 59e2a5f0-72de-4a8e-9c39-3b1f0f1c2f8e, api error ${code}: ${sentence}`,
  );

/** A failure as a client of the AWS SDK throws it. */
const sdk = (name: string, message: string, httpStatusCode?: number) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

const CASES: readonly (readonly [AwsFailure, string, unknown])[] = [
  ["absent", "no result", provider("Your query returned no results. Please change it.")],
  ["absent", "no resource", provider("reading SSM Parameter (/x): couldn't find resource")],
  ["absent", "an empty result", provider("reading EC2 VPC Peering Connection: empty result")],
  ["absent", "no match", provider("no matching EC2 Security Group found")],
  [
    "absent",
    "no image",
    answered("InvalidAMIID.NotFound", "The image id '[ami-0]' does not exist"),
  ],
  ["absent", "no such image id", answered("InvalidAMIID.Malformed", 'Invalid id: "ami-x"')],
  ["absent", "no snapshot", answered("InvalidSnapshot.NotFound", "The snapshot does not exist.")],
  ["absent", "no parameter", answered("ParameterNotFound", "")],
  [
    "absent",
    "no key",
    provider(
      "reading KMS Key (k): operation error KMS: DescribeKey, https response error StatusCode: 400, RequestID: 1, NotFoundException: Key 'k' does not exist",
    ),
  ],
  ["absent", "the SDK's no role", sdk("NoSuchEntityException", "The role cannot be found.", 404)],
  ["absent", "a HEAD of no object", sdk("NotFound", "UnknownError", 404)],
  ["denied", "EC2", answered("UnauthorizedOperation", "You are not authorized to perform this.")],
  [
    "denied",
    "a role that may not be assumed",
    provider(
      "operation error EC2: DescribeImages, get identity: get credentials: failed to refresh cached credentials, operation error STS: AssumeRole, https response error StatusCode: 403, RequestID: x, api error AccessDenied: User: u is not authorized to perform: sts:AssumeRole on resource: r",
    ),
  ],
  [
    "other",
    "a page's token",
    answered("InvalidNextToken", "The specified token is not valid, or the token has expired."),
  ],
  ["denied", "KMS", answered("AccessDeniedException", "User: u is not authorized to perform: k")],
  [
    "denied",
    "a denial that quotes a missing thing",
    answered("AccessDenied", "not allowed to know whether InvalidSnapshot.NotFound holds"),
  ],
  ["denied", "a HEAD", sdk("403", "UnknownError", 403)],
  ["denied", "an image of others", answered("AuthFailure", "Not authorized for images: [ami-0]")],
  [
    "expired",
    "EC2's word for dead credentials",
    answered("AuthFailure", "AWS was not able to validate the provided access credentials"),
  ],
  ["expired", "EC2", answered("RequestExpired", "Request has expired.")],
  ["expired", "STS", answered("ExpiredToken", "The security token is expired")],
  ["expired", "KMS", sdk("ExpiredTokenException", "The security token is expired", 400)],
  ["expired", "no such key", answered("InvalidClientTokenId", "The security token is invalid.")],
  ["expired", "the provider's own", provider("No valid credential sources found.")],
  ["expired", "a profile", provider("failed to get shared config profile, forensics")],
  [
    "expired",
    "single sign-on",
    provider("the SSO session has expired or is invalid: open /root/.aws/sso: no such file"),
  ],
  [
    "expired",
    "an account that is not the stack's",
    provider("AWS account ID not allowed: 222233334444"),
  ],
  ["expired", "the SDK's own", sdk("CredentialsProviderError", "Could not load credentials")],
  [
    "expired",
    "the SDK's sign-on",
    sdk("TokenProviderError", "Token is expired. Run aws sso login"),
  ],
  ["throttled", "EC2", answered("RequestLimitExceeded", "Request limit exceeded.")],
  ["throttled", "SSM", answered("ThrottlingException", "Rate exceeded")],
  ["throttled", "S3", sdk("SlowDown", "Please reduce your request rate.", 503)],
  ["throttled", "too many", sdk("TooManyRequestsException", "", 429)],
  ["other", "a name that resolves to nothing", new Error("getaddrinfo ENOTFOUND ec2.example")],
  ["other", "a fault of AWS", answered("InternalError", "An internal error has occurred")],
  ["other", "no words at all", new Error("Invoke of 'aws:ec2/getAmi:getAmi' failed:  ()")],
  ["other", "nothing", undefined],
];

describe("A failure of AWS", () => {
  for (const [failure, of, error] of CASES) {
    it(`is told as ${failure}: ${of}`, () => {
      assert.equal(failureOf(error), failure);
    });
  }

  it("is repeated in AWS's own words on one line", () => {
    assert.equal(
      answerOf(provider("reading SSM Parameter (/x): couldn't find resource")),
      "AWS answered: reading SSM Parameter (/x): couldn't find resource",
    );
  });

  it("is told also where it has no words", () => {
    for (const error of [undefined, new Error(""), new Error("Invoke of 'a:b/c:c' failed:  ()")]) {
      assert.equal(answerOf(error), "AWS's answer has no words.");
    }
  });
});

describe("A look-up that failed", () => {
  const ABSENT = "Nobody has it. Share it.";
  const told = (failure: AwsFailure) => {
    const error = CASES.find(([is]) => is === failure)?.[2];
    return lookUpFailure("The thing", error, ABSENT);
  };

  it("says that something is missing where AWS says so", () => {
    assert.match(told("absent"), /^Nobody has it\. Share it\. AWS answered: /);
  });

  for (const failure of ["denied", "throttled", "other"] as const) {
    it(`says nothing of that where it is ${failure}`, () => {
      const sentence = told(failure);
      assert.match(sentence, /^The thing could not be looked up\. /);
      assert.ok(!sentence.includes(ABSENT));
    });
  }

  it("is a refusal to go on where the credentials ended", () => {
    assert.throws(() => told("expired"), NotLoggedIn);
    assert.throws(() => told("expired"), /Log in first \(aws sso login.*AWS answered: /);
  });
});
