import { assertEquals } from "@std/assert";
import { AwsError } from "../../../lib/errors.ts";
import {
  isRejectedCode,
  toAwsError,
} from "../../../lib/aws/errors/translate.ts";
import { INCOMPLETE_ANSWER, NO_ANSWER } from "../../../lib/aws/errors/match.ts";
import { SERVICE_ERRORS } from "../../../lib/aws/errors/service.ts";
import { DENIED_ERRORS } from "../../../lib/aws/errors/denied.ts";

const CONTEXT = {
  task: "assume arn:aws:iam::111111111111:role/admin",
  host: "AWS STS in eu-west-1",
  secrets: ["s3cr3t", undefined, "123456"],
};
const START = "Cannot assume arn:aws:iam::111111111111:role/admin: ";

/** Creates an error like those that the SDK throws if AWS answers with an error. */
function sdkError(name: string, message: string, more = {}): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: "client",
    $response: {},
    $metadata: { requestId: "req-1" },
    ...more,
  });
}

function facts(error: AwsError): unknown {
  const { name, message, code, requestId, hint, status, cause } = error;
  return {
    name,
    message,
    code,
    requestId,
    hint,
    status,
    cause: cause instanceof Error ? cause.message : cause,
  };
}

/** An error's name and message, and the expected reason and hint. */
type Case = readonly [
  name: string,
  message: string,
  reason: string,
  hint?: string,
];

const USER = "User: arn:aws:iam::111111111111:user/alice is not authorized";
const ROLE = "arn:aws:iam::111111111111:role/admin";
const NOT_AUTHORIZED =
  `${USER} to perform: sts:AssumeRole on resource: ${ROLE}`;
const DENIED =
  "check that the role exists, that its trust policy allows you, that you have sts:AssumeRole, and whether the role requires MFA";
const EXPLICIT = "check the conditions of this policy; they may require MFA";
const LACKING =
  "allow the action in such a policy, or check the policy's conditions, such as MFA";
const ORGANIZATION =
  "ask an administrator of your AWS organization to change this policy";

const DENIALS: readonly Case[] = [
  ["AccessDenied", NOT_AUTHORIZED, "AWS denies access", DENIED],
  ["AccessDeniedException", "no", "AWS denies access", DENIED],
  ["NotAuthorized", "You do not have permission", "AWS denies access", DENIED],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} with an explicit deny in an identity-based policy`,
    "AWS denies access with an explicit deny in an identity-based policy",
    EXPLICIT,
  ],
  [
    "AccessDenied",
    `${USER} to perform: sts:AssumeRole with an explicit deny in the role trust policy`,
    "AWS denies access with an explicit deny in the role trust policy",
    EXPLICIT,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} with an explicit deny in a permissions boundary`,
    "AWS denies access with an explicit deny in a permissions boundary",
    EXPLICIT,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} with an explicit deny in a service control policy: arn:aws:organizations::222222222222:policy/o-1/service_control_policy/p-1`,
    "AWS denies access with an explicit deny in a service control policy",
    ORGANIZATION,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} with an explicit deny in a resource control policy`,
    "AWS denies access with an explicit deny in a resource control policy",
    ORGANIZATION,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} because no service control policy allows the sts:AssumeRole action`,
    "AWS denies access because no service control policy allows it",
    ORGANIZATION,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} because no identity-based policy allows the sts:AssumeRole action`,
    "AWS denies access because no identity-based policy allows it",
    LACKING,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} because no session policy allows the sts:AssumeRole action`,
    "AWS denies access because no session policy allows it",
    LACKING,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} because no permissions boundary allows the sts:AssumeRole action`,
    "AWS denies access because no permissions boundary allows it",
    LACKING,
  ],
  [
    "AccessDenied",
    `${NOT_AUTHORIZED} because no VPC endpoint policy allows the sts:AssumeRole action`,
    "AWS denies access because no VPC endpoint policy allows it",
    LACKING,
  ],
  [
    "AccessDenied",
    `${USER} to perform: sts:AssumeRole because no role trust policy allows the sts:AssumeRole action`,
    "AWS denies access because no role trust policy allows it",
    LACKING,
  ],
  [
    "AccessDenied",
    `${USER} to perform: sts:TagSession on resource: ${ROLE}`,
    "AWS denies sts:TagSession",
    "allow this action in both the role's trust policy and your own policies",
  ],
  [
    "AccessDenied",
    `${USER} to perform: sts:SetSourceIdentity on resource: ${ROLE} because no identity-based policy allows the sts:SetSourceIdentity action`,
    "AWS denies sts:SetSourceIdentity because no identity-based policy allows it",
    "allow this action in both the role's trust policy and your own policies",
  ],
  [
    "AccessDenied",
    "The source identity is already set for this assume role session",
    "AWS does not let a role chain change its source identity",
    "leave out the source identity, because each session of a chain inherits it",
  ],
  [
    "AccessDenied",
    `${USER} to perform: iam:GetUser on resource: user alice with an explicit deny in an identity-based policy`,
    "AWS denies iam:GetUser with an explicit deny in an identity-based policy",
    "name the session with '--role-session-name', so that your user name is not needed",
  ],
  [
    "AccessDenied",
    `${USER} to perform: iam:ListMFADevices on resource: user alice because no identity-based policy allows the iam:ListMFADevices action`,
    "AWS denies iam:ListMFADevices because no identity-based policy allows it",
    "give this permission to the user of the base credentials",
  ],
  [
    "AccessDenied",
    `${USER} to perform: sts:GetSessionToken with an explicit deny in an identity-based policy`,
    "AWS denies sts:GetSessionToken with an explicit deny in an identity-based policy",
    "give this permission to the user of the base credentials",
  ],
  [
    "AccessDenied",
    "Cannot call GetSessionToken with session credentials",
    "AWS denies GetSessionToken to temporary credentials",
    "use the access key of an IAM user",
  ],
  [
    "AccessDenied",
    "Roles may not be assumed by root accounts.",
    "AWS does not let the root user assume roles",
    "use the credentials of an IAM user or of IAM Identity Center",
  ],
  [
    "AccessDenied",
    "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    "AWS denies access to this web identity",
    "check that the role's trust policy names the provider, and the audience and subject of the token",
  ],
  [
    "AccessDenied",
    "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    "AWS rejects the MFA code",
    "use a new code, because each works once; check the device's clock and '--mfa-serial'",
  ],
  [
    "AccessDenied",
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    "AWS cannot check codes of this MFA device",
    "set '--mfa-serial' to a device of the base credentials' user",
  ],
];

