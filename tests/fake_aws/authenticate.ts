import { Refusal } from "./refusal.ts";
import type { Sessions } from "./sessions.ts";
import { claimedTime, expectedSignature, readClaim } from "./sigv4.ts";
import { type Principal, userArn, type World } from "./world.ts";

/** The largest accepted clock skew of a request, as in AWS. */
const MAX_SKEW_MS = 5 * 60_000;

/** The known callers, and the time of the fake AWS in milliseconds. */
export interface Registry {
  readonly world: World;
  readonly sessions: Sessions;
  readonly now: number;
}

/** Returns the caller who signed a request; checks the request in the same order as AWS. */
export async function authenticate(
  request: Request,
  body: Uint8Array<ArrayBuffer>,
  registry: Registry,
): Promise<Principal> {
  const { now } = registry;
  const claim = readClaim(request);
  if (claim === undefined) {
    throw new Refusal(
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
      403,
    );
  }
  const principal = findPrincipal(
    registry,
    claim.accessKeyId,
    request.headers.get("x-amz-security-token"),
  );
  const time = claimedTime(request);
  if (!(Math.abs(time - now) <= MAX_SKEW_MS)) {
    throw new Refusal(
      "SignatureDoesNotMatch",
      `Signature expired: ${new Date(time).toISOString()} is now earlier than ${
        new Date(now - MAX_SKEW_MS).toISOString()
      }`,
      403,
    );
  }
  const expected = await expectedSignature(
    claim,
    principal.secretAccessKey,
    request,
    body,
  );
  if (expected !== claim.signature) {
    throw new Refusal(
      "SignatureDoesNotMatch",
      `The request signature we calculated does not match the signature you provided. The canonical string should have had x-amz-security-token:${principal.sessionToken}`,
      403,
    );
  }
  if (principal.expiration !== undefined && principal.expiration <= now) {
    throw new Refusal(
      "ExpiredToken",
      "The security token included in the request is expired",
      403,
    );
  }
  return principal;
}

function findPrincipal(
  { world, sessions, now }: Registry,
  accessKeyId: string,
  token: string | null,
): Principal {
  const session = sessions.find(accessKeyId);
  if (session !== undefined && session.sessionToken === token) return session;
  const user = world.users.find((user) => user.accessKeyId === accessKeyId);
  if (
    user === undefined || user.deactivated ||
    (user.sessionToken ?? null) !== token
  ) {
    throw new Refusal(
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      403,
    );
  }
  const { accountId, secretAccessKey, sessionToken } = user;
  return {
    arn: userArn(user),
    userId: `AIDAFAKE${user.name.toUpperCase()}`,
    accountId,
    secretAccessKey,
    user,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(user.isExpired && { expiration: now - 1000 }),
  };
}
