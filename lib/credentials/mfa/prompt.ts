import type { Prompter } from "./code.ts";
import type { Host } from "../../host.ts";
import { captureShell } from "../../system/shell.ts";
import type { Launcher } from "../../command/launcher.ts";
import { hasTerminalStreams } from "../../system/streams.ts";
import type { askOnTerminal } from "../../system/terminal.ts";

/**
 * How the person is asked where the output is the credentials.
 *
 * @param isStdinOurs whether stdin is not that of a program which runs us
 */
export function createPrompter({ env }: Host, isStdinOurs: boolean): Prompter {
  return {
    onTerminal: ask,
    ...(isStdinOurs && {
      onStdin: async () => await (await loadTerminal()).readStdinLine(),
    }),
    byCommand: (commandLine) => captureShell(commandLine, env),
  };
}

/** The same before a command runs: stdin is the command's, every byte of it. */
export function createPrompterBeforeCommand(
  { env }: Host,
  launcher: Launcher,
): Prompter {
  return {
    onTerminal: async (question, typed) =>
      await ask(question, typed, { ignored: await launcher.ignored }),
    byCommand: async (commandLine) =>
      await captureShell(commandLine, env, { ignored: await launcher.ignored }),
  };
}

/** The same while a command runs: where it may use the terminal, we keep off. */
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
    byCommand: async (commandLine) =>
      await captureShell(commandLine, env, {
        ignored: await launcher.ignored,
        stderr: isTaken ? "null" : "inherit",
      }),
  };
}

const ask: typeof askOnTerminal = async (question, typed, options) =>
  await (await loadTerminal()).askOnTerminal(question, typed, options);

/** Most runs ask nothing. */
function loadTerminal(): Promise<typeof import("../../system/terminal.ts")> {
  return import("../../system/terminal.ts");
}