const RENEW =
  "sign in again; run 'aws sso login' if the credentials come from IAM Identity Center";
const UNKNOWN_KEY =
  "check the profile that supplies the key: the key may be mistyped, deactivated or of another partition";
const EXPIRED_IDENTITY = [
  "the web identity token has expired",
  "get a new token from the identity provider",
] as const;
const CLOCK = ["this machine's clock is wrong", "set the clock"] as const;

const CREDENTIALS: readonly Case[] = [
  [
    "ExpiredToken",
    "The security token included in the request is expired",
    "the base credentials have expired",
    RENEW,
  ],
  [
    "ExpiredTokenException",
    "The security token included in the request is expired",
    "the base credentials have expired",
    RENEW,
  ],
  [
    "ExpiredTokenException",
    "Token expired: current date/time 1626271164 must be before the expiration date/time1626191469",
    ...EXPIRED_IDENTITY,
  ],
  ["ExpiredTokenException", "Token too old: 441398", ...EXPIRED_IDENTITY],
  [
    "InvalidClientTokenId",
    "The security token included in the request is invalid.",
    "AWS does not know the base access key",
    UNKNOWN_KEY,
  ],
  [
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    "AWS does not know the base access key",
    UNKNOWN_KEY,
  ],
  [
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided.",
    "AWS rejects the signature made with the base credentials",
    "check the secret access key and this machine's clock",
  ],
  // STS returns this error if the clock is 15 minutes off; other services return RequestExpired.
  [
    "SignatureDoesNotMatch",
    "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z (20260101T003000Z - 15 min.)",
    ...CLOCK,
  ],
  [
    "SignatureDoesNotMatch",
    "Signature not yet current: 20260101T003000Z is still later than 20260101T001500Z",
    ...CLOCK,
  ],
  [
    "InvalidSignatureException",
    "Signature expired: 20260101T000000Z",
    ...CLOCK,
  ],
  ["RequestTimeTooSkewed", "The difference is too large", ...CLOCK],
  ["RequestExpired", "Request has expired", ...CLOCK],
  ["RequestInTheFuture", "The date stamp is in the future", ...CLOCK],
  [
    "IncompleteSignature",
    "'x' not a valid key=value pair (missing equal-sign) in Authorization header",
    "AWS cannot read the signature made with the base credentials",
    "check for a space or a line break in a key, and for a proxy that changes requests",
  ],
  [
    "MissingAuthenticationToken",
    "Request is missing Authentication Token",
    "the request reached AWS without a signature",
    "check for a proxy that removes the Authorization header",
  ],
  [
    "OptInRequired",
    "The AWS Access Key Id needs a subscription for the service",
    "the account of the base credentials is not signed up for this service",
    "finish the account's sign-up, or enable the region for the account",
  ],
  [
    "RegionDisabledException",
    "STS is not activated in this region for account:111111111111. Your account administrator can activate STS in this region using the IAM Console.",
    "AWS STS in eu-west-1 is not active for the account",
    "enable the region and activate STS for it in IAM's account settings, or use another '--region'",
  ],
  [
    "InvalidIdentityTokenException",
    "No OpenIDConnect provider found in your account for https://example.com",
    "AWS cannot validate the web identity token: No OpenIDConnect provider found in your account for https://example.com",
    "check the token's issuer and audience against the identity provider in IAM",
  ],
  [
    "IDPRejectedClaimException",
    "rejected",
    "the identity provider rejects the web identity token",
    "get a new token from the identity provider: this token may have expired or been revoked",
  ],
  [
    "IDPCommunicationErrorException",
    "Error communicating with the identity provider",
    "AWS cannot reach the identity provider of the web identity token",
    "try again in a minute; check that the provider's keys are public on the internet",
  ],
];

