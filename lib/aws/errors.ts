// Pure: no I/O.
import { AwsError } from "../errors.ts";

/** The code of an error that is not AWS's: it could not be reached. */
export const NO_ANSWER = "NoAnswer";

const UNREADABLE_ANSWER = "UnreadableAnswer";
const NO_AWS_ANSWER = "NoAwsAnswer";

/** What a call was about, to say so when it fails. */
export interface CallContext {
  /** What could not be done, such as `assume arn:aws:iam::…:role/admin`. */
  readonly task: string;
  /** The host that was to answer. */
  readonly host: string;
  /** Texts that must not be shown, wherever AWS may have repeated them. */
  readonly secrets: readonly (string | undefined)[];
}

/** Turns whatever a call to AWS threw into one line and one hint. */
export function toAwsError(error: unknown, context: CallContext): AwsError {
  const { name, message, requestId } = readError(error);
  const code = name.replace(/Exception$/, "");
  const [reason, hint] = explain(code, message, context);
  return new AwsError(
    hide(`Cannot ${context.task}: ${reason}`, context.secrets),
    { code, requestId, hint, cause: new Error(hide(message, context.secrets)) },
  );
}

/** Whether AWS rejected a one-time code, as against the call itself. */
export function isRejectedCode(error: unknown): boolean {
  return error instanceof AwsError && error.cause instanceof Error &&
    /invalid MFA one time pass code/i.test(error.cause.message);
}

const CLOCK = [
  "this machine's clock is wrong",
  "set the clock",
] as const;

function explain(
  code: string,
  message: string,
  { host }: CallContext,
): readonly [reason: string, hint?: string] {
  const line = message.split("\n")[0]!;
  switch (code) {
    case "AccessDenied":
      return [
        "AWS denies it",
        "the role may not exist, its trust policy may not let you in, you may lack sts:AssumeRole, or it may want MFA",
      ];
    case "ExpiredToken":
      return [
        "the base credentials have expired",
        "renew them: sign in again, or run 'aws sso login' if they come from IAM Identity Center",
      ];
    case "InvalidClientTokenId":
    case "UnrecognizedClient":
      return [
        "AWS does not know the base access key",
        "it may be mistyped, deactivated or of another partition; see the profile that supplies it",
      ];
    case "SignatureDoesNotMatch":
      if (/^Signature (?:expired|not yet current)/.test(message)) return CLOCK;
      return [
        "AWS rejects the signature of the base credentials",
        "the secret access key may be mistyped, or this machine's clock wrong",
      ];
    case "RequestTimeTooSkewed":
    case "RequestExpired":
    case "RequestInTheFuture":
      return CLOCK;
    case "Throttling":
    case "ThrottledException":
    case "TooManyRequests":
    case "RequestLimitExceeded":
      return ["AWS is throttling the requests", "try again in a minute"];
    case NO_ANSWER:
      return [
        `no answer from ${host}`,
        "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and AWS_ENDPOINT_URL",
      ];
    case NO_AWS_ANSWER:
      return [
        `${host} answered without saying why (HTTP status ${message})`,
        "is there something between you and AWS, such as a proxy?",
      ];
    case UNREADABLE_ANSWER:
      return [
        `the answer of ${host} cannot be read`,
        "is there something between you and AWS, such as a proxy that asks you to sign in?",
      ];
    case "Validation":
    case "ValidationError":
      return /MaxSessionDuration/.test(message)
        ? [
          "the role does not allow sessions that long",
          "ask for a shorter '--duration', or raise the role's maximum session duration",
        ]
        : [line];
    default:
      return [line === "" ? `AWS answered ${code}` : `${line} (${code})`];
  }
}

interface ReadError {
  readonly name: string;
  readonly message: string;
  readonly requestId: string | undefined;
}

function readError(error: unknown): ReadError {
  if (!(error instanceof Error)) {
    return {
      name: "UnknownError",
      message: String(error),
      requestId: undefined,
    };
  }
  const { name, message } = error;
  const { $metadata, $fault, $response } = error as SdkError;
  const httpStatus = $metadata?.httpStatusCode;
  if (/^Unknown/.test(name) && httpStatus !== undefined) {
    // A gateway on the way knows nothing of AWS's errors.
    return {
      name: NO_AWS_ANSWER,
      message: String(httpStatus),
      requestId: undefined,
    };
  }
  return {
    name: name === "TimeoutError"
      ? NO_ANSWER
      : $response !== undefined && $fault === undefined
      ? UNREADABLE_ANSWER
      : name,
    message,
    requestId: $metadata?.requestId,
  };
}

/** What the SDK adds to an error: an answer, and a fault where the answer says one. */
interface SdkError {
  readonly $metadata?: {
    readonly requestId?: string;
    readonly httpStatusCode?: number;
  };
  readonly $fault?: string;
  readonly $response?: unknown;
}

function hide(text: string, secrets: CallContext["secrets"]): string {
  let hidden = text;
  for (const secret of secrets) {
    if (secret) hidden = hidden.replaceAll(secret, "***");
  }
  return hidden;
}
