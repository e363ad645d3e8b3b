// Pure: no I/O.
import { AwsError } from "../../errors.ts";
import { SecretHider } from "../../settings/hide_secrets.ts";
import {
  explainJavaScriptError,
  type Explanation,
  LOST_ANSWER,
  matchError,
  NO_ANSWER,
  NO_AWS_ANSWER,
  REJECTED_CODE,
  UNREADABLE_ANSWER,
  withoutException,
} from "./match.ts";
import { SERVICE_ERRORS } from "./service.ts";
import { DENIED_ERRORS } from "./denied.ts";

/**
 * Rules for all documented errors of STS's AssumeRole, AssumeRoleWithWebIdentity,
 * GetSessionToken and GetCallerIdentity and of IAM's ListMFADevices and GetUser,
 * for AWS's "Common Error Types", and for failures of the network.
 */
const RULES = [...DENIED_ERRORS, ...SERVICE_ERRORS];

/** The longest chain of causes that is copied, because a chain can be a cycle. */
const MAX_CAUSES = 8;

/** The facts about a call to AWS that are needed to write the message of an error. */
export interface CallContext {
  /** The purpose of the call, such as `assume arn:aws:iam::…:role/admin`. */
  readonly task: string;
  /** The name of the AWS service, or the host, that was called. */
  readonly host: string;
  /** Texts that must not be shown, even if an answer of AWS repeats the texts. */
  readonly secrets: readonly (string | undefined)[];
  /** The variable that sets the address; default: `AWS_ENDPOINT_URL`. */
  readonly endpoint?: string;
}

/** Converts an error of a call to AWS into a message and a hint for users. */
export function toAwsError(error: unknown, context: CallContext): AwsError {
  const { task, host, secrets, endpoint } = context;
  const { name, message, requestId } = readError(
    withoutSecrets(error, secrets),
  );
  const code = withoutException(name);
  const line = message.split("\n")[0]!.trim();
  const why = describeDenyingPolicy(message);
  const placeholders = {
    code,
    host,
    message: line,
    why,
    endpoint: endpoint ?? "AWS_ENDPOINT_URL",
    region: endpoint === undefined ? "the region, " : "",
  };
  const [reason, hint] = matchError(RULES, name, message, placeholders) ??
    explainUnknown(error, line, code);
  return new AwsError(
    `Cannot ${task}: ${reason}${countAttempts(error)}`,
    { code, requestId, hint, cause: new Error(message) },
  );
}

/** Formats the number of attempts of a request that was repeated. */
function countAttempts(error: unknown): string {
  const attempts = error instanceof Error && "attempts" in error
    ? error.attempts
    : 1;
  return attempts === 1 ? "" : ` (${attempts} attempts)`;
}

/** Explains an error for which there is no rule. */
function explainUnknown(
  error: unknown,
  line: string,
  code: string,
): Explanation {
  const isOfSdk = error instanceof Error && !("$fault" in error);
  return isOfSdk && explainJavaScriptError(error) ||
    [line === "" ? `AWS answered ${code}` : `${line} (${code})`];
}

/** Whether an error means that AWS rejected the MFA code. */
export function isRejectedCode(error: unknown): boolean {
  return error instanceof AwsError && error.cause instanceof Error &&
    REJECTED_CODE.test(error.cause.message);
}

/** Whether AWS denies the permission to set session tags or a source identity. */
export function isDeniedSetting(error: unknown): boolean {
  return error instanceof AwsError && error.cause instanceof Error &&
    /to perform: sts:(?:TagSession|SetSourceIdentity)\b/.test(
      error.cause.message,
    );
}

/**
 * Describes the kind of policy that denies a call, such as `with an explicit deny in a
 * service control policy` or `because no session policy allows it`. Returns an empty text
 * if AWS's message does not name the kind.
 */
