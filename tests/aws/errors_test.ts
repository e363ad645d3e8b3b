import { assertEquals, assertMatch } from "@std/assert";
import { AwsError } from "../../lib/errors.ts";
import { isRejectedCode, NO_ANSWER, toAwsError } from "../../lib/aws/errors.ts";

const CONTEXT = {
  task: "assume arn:aws:iam::111111111111:role/admin",
  host: "STS in eu-west-1",
  secrets: ["s3cr3t", undefined, "123456"],
};
const START = "Cannot assume arn:aws:iam::111111111111:role/admin: ";

/** An error as the SDK throws it after an answer. */
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

interface Case {
  readonly error: Error;
  readonly code: string;
  readonly reason: string;
  readonly hint?: string;
  readonly requestId?: string | undefined;
}

const CASES: readonly Case[] = [
  {
    error: sdkError("AccessDenied", "User: x is not authorized"),
    code: "AccessDenied",
    reason: "AWS denies it",
    hint:
      "the role may not exist, its trust policy may not let you in, you may lack sts:AssumeRole, or it may want MFA",
  },
  {
    error: sdkError("AccessDeniedException", "no"),
    code: "AccessDenied",
    reason: "AWS denies it",
    hint:
      "the role may not exist, its trust policy may not let you in, you may lack sts:AssumeRole, or it may want MFA",
  },
  {
    error: sdkError("ExpiredTokenException", "The security token is expired"),
    code: "ExpiredToken",
    reason: "the base credentials have expired",
    hint:
      "renew them: sign in again, or run 'aws sso login' if they come from IAM Identity Center",
  },
  {
    error: sdkError("InvalidClientTokenId", "The token is invalid"),
    code: "InvalidClientTokenId",
    reason: "AWS does not know the base access key",
    hint:
      "it may be mistyped, deactivated or of another partition; see the profile that supplies it",
  },
  {
    error: sdkError("SignatureDoesNotMatch", "does not match"),
    code: "SignatureDoesNotMatch",
    reason: "AWS rejects the signature of the base credentials",
    hint:
      "the secret access key may be mistyped, or this machine's clock wrong",
  },
  {
    error: sdkError("RequestTimeTooSkewed", "too large"),
    code: "RequestTimeTooSkewed",
    reason: "this machine's clock is wrong",
    hint: "set the clock",
  },
  {
    error: sdkError("ThrottlingException", "Rate exceeded"),
    code: "Throttling",
    reason: "AWS is throttling the requests",
    hint: "try again in a minute",
  },
  {
    error: Object.assign(new Error("refused"), { name: NO_ANSWER }),
    code: NO_ANSWER,
    reason: "no answer from STS in eu-west-1",
    hint: "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and AWS_ENDPOINT_URL",
    requestId: undefined,
  },
  {
    error: Object.assign(new Error("too slow"), { name: "TimeoutError" }),
    code: NO_ANSWER,
    reason: "no answer from STS in eu-west-1",
    hint: "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and AWS_ENDPOINT_URL",
    requestId: undefined,
  },
  {
    error: sdkError("SyntaxError", "<html> is no XML", { $fault: undefined }),
    code: "UnreadableAnswer",
    reason: "the answer of STS in eu-west-1 cannot be read",
    hint:
      "is there something between you and AWS, such as a proxy that asks you to sign in?",
  },
  {
    error: sdkError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ),
    code: "ValidationError",
    reason: "the role does not allow sessions that long",
    hint:
      "ask for a shorter '--duration', or raise the role's maximum session duration",
  },
  {
    error: sdkError("ValidationError", "1 error detected: x\nsecond line"),
    code: "ValidationError",
    reason: "1 error detected: x",
  },
  {
    error: sdkError("InternalFailure", "oops\nsecond line"),
    code: "InternalFailure",
    reason: "oops (InternalFailure)",
  },
  {
    error: sdkError("InternalFailure", ""),
    code: "InternalFailure",
    reason: "AWS answered InternalFailure",
  },
];

Deno.test("toAwsError() says what could not be done, why, and what to do", () => {
  for (const { error, code, reason, hint, ...rest } of CASES) {
    assertEquals(facts(toAwsError(error, CONTEXT)), {
      name: "AwsError",
      message: START + reason,
      code,
      requestId: "requestId" in rest ? rest.requestId : "req-1",
      hint,
      status: 125,
      cause: error.message,
    });
  }
});

Deno.test("toAwsError() makes an error of whatever was thrown", () => {
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

Deno.test("toAwsError() shows no secret, wherever AWS repeats it", () => {
  const thrown = sdkError("Odd", "s3cr3t and 123456 and s3cr3t again");
  const { message, cause } = toAwsError(thrown, CONTEXT);
  assertEquals(
    [message, (cause as Error).message],
    [`${START}*** and *** and *** again (Odd)`, "*** and *** and *** again"],
  );
});

// Common Errors of STS and IAM: RequestExpired is a date stamp that is more than
// 15 minutes off. STS itself says it as SignatureDoesNotMatch.
Deno.test("toAwsError() names the clock where it is the cause", () => {
  for (
    const [name, message] of [
      ["RequestTimeTooSkewed", "The difference is too large"],
      [
        "SignatureDoesNotMatch",
        "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z (20260101T003000Z - 15 min.)",
      ],
      ["RequestExpired", "Request has expired"],
      ["RequestInTheFuture", "The date stamp is in the future"],
    ] as const
  ) {
    const error = toAwsError(sdkError(name, message), CONTEXT);
    assertMatch(`${error.message}; ${error.hint}`, /\bclock\b/, name);
  }
});

Deno.test("isRejectedCode() tells a rejected one-time code from a denial", () => {
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