const SHORTEN = "shorten or leave out some session policies or tags";
const TAGS =
  "use tag keys that differ by more than case, and do not set inherited transitive tags again";
const SETTING = "use '-v' to find the setting whose value AWS does not accept";

const REQUESTS: readonly Case[] = [
  [
    "MalformedPolicyDocumentException",
    "Syntax errors in policy.",
    "the session policy is malformed: Syntax errors in policy.",
    "write an IAM policy in JSON, without principals",
  ],
  [
    "PackedPolicyTooLargeException",
    "Packed size of session tags consumes 112% of allotted space.",
    "session policies and tags use 112% of the space that AWS allows",
    SHORTEN,
  ],
  [
    "PackedPolicyTooLargeException",
    "Packed policy consumes 103% of allotted space, please use smaller policy.",
    "session policies and tags use 103% of the space that AWS allows",
    SHORTEN,
  ],
  [
    "PackedPolicyTooLarge",
    "too large",
    "session policies and tags use more space than AWS allows",
    SHORTEN,
  ],
  [
    "ValidationError",
    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    "the duration is longer than the role allows",
    "use a shorter '--duration', or raise the role's maximum session duration",
  ],
  [
    "ValidationError",
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    "AWS limits a role assumed from another session to 1h",
    "use '--duration 1h', or base credentials that are not a session",
  ],
  [
    "ValidationError",
    "Must specify userName when calling with non-User credentials",
    "the base credentials do not belong to an IAM user",
    "name the session with '--role-session-name'",
  ],
  [
    "ValidationError",
    "Request ARN is invalid",
    "AWS does not accept the role's ARN: Request ARN is invalid",
    "write a role's ARN such as arn:aws:iam::111111111111:role/name",
  ],
  [
    "ValidationError",
    "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    "AWS does not accept the value of roleSessionName: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    "use '-v' to see the source of each setting",
  ],
  [
    "ValidationError",
    "The source identity does not match",
    "AWS does not accept the source identity: The source identity does not match",
    "use one source identity for all roles of a chain",
  ],
  [
    "ValidationError",
    "The specified transitive tag key must be included in the requested tags.",
    "AWS does not accept the session tags: The specified transitive tag key must be included in the requested tags.",
    TAGS,
  ],
  [
    "InvalidParameterValue",
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    "AWS does not accept the session tags: One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    TAGS,
  ],
  [
    "InvalidParameterValue",
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    "AWS does not accept the session tags: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    TAGS,
  ],
  [
    "ValidationError",
    "1 error detected: x\nsecond line",
    "AWS does not accept the request: 1 error detected: x",
    SETTING,
  ],
  [
    "ValidationException",
    "1 error",
    "AWS does not accept the request: 1 error",
    SETTING,
  ],
  [
    "InvalidInputException",
    "odd",
    "AWS does not accept the request: odd",
    SETTING,
  ],
  ...[
    "InvalidParameterValue",
    "InvalidParameterCombination",
    "InvalidQueryParameter",
    "MalformedQueryString",
    "MissingAction",
    "MissingParameter",
    "MalformedHttpRequestException",
    "RequestEntityTooLargeException",
  ].map((name): Case => [
    name,
    "odd",
    `AWS does not accept the request: odd (${name.replace("Exception", "")})`,
    SETTING,
  ]),
  ...["InvalidAction", "UnknownOperationException"].map((name): Case => [
    name,
    "Could not find operation AssumeRole for version 2011-06-15",
    "AWS STS in eu-west-1 does not know this call",
    "check whether AWS_ENDPOINT_URL is an endpoint of another service",
  ]),
  [
    "NoSuchEntityException",
    "The user with name alice cannot be found.",
    "the user does not exist: The user with name alice cannot be found.",
    "check whether the user was deleted, or name the MFA device with '--mfa-serial'",
  ],
  [
    "InvalidUserType",
    "the type of user is incorrect",
    "AWS does not offer this call to the base credentials' type of user",
    "use the credentials of an IAM user",
  ],
];

