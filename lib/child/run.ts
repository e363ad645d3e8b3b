import { CommandError, STATUS } from "../errors.ts";
import type { Supply } from "../credentials/supply.ts";
import type { Plan } from "../plan/plan.ts";
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
import { windowsCandidates } from "./windows.ts";

/** What running a command needs beside the plan. */
export interface RunContext {
  readonly starter: Starter;
  readonly host: Host;
  readonly reporter: Reporter;
}

/**
 * Runs the command with what gives it credentials, and waits until it has ended.
 *
 * @throws {CommandError} where it cannot be started
 */
export async function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  supply: Supply,
  plan: Plan,
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
    ? windowsCandidates(program, host.env).find(isFile) ?? program
    : program;
  const running = await start(starter, { path, args, env });
  return await running.ending;
}

async function start(
  starter: Starter,
  program: Program,
): Promise<RunningProgram> {
  try {
    return await starter.start(program);
  } catch (error) {
    const script = scriptWithoutInterpreter(error);
    if (script === undefined) throw cannotStart(program.path, error);
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

function cannotStart(program: string, error: unknown): CommandError {
  if (!(error instanceof Error && error.name === "NotFound")) {
    return new CommandError(`Cannot run '${program}': ${reasonOf(error)}`, {
      status: STATUS.notExecutable,
      hint:
        "a command is a program or a script that may be executed: see 'chmod +x'",
      cause: error,
    });
  }
  const isPath = /[\\/]/.test(program);
  if (isPath && exists(program)) {
    return new CommandError(
      `Cannot run '${program}': its interpreter is not there`,
      {
        status: STATUS.notExecutable,
        hint: "see the first line of the script, or 'file' for a program",
        cause: error,
      },
    );
  }
  return new CommandError(`Cannot run '${program}': command not found`, {
    status: STATUS.notFound,
    hint: /[*,]/.test(program)
      ? `if these are variables to let through, write -E='${program}'`
      : isPath
      ? "there is no such file"
      : "is it on the PATH?",
    cause: error,
  });
}
