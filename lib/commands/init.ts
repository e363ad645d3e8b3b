import { within } from "../system/path.ts";
import { CONFIG_NAME } from "../config/files.ts";
import { ConfigError, STATUS } from "../errors.ts";
import { formatNote } from "../output/messages.ts";
import { formatInitTemplate, formatPolicy } from "../output/init_template.ts";
import { findInitDefaults } from "../plan/init_defaults.ts";
import { createFile } from "../system/atomic_write.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { reasonOf } from "../system/os_error.ts";
import type { OwnCommandContext } from "./dispatch.ts";

/**
 * Writes an `assume-role.yaml` to start with into the working directory, and
 * prints the policy that users need. It asks nobody: what AWS's files and
 * variables tell is all.
 *
 * @throws {ConfigError} where there is such a file, or it cannot be written
 */
export async function init(context: OwnCommandContext): Promise<ExitStatus> {
  const { host, layers: { options, variables }, loadInput, print } = context;
  const { profiles, env } = await loadInput();
  const defaults = findInitDefaults(profiles, env, {
    ...variables,
    ...options,
  });
  const path = within(host.cwd(), CONFIG_NAME);
  await write(path, formatInitTemplate(defaults));

  const note = (message: string) =>
    options.quiet || host.writeStderr(formatNote(message));
  note(`wrote ${path}`);
  note(
    defaults.account === undefined
      ? "who assumes roles needs this policy, with the ID of their account:"
      : "who assumes roles needs this policy:",
  );
  print(formatPolicy(defaults.account));
  return { status: STATUS.ok };
}

async function write(path: string, text: string): Promise<void> {
  let isNew: boolean;
  try {
    isNew = await createFile(path, text);
  } catch (error) {
    throw new ConfigError(`Cannot write ${path}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  if (isNew) return;
  throw new ConfigError(`Cannot write ${path}: it is there already`, {
    hint: "move it away to get a new one, or change it by hand",
  });
}