const NETWORK =
  "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and AWS_ENDPOINT_URL";
const SIGN_IN_PROXY =
  "check for a proxy between this machine and AWS that asks you to sign in";
const SENDING =
  "error sending request for url (https://sts.eu-west-1.amazonaws.com/): client error";

const FAILURES: readonly Case[] = [
  ...[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "SlowDown",
  ].map((name): Case => [
    name,
    "Rate exceeded",
    "AWS is throttling the requests",
    "try again in a minute",
  ]),
  ...[
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "InternalFailure",
    "InternalError",
    "InternalServerError",
    "InternalServerException",
    "ServiceFailureException",
  ].map((name): Case => [
    name,
    "oops",
    `AWS cannot handle the request at the moment (${
      name.replace("Exception", "")
    })`,
    "try again in a minute; see https://health.aws.amazon.com for outages",
  ]),
  ...["RequestTimeoutException", "RequestAbortedException"].map((
    name,
  ): Case => [
    name,
    "timed out",
    "AWS STS in eu-west-1 received only part of the request",
    NETWORK,
  ]),
  [
    INCOMPLETE_ANSWER,
    "AWS's answer has no valid Credentials",
    "AWS's answer has no valid Credentials",
    SIGN_IN_PROXY,
  ],
  ["Odd", "oops\nsecond line", "oops (Odd)"],
  ["OddException", "", "AWS answered Odd"],
];

/** Messages of `fetch` in Deno 2.9, with the expected reasons and hints. */
const NO_ANSWERS: readonly (readonly [string, string, string?])[] = [
  [
    `${SENDING} (Connect): tcp connect error: Connection refused (os error 111)`,
    "cannot reach AWS STS in eu-west-1",
  ],
  ["no answer within 10000 ms", "AWS STS in eu-west-1 did not answer in time"],
  [
    `${SENDING} (SendRequest): connection closed before message completed`,
    "the connection to AWS STS in eu-west-1 was lost",
  ],
  [
    "error reading a body from connection",
    "the connection to AWS STS in eu-west-1 was lost",
  ],
  [
    `${SENDING} (Connect): dns error: failed to lookup address information: Name or service not known`,
    "cannot find the address of AWS STS in eu-west-1",
    "check the network, the region, HTTPS_PROXY and AWS_ENDPOINT_URL",
  ],
  [
    `${SENDING} (Connect): unsuccessful tunnel`,
    "the proxy cannot connect to AWS STS in eu-west-1",
    "check HTTPS_PROXY and NO_PROXY",
  ],
  [
    `${SENDING} (Connect): invalid peer certificate: UnknownIssuer`,
    "the certificate of AWS STS in eu-west-1 is not trusted",
    "if a proxy signs with its own CA, set AWS_CA_BUNDLE to the file of that CA",
  ],
  [
    `${SENDING} (Connect): invalid peer certificate: certificate not valid yet: verification time 1 (UNIX), but certificate is not valid until 2`,
    "the certificate of AWS STS in eu-west-1 has expired or is not valid yet",
    "check this machine's clock",
  ],
  [
    `${SENDING} (Connect): invalid peer certificate: certificate expired: verification time 2 (UNIX), but certificate is not valid after 1`,
    "the certificate of AWS STS in eu-west-1 has expired or is not valid yet",
    "check this machine's clock",
  ],
  [
    "Failed opening CA file: No such file or directory (os error 2)",
    "cannot open the file of DENO_CERT",
    "correct DENO_CERT, or unset DENO_CERT",
  ],
  [
    `${SENDING} (Connect): received corrupt message of type InvalidContentType`,
    "cannot make a TLS connection to AWS STS in eu-west-1",
    "check HTTPS_PROXY, and whether AWS_ENDPOINT_URL has to use http:",
  ],
];

