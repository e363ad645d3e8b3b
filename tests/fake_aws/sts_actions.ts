import type { ActionContext } from "./actions.ts";
import { checkCode } from "./mfa.ts";
import { denied, duration, Refusal, required } from "./refusal.ts";
import { credentialsNode } from "./sessions.ts";
import {
  inherit,
  packedSize,
  parseSettings,
  passedOn,
} from "./session_settings.ts";
import {
  type Principal,
  type Role,
  roleSession,
  type SessionSettings,
} from "./world.ts";
import type { Node } from "./xml.ts";

/** The format of role ARNs that STS accepts. */
export const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/.+$/;
/** The format of session names that STS accepts. */
export const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Runs STS's GetCallerIdentity. */
export function getCallerIdentity({ caller }: ActionContext): Node {
  return { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId };
}

/** Runs STS's GetSessionToken; the session has MFA if the request has a code. */
export async function getSessionToken(context: ActionContext): Promise<Node> {
  const { caller, params, mint } = context;
  if (caller.sessionToken !== undefined) {
    throw new Refusal(
      "AccessDenied",
      "Cannot call GetSessionToken with session credentials",
      403,
    );
  }
  const seconds = duration(params, 129_600, 43_200);
  if (caller.user?.denied?.includes("sts:GetSessionToken")) {
    throw denied(caller, "sts:GetSessionToken", "*");
  }
  const mfa = await checkCode(context);
  const { secretAccessKey: _, ...identity } = caller;
  return { Credentials: credentialsNode(mint({ ...identity, mfa }, seconds)) };
}

/** Runs STS's AssumeRole. */
export async function assumeRole(context: ActionContext): Promise<Node> {
  const { world, caller, params, mint } = context;
  const arn = required(params, "RoleArn", ROLE_ARN);
  const name = required(params, "RoleSessionName", SESSION_NAME);
  const seconds = duration(params, 43_200, 3600);
  const asked = parseSettings(params);
  const role = world.roles.find((role) => role.arn === arn);
  if (role === undefined || !trusts(role, caller, asked)) {
    throw denied(caller, "sts:AssumeRole", arn);
  }
  const withMfa = await checkCode(context) || caller.mfa;
  if (role.requiresMfa && !withMfa) throw denied(caller, "sts:AssumeRole", arn);
  checkTagsAndSource(role, caller, asked);
  const settings = inherit(asked, caller.settings);
  const size = packedSize(settings);
  checkMaximum(role, seconds);
  // For STS, a session of GetSessionToken counts as a hop of the chain.
  const chained = caller.sessionToken !== undefined;
  if (chained && seconds > 3600) {
    throw new Refusal(
      "ValidationError",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  const identity = roleSession(arn, name);
  return {
    AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
    Credentials: credentialsNode(
      mint({ ...identity, chained, settings }, seconds),
    ),
    ...(size !== undefined && { PackedPolicySize: size }),
    ...(settings.sourceIdentity !== undefined &&
      { SourceIdentity: settings.sourceIdentity }),
  };
}

/**
 * Checks a session's duration.
 *
 * @throws {Refusal} If the session is longer than its role allows.
 */
export function checkMaximum(role: Role, seconds: number): void {
  if (seconds > (role.maxSessionDuration ?? 3600)) {
    throw new Refusal(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
}

function trusts(
  role: Role,
  caller: Principal,
  { externalId }: SessionSettings,
): boolean {
  return role.trusts.includes(caller.roleArn ?? caller.arn) &&
    (role.externalId === undefined || role.externalId === externalId);
}

/**
 * Checks a session's tags and source identity, including inherited ones.
 *
 * @throws {Refusal} If the role or the caller's user may not set them.
 */
function checkTagsAndSource(
  role: Role,
  caller: Principal,
  { sourceIdentity, tags }: SessionSettings,
): void {
  const isDenied = (action: string) =>
    role.denied?.includes(action) || caller.user?.denied?.includes(action);
  const inherited = caller.settings?.sourceIdentity;
  const hasSource = (sourceIdentity ?? inherited) !== undefined;
  const changesSource = inherited !== undefined &&
    sourceIdentity !== undefined &&
    sourceIdentity !== inherited;
  if (changesSource || hasSource && isDenied("sts:SetSourceIdentity")) {
    throw denied(caller, "sts:SetSourceIdentity", role.arn);
  }
  if (
    tags.length + passedOn(caller.settings).length > 0 &&
    isDenied("sts:TagSession")
  ) {
    throw denied(caller, "sts:TagSession", role.arn);
  }
}
