import { within } from "../system/path.ts";
import { CONFIG_NAME } from "../config/search.ts";
import { ConfigError, STATUS } from "../errors.ts";
import { formatNote } from "../output/messages.ts";
import { formatPolicy, formatStarter } from "../output/init_template.ts";
import { findStarter } from "../plan/init_defaults.ts";
import { createFile } from "../system/atomic_write.ts";
import type { Ending } from "../system/exit_status.ts";
import { reasonOf } from "../system/os_error.ts";
import type { ModeContext } from "./dispatch.ts";

/**
 * Writes an `assume-role.yaml` to start with into the working directory, and
 * prints the policy that users need. It asks nobody: what AWS's files and
 * variables tell is all.
 *
 * @throws {ConfigError} where there is such a file, or it cannot be written
 */
export async function writeStarter(context: ModeContext): Promise<Ending> {
  const { host, layers: { options, variables }, loadInput, print } = context;
  const { profiles, env } = await loadInput();
  const starter = findStarter(profiles, env, { ...variables, ...options });
  const path = within(host.cwd(), CONFIG_NAME);
  await write(path, formatStarter(starter));

  const note = (message: string) =>
    options.quiet || host.writeStderr(formatNote(message));
  note(`wrote ${path}`);
  note(
    starter.account === undefined
      ? "who assumes roles needs this policy, with the ID of their account:"
      : "who assumes roles needs this policy:",
  );
  print(formatPolicy(starter.account));
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