function describeDenyingPolicy(message: string): string {
  const [explicit] =
    /with an explicit deny in [\w -]+?(?:policy|boundary)\b/.exec(message) ??
      [];
  const [, lacking] = /(because no [\w -]+? allows) the \S+ action/.exec(
    message,
  ) ?? [];
  if (explicit !== undefined) return ` ${explicit}`;
  return lacking === undefined ? "" : ` ${lacking} it`;
}

interface ReadError {
  readonly name: string;
  readonly message: string;
  readonly requestId: string | undefined;
}

function readError(error: Error): ReadError {
  const { name, message } = error;
  const { $metadata } = error as SdkError;
  const httpStatus = $metadata?.httpStatusCode;
  // The SDK uses these names if an answer, for example from a proxy, is not an AWS error.
  const lacksAwsError = /^(?:Unknown(?:Error)?|NotFound)$/.test(name) &&
    /^Unknown(?:Error)?$/.test(message);
  if (lacksAwsError && httpStatus !== undefined) {
    return {
      name: NO_AWS_ANSWER,
      message: String(httpStatus),
      requestId: undefined,
    };
  }
  return {
    name: name === "TimeoutError"
      ? NO_ANSWER
      : isUnreadable(error)
      ? UNREADABLE_ANSWER
      : "hasLostAnswer" in error && REJECTED_CODE.test(message)
      ? LOST_ANSWER
      : name,
    message,
    requestId: $metadata?.requestId,
  };
}

/** Whether the SDK could not read an answer, which is truncated or not from AWS. */
export function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $response, $fault } = error as SdkError;
  return $response !== undefined && $fault === undefined;
}

/** Properties that the SDK adds to an error; `$fault` is set if AWS returned the error. */
interface SdkError {
  readonly $metadata?: {
    readonly requestId?: string;
    readonly httpStatusCode?: number;
  };
  readonly $fault?: string;
  readonly $response?: unknown;
}

/**
 * Copies an error without secrets, which some answers of AWS and some errors of the SDK
 * repeat. The errors in the chain of causes are copied, too.
 */
export function withoutSecrets(
  error: unknown,
  secrets: CallContext["secrets"],
): Error {
  const hider = new SecretHider(secrets);
  const hide = (text: string) => hidePatterns(hider.hide(text));
  return copyError(error, hide, MAX_CAUSES);
}

function copyError(
  error: unknown,
  hide: (text: string) => string,
  maxCauses: number,
): Error {
  if (!(error instanceof Error)) {
    return Object.assign(new Error(hide(String(error))), {
      name: "UnknownError",
    });
  }
  const { name, message, cause } = error;
  const copy = new Error(hide(message), {
    ...(cause instanceof Error && maxCauses > 0 &&
      { cause: copyError(cause, hide, maxCauses - 1) }),
  });
  const { $metadata } = error as SdkError;
  const requestId = $metadata?.requestId;
  // The SDK adds some properties that are not enumerable, such as `$response`.
  const { stack: _, ...properties } = Object.getOwnPropertyDescriptors(error);
  const replace = (value: unknown) => ({ value, configurable: true });
  return Object.defineProperties(copy, {
    ...properties,
    ...Object.getOwnPropertyDescriptors(copy),
    name: replace(hide(name)),
    ...(requestId !== undefined && {
      $metadata: replace({
        ...$metadata,
        requestId: hide(String(requestId)),
      }),
    }),
  });
}

/** Hides the parts of a text that are secret by their form or their place. */
function hidePatterns(text: string): string {
  return text
    .replace(/(x-amz-security-token:)\s*\S+/gi, "$1***")
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "***")
    .replace(
      /(Value ')[^']*(' at '(?:webIdentityToken|tokenCode)')/g,
      "$1***$2",
    )
    .replace(/(:\/\/)[^\s/]+@/g, "$1***@")
    // The error about an invalid header contains the header's value.
    .replace(/\b(Invalid header value: )[^]*/, "$1***")
    .replace(/\bAWS4-HMAC-SHA256 Credential=[^]*/, "***");
}
