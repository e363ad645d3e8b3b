import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { type Credentials, roleOf } from "../aws/credentials.ts";
import { AssumeRoleError, AwsError, MfaError } from "../errors.ts";
import { serveOnLoopback } from "./http_server.ts";
import { reasonOf } from "../system/os_error.ts";

/** More random bytes than anybody can guess. */
const TOKEN_BYTES = 32;
/** A person has to do something: there is no use in asking again. */
const NEEDS_A_PERSON = 400;
const FOR_THE_MOMENT = 503;

/** A credentials endpoint as the AWS SDKs know it from ECS and EKS. */
export interface Endpoint {
  /** What an AWS SDK must find in its environment to use it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly stop: () => void;
}

/**
 * Serves credentials on the IPv4 loopback to whoever has the token
 * ("Container credential provider", AWS SDKs and Tools Reference Guide).
 */
export function startEndpoint(
  credentials: () => Promise<Credentials>,
): Endpoint {
  const token = randomToken();
  const expected = Buffer.from(token);
  const mayAsk = (request: Request) => {
    const given = Buffer.from(request.headers.get("authorization") ?? "");
    return given.length === expected.length &&
      timingSafeEqual(given, expected) &&
      request.method === "GET" && new URL(request.url).pathname === "/";
  };
  const server = serveOnLoopback(async (request) => {
    if (!mayAsk(request)) return new Response(null, { status: 403 });
    try {
      return json(200, served(await credentials()));
    } catch (error) {
      return json(...refusal(error));
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

function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** The SDKs compare the time with this machine's clock, so it is told by that. */
function served(credentials: Credentials): unknown {
  const { expiration, clockOffset } = credentials;
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: wholeSeconds(expiration - clockOffset),
    RoleArn: roleOf(credentials)?.arn,
  };
}

/** As AWS writes it: not all SDKs read fractions of a second. */
function wholeSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

function refusal(error: unknown): [status: number, body: unknown] {
  const { message, hint } = error instanceof AssumeRoleError
    ? error
    : new AssumeRoleError(`Cannot refresh the credentials: ${reasonOf(error)}`);
  const isDenied = error instanceof AwsError && error.code === "AccessDenied";
  return [
    error instanceof MfaError || isDenied ? NEEDS_A_PERSON : FOR_THE_MOMENT,
    {
      Code: error instanceof AwsError ? error.code : "CredentialsNotAvailable",
      Message: `assume-role: ${message}${hint ? ` (${hint})` : ""}`,
    },
  ];
}

function json(status: number, body: unknown): Response {
  return Response.json(body, {
    status,
    headers: { "cache-control": "no-store" },
  });
}
