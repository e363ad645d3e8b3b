import type { EndpointContext } from "./endpoints.ts";
import { timestamp } from "./sessions.ts";
import { roleSession } from "./world.ts";

/** The duration of the credentials of an instance or a container. */
const DURATION_SECONDS = 6 * 3600;

/** Answers with a token of the instance metadata, version 2. */
export function metadataToken(
  { now, headers, given }: EndpointContext,
): Response {
  const seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds") ?? "";
  if (
    !/^\d+$/.test(seconds) || Number(seconds) < 1 || Number(seconds) > 21_600
  ) return page(400, "Bad Request");
  const token = crypto.randomUUID();
  given.metadata.set(token, now + Number(seconds) * 1000);
  return new Response(token, {
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": seconds },
  });
}

/** Answers with the name of the instance's role. */
export function instanceRole(context: EndpointContext): Response {
  if (!hasToken(context)) return page(401, "Unauthorized");
  const { instance } = context.world;
  if (instance === undefined) return page(404, "Not Found");
  return new Response(nameOf(instance.roleArn));
}

/** Answers with the credentials of the instance's role. */
export function instanceCredentials(context: EndpointContext): Response {
  if (!hasToken(context)) return page(401, "Unauthorized");
  const { world: { instance }, path, sessions, now } = context;
  if (
    instance === undefined ||
    nameOf(instance.roleArn) !== decodeURIComponent(path.split("/").at(-1)!)
  ) return page(404, "Not Found");
  const minted = sessions.mint(
    roleSession(instance.roleArn, "i-0fa4e000000000001"),
    DURATION_SECONDS,
  );
  return Response.json({
    Code: "Success",
    LastUpdated: timestamp(now),
    Type: "AWS-HMAC",
    AccessKeyId: minted.accessKeyId,
    SecretAccessKey: minted.secretAccessKey,
    Token: minted.sessionToken,
    Expiration: timestamp(minted.expiration),
  });
}

/** Answers with the credentials of a container, if the request has the required token. */
export function containerCredentials(
  { world: { container }, sessions, headers }: EndpointContext,
): Response {
  if (
    container === undefined ||
    headers.get("authorization") !== container.authorizationToken
  ) {
    return Response.json({
      code: "AccessDenied",
      message: "The authorization token is missing or wrong",
    }, { status: 401 });
  }
  const minted = sessions.mint(
    roleSession(container.roleArn, "0fa4e000000000000000000000000001"),
    DURATION_SECONDS,
  );
  return Response.json({
    RoleArn: container.roleArn,
    AccessKeyId: minted.accessKeyId,
    SecretAccessKey: minted.secretAccessKey,
    Token: minted.sessionToken,
    Expiration: timestamp(minted.expiration),
  });
}

function hasToken({ headers, given, now }: EndpointContext): boolean {
  const token = headers.get("x-aws-ec2-metadata-token") ?? "";
  return (given.metadata.get(token) ?? 0) > now;
}

function nameOf(roleArn: string): string {
  return roleArn.split("/").at(-1)!;
}

function page(status: number, title: string): Response {
  return new Response(
    `<?xml version="1.0" encoding="iso-8859-1"?>\n<html><head><title>${status} - ${title}</title></head><body><h1>${status} - ${title}</h1></body></html>\n`,
    { status, headers: { "content-type": "text/html" } },
  );
}