const CASES = [...DENIALS, ...CREDENTIALS, ...REQUESTS, ...FAILURES];

Deno.test("toAwsError() returns the failed task, the reason and a hint for each error of AWS", () => {
  for (const [name, message, reason, hint] of CASES) {
    assertEquals(facts(toAwsError(sdkError(name, message), CONTEXT)), {
      name: "AwsError",
      message: START + reason,
      code: name.replace(/Exception$/, ""),
      requestId: "req-1",
      hint,
      status: 125,
      cause: message,
    });
  }
});

Deno.test("toAwsError() returns a reason and a hint for each network failure", () => {
  for (const name of [NO_ANSWER, "TimeoutError"]) {
    for (const [message, reason, hint = NETWORK] of NO_ANSWERS) {
      const error = Object.assign(new Error(message), { name });
      assertEquals(facts(toAwsError(error, CONTEXT)), {
        name: "AwsError",
        message: START + reason,
        code: NO_ANSWER,
        requestId: undefined,
        hint,
        status: 125,
        cause: message,
      });
    }
  }
});

Deno.test("toAwsError() recognizes answers that are not from AWS", () => {
  const cases = [
    [
      sdkError("SyntaxError", "<html> is no XML", { $fault: undefined }),
      "UnreadableAnswer",
      "cannot read the answer of AWS STS in eu-west-1",
      SIGN_IN_PROXY,
    ],
    ...[["Unknown", 502], ["UnknownError", 302], ["NotFound", 404]].map((
      [name, httpStatusCode],
    ) =>
      [
        sdkError(String(name), "Unknown", { $metadata: { httpStatusCode } }),
        "NoAwsAnswer",
        `AWS STS in eu-west-1 answered HTTP status ${httpStatusCode} without an AWS error`,
        "check for a proxy between this machine and AWS",
      ] as const
    ),
  ] as const;
  for (const [thrown, code, reason, hint] of cases) {
    const error = toAwsError(thrown, CONTEXT);
    assertEquals([error.code, error.message, error.hint], [
      code,
      START + reason,
      hint,
    ]);
  }
});

Deno.test("toAwsError() does not say that AWS rejects a code if an earlier answer was lost", () => {
  const message =
    "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
  const lost = sdkError("AccessDenied", message, { hasLostAnswer: true });
  const error = toAwsError(lost, CONTEXT);
  assertEquals([error.code, error.message, error.hint], [
    "LostAnswer",
    `${START}AWS's first answer was lost, and AWS accepts each MFA code only once`,
    "run the command again with the next code",
  ]);
});

Deno.test("toAwsError() names the host, the status and the number of attempts of our own requests", () => {
  const context = {
    ...CONTEXT,
    host: "token.test",
    endpoint: "ACTIONS_ID_TOKEN_REQUEST_URL",
  };
  const proxy =
    "check ACTIONS_ID_TOKEN_REQUEST_URL, and for a proxy between this machine and token.test";
  const network =
    "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and ACTIONS_ID_TOKEN_REQUEST_URL";
  for (
    const [name, message, attempts, reason, hint] of [
      [
        "HttpStatus",
        "429",
        3,
        "token.test answered HTTP status 429: too many requests (3 attempts)",
        "try again in a minute",
      ],
      [
        "HttpStatus",
        "503",
        3,
        "token.test answered HTTP status 503 (3 attempts)",
        "try again in a minute",
      ],
      ["HttpStatus", "404", 1, "token.test answered HTTP status 404", proxy],
      [
        "TooLargeAnswer",
        "",
        1,
        "the answer of token.test is larger than 1 MiB",
        proxy,
      ],
      [
        NO_ANSWER,
        "no answer within 10000 ms",
        3,
        "token.test did not answer in time (3 attempts)",
        network,
      ],
      [
        NO_ANSWER,
        "dns error",
        2,
        "cannot find the address of token.test (2 attempts)",
        "check the network, HTTPS_PROXY and ACTIONS_ID_TOKEN_REQUEST_URL",
      ],
    ] as const
  ) {
    const thrown = Object.assign(new Error(message), { name, attempts });
    const error = toAwsError(thrown, context);
    assertEquals([error.code, error.message, error.hint], [
      name,
      START + reason,
      hint,
    ]);
  }
});

