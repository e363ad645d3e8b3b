// Pure: no I/O.
import {
  type ErrorRule,
  INCOMPLETE_ANSWER,
  NO_ANSWER,
  NO_AWS_ANSWER,
  UNREADABLE_ANSWER,
} from "./match.ts";

const NETWORK =
  "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and AWS_ENDPOINT_URL";
const MIDDLEMAN =
  "is there something between you and AWS, such as a proxy that asks you to sign in?";

const REQUESTS: readonly ErrorRule[] = [
  {
    codes: "MalformedPolicyDocument",
    reason: "the session policy is malformed: {message}",
    hint: "it has to be an IAM policy in JSON, without principals",
  },
  {
    codes: "PackedPolicyTooLarge",
    when: /(\d+ ?%)/,
    reason: "session policies and tags take {1} of the room that AWS gives",
    hint: "shorten them, or leave some out",
  },
  {
    codes: "PackedPolicyTooLarge",
    reason: "session policies and tags take more room than AWS gives",
    hint: "shorten them, or leave some out",
  },
  {
    codes: "ValidationError",
    when: /MaxSessionDuration/,
    reason: "the role does not allow sessions that long",
    hint:
      "ask for a shorter '--duration', or raise the role's maximum session duration",
  },
  {
    codes: "ValidationError",
    when: /1 hour session limit/,
    reason:
      "a role that is assumed by another role's session has at most one hour",
    hint: "ask for '--duration 1h', or start from credentials of no role",
  },
  {
    codes: "ValidationError",
    when: /^Must specify userName/,
    reason: "the base credentials are not those of an IAM user",
    hint: "name the session with '--role-session-name'",
  },
  {
    codes: "ValidationError",
    when: /\bARN is invalid|^arn:\S* is invalid/i,
    reason: "AWS does not accept the role's ARN: {message}",
    hint: "a role's ARN is like arn:aws:iam::111111111111:role/name",
  },
  {
    // What the value was is not shown: it can be a token.
    codes: "ValidationError InvalidParameterValue",
    when: /at '([\w.]+)' failed to satisfy constraint: ([^;]+)/,
    reason: "AWS does not accept the value of {1}: {2}",
    hint: "'-v' shows where the settings came from",
  },
  {
    codes: "ValidationError InvalidParameterValue",
    when: /source ?identity/i,
    reason: "AWS does not accept the source identity: {message}",
    hint: "once set it stays the same through all roles of a chain",
  },
  {
    codes: "ValidationError InvalidParameterValue",
    when: /\btags?\b/i,
    reason: "AWS does not accept the session tags: {message}",
    hint:
      "keys have to differ by more than case, and inherited transitive ones cannot be set again",
  },
  {
    codes: "ValidationError Validation InvalidInput",
    reason: "AWS does not accept the request: {message}",
  },
  {
    codes:
      "InvalidParameterValue InvalidParameterCombination InvalidQueryParameter MalformedQueryString MissingAction MissingParameter MalformedHttpRequest RequestEntityTooLarge",
    reason: "AWS does not accept the request: {message} ({code})",
    hint: "a setting has a value that AWS does not take; '-v' lists them",
  },
  {
    codes: "InvalidAction UnknownOperation",
    reason: "{host} does not know the call",
    hint: "does AWS_ENDPOINT_URL name an endpoint of another service?",
  },
  {
    codes: "NoSuchEntity",
    reason: "there is no such user: {message}",
    hint: "it may have been deleted; name the device with '--mfa-serial'",
  },
  {
    codes: "InvalidUserType",
    reason: "the base credentials are of a kind of user that cannot do that",
    hint: "use the credentials of an IAM user",
  },
];

const FAILURES: readonly ErrorRule[] = [
  {
    codes:
      "Throttling Throttled RequestThrottled TooManyRequests RequestLimitExceeded BandwidthLimitExceeded LimitExceeded PriorRequestNotComplete SlowDown",
    reason: "AWS is throttling the requests",
    hint: "try again in a minute",
  },
  {
    codes:
      "ServiceUnavailable InternalFailure InternalError InternalServer InternalServerError ServiceFailure",
    reason: "AWS has a fault of its own ({code})",
    hint:
      "try again in a minute; https://health.aws.amazon.com tells of outages",
  },
  {
    codes: "RequestTimeout RequestAborted",
    reason: "the request came to {host} only in part",
    hint: NETWORK,
  },
  {
    codes: NO_ANSWER,
    when: /peer certificate: .*(?:expired|not ?valid ?yet)/i,
    reason: "the certificate of {host} is not valid at this time",
    hint: "is this machine's clock right?",
  },
  {
    codes: NO_ANSWER,
    when: /peer certificate/,
    reason: "the certificate of {host} cannot be trusted",
    hint:
      "if a proxy signs with a CA of its own, AWS_CA_BUNDLE has to name the file of that",
  },
  {
    codes: NO_ANSWER,
    when: /handshake|fatal alert|corrupt message/i,
    reason: "a TLS connection to {host} cannot be made",
    hint: "check HTTPS_PROXY, and whether AWS_ENDPOINT_URL is one of http:",
  },
  {
    codes: NO_ANSWER,
    when: /dns error|failed to lookup address/i,
    reason: "the address of {host} cannot be found",
    hint: "check the network, the region, HTTPS_PROXY and AWS_ENDPOINT_URL",
  },
  {
    codes: NO_ANSWER,
    when: /unsuccessful tunnel|tunnel error|proxy authentication/,
    reason: "the proxy does not connect to {host}",
    hint: "check HTTPS_PROXY and NO_PROXY",
  },
  {
    codes: NO_ANSWER,
    when: /timed? ?out|\bwithin\b/i,
    reason: "no answer from {host} in time",
    hint: NETWORK,
  },
  {
    codes: NO_ANSWER,
    when:
      /connection closed|connection reset|broken pipe|reading a body|unexpected eof|\bECONNRESET\b/i,
    reason: "the connection to {host} was cut",
    hint: NETWORK,
  },
  { codes: NO_ANSWER, reason: "no answer from {host}", hint: NETWORK },
  {
    codes: NO_AWS_ANSWER,
    reason: "{host} answered without saying why (HTTP status {message})",
    hint: "is there something between you and AWS, such as a proxy?",
  },
  {
    codes: UNREADABLE_ANSWER,
    reason: "the answer of {host} cannot be read",
    hint: MIDDLEMAN,
  },
  {
    codes: INCOMPLETE_ANSWER,
    reason: "{message}",
    hint: MIDDLEMAN,
  },
];

/** That AWS cannot do what it is asked, or that it cannot be asked. */
export const SERVICE_ERRORS: readonly ErrorRule[] = [...REQUESTS, ...FAILURES];
