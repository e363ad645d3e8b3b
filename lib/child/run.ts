import { CommandError, STATUS } from "../errors.ts";
import type { Supply } from "../credentials/supply.ts";
import type { CommandPlan } from "../plan/plan.ts";
import { exists, isFile } from "../system/files.ts";
import type { Host, Reporter } from "../system/host.ts";
import type {
  Ending,
  Program,
  RunningProgram,
  Starter,
} from "../system/program.ts";
import { reasonOf } from "../system/reason.ts";
import { childEnvironment } from "./environment.ts";

/** What running a command needs beside the plan. */
export interface RunContext {
  readonly starter: Starter;
  readonly host: Host;
  readonly reporter: Reporter;
}

/**
 * Runs the command with what gives it credentials, waits until it has ended, and
 * ends its supply then.
 *
 * @throws {CommandError} where it cannot be started
 */
export async function runCommand(
  command: readonly [string, ...string[]],
  supply: Supply,
  plan: CommandPlan,
  context: RunContext,
): Promise<Ending> {
  let ending: Ending | undefined;
  try {
    return ending = await runToEnd(command, supply, plan, context);
  } finally {
    // Told at the end, so that it does not get into the command's own output.
    await close(supply, ending, context);
  }
}

async function runToEnd(
  [program, ...args]: readonly [string, ...string[]],
  supply: Supply,
  plan: CommandPlan,
  { starter, host, reporter }: RunContext,
): Promise<Ending> {
  const { env, heldBack, forbidden } = childEnvironment({
    env: host.env,
    preserve: plan.preserveEnv,
    supplied: supply.variables,
    roleArn: plan.role.arn,
    region: plan.region,
    ignoreCase: host.isWindows,
  });
  if (heldBack.length > 0) {
    reporter.explain(
      `variables held back (-E lets them through): ${heldBack.join(" ")}`,
    );
  }
  if (forbidden.length > 0) {
    reporter.explain(
      `variables that never get through: ${forbidden.join(" ")}`,
    );
  }
  const path = host.isWindows
    ? await findOnWindows(program, host.env)
    : program;
  const running = await start(starter, { path, args, env });
  return await running.ending;
}

/** Ends a supply: what goes wrong there does not change how the command ended. */
async function close(
  supply: Supply,
  ending: Ending | undefined,
  { host, reporter }: RunContext,
): Promise<void> {
  try {
    const told = await supply.close(ending?.status, host.now());
    told.forEach(reporter.warn);
  } catch (error) {
    reporter.warn(`Cannot clean up after the command: ${reasonOf(error)}`);
  }
}

async function findOnWindows(
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { windowsCandidates } = await import("./windows.ts");
  return windowsCandidates(program, env).find(isFile) ?? program;
}

async function start(
  starter: Starter,
  program: Program,
): Promise<RunningProgram> {
  try {
    return await starter.start(program);
  } catch (error) {
    const script = scriptWithoutInterpreter(error);
    if (script === undefined) throw cannotStart(program, error);
    // A script without "#!" is the shell's, as it is for execvp() and every shell.
    return await start(starter, {
      ...program,
      path: "/bin/sh",
      args: [script, ...program.args],
    });
  }
}

/** The path of the script that the system could not make out, where that is why. */
function scriptWithoutInterpreter(error: unknown): string | undefined {
  return /^Failed to spawn '(.*)': Exec format error/s.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
}

/** The path that was found for a command's name, where one was. */
function pathTried(error: unknown): string | undefined {
  return /^Failed to spawn '(\/.*)': /s.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
}

function cannotStart({ path, env }: Program, error: unknown): CommandError {
  const notExecutable = (reason: string) =>
    new CommandError(`Cannot run '${path}': ${reason}`, {
      status: STATUS.notExecutable,
      hint:
        "a command is a program or a script that may be executed: see 'chmod +x'",
      cause: error,
    });
  if (!isNotFound(error)) return notExecutable(reasonOf(error));
  const isPath = /[\\/]/.test(path);
  if (exists(isPath ? path : pathTried(error) ?? "")) {
    return new CommandError(
      `Cannot run '${path}': its interpreter is not there`,
      {
        status: STATUS.notExecutable,
        hint: "see the first line of the script, or 'file' for a program",
        cause: error,
      },
    );
  }
  // Deno passes over what cannot be executed; others say so, as execvp() does.
  if (!isPath && path !== "" && isOnPath(path, env)) {
    return notExecutable("permission denied");
  }
  return new CommandError(`Cannot run '${path}': command not found`, {
    status: STATUS.notFound,
    hint: /[*,]/.test(path)
      ? `if these are variables to let through, write -E='${path}'`
      : isPath
      ? "there is no such file"
      : "is it on the PATH?",
    cause: error,
  });
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "NotFound" ||
      error.message.includes("no path to search")); // an older Deno, without PATH
}

/** Whether a directory of PATH has something of this name, executable or not. */
function isOnPath(
  name: string,
  env: Readonly<Record<string, string>>,
): boolean {
  return (env.PATH ?? "").split(":")
    .some((directory) => directory !== "" && exists(`${directory}/${name}`));
}
