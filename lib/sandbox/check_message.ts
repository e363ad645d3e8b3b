// Pure: no I/O.
// Checks what a worker sends. The worker runs the AWS SDK, so that nothing of a message
// may be trusted, and this module decides which values the rest of assume-role can get.
import { isShaped, type Shape } from "../aws/credentials.ts";
import type { CallerIdentity } from "../aws/arn.ts";
import type { FoundCredentials } from "../aws/sdk_interface.ts";
import { isToken } from "../aws/sign_in_token.ts";
import type {
  AccessToken,
  DeviceAuthorization,
  RegisteredClient,
  SignInClient,
} from "../aws/sign_in_types.ts";
import type { AwsClient, SessionOutput } from "../aws/sts_types.ts";
import { parseRequest } from "./check_request.ts";
import { refused, unexpectedMessage } from "./damaged_sdk.ts";
import type {
  Call,
  Failure,
  RefreshedToken,
  Reply,
  SdkRequest,
} from "./rpc.ts";

/** The output of each method of a worker. */
export type Outputs =
  & {
    readonly [M in keyof AwsClient]: Awaited<ReturnType<AwsClient[M]>>;
  }
  & {
    readonly [M in keyof SignInClient]: Awaited<ReturnType<SignInClient[M]>>;
  }
  & { readonly findBase: FoundCredentials };

type ExpiryPart = Pick<SessionOutput, "expiration">;
type RefreshPart = Required<Pick<AccessToken, "refreshToken">>;
type Values = Readonly<Record<string, unknown>>;

const SESSION: Shape<SessionOutput> = {
  accessKeyId: "string",
  secretAccessKey: "string",
  sessionToken: "string",
  expiration: "number",
  clockOffset: "number",
};
const IDENTITY: Shape<CallerIdentity> = { arn: "string", accountId: "string" };
const CLIENT: Shape<RegisteredClient> = {
  clientId: "string",
  clientSecret: "string",
  expiration: "number",
};
const AUTHORIZATION: Shape<DeviceAuthorization> = {
  deviceCode: "string",
  userCode: "string",
  verificationUri: "string",
  verificationUriComplete: "string",
  expiresInSeconds: "number",
  intervalSeconds: "number",
};
const TOKEN: Shape<Pick<AccessToken, "accessToken" | "expiresInSeconds">> = {
  accessToken: "string",
  expiresInSeconds: "number",
};

