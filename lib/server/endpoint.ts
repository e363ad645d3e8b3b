import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { type Credentials, roleOf } from "../aws/credentials.ts";
import { AssumeRoleError, AwsError, MfaError } from "../errors.ts";
import { serveOnLoopback } from "../system/http_server.ts";
import { toHex } from "../system/bytes.ts";
import { reasonOf } from "../system/os_error.ts";

const TOKEN_BYTES = 32;
/** The status for an error that only the user can solve: SDKs do not retry. */
const PERMANENT_ERROR = 400;
/** The status for an error that may pass: SDKs retry. */
const TEMPORARY_ERROR = 503;

/** A credentials endpoint with the protocol of ECS and EKS. */
export interface Endpoint {
  /** The variables by which an AWS SDK finds and uses the endpoint. */
  readonly variables: Readonly<Record<string, string>>;
  readonly stop: () => void;
}

/**
 * Serves credentials on the IPv4 loopback. Requests without the token are refused
 * ("Container credential provider", AWS SDKs and Tools Reference Guide).
 */
export function startEndpoint(
  token: string,
  credentials: () => Promise<Credentials>,
): Endpoint {
  const expected = Buffer.from(token);
  const isAuthorized = ({ method, url, headers }: Request) => {
    const given = Buffer.from(headers.get("authorization") ?? "");
    return given.length === expected.length &&
      timingSafeEqual(given, expected) &&
      method === "GET" && url.split("?")[0] === server.url &&
      isFromProgram(headers);
  };
  const server = serveOnLoopback(async (request) => {
    if (!isAuthorized(request)) return new Response(null, { status: 403 });
    try {
      return toJson(200, formatCredentials(await credentials()));
    } catch (error) {
      return toJson(...formatError(error));
    }
  });
  return {
    variables: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: server.url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    },
    stop: server.stop,
  };
}

/**
 * Whether a program sent a request, and not a web page in a browser. A page needs an origin
 * and, to reach this machine under another name, a name in the header `Host`.
 */
function isFromProgram(headers: Headers): boolean {
  const host = headers.get("host") ?? "127.0.0.1";
  return !headers.has("origin") &&
    /^(?:localhost|[\d.]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(host);
}

/** Creates a random token for {@linkcode startEndpoint}. */
export function createToken(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}

/**
 * Formats credentials, with the expiry by this machine's clock, because the SDKs
 * compare the expiry with that clock.
 */
function formatCredentials(credentials: Credentials): unknown {
  const { expiration, clockOffset } = credentials;
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: formatTime(expiration - clockOffset),
    RoleArn: roleOf(credentials)?.arn,
  };
}

/** Formats a time in whole seconds, because some SDKs fail to parse fractions. */
function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, "Z");
}

function formatError(error: unknown): [status: number, body: unknown] {
  const { message, hint } = error instanceof AssumeRoleError
    ? error
    : new AssumeRoleError(`Cannot refresh the credentials: ${reasonOf(error)}`);
  const isDenied = error instanceof AwsError && error.code === "AccessDenied";
  return [
    error instanceof MfaError || isDenied ? PERMANENT_ERROR : TEMPORARY_ERROR,
    {
      Code: error instanceof AwsError ? error.code : "CredentialsNotAvailable",
      Message: `assume-role: ${message}${hint ? ` (${hint})` : ""}`,
    },
  ];
}

function toJson(status: number, body: unknown): Response {
  return Response.json(body, {
    status,
    headers: { "cache-control": "no-store" },
  });
}
