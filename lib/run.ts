import { runCommand } from "./child/run.ts";
import { parseInvocation, parseVariables } from "./cli/parse.ts";
import { fixedSupply } from "./credentials/supply.ts";
import { InterruptedError, STATUS } from "./errors.ts";
import {
  formatError,
  formatNote,
  formatWarning,
  statusOfError,
} from "./output/messages.ts";
import { lookBack, recall } from "./recall.ts";
import { type Host, print, type Reporter } from "./system/host.ts";
import { statusOf } from "./system/process.ts";
import { type Ending, Starter } from "./system/program.ts";

/** The whole of assume-role, from the command line to how it ended. */
export async function run(host: Host): Promise<Ending> {
  let loudness: Loudness = {};
  try {
    const invocation = parseInvocation(host.args);
    if (invocation.mode === "help" || invocation.mode === "version") {
      const { formatHelp, formatVersion } = await import("./cli/help.ts");
      const text = invocation.mode === "help"
        ? formatHelp()
        : formatVersion(host.runtime);
      host.writeStdout(text);
      return { status: STATUS.ok };
    }

    const { options } = invocation;
    if (invocation.mode === "completions") {
      const { complete } = await import("./complete.ts");
      print(host, await complete(options.completions!, options, host));
      return { status: STATUS.ok };
    }
    loudness = options;
    const reporter = createReporter(host, loudness);
    const variables = parseVariables(host.env);
    const context = { variables, host, reporter };
    if (invocation.mode !== "run") {
      const { perform } = await import("./perform.ts");
      return await perform(invocation.mode, options, context);
    }

    // What tells it of signals gets ready while we find out whom to be.
    const starter = new Starter(host.now);
    const { command } = invocation;
    const past = await lookBack(options, variables, host);
    const recalled = past && recall(past, host.now());
    if (recalled !== undefined) {
      const supply = fixedSupply(recalled.credentials);
      return await runCommand(command, supply, recalled.plan, {
        starter,
        host,
        reporter,
      });
    }
    const { runAnew } = await import("./perform.ts");
    return await runAnew(invocation, { ...context, starter, past });
  } catch (error) {
    if (error instanceof InterruptedError) {
      return { status: statusOf(error.signal), signal: error.signal };
    }
    host.writeStderr(formatError(error, loudness.verbose ?? false));
    return { status: statusOfError(error) };
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
