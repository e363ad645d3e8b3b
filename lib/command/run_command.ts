import type { Supply } from "./credential_source.ts";
import type { CommandPlan } from "../plan/plan.ts";
import { isFile } from "../system/files.ts";
import type { Host, Reporter } from "../host.ts";
import type { Program, RunningProgram, Starter } from "./launcher.ts";
import type { Ending } from "../system/exit_status.ts";
import { reasonOf } from "../system/os_error.ts";
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
  const { env, heldBack, onlyByName, forbidden } = childEnvironment({
    env: host.env,
    preserve: plan.preserveEnv,
    supplied: supply.variables,
    roleArn: plan.role?.arn,
    region: plan.region,
    ignoreCase: host.isWindows,
  });
  if (heldBack.length > 0) {
    reporter.explain(
      `variables held back (-E lets them through): ${heldBack.join(" ")}`,
    );
  }
  if (onlyByName.length > 0) {
    reporter.explain(
      `variables held back that may hold another identity (-E=NAME lets one through by its full name): ${
        onlyByName.join(" ")
      }`,
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
  const { windowsCandidates } = await import("./windows_path.ts");
  return windowsCandidates(program, env).find(isFile) ?? program;
}

async function start(
  starter: Starter,
  program: Program,
): Promise<RunningProgram> {
  try {
    return await starter.start(program);
  } catch (error) {
    const { insteadOf } = await import("./spawn_error.ts");
    return await start(starter, insteadOf(program, error));
  }
}
