import { runCommand } from "./command/run_command.ts";
import { type SplitArgv, splitArgv } from "./cli/argv.ts";
import { fixedSupply } from "./command/credential_source.ts";
import { InterruptedError, UsageError } from "./errors.ts";
import {
  formatError,
  formatNote,
  formatWarning,
  statusOfError,
} from "./output/messages.ts";
import { lookBack, recall } from "./cache/plan_cache.ts";
import { refuseUnreadable } from "./settings/names.ts";
import { type Ending, statusOf } from "./system/exit_status.ts";
import type { Host, Reporter } from "./host.ts";
import { Starter } from "./command/launcher.ts";

/** The options that print what depends on no variable, or that report problems. */
const NEEDS_NO_VARIABLES = /^--(?:help|version|completions|doctor)(?:=|$)/;

/** The whole of assume-role, from the command line to how it ended. */
export async function run(host: Host): Promise<Ending> {
  const words = split(host.args);
  const reporter = createReporter(host, words);
  try {
    if (!words.options.some((word) => NEEDS_NO_VARIABLES.test(word))) {
      refuseUnreadable(host);
    }
    const [program, ...args] = words.command;
    if (program === undefined) {
      const { perform } = await import("./perform.ts");
      return await perform({ host, reporter });
    }

    // What tells it of signals gets ready while we find out whom to be.
    const starter = new Starter(host.now);
    const past = await lookBack(words, host);
    const recalled = past && recall(past, host.now());
    if (recalled === undefined) {
      const { perform } = await import("./perform.ts");
      return await perform({ host, reporter, starter, past });
    }
    const supply = fixedSupply(recalled.credentials);
    const context = { starter, host, reporter };
    return await runCommand([program, ...args], supply, recalled.plan, context);
  } catch (error) {
    if (error instanceof InterruptedError) {
      return { status: statusOf(error.signal), signal: error.signal };
    }
    host.writeStderr(formatError(error, isVerbose(words)));
    return { status: statusOfError(error) };
  }
}

/** The two parts of the command line; what is wrong with it is told when it is read. */
function split(argv: readonly string[]): SplitArgv {
  try {
    return splitArgv(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { options: [], command: [] };
  }
}

function createReporter(host: Host, words: SplitArgv): Reporter {
  const isQuiet = words.options.includes("--quiet");
  return {
    warn: (message) => isQuiet || host.writeStderr(formatWarning(message)),
    explain: (message) =>
      isVerbose(words) && host.writeStderr(formatNote(message)),
  };
}

function isVerbose({ options }: SplitArgv): boolean {
  return options.includes("--verbose");
}
