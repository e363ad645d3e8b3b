import type { SignIn } from "../../sso/request.ts";
import type { Prompter } from "./code.ts";
import type { Host, Reporter } from "../../host.ts";
import type { Launcher } from "../../command/launcher.ts";
import {
  hasTerminalStreams,
  isStderrTerminal,
} from "../../system/is_terminal.ts";
import type { askOnTerminal } from "../../system/terminal.ts";
import type { RunProgramOptions } from "../run_program.ts";
import { noteWait } from "../wait_notice.ts";

/**
 * Creates the function `runProgram` of a prompter.
 *
 * @param createOptions creates the options of a program that may or may not ask on the
 * terminal
 * @param reporter shows a notice if a program takes long
 */
export function createRunProgram(
  env: Readonly<Record<string, string>>,
  createOptions: (mayAsk: boolean) => Promise<RunProgramOptions>,
  reporter: Pick<Reporter, "waits">,
): Prompter["runProgram"] {
  return async (command, { name, mayAsk, variables }) => {
    const { runProgram } = await import("../run_program.ts");
    const all = Object.entries({ ...env, ...variables })
      .filter((entry): entry is [string, string] => entry[1] !== undefined);
    return await runProgram(
      command,
      Object.fromEntries(all),
      {
        onSlow: () =>
          isStderrTerminal() && noteWait(`waiting for ${name}…`, reporter),
        ...await createOptions(mayAsk),
      },
    );
  };
}

/**
 * Creates the prompter for a run that starts no command of the user. Such a run prints
 * credentials, or performs an option such as `--whoami`.
 *
 * @param isStdinOurs whether assume-role may read stdin; `false` for `--format process`,
 * because a `credential_process` shares stdin with the AWS tool that started it
 */
export function createPrompter(
  { env, writeStderr }: Host,
  isStdinOurs: boolean,
  reporter: Reporter,
): Prompter {
  return {
    onTerminal: ask,
    signIn: createSignIn(env),
    inWindow: createAskInWindow(env),
    ...(isStdinOurs && {
      onStdin: async () => await (await loadTerminal()).readStdinLine(),
    }),
    runProgram: createRunProgram(
      env,
      (usesTerminal) =>
        Promise.resolve({ usesTerminal, showText: writeStderr }),
      reporter,
    ),
  };
}

/**
 * Creates the prompter that is used before the command starts. The prompter does not
 * read stdin, because stdin is for the command.
 */
export function createPrompterBeforeCommand(
  { env, writeStderr }: Host,
  launcher: Launcher,
  reporter: Reporter,
): Prompter {
  return {
    onTerminal: async (question, typed) =>
      await ask(question, typed, { ignored: await launcher.ignored }),
    signIn: createSignIn(env, launcher),
    inWindow: createAskInWindow(env, launcher),
    runProgram: createRunProgram(env, async (usesTerminal) => ({
      usesTerminal,
      showText: writeStderr,
      ignored: await launcher.ignored,
    }), reporter),
  };
}

/**
 * Creates the prompter that `--server` uses to refresh credentials while the command
 * runs. The prompter does not use the terminal if stdin, stdout or stderr of the
 * command is a terminal.
 */
export function createPrompterDuringCommand(
  { env, writeStderr }: Host,
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
    ...(!isTaken && { signIn: createSignIn(env, launcher) }),
    inWindow: createAskInWindow(env, launcher),
    runProgram: createRunProgram(env, async (mayAsk) => ({
      usesTerminal: mayAsk && !isTaken,
      inBackground: "refuse",
      ...(!isTaken && { showText: writeStderr }),
      ignored: await launcher.ignored,
    }), {}),
  };
}

/** Creates the function that asks in a window, whose program gets the user's environment. */
function createAskInWindow(
  env: Readonly<Record<string, string>>,
  launcher?: Launcher,
): NonNullable<Prompter["inWindow"]> {
  return async (question, typed) => {
    const { askInWindow } = await import("../../system/ask_window.ts");
    return await askInWindow(question, typed, env, {
      ignored: await launcher?.ignored,
    });
  };
}

/** Creates the way to sign in, which loads its modules when it is used. */
function createSignIn(
  env: Readonly<Record<string, string>>,
  launcher?: Launcher,
): SignIn {
  const load = () => import("../../sso/sign_in.ts");
  return {
    isPossible: async () => await (await load()).canSignIn(),
    start: async (request) =>
      await (await load()).signIn(request, {
        env,
        ignored: await launcher?.ignored,
      }),
  };
}

const ask: typeof askOnTerminal = async (question, typed, options) =>
  await (await loadTerminal()).askOnTerminal(question, typed, options);

/** Loads `terminal.ts` at the first question, because most runs ask nothing. */
function loadTerminal(): Promise<typeof import("../../system/terminal.ts")> {
  return import("../../system/terminal.ts");
}
