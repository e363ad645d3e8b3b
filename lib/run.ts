import { runCommand } from "./child/run.ts";
import { parseInvocation, parseVariables } from "./cli/parse.ts";
import { expiryWarning } from "./credentials/credentials.ts";
import { getCredentials } from "./credentials/get.ts";
import type { Asker } from "./credentials/mfa.ts";
import { AssumeRoleError, InterruptedError, STATUS } from "./errors.ts";
import { loadConfigs, loadProfiles } from "./load.ts";
import { formatCredentials } from "./output/format.ts";
import {
  formatError,
  formatNote,
  formatWarning,
  statusOfError,
} from "./output/messages.ts";
import { formatSources } from "./output/source.ts";
import { resolvePlan } from "./plan/resolve.ts";
import type { Host, Reporter } from "./system/host.ts";
import { captureShell, statusOf } from "./system/process.ts";
import { type Ending, Starter } from "./system/program.ts";
import { reasonOf } from "./system/reason.ts";
import { askOnTerminal, readStdinLine } from "./system/terminal.ts";

/** The whole of assume-role, from the command line to how it ended. */
export async function run(host: Host): Promise<Ending> {
  let loudness: Loudness = {};
  try {
    const invocation = parseInvocation(host.args);
    if (invocation.mode === "help" || invocation.mode === "version") {
      const { formatHelp, formatVersion } = await import("./cli/help.ts");
      host.writeStdout(
        invocation.mode === "help" ? formatHelp() : formatVersion(),
      );
      return { status: STATUS.ok };
    }

    const { options } = invocation;
    loudness = options;
    const reporter = createReporter(host, loudness);
    const variables = parseVariables(host.env);
    const [configs, profiles] = await Promise.all([
      loadConfigs(host, { ...variables, ...options }),
      loadProfiles(host),
    ]);
    const layers = { options, variables, configs };
    if (invocation.mode === "clear-cache") {
      const { clearCache } = await import("./modes/clear_cache.ts");
      return await clearCache(host, layers);
    }
    const plan = await resolvePlan({ ...host, ...layers, profiles });
    if (options.verbose) {
      reporter.explain(`settings: ${formatSources(plan, configs)}`);
    }

    const context = { reporter, now: host.now };
    if (invocation.mode === "print") {
      const asker = createAsker(host);
      const credentials = await getCredentials(plan, { ...context, asker });
      const format = options.format ?? variables.format ?? "env-no-export";
      print(host, formatCredentials(credentials, format));
      return { status: STATUS.ok };
    }

    const starter = new Starter();
    const asker = createAsker(host, starter);
    const credentials = await getCredentials(plan, { ...context, asker });
    const { command } = invocation;
    const ending = await runCommand(
      command,
      credentials,
      plan,
      starter,
      host,
      reporter,
    );
    // Told at the end, so that it does not get into the command's own output.
    const warning = expiryWarning(credentials, ending.status, host.now());
    if (warning !== undefined) reporter.warn(warning);
    return ending;
  } catch (error) {
    if (error instanceof InterruptedError) {
      return { status: statusOf(error.signal), signal: error.signal };
    }
    host.writeStderr(formatError(error, loudness.verbose ?? false));
    return { status: statusOfError(error) };
  }
}

function print(host: Host, text: string): void {
  try {
    host.writeStdout(text);
  } catch (error) {
    throw new AssumeRoleError(`Cannot write to stdout: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

interface Loudness {
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

function createReporter(host: Host, { verbose, quiet }: Loudness): Reporter {
  return {
    warn: (message) => quiet || host.writeStderr(formatWarning(message)),
    explain: (message) => verbose && host.writeStderr(formatNote(message)),
  };
}

/** With a command to run, stdin is the command's: not a byte of it is read. */
function createAsker(host: Host, starter?: Starter): Asker {
  return {
    onTerminal: async (question, typed) =>
      await askOnTerminal(question, typed, await starter?.ignored),
    byCommand: async (commandLine) =>
      await captureShell(commandLine, host.env, await starter?.ignored),
    ...(starter === undefined && { onStdin: readStdinLine }),
  };
}
