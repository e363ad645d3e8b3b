import { CommandError, STATUS } from "../errors.ts";
import type { Credentials } from "../credentials/credentials.ts";
import type { Plan } from "../plan/plan.ts";
import type { Host, Reporter } from "../system/host.ts";
import {
  type Ending,
  hasTerminal,
  type RunningProgram,
  startProgram,
} from "../system/process.ts";
import { reasonOf } from "../system/reason.ts";
import { childEnvironment } from "./environment.ts";

/**
 * Runs the command with the credentials, and waits until it has ended.
 *
 * @throws {CommandError} where it cannot be started
 */
export async function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  credentials: Credentials,
  plan: Plan,
  host: Host,
  reporter: Reporter,
): Promise<Ending> {
  const { env, heldBack } = childEnvironment({
    env: host.env,
    preserve: plan.preserveEnv,
    credentials,
    region: plan.region,
    ignoreCase: host.isWindows,
  });
  if (heldBack.length > 0) {
    reporter.explain(
      `variables held back (-E lets them through): ${heldBack.join(" ")}`,
    );
  }
  let running: RunningProgram;
  try {
    running = startProgram({ path: program, args, env }, hasTerminal());
  } catch (error) {
    throw cannotStart(program, error);
  }
  return await running.ending;
}

function cannotStart(program: string, error: unknown): CommandError {
  const found = !(error instanceof Error && error.name === "NotFound");
  if (!found) {
    return new CommandError(`Cannot run '${program}': command not found`, {
      status: STATUS.notFound,
      hint: /[\\/]/.test(program) ? undefined : "is it on the PATH?",
      cause: error,
    });
  }
  return new CommandError(`Cannot run '${program}': ${reasonOf(error)}`, {
    status: STATUS.notExecutable,
    hint:
      "a command is a program or a script that may be executed: see 'chmod +x'",
    cause: error,
  });
}
