import type { Prompter } from "./code.ts";
import type { Host } from "../../host.ts";
import { captureShell } from "../../system/capture_shell.ts";
import type { Launcher } from "../../command/launcher.ts";
import { hasTerminalStreams } from "../../system/is_terminal.ts";
import type { askOnTerminal } from "../../system/terminal.ts";

/**
 * Creates the prompter for a run that starts no command of the user. Such a run prints
 * credentials, or performs an option such as `--whoami`.
 *
 * @param isStdinOurs whether assume-role may read stdin; `false` for `--format process`,
 * because a `credential_process` shares stdin with the AWS tool that started it
 */
export function createPrompter({ env }: Host, isStdinOurs: boolean): Prompter {
  return {
    onTerminal: ask,
    ...(isStdinOurs && {
      onStdin: async () => await (await loadTerminal()).readStdinLine(),
    }),
    byCommand: (commandLine, variables) =>
      captureShell(commandLine, { ...env, ...variables }),
  };
}

/**
 * Creates the prompter that is used before the command starts. The prompter does not
 * read stdin, because stdin is for the command.
 */
export function createPrompterBeforeCommand(
  { env }: Host,
  launcher: Launcher,
): Prompter {
  return {
    onTerminal: async (question, typed) =>
      await ask(question, typed, { ignored: await launcher.ignored }),
    byCommand: async (commandLine, variables) =>
      await captureShell(commandLine, { ...env, ...variables }, {
        ignored: await launcher.ignored,
      }),
  };
}

/**
 * Creates the prompter that `--server` uses to refresh credentials while the command
 * runs. The prompter does not use the terminal if stdin, stdout or stderr of the
 * command is a terminal.
 */
export function createPrompterDuringCommand(
  { env }: Host,
  launcher: Launcher,
): Prompter {
  const isTaken = hasTerminalStreams();
  return {
    onTerminal: async (question, typed) =>
      isTaken
        ? { kind: "no terminal", reason: "the command uses the terminal" }
        : await ask(question, typed, {
          ignored: await launcher.ignored,
          inBackground: "refuse",
        }),
    byCommand: async (commandLine, variables) =>
      await captureShell(commandLine, { ...env, ...variables }, {
        ignored: await launcher.ignored,
        stderr: isTaken ? "null" : "inherit",
      }),
  };
}

const ask: typeof askOnTerminal = async (question, typed, options) =>
  await (await loadTerminal()).askOnTerminal(question, typed, options);

/** Loads `terminal.ts` at the first question, because most runs ask nothing. */
function loadTerminal(): Promise<typeof import("../../system/terminal.ts")> {
  return import("../../system/terminal.ts");
}
