import type { CredentialSource } from "./credential_source.ts";
import { cacheDirectoryOf, NOTICE_PREFIX } from "../aws/paths.ts";
import type { CommandPlan } from "../plan/plan.ts";
import { sha256 } from "../settings/sha256.ts";
import { exists, isFile } from "../system/files.ts";
import { isStderrTerminal } from "../system/is_terminal.ts";
import { within } from "../system/path.ts";
import type { Host, Reporter } from "../host.ts";
import type { Launcher, Program, RunningProgram } from "./launcher.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { reasonOf } from "../system/os_error.ts";
import { buildEnvironment } from "./environment.ts";

/** Dependencies of running a command. */
export interface RunContext {
  readonly launcher: Launcher;
  readonly host: Host;
  readonly reporter: Reporter;
}

/** The parts of a session that are needed to run a command. */
export interface CommandSession {
  readonly plan: CommandPlan;
  readonly source: CredentialSource;
}

/**
 * Runs the command with the credentials of a session, waits until the command ends, and
 * then closes the credential source.
 *
 * @throws {CommandError} If the command cannot be started
 */
export async function runCommand(
  command: readonly [string, ...string[]],
  session: CommandSession,
  context: RunContext,
): Promise<ExitStatus> {
  let exitStatus: ExitStatus | undefined;
  try {
    return exitStatus = await runToEnd(command, session, context);
  } finally {
    // Closing the source prints warnings. Close the source only now, so that the warnings
    // do not mix with the command's output.
    await close(session.source, exitStatus, context);
  }
}

async function runToEnd(
  [program, ...args]: readonly [string, ...string[]],
  { plan, source }: CommandSession,
  { launcher, host, reporter }: RunContext,
): Promise<ExitStatus> {
  launcher.expectCommand();
  const { env, heldBack, onlyByName, forbidden } = buildEnvironment({
    env: host.env,
    preserve: plan.preserveEnv,
    credentialVariables: source.variables,
    roleArn: plan.role?.arn,
    region: plan.region,
    ignoreCase: host.isWindows,
  });
  await noteHeldBack([...heldBack, ...onlyByName], host, reporter);
  if (heldBack.length > 0) {
    reporter.explain(
      `variables not passed to the command (-E passes them): ${
        heldBack.join(" ")
      }`,
    );
  }
  if (onlyByName.length > 0) {
    reporter.explain(
      `variables not passed because they may hold a credential or another identity (-E=NAME passes NAME): ${
        onlyByName.join(" ")
      }`,
    );
  }
  if (forbidden.length > 0) {
    reporter.explain(
      `variables that are never passed: ${forbidden.join(" ")}`,
    );
  }
  const path = host.isWindows
    ? await findOnWindows(program, host.env)
    : program;
  const running = await start(launcher, { path, args, env }, host.cwd);
  return await running.exitStatus;
}

/**
 * Says how many variables are not passed to the command, the first time that these
 * variables are not passed. The variables of assume-role itself do not count.
 */
async function noteHeldBack(
  heldBack: readonly string[],
  { env, home }: Host,
  { note }: Reporter,
): Promise<void> {
  const names = heldBack.filter((name) => !name.startsWith("ASSUME_ROLE_"));
  if (names.length === 0 || note === undefined) return;
  if (env.CI !== "true" && !isStderrTerminal()) return;
  const directory = cacheDirectoryOf(env, home);
  const file = NOTICE_PREFIX + await sha256(names.sort());
  if (directory !== undefined && exists(within(directory, file))) return;
  const { heldBackNotice, saveHeldBackNotice } = await import(
    "./held_back_notice.ts"
  );
  note(heldBackNotice(names.length));
  if (directory !== undefined) {
    await saveHeldBackNotice(directory, file, { env, home });
  }
}

/** Closes a credential source; a failure only produces a warning. */
async function close(
  source: CredentialSource,
  exitStatus: ExitStatus | undefined,
  { host, reporter }: RunContext,
): Promise<void> {
  try {
    const warnings = await source.close(exitStatus?.status, host.now());
    warnings.forEach(reporter.warn);
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
  launcher: Launcher,
  program: Program,
  cwd: () => string,
): Promise<RunningProgram> {
  try {
    return await launcher.start(program);
  } catch (error) {
    const { findFallback } = await import("./spawn_error.ts");
    return await start(launcher, findFallback(program, error, cwd), cwd);
  }
}
