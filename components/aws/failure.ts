import { Refusal } from "../refusal";

/** Why AWS did not give what it was asked for. `absent`: it says itself that it is not there. */
export type AwsFailure = "absent" | "denied" | "expired" | "throttled" | "other";

/**
 * The names by which AWS's services say so, as the error's name in the AWS SDK and before a colon in the
 * words of Pulumi's AWS provider. Of `expired` are also credentials that were never right.
 */
const CODES: readonly (readonly [Exclude<AwsFailure, "other">, RegExp])[] = [
  [
    "expired",
    /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature(Exception)?|MissingAuthenticationToken(Exception)?|InvalidToken|InvalidIdentityToken(Exception)?|ExpiredTradeInToken|IDPRejectedClaim(Exception)?|InvalidGrantException|UnauthorizedSSOTokenError|UnauthorizedException|CredentialsProviderError|TokenProviderError|RequestTimeTooSkewed)$/,
  ],
  [
    "throttled",
    /^(Throttling(Exception)?|ThrottledException|EC2ThrottledException|RequestLimitExceeded|RequestThrottled(Exception)?|TooManyRequests(Exception)?|SlowDown|BandwidthLimitExceeded|PriorRequestNotComplete)$/,
  ],
  [
    "denied",
    /^(AccessDenied(Exception)?|UnauthorizedOperation|UnauthorizedAccess|AuthFailure|AuthorizationError(Exception)?|NotAuthorized(Exception)?|Forbidden(Exception)?|AllAccessDisabled|OptInRequired)$/,
  ],
  [
    "absent",
    /^(\w+\.NotFound|Invalid\w+ID\.Malformed|ParameterNotFound(Exception)?|NotFound(Exception)?|ResourceNotFoundException|NoSuch(Entity|Bucket|Key|Version)(Exception)?|InvalidDocument)$/,
  ],
];

/** What the provider, its credentials or an SDK say without such a name. */
const PHRASES: readonly (readonly [Exclude<AwsFailure, "other">, RegExp])[] = [
  [
    "expired",
    /no valid credential sources|no EC2 IMDS role found|invalid credentials configured|failed to refresh cached credentials|failed to (?:get|load) shared config profile|could not load credentials|could not resolve credentials|AWS account ID not allowed|(?:session|token)\b[^.]* (?:has |is )?expired|not able to validate the provided access credentials|security token included in the request is (?:expired|invalid)/i,
  ],
  ["throttled", /rate exceeded|retry quota exceeded|failed to get rate limit token/i],
  ["denied", /is not authorized to perform|you are not authorized to perform/i],
  [
    "absent",
    /couldn't find resource|empty result|query returned no results|no matching .{1,60} found/i,
  ],
];

/** Answers of HTTP, where S3 gives no name: a HEAD has no body. */
const STATUSES: Readonly<Record<number, AwsFailure>> = {
  401: "expired",
  403: "denied",
  404: "absent",
  429: "throttled",
};

/**
 * What kind of failure an error tells of: of a look-up of Pulumi's AWS provider, whose text it reads, or of
 * a client of the AWS SDK, by name and HTTP status. Whoever may not look has not seen that nothing is there,
 * so only AWS's own word makes a thing `absent`; whatever is not understood is `other`.
 */
export function failureOf(error: unknown): AwsFailure {
  const text = textOf(error);
  const { name = "", $metadata } = (error ?? {}) as {
    readonly name?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  // Of a role that may not be assumed the credentials are told to have failed as well, and of a list's page that
  // its token has expired: to log in helps neither.
  if (/AssumeRole\b.*\bAccessDenied/.test(text)) {
    return "denied";
  }
  if (/InvalidNextToken|ExpiredNextToken/.test(`${name} ${text}`)) {
    return "other";
  }
  // A name stands before a colon: what a message quotes does not count.
  const codes = [name, ...[...text.matchAll(/([A-Z][\w.]*):(?=\s|$)/g)].map(([, code]) => code)];
  const found = [
    ...PHRASES.filter(([, phrase]) => phrase.test(text)),
    ...CODES.filter(([, code]) => codes.some((each) => code.test(each ?? ""))),
  ].map(([failure]) => failure);
  // The first of these in this order: EC2 says AuthFailure of dead credentials too.
  return (
    CODES.map(([failure]) => failure).find((failure) => found.includes(failure)) ??
    STATUSES[$metadata?.httpStatusCode ?? 0] ??
    "other"
  );
}

/** What AWS answered when it was asked for something it did not give, on one line. */
export function answerOf(error: unknown): string {
  const text = textOf(error);
  return text === "" ? "AWS's answer has no words." : `AWS answered: ${text}`;
}

/** Refuses to go on without credentials that AWS takes. */
export class NotLoggedIn extends Refusal {
  /** @param heading What that leaves undone, without a full stop. */
  public constructor(heading: string, error: unknown) {
    super(heading, [
      `Log in first (aws sso login, or new credentials of the role; the clock of this machine has to be right), then run this again. ${answerOf(error)}`,
    ]);
  }
}

/**
 * The sentence about a look-up that failed.
 *
 * @param what What was looked up, as the sentence's subject, such as `The image ami-…`.
 * @param absent What to say and to do where AWS says that it is not there; for what is asked of a thing that
 *   may lack, such as a list, there is nothing to say.
 * @throws NotLoggedIn where the credentials have ended: then nothing else is known, nor worth saying.
 */
export function lookUpFailure(what: string, error: unknown, absent?: string): string {
  const failure = failureOf(error);
  if (failure === "expired") {
    throw new NotLoggedIn("The credentials ended while the account was looked at", error);
  }
  if (failure === "absent" && absent !== undefined) {
    return `${absent} ${answerOf(error)}`;
  }
  const why = {
    denied: `AWS denies it to these credentials, which says nothing of what is there. Have it allowed, or take another role.`,
    throttled: "AWS takes no more requests for the moment. Wait a minute, then run this again.",
    absent: "AWS does not know it.",
    other: "That says nothing of what is there. Run this again.",
  }[failure];
  return `${what} could not be looked up. ${why} ${answerOf(error)}`;
}

/**
 * The refusal where AWS does not tell who is calling. STS tells everybody: what is denied or throttled is the
 * role that a stack assumes.
 */
export function notTold(error: unknown): Refusal {
  const heading = "AWS does not tell who you are; nothing was changed";
  return ["denied", "throttled"].includes(failureOf(error))
    ? new Refusal(heading, [lookUpFailure("The caller", error)])
    : new NotLoggedIn(heading, error);
}

/** An error's words on one line, without what Pulumi's SDK and the Terraform bridge put around them. */
function textOf(error: unknown): string {
  const { message = String(error) } = (error ?? { message: "" }) as { readonly message?: string };
  return message
    .replace(/^Invoke of '[^']*' failed:/, "")
    .replace(/\b(invocation of|invoking) \S+( returned an error)?:/g, "")
    .replace(/\b\d+ errors? occurred:/g, "")
    .replace(/\(\)/g, "")
    .replace(/\s+\*\s+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
