import { isOn } from "../settings/variables.ts";
import { type CacheState, loadState, stateOf } from "../cache/session_state.ts";
import { splitRoleArn } from "../aws/arn.ts";
import type { Credentials } from "../aws/credentials.ts";
import { CacheDirectory } from "../cache/cache_directory.ts";
import { STATUS } from "../errors.ts";
import { formatDocument, toListDocument } from "../output/json_documents.ts";
import type { Host } from "../host.ts";
import { formatNote } from "../output/messages.ts";
import {
  formatRoleLines,
  formatRoleTable,
  type ListedRole,
} from "../output/role_list.ts";
import { locateSource } from "../output/setting_source.ts";
import { sessionKey } from "../plan/cache_key.ts";
import { type KnownRole, listKnownRoles } from "../plan/list_roles.ts";
import { cacheDirectoryOf } from "../aws/paths.ts";
import { shortName } from "../plan/look_up_role.ts";
import { DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS } from "../plan/resolve_hop.ts";
import type { LoadedInput } from "../plan/unread_files.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import type { OwnCommandContext } from "./dispatch.ts";
import { viewStdout } from "./view.ts";

/** Matches the ARN of a role, but not `MFA_SESSION`, `PROFILE_SESSION` or a session's ARN. */
const ROLE_ARN = /^arn:[\w-]+:iam::/;

/** Lists the known roles and their cached sessions, without a network call. */
export async function listRoles(
  context: OwnCommandContext,
): Promise<ExitStatus> {
  const { host, layers, loadInput, print } = context;
  const roles = await findRoles(await loadInput(), context);
  const hasRoles = roles.some(({ namedBy }) => namedBy !== "nothing");
  if (!hasRoles && !isOn("quiet", layers)) {
    host.writeStderr(formatNote(
      "no known roles: add roles under 'roles' in assume-role.yaml",
    ));
  }
  if (layers.options.json) {
    print(formatDocument(toListDocument(roles)));
    return { status: STATUS.ok };
  }
  if (roles.length === 0) return { status: STATUS.ok };
  const view = viewStdout(context);
  print(
    view.columns === undefined
      ? formatRoleLines(roles)
      : formatRoleTable(roles, view),
  );
  return { status: STATUS.ok };
}

/** Finds the roles of the configuration and of AWS's files, then those of the cache only. */
async function findRoles(
  input: LoadedInput,
  context: OwnCommandContext,
): Promise<readonly ListedRole[]> {
  const now = context.host.now();
  const known = await listKnownRoles(input);
  const roles: ListedRole[] = [];
  for (const role of known) {
    const { name, arn, source, namedBy, permissionSet } = role;
    roles.push({
      name,
      ...(arn === undefined ? {} : splitArn(arn)),
      ...(permissionSet && {
        accountId: permissionSet.accountId,
        roleName: permissionSet.name,
      }),
      namedBy,
      source: locateSource(source, context.layers.configs),
      session: await stateOfRole(role, now),
    });
  }
  // A profile can get the session of a role in another way than '-r'.
  const arns = new Set(
    roles.filter(({ session }) => session.kind !== "none")
      .map(({ arn }) => arn),
  );
  for (const session of loadSessions(context)) {
    const { roleArn } = session;
    if (arns.has(roleArn)) continue;
    const name = shortName(roleArn, input);
    roles.push({
      ...(name !== undefined && { name }),
      ...splitArn(roleArn),
      namedBy: "role",
      source: { kind: "cache" },
      session: stateOf(session, DEFAULT_REFRESH_BEFORE_EXPIRY_SECONDS, now),
    });
  }
  return roles;
}

/** Splits an ARN into the parts that the list shows; the name of the role has its path. */
function splitArn(
  arn: string,
): Pick<ListedRole, "arn" | "accountId" | "roleName"> {
  const { accountId } = splitRoleArn(arn);
  return { arn, accountId, roleName: arn.slice(arn.indexOf("/") + 1) };
}

/** Loads the state of the cached session of a role. */
export async function stateOfRole(
  { plan }: Pick<KnownRole, "plan">,
  now: number,
): Promise<CacheState> {
  if (plan === undefined) return { kind: "none" };
  const arn = "role" in plan ? plan.role.arn : undefined;
  return loadState(plan, await sessionKey(plan), arn, now);
}

/** Loads, for each role, the session that expires last; sorts the sessions by role ARN. */
export function loadSessions(
  { host }: { readonly host: Pick<Host, "env" | "home"> },
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
