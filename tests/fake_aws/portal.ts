import type { EndpointContext } from "./endpoints.ts";
import { failure } from "./faults.ts";
import { portalRoleArn, roleSession } from "./world.ts";

/** Answers GetRoleCredentials of IAM Identity Center's portal. */
export function roleCredentials(
  { world: { portal }, sessions, now, headers, params }: EndpointContext,
): Response {
  const token = headers.get("x-amz-sso_bearer_token");
  const roleName = params.get("role_name");
  const accountId = params.get("account_id");
  if (token === null || !roleName || !/^\d{12}$/.test(accountId ?? "")) {
    return refuse(400, "InvalidRequestException", "Request is invalid");
  }
  if (
    portal === undefined || portal.token !== token ||
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

function refuse(status: number, code: string, message: string): Response {
  return failure({ kind: "error", code, status, message });
}
