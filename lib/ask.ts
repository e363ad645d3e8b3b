import type { Asker } from "./credentials/mfa.ts";
import type { Host } from "./system/host.ts";
import { captureShell } from "./system/process.ts";
import type { Starter } from "./system/program.ts";
import {
  askOnTerminal,
  hasTerminalStreams,
  readStdinLine,
} from "./system/terminal.ts";

/**
 * How the person is asked where the output is the credentials.
 *
 * @param isStdinOurs whether stdin is not that of a program which runs us
 */
export function createAsker({ env }: Host, isStdinOurs: boolean): Asker {
  return {
    onTerminal: askOnTerminal,
    ...(isStdinOurs && { onStdin: readStdinLine }),
    byCommand: (commandLine) => captureShell(commandLine, env),
  };
}

/** The same before a command runs: stdin is the command's, every byte of it. */
export function createAskerBefore({ env }: Host, starter: Starter): Asker {
  return {
    onTerminal: async (question, typed) =>
      await askOnTerminal(question, typed, { ignored: await starter.ignored }),
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
        : await askOnTerminal(question, typed, {
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