/** Matches the URL of a page that assume-role shows to the user and opens. */
const PAGE =
  /^(?:https:\/\/[\w.:[\]-]+|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?)(?:[/?#][!-~]{0,2000})?$/;

/** Patterns of values that assume-role puts into names, files and other requests. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  accessKeyId: /^[\w.:-]{1,128}$/,
  accountId: /^[\w-]{1,64}$/,
  arn: /^arn:[\w-]+:[!-~]{1,2000}$/,
  assumedRoleArn: /^arn:[\w-]+:[!-~]{1,2000}$/,
  userCode: /^[\w-]{1,64}$/,
  verificationUri: PAGE,
  verificationUriComplete: PAGE,
  expiresInSeconds: /^\d{1,9}$/,
  intervalSeconds: /^\d{1,4}$/,
};

/** Matches the serial number or the ARN of an MFA device. */
const SERIAL = /^[\w+=/:,.@-]{1,256}$/;
const USER_NAME = /^[\w+=,.@-]{1,128}$/;
const ANY_KEY = /^[^]{1,20000}$/;
/** The greatest number of MFA devices; AWS allows eight for each user. */
const MAX_DEVICES = 100;
/** The greatest length of a text of an error. */
const MAX_TEXT_LENGTH = 10_000;

/** Functions that check the output of a method, and copy its known values. */
const PARSERS: {
  readonly [M in keyof Outputs]: (output: unknown) => Outputs[M];
} = {
  getCallerIdentity: (output) => pick(output, IDENTITY),
  assumeRole: parseRoleSession,
  assumeRoleWithWebIdentity: parseRoleSession,
  getSessionToken: (output) => pick(output, SESSION),
  listMfaDevices: (output) => {
    const isList = Array.isArray(output) && output.length <= MAX_DEVICES;
    if (isList && output.every((serial) => isText(serial, SERIAL))) {
      return [...output];
    }
    throw refused("MFA devices");
  },
  getUserName: (output) => {
    if (isText(output, USER_NAME)) return output;
    throw refused("user name");
  },
  findBase: parseBase,
  findOrigin: (output) => {
    if (isText(output, PAGE) && URL.canParse(output)) return output;
    throw refused("origin");
  },
  registerClient: (output) => pick(output, CLIENT),
  startDeviceAuthorization: (output) => pick(output, AUTHORIZATION),
  createToken: parseAccessToken,
};

/**
 * Checks the output of a call to a worker, and copies its known values.
 *
 * @throws {AssumeRoleError} If a value is missing, or has another type or other characters
 * than values of AWS have
 */
export function parseOutput<M extends Call["method"]>(
  method: M,
  output: unknown,
): Outputs[M] {
  return PARSERS[method](output);
}

/**
 * Checks a message of a worker. The output of a call is checked by {@linkcode parseOutput}.
 *
 * @throws {AssumeRoleError} If the message is of no known kind, or has invalid values
 */
export function parseMessage(
  data: unknown,
): RefreshedToken | SdkRequest | Reply {
  const { id, failure, refreshedToken, request, ...rest } = toValues(data);
  if (request !== undefined) return parseRequest({ request, ...rest });
  if (typeof refreshedToken === "string" && isToken(refreshedToken)) {
    return { refreshedToken };
  }
  if (refreshedToken !== undefined) throw refused("refreshed token");
  if (typeof id !== "number") throw unexpectedMessage();
  if (failure !== undefined) return { id, failure: parseFailure(failure) };
  return { id, output: rest.output };
}

function parseFailure(failure: unknown): Failure {
  const values = toValues(failure);
  const [code, requestId, hint, cause] = [
    toCode(values.code),
    toCode(values.requestId),
    toText(values.hint),
    toText(values.cause),
  ];
  return {
    name: toCode(values.name) ?? "Error",
    message: toText(values.message) ?? "",
    isFault: values.isFault === true,
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
    ...(hint !== undefined && { hint }),
    ...(cause !== undefined && { cause }),
  };
}

/** Limits a text of an error, and replaces control characters other than line breaks. */
export function toText(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.slice(0, MAX_TEXT_LENGTH).replace(/(?!\n)\p{Cc}/gu, " ");
}

/** Returns the characters of a text that names of errors and request IDs have. */
function toCode(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.slice(0, MAX_TEXT_LENGTH).replace(/[^\w.:#/-]/g, "");
}

/**
 * Checks the types of base credentials. `checkKeys()` checks their characters, because its
 * errors name the source of the credentials, which can be any program or endpoint.
 */
function parseBase(output: unknown): FoundCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = toValues(
    output,
  );
  if (!isText(accessKeyId, ANY_KEY)) throw refused("accessKeyId");
  if (!isText(secretAccessKey, ANY_KEY)) throw refused("secretAccessKey");
  if (sessionToken !== undefined && !isText(sessionToken, ANY_KEY)) {
    throw refused("sessionToken");
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration !== undefined &&
      pick<ExpiryPart>(output, { expiration: "number" })),
  };
}

function parseAccessToken(output: unknown): AccessToken {
  const { refreshToken } = toValues(output);
  return {
    ...pick(output, TOKEN),
    ...(refreshToken !== undefined &&
      pick<RefreshPart>(output, { refreshToken: "string" })),
  };
}

function parseRoleSession(output: unknown): Outputs["assumeRole"] {
  return pick<Outputs["assumeRole"]>(output, {
    ...SESSION,
    assumedRoleArn: "string",
  });
}

/** Copies the properties that a shape lists. */
function pick<T extends object>(value: unknown, shape: Shape<T>): T {
  const entries = Object.entries(shape).map(([key, type]) => {
    const property = { [key]: type } as Shape<Values>;
    const part = toValues(value)[key];
    const isValid = isShaped(value, property) &&
      (PATTERNS[key]?.test(String(part)) ?? true);
    if (!isValid) throw refused(key);
    return [key, part];
  });
  return Object.fromEntries(entries);
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

function toValues(value: unknown): Values {
  return typeof value === "object" && value !== null ? value as Values : {};
}
