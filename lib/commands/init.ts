import { isIamUser } from "../aws/arn.ts";
import type { Host } from "../host.ts";
import { inspectHome } from "../system/home_access.ts";
import { CONFIG_NAME } from "../config/files.ts";
import { ConfigError, STATUS } from "../errors.ts";
import { formatNote } from "../output/messages.ts";
import {
  formatInitTemplate,
  formatProfileCommand,
} from "../output/init_template.ts";
import { formatMfaPolicy } from "../output/mfa_policy.ts";
import {
  type Account,
  findCommonAccount,
  findInitDefaults,
} from "../plan/init_defaults.ts";
import { findInitProfiles, isSignIn } from "../plan/init_profiles.ts";
import { createFile, isTemporary } from "../system/atomic_write.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { reasonOf } from "../system/os_error.ts";
import { isOn } from "../settings/variables.ts";
import { withAncestors, within } from "../system/path.ts";
import { removeOlder } from "../system/private_directory.ts";
import { isPresent } from "../system/unreadable.ts";
import { askForAccount, type FoundAccount } from "./ask_for_account.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/** The age from which a temporary file counts as left behind by a killed run. */
const MAX_TEMPORARY_AGE_MS = 60_000;
/** The command in the documents that shows the identity of a session. */
const EXAMPLE_COMMAND = "aws sts get-caller-identity";

/**
 * Writes a first `assume-role.yaml` into the working directory, and prints the IAM policy
 * that IAM users need. The values come from AWS's files and variables. If these do not name
 * the account of the base credentials, STS is asked; a failure only leaves a placeholder.
 *
 * @throws {ConfigError} If the file exists or cannot be written.
 */
export async function init(context: OwnCommandContext): Promise<ExitStatus> {
  const { host, layers, loadInput, print } = context;
  const { options, variables } = layers;
  const path = within(host.cwd(), CONFIG_NAME);
  if (isPresent(path)) throw alreadyExists(path);
  refuseForeignHome(path, host);
  await removeLeftovers(host.cwd(), host.now());

  const loaded = await loadInput();
  // The new file replaces the file of a project in a directory above.
  const configs = loaded.configs.filter(({ owner }) => owner === "user");
  const input = { ...loaded, configs };
  const { profiles } = input;
  const userValues = configs[0]?.values ?? {};
  const named = findInitDefaults(profiles, host.env, {
    ...userValues,
    ...variables,
    ...options,
  });
  const found: FoundAccount = named.account === undefined
    ? await askForAccount(named.profile, input, context)
    : { account: named.account };
  const account = found.account ?? findCommonAccount(profiles);
  const defaults = { ...named, ...(account && { account }) };
  const rolePrefix = account && userValues.rolePrefix === undefined &&
      !isSignIn(defaults, profiles)
    ? `arn:${account.partition}:iam::${account.id}:role/`
    : undefined;
  const ofProfiles = findInitProfiles(input, rolePrefix, defaults);
  write(
    path,
    formatInitTemplate({
      ...ofProfiles,
      defaults,
      userValues,
      ...(rolePrefix !== undefined && { rolePrefix }),
    }),
  );

  const note = (message: string) =>
    isOn("quiet", layers) || host.writeStderr(formatNote(message));
  note(`wrote ${path}`);
  if (found.problem !== undefined) {
    const { message, hint } = found.problem;
    const consequence = account === undefined
      ? "so fill in role_prefix"
      : `so role_prefix has the account of your roles, ${account.id}`;
    note(`your account is not known, ${consequence}: ${message}`);
    if (hint !== undefined) note(`hint: ${hint}`);
  }
  const [first] = ofProfiles.profiles;
  if (rolePrefix !== undefined || userValues.rolePrefix !== undefined) {
    note(
      `next, for a role named admin: assume-role -r admin -- ${EXAMPLE_COMMAND}`,
    );
  } else if (first !== undefined) {
    note(`next: ${formatProfileCommand(first, EXAMPLE_COMMAND)}`);
  }
  if (found.identity !== undefined && !isIamUser(found.identity)) {
    note("you are not an IAM user, so you need no policy for MFA devices");
    return { status: STATUS.ok };
  }
  note(policyNote(account));
  print(formatMfaPolicy(account));
  return { status: STATUS.ok };
}

function policyNote(account: Account | undefined): string {
  const purpose =
    "with this policy, the MFA devices of IAM users are found automatically";
  return account === undefined
    ? `${purpose} (replace <account-ID>):`
    : `${purpose}:`;
}

/** @throws {ConfigError} If the path is in a home in which root must not save files. */
function refuseForeignHome(path: string, { cwd, home }: Host): void {
  const access = inspectHome(home);
  if (access.kind !== "foreign" || !withAncestors(cwd()).includes(home!)) {
    return;
  }
  throw new ConfigError(
    `Cannot write ${path}: ${home} belongs to user ${access.owner}, and assume-role runs as root`,
    {
      hint:
        `run assume-role as that user, for example with 'sudo -u "#${access.owner}"'`,
    },
  );
}

/** Removes temporary files of killed runs. A failure is no problem of the new file. */
async function removeLeftovers(directory: string, now: number): Promise<void> {
  const maxAgeOf = (name: string) =>
    isTemporary(name) ? MAX_TEMPORARY_AGE_MS : undefined;
  await removeOlder(directory, now, maxAgeOf).catch(() => {});
}

function write(path: string, text: string): void {
  let isNew: boolean;
  try {
    isNew = createFile(path, text);
  } catch (error) {
    throw new ConfigError(`Cannot write ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  if (!isNew) throw alreadyExists(path);
}

function alreadyExists(path: string): ConfigError {
  return new ConfigError(`Cannot write ${path}: the file already exists`, {
    hint: "edit the file, or move the file away to get a new one",
  });
}
