import type { ActionContext } from "./actions.ts";
import { denied, Refusal } from "./refusal.ts";
import { isUserSession, type Principal, type User, userArn } from "./world.ts";
import type { Node } from "./xml.ts";

/** Answers IAM's GetUser; returns only the calling user. */
export function getUser({ caller }: ActionContext): Node {
  const user = userOf(caller, "iam:GetUser");
  return {
    User: {
      UserName: user.name,
      UserId: caller.userId,
      Arn: caller.arn,
      Path: "/",
      CreateDate: "2020-01-01T00:00:00Z",
    },
  };
}

/** Answers IAM's ListMFADevices; lists only devices of the calling user. */
export function listMfaDevices(
  { caller, params, pageSize }: ActionContext,
): Node {
  const user = userOf(caller, "iam:ListMFADevices");
  const devices = user.devices ?? [];
  const from = Number(params.get("Marker") ?? "0");
  const page = devices.slice(from, from + pageSize);
  const more = from + pageSize < devices.length;
  return {
    MFADevices: page.map(({ serial }) => ({
      UserName: user.name,
      SerialNumber: serial,
      EnableDate: "2020-01-01T00:00:00Z",
    })),
    IsTruncated: more,
    ...(more && { Marker: String(from + pageSize) }),
  };
}

function userOf(caller: Principal, action: string): User {
  // IAM accepts a session of GetSessionToken only if the session has MFA.
  if (isUserSession(caller) && !caller.mfa) {
    throw new Refusal(
      "InvalidClientTokenId",
      "The security token included in the request is invalid",
      403,
    );
  }
  const { user } = caller;
  if (user === undefined || user.arn !== undefined) {
    throw new Refusal(
      "ValidationError",
      "Must specify userName when calling with non-User credentials",
    );
  }
  if (user.denied?.includes(action)) {
    throw denied(caller, action, userArn(user));
  }
  return user;
}
