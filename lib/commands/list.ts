import { isOn } from "../settings/variables.ts";
import { type CacheState, loadState, stateOf } from "../cache/session_state.ts";
import type { Credentials } from "../aws/credentials.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { STATUS } from "../errors.ts";
import { formatNote } from "../output/messages.ts";
import { formatSource } from "../output/setting_source.ts";
import { formatTable } from "../output/table.ts";
import { sessionKey } from "../plan/cache_key.ts";
import { type KnownRole, listKnownRoles } from "../plan/list_roles.ts";
import { cacheDirectoryOf } from "../aws/paths.ts";
import { shortName } from "../plan/look_up_role.ts";
import { DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS } from "../plan/resolve_hop.ts";
import { formatDuration } from "../settings/duration.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { isStdoutTerminal } from "../system/is_terminal.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/** Texts of the column FROM for a profile, by the option that can select the profile. */
const FROM_PROFILE: { readonly [N in KnownRole["namedBy"]]: string } = {
  role: "profile",
  profile: "profile (--profile only)",
  ambiguous: "profile (ambiguous name)",
  nothing: "profile (keys only)",
};
/** Matches the ARN of a role, but not `MFA_SESSION`, `PROFILE_SESSION` or a session's ARN. */
const ROLE_ARN = /^arn:[\w-]+:iam::/;
const HEAD = ["NAME", "ARN", "FROM", "CACHE", "LEFT"];

/** Lists the known roles and their cached sessions, without a network call. */
export async function listRoles(
  context: OwnCommandContext,
): Promise<ExitStatus> {
  const { host, layers, loadInput, print } = context;
  const now = host.now();
  const input = await loadInput();
  const known = await listKnownRoles(input);
  const rows = await Promise.all(known.map(async (role) => [
    role.name,
    role.arn ?? "",
    role.source.kind === "profile"
      ? FROM_PROFILE[role.namedBy]
      : formatSource(role.source, layers.configs),
    ...formatState(await stateOfRole(role, now)),
  ]));
  const arns = new Set(known.map(({ arn }) => arn));
  for (const session of loadSessions(context)) {
    if (arns.has(session.roleArn)) continue;
    rows.push([
      shortName(session.roleArn, input) ?? "",
      session.roleArn,
      "cache",
      ...formatState(
        stateOf(session, DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS, now),
      ),
    ]);
  }
  const hasRoles = rows.length > known.length ||
    known.some(({ namedBy }) => namedBy !== "nothing");
  if (!hasRoles && !isOn("quiet", layers)) {
    host.writeStderr(formatNote(
      "no known roles: add roles under 'roles' in assume-role.yaml",
    ));
  }
  if (rows.length === 0) return { status: STATUS.ok };
  print(
    isStdoutTerminal()
      ? formatTable([HEAD, ...rows], "aligned")
      : formatTable(rows, "tabs"),
  );
  return { status: STATUS.ok };
}

async function stateOfRole(
  { plan }: KnownRole,
  now: number,
): Promise<CacheState> {
  if (plan === undefined) return { kind: "none" };
  const arn = "role" in plan ? plan.role.arn : undefined;
  return loadState(plan, await sessionKey(plan), arn, now);
}

/** Loads, for each role, the session that expires last; sorts the sessions by role ARN. */
function loadSessions(
  { host }: OwnCommandContext,
): readonly Credentials[] {
  const directory = cacheDirectoryOf(host.env, host.home);
  if (directory === undefined) return [];
  const longest = new Map<string, Credentials>();
  for (const session of new CacheDirectory(directory).loadAll()) {
    const { roleArn, expiration } = session;
    const other = longest.get(roleArn);
    if (!ROLE_ARN.test(roleArn)) continue;
    if (other !== undefined && other.expiration >= expiration) continue;
    longest.set(roleArn, session);
  }
  return [...longest.values()]
    .sort((a, b) => a.roleArn < b.roleArn ? -1 : 1);
}

function formatState(state: CacheState): readonly string[] {
  return state.kind === "none" || state.kind === "expired"
    ? [state.kind, ""]
    : [state.kind, formatDuration(state.left / 1000)];
}
