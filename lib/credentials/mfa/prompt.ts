import type { Asker } from "./code.ts";
import type { Host } from "../../host.ts";
import { captureShell } from "../../system/shell.ts";
import type { Starter } from "../../command/launcher.ts";
import { hasTerminalStreams } from "../../system/streams.ts";
import type { askOnTerminal } from "../../system/terminal.ts";

/**
 * How the person is asked where the output is the credentials.
 *
 * @param isStdinOurs whether stdin is not that of a program which runs us
 */
export function createAsker({ env }: Host, isStdinOurs: boolean): Asker {
  return {
    onTerminal: ask,
    ...(isStdinOurs && {
      onStdin: async () => await (await loadTerminal()).readStdinLine(),
    }),
    byCommand: (commandLine) => captureShell(commandLine, env),
  };
}

/** The same before a command runs: stdin is the command's, every byte of it. */
export function createAskerBefore({ env }: Host, starter: Starter): Asker {
  return {
    onTerminal: async (question, typed) =>
      await ask(question, typed, { ignored: await starter.ignored }),
    byCommand: async (commandLine) =>
      await captureShell(commandLine, env, { ignored: await starter.ignored }),
  };
}

/** The same while a command runs: where it may use the terminal, we keep off. */
export function createAskerDuring({ env }: Host, starter: Starter): Asker {
  const isTaken = hasTerminalStreams();
  return {
    onTerminal: async (question, typed) =>
      isTaken
        ? { kind: "no terminal", reason: "the command uses the terminal" }
        : await ask(question, typed, {
          ignored: await starter.ignored,
          inBackground: "refuse",
        }),
    byCommand: async (commandLine) =>
      await captureShell(commandLine, env, {
        ignored: await starter.ignored,
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
