// Pure: no I/O.
import {
  type ErrorRule,
  HTTP_STATUS,
  INCOMPLETE_ANSWER,
  NO_ANSWER,
  NO_AWS_ANSWER,
  TOO_LARGE_ANSWER,
  UNREADABLE_ANSWER,
  UNTRUSTED_CERTIFICATE,
} from "./match.ts";

const NETWORK = "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and {endpoint}";
const TRY_AGAIN = "try again in a minute";
const ANSWERED = "{host} answered HTTP status {message}";
const CHECK_ENDPOINT =
  "check {endpoint}, and for a proxy between this machine and {host}";
const SHORTEN = "shorten or leave out some session policies or tags";
const FIND_SETTING =
  "use '-v' to find the setting whose value AWS does not accept";
const SIGN_IN_PROXY =
  "check for a proxy between this machine and AWS that asks you to sign in";

const REQUESTS: readonly ErrorRule[] = [
  {
    codes: "MalformedPolicyDocument",
    reason: "the session policy is malformed: {message}",
    hint: "write an IAM policy in JSON, without principals",
  },
  {
    codes: "PackedPolicyTooLarge",
    when: /(\d+ ?%)/,
    reason: "session policies and tags use {1} of the space that AWS allows",
    hint: SHORTEN,
  },
  {
    codes: "PackedPolicyTooLarge",
    reason: "session policies and tags use more space than AWS allows",
    hint: SHORTEN,
  },
  {
    codes: "ValidationError",
    when: /MaxSessionDuration/,
    reason: "the duration is longer than the role allows",
    hint:
      "use a shorter '--duration', or raise the role's maximum session duration",
  },
  {
    codes: "ValidationError",
    when: /1 hour session limit/,
    reason: "AWS limits a role assumed from another session to 1h",
    hint: "use '--duration 1h', or base credentials that are not a session",
  },
  {
    codes: "ValidationError",
    when: /^Must specify userName/,
    reason: "the base credentials do not belong to an IAM user",
    hint: "name the session with '--role-session-name'",
  },
  {
    codes: "ValidationError",
    when: /\bARN is invalid|^arn:\S* is invalid/i,
    reason: "AWS does not accept the role's ARN: {message}",
    hint: "write a role's ARN such as arn:aws:iam::111111111111:role/name",
  },
  {
    // The reason does not show the refused value, because that value can be a token.
    codes: "ValidationError InvalidParameterValue",
    when: /at '([\w.]+)' failed to satisfy constraint: ([^;]+)/,
    reason: "AWS does not accept the value of {1}: {2}",
    hint: "use '-v' to see the source of each setting",
  },
  {
    codes: "ValidationError InvalidParameterValue",
    when: /source ?identity/i,
    reason: "AWS does not accept the source identity: {message}",
    hint: "use one source identity for all roles of a chain",
  },
  {
    codes: "ValidationError InvalidParameterValue",
    when: /\btags?\b/i,
    reason: "AWS does not accept the session tags: {message}",
    hint:
      "use tag keys that differ by more than case, and do not set inherited transitive tags again",
  },
  {
    codes: "ValidationError Validation InvalidInput",
    reason: "AWS does not accept the request: {message}",
    hint: FIND_SETTING,
  },
  {
    codes:
      "InvalidParameterValue InvalidParameterCombination InvalidQueryParameter MalformedQueryString MissingAction MissingParameter MalformedHttpRequest RequestEntityTooLarge",
    reason: "AWS does not accept the request: {message} ({code})",
    hint: FIND_SETTING,
  },
  {
    codes: "InvalidAction UnknownOperation",
    reason: "{host} does not know this call",
    hint: "check whether AWS_ENDPOINT_URL is an endpoint of another service",
  },
  {
    codes: "NoSuchEntity",
    reason: "the user does not exist: {message}",
    hint:
      "check whether the user was deleted, or name the MFA device with '--mfa-serial'",
  },
  {
    codes: "InvalidUserType",
    reason:
      "AWS does not offer this call to the base credentials' type of user",
    hint: "use the credentials of an IAM user",
  },
];

