import { isOn } from "../settings/variables.ts";
import { within } from "../system/path.ts";
import { CONFIG_NAME } from "../config/files.ts";
import { ConfigError, STATUS } from "../errors.ts";
import { formatNote } from "../output/messages.ts";
import { formatInitTemplate, formatPolicy } from "../output/init_template.ts";
import { findInitDefaults } from "../plan/init_defaults.ts";
import { createFile, isTemporary } from "../system/atomic_write.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { reasonOf } from "../system/os_error.ts";
import { removeOlder } from "../system/private_directory.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/** The age from which a temporary file counts as left behind by a killed run. */
const MAX_TEMPORARY_AGE_MS = 60_000;

/**
 * Writes a first `assume-role.yaml` into the working directory, and prints the IAM
 * policy that users need. The values come from AWS's files and variables; there are no
 * prompts and no network calls.
 *
 * @throws {ConfigError} If the file exists or cannot be written.
 */
export async function init(context: OwnCommandContext): Promise<ExitStatus> {
  const { host, layers, loadInput, print } = context;
  const { profiles, env } = await loadInput();
  const defaults = findInitDefaults(profiles, env, {
    ...layers.variables,
    ...layers.options,
  });
  const path = within(host.cwd(), CONFIG_NAME);
  await removeLeftovers(host.cwd(), host.now());
  write(path, formatInitTemplate(defaults));

  const note = (message: string) =>
    isOn("quiet", layers) || host.writeStderr(formatNote(message));
  note(`wrote ${path}`);
  note(
    defaults.account === undefined
      ? "users who assume roles need this policy (replace <account-ID>):"
      : "users who assume roles need this policy:",
  );
  print(formatPolicy(defaults.account));
  return { status: STATUS.ok };
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
  if (isNew) return;
  throw new ConfigError(`Cannot write ${path}: the file already exists`, {
    hint: "edit the file, or move the file away to get a new one",
  });
}
