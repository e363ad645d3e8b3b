// Pure: no I/O.
import { AwsError } from "../../errors.ts";
import {
  matchError,
  NO_ANSWER,
  NO_AWS_ANSWER,
  UNREADABLE_ANSWER,
  withoutException,
} from "./match.ts";
import { SERVICE_ERRORS } from "./service.ts";
import { DENIED_ERRORS } from "./denied.ts";

/**
 * Everything that STS's AssumeRole, AssumeRoleWithWebIdentity, GetSessionToken
 * and GetCallerIdentity and IAM's ListMFADevices and GetUser are documented to
 * answer, their "Common Error Types", and what is met on the way to them.
 */
const EXPLANATIONS = [...DENIED_ERRORS, ...SERVICE_ERRORS];

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
  const { name, message: said, requestId } = readError(error);
  const { task, host, secrets } = context;
  // First, as half a secret would not be found any more.
  const message = hide(said, secrets);
  const code = withoutException(name);
  const line = message.split("\n")[0]!.trim();
  const words = { code, host, message: line, why: denyingPolicy(message) };
  const [reason, hint] = matchError(EXPLANATIONS, name, message, words) ??
    [line === "" ? `AWS answered ${code}` : `${line} (${code})`];
  return new AwsError(
    hide(`Cannot ${task}: ${reason}`, secrets),
    { code, requestId, hint, cause: new Error(message) },
  );
}

/** Whether AWS rejected a one-time code, as against the call itself. */
export function isRejectedCode(error: unknown): boolean {
  return error instanceof AwsError && error.cause instanceof Error &&
    /invalid MFA one time pass code/i.test(error.cause.message);
}

/**
 * Whether AWS denies what the session is to carry, tags or a source identity: it
 * does so where the role itself may be assumed.
 */
export function isDeniedSetting(error: unknown): boolean {
  return error instanceof AwsError && error.cause instanceof Error &&
    /to perform: sts:(?:TagSession|SetSourceIdentity)\b/.test(
      error.cause.message,
    );
}

/**
 * Which kind of policy denies, where AWS tells: it does as in "with an explicit
 * deny in a service control policy" and "because no session policy allows the
 * sts:AssumeRole action".
 */
function denyingPolicy(message: string): string {
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
  // A gateway on the way knows nothing of AWS's errors: the SDK makes up these.
  const isMadeUp = /^(?:Unknown(?:Error)?|NotFound)$/.test(name) &&
    /^Unknown(?:Error)?$/.test(message);
  if (isMadeUp && httpStatus !== undefined) {
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
  // What no answer of AWS's should repeat, and some do.
  let hidden = text
    .replace(/(x-amz-security-token:)\s*\S+/gi, "$1***")
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, "***")
    .replace(
      /(Value ')[^']*(' at '(?:webIdentityToken|tokenCode)')/g,
      "$1***$2",
    )
    .replace(/(:\/\/)[^\s/@]+@/g, "$1***@");
  for (const secret of secrets) {
    if (secret) hidden = hidden.replaceAll(secret, "***");
  }
  return hidden;
}