const FAILURES: readonly ErrorRule[] = [
  {
    codes:
      "Throttling Throttled RequestThrottled TooManyRequests RequestLimitExceeded BandwidthLimitExceeded LimitExceeded PriorRequestNotComplete SlowDown",
    reason: "AWS is throttling the requests",
    hint: TRY_AGAIN,
  },
  {
    codes:
      "ServiceUnavailable InternalFailure InternalError InternalServer InternalServerError ServiceFailure",
    reason: "AWS cannot handle the request at the moment ({code})",
    hint:
      "try again in a minute; see https://health.aws.amazon.com for outages",
  },
  {
    codes: "RequestTimeout RequestAborted",
    reason: "{host} received only part of the request",
    hint: NETWORK,
  },
  {
    codes: NO_ANSWER,
    when: /peer certificate: .*(?:expired|not ?valid ?yet)/i,
    reason: "the certificate of {host} has expired or is not valid yet",
    hint: "check this machine's clock",
  },
  {
    codes: NO_ANSWER,
    when: /opening CA file/,
    reason: "cannot open the file of DENO_CERT",
    hint: "correct DENO_CERT, or unset DENO_CERT",
  },
  {
    codes: NO_ANSWER,
    when: UNTRUSTED_CERTIFICATE,
    reason: "the certificate of {host} is not trusted",
    hint:
      "if a proxy signs with its own CA, set AWS_CA_BUNDLE to the file of that CA",
  },
  {
    codes: NO_ANSWER,
    when: /handshake|fatal alert|corrupt message/i,
    reason: "cannot make a TLS connection to {host}",
    hint: "check HTTPS_PROXY, and whether {endpoint} has to use http:",
  },
  {
    codes: NO_ANSWER,
    when: /dns error|failed to lookup address/i,
    reason: "cannot find the address of {host}",
    hint: "check the network, {region}HTTPS_PROXY and {endpoint}",
  },
  {
    codes: NO_ANSWER,
    when: /unsuccessful tunnel|tunnel error|proxy authentication/,
    reason: "the proxy cannot connect to {host}",
    hint: "check HTTPS_PROXY and NO_PROXY",
  },
  {
    codes: NO_ANSWER,
    when: /timed? ?out|\bwithin\b/i,
    reason: "{host} did not answer in time",
    hint: NETWORK,
  },
  {
    codes: NO_ANSWER,
    when:
      /connection closed|connection reset|broken pipe|reading a body|unexpected eof|\bECONNRESET\b/i,
    reason: "the connection to {host} was lost",
    hint: NETWORK,
  },
  { codes: NO_ANSWER, reason: "cannot reach {host}", hint: NETWORK },
  {
    codes: NO_AWS_ANSWER,
    reason: `${ANSWERED} without an AWS error`,
    hint: "check for a proxy between this machine and AWS",
  },
  {
    codes: HTTP_STATUS,
    when: /^429/,
    reason: `${ANSWERED}: too many requests`,
    hint: TRY_AGAIN,
  },
  {
    codes: HTTP_STATUS,
    when: /^5/,
    reason: ANSWERED,
    hint: TRY_AGAIN,
  },
  { codes: HTTP_STATUS, reason: ANSWERED, hint: CHECK_ENDPOINT },
  {
    codes: TOO_LARGE_ANSWER,
    reason: "the answer of {host} is larger than 1 MiB",
    hint: CHECK_ENDPOINT,
  },
  {
    codes: UNREADABLE_ANSWER,
    reason: "cannot read the answer of {host}",
    hint: SIGN_IN_PROXY,
  },
  {
    codes: INCOMPLETE_ANSWER,
    reason: "{message}",
    hint: SIGN_IN_PROXY,
  },
];

/** Errors for invalid requests, failures of AWS and failures of the network. */
export const SERVICE_ERRORS: readonly ErrorRule[] = [...REQUESTS, ...FAILURES];