Deno.test("every rule of toAwsError() has a case in this test", () => {
  const texts = [
    "token.test answered HTTP status 429: too many requests",
    "token.test answered HTTP status 503",
    "AWS's first answer was lost, and AWS accepts each MFA code only once",
    "the answer of token.test is larger than 1 MiB",
    ...CASES.map(([, , reason]) => reason),
    ...NO_ANSWERS.map(([, reason]) => reason),
    "cannot read the answer of AWS STS in eu-west-1",
    "AWS STS in eu-west-1 answered HTTP status 502 without an AWS error",
  ];
  const codes = new Set(
    [...CASES.map(([name]) => name), NO_ANSWER, "NoAwsAnswer"]
      .concat("UnreadableAnswer", "HttpStatus", "TooLargeAnswer", "LostAnswer")
      .flatMap((name) => [name, name.replace(/Exception$/, "")]),
  );
  for (const { codes: own, reason } of [...DENIED_ERRORS, ...SERVICE_ERRORS]) {
    const pattern = reason
      .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
      .replace(/\{\w+\}/g, ".*");
    const shape = new RegExp(`^${pattern}$`);
    assertEquals(texts.some((text) => shape.test(text)), true, reason);
    assertEquals(own?.split(" ").filter((code) => !codes.has(code)), []);
  }
});

Deno.test("toAwsError() converts a thrown value that is not an Error object", () => {
  assertEquals(facts(toAwsError("text", CONTEXT)), {
    name: "AwsError",
    message: `${START}text (UnknownError)`,
    code: "UnknownError",
    requestId: undefined,
    hint: undefined,
    status: 125,
    cause: "text",
  });
});

Deno.test("toAwsError() hides the given secrets wherever an error message of AWS contains them", () => {
  const thrown = sdkError("Odd", "s3cr3t and 123456 and s3cr3t again");
  const { message, cause } = toAwsError(thrown, CONTEXT);
  assertEquals(
    [message, (cause as Error).message],
    [`${START}*** and *** and *** again (Odd)`, "*** and *** and *** again"],
  );
});

Deno.test("toAwsError() hides tokens and passwords even if they are not among the given secrets", () => {
  for (
    const [message, shown] of [
      [
        "The canonical string: x-amz-security-token:the/token and more",
        "The canonical string: x-amz-security-token:*** and more",
      ],
      ["token eyJhbGciOi.eyJzdWIi.c2ln is bad", "token *** is bad"],
      [
        "Value 'opaque token' at 'webIdentityToken' is bad",
        "Value '***' at 'webIdentityToken' is bad",
      ],
      [
        "url (http://me:secret@proxy:3128/) is bad",
        "url (http://***@proxy:3128/) is bad",
      ],
    ] as const
  ) {
    const { message: text, cause } = toAwsError(
      sdkError("Odd", message),
      CONTEXT,
    );
    assertEquals([text, (cause as Error).message], [
      `${START}${shown} (Odd)`,
      shown,
    ]);
  }
});

Deno.test("isRejectedCode() is true only for a rejected one-time code", () => {
  const cases: readonly (readonly [unknown, boolean])[] = [
    [
      toAwsError(
        sdkError(
          "AccessDenied",
          "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ),
        CONTEXT,
      ),
      true,
    ],
    [
      toAwsError(
        sdkError(
          "AccessDenied",
          "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
        ),
        CONTEXT,
      ),
      false,
    ],
    [toAwsError(sdkError("AccessDenied", "not authorized"), CONTEXT), false],
    [new Error("invalid MFA one time pass code"), false],
    [new AwsError("x", { code: "AccessDenied" }), false],
    [undefined, false],
  ];
  for (const [error, expected] of cases) {
    assertEquals(isRejectedCode(error), expected);
  }
});

Deno.test("toAwsError() does not show an error of JavaScript, except as the cause", () => {
  const message = "Cannot read properties of undefined (reading 'x')";
  for (const thrown of [new TypeError(message), new Error(message)]) {
    const { message: shown, hint, cause } = toAwsError(thrown, CONTEXT);
    assertEquals(
      [shown, hint, (cause as Error).message],
      [
        `${START}the AWS SDK failed with an error of its own`,
        "use '-v' to see the error of the AWS SDK",
        message,
      ],
    );
  }
});
