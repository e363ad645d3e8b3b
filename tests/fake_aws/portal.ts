import type { EndpointContext } from "./endpoints.ts";
import { failure } from "./faults.ts";
import { portalRoleArn, roleSession } from "./world.ts";

/** Answers GetRoleCredentials of IAM Identity Center's portal. */
export function roleCredentials(
  { world: { portal }, sessions, now, headers, params, given }: EndpointContext,
): Response {
  const token = headers.get("x-amz-sso_bearer_token");
  const roleName = params.get("role_name");
  const accountId = params.get("account_id");
  if (token === null || !roleName || !/^\d{12}$/.test(accountId ?? "")) {
    return refuse(400, "InvalidRequestException", "Request is invalid");
  }
  if (
    portal === undefined ||
    portal.token !== token && !given.access.has(token) ||
    (portal.expiration ?? Infinity) <= now
  ) {
    return refuse(
      401,
      "UnauthorizedException",
      "Session token not found or invalid",
    );
  }
  const assignment = portal.assignments.find((assignment) =>
    assignment.roleName === roleName && assignment.accountId === accountId
  );
  if (assignment === undefined) {
    return refuse(403, "ForbiddenException", "No access");
  }
  const minted = sessions.mint(
    roleSession(portalRoleArn(assignment), portal.userName),
    assignment.sessionDuration ?? 3600,
  );
  return Response.json({ roleCredentials: minted });
}

/**
 * Answers CreateToken of IAM Identity Center's OIDC service: refreshes an access token, or
 * gives the first token of a sign-in that `sign_in.ts` has checked.
 */
export function createPortalToken(
  { world: { portal }, given, body }: EndpointContext,
): Response {
  const { clientId, clientSecret, grantType, refreshToken } = JSON.parse(body);
  const usable = given.refresh.get("portal") ?? portal?.refreshToken;
  if (!clientId || !clientSecret) {
    return refuse(400, "InvalidRequestException", "Request is invalid");
  }
  const isRefresh = grantType === "refresh_token";
  if (isRefresh && (usable === undefined || refreshToken !== usable)) {
    return refuse(400, "InvalidGrantException", "Invalid refresh token");
  }
  const id = crypto.randomUUID();
  given.access.add(`access-${id}`);
  given.refresh.set("portal", `refresh-${id}`);
  return Response.json({
    accessToken: `access-${id}`,
    refreshToken: `refresh-${id}`,
    expiresIn: 3600,
    tokenType: "Bearer",
  });
}

function refuse(status: number, code: string, message: string): Response {
  return failure({ kind: "error", code, status, message });
}
