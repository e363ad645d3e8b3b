import type { Credentials } from "../aws/credentials.ts";
import {
  findCachedRun,
  readRunInputs,
  type RunInputs,
} from "../cache/plan_cache.ts";
import type { Argv } from "../cli/argv.ts";
import { STATUS, UsageError } from "../errors.ts";
import type { Host, Reporter } from "../host.ts";
import {
  formatCredentials,
  type PrintedSession,
} from "../output/credentials.ts";
import type { CommandPlan } from "../plan/plan.ts";
import type { EarlyWorker } from "../sandbox/start_worker.ts";
import { USE_ROLE_VARIABLE } from "../settings/names.ts";
import { FORMATS } from "../settings/options.ts";
import type { Format } from "../settings/parsers.ts";
import type { SafeText } from "../settings/terminal_text.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { isStdoutTerminal } from "../system/is_terminal.ts";
import { LateWork } from "../system/late_work.ts";
import { print } from "../system/print.ts";
import { prepareFiles, prepareStdout } from "../system/stdout.ts";

const DEFAULT_FORMAT: Format = "env-no-export";

/**
 * Prints the credentials of the role. With `--format github`, also appends to a file.
 *
 * @throws {AssumeRoleError} If the credentials cannot be obtained or printed
 */
export async function printCredentials(
  argv: Argv,
  host: Host,
  reporter: Reporter,
): Promise<ExitStatus> {
  const { env } = host;
  if (env[USE_ROLE_VARIABLE]) checkUseRole(argv);
  // An invalid format is reported when the session is loaded: no plan is stored for it.
  const text = argv.options.format?.at(-1) || env.ASSUME_ROLE_FORMAT;
  const format = FORMATS.find((known) => known === text) ?? DEFAULT_FORMAT;
  if (format !== "github") prepareStdout();
  const load = (to = reporter) => loadSession(argv, host, to);
  if (format === "github") {
    const { printToGithub } = await import("./print_github.ts");
    await printToGithub(host, reporter, load);
    return { status: STATUS.ok };
  }
  const session = await load();
  if (env.GITHUB_ENV) {
    const { warnIfUnmasked } = await import("./print_github.ts");
    warnIfUnmasked(host, reporter);
  }
  print(host, await formatSession(session, format, host));
  if (env[USE_ROLE_VARIABLE] && !isQuiet(reporter)) {
    const { formatSessionNote } = await import("../output/session_note.ts");
    print(host, formatSessionNote(session, host.now()));
  }
  if (!text && isStdoutTerminal()) noteUses(argv, host, reporter);
  return { status: STATUS.ok };
}

/**
 * Refuses a format for the function `use-role`, which gives the format of the shell itself.
 *
 * @throws {UsageError} If the user gives a format
 */
function checkUseRole({ options: { format = [] } }: Argv): void {
  if (format.length < 2) return;
  throw new UsageError(
    "use-role takes no option '--format': it sets the variables of this shell",
    { hint: "to print the variables, run assume-role" },
  );
}

/** Whether `--quiet` is in effect: then, a reporter has no notices about waits. */
function isQuiet({ waits }: Reporter): boolean {
  return waits === undefined;
}

/** Says how to use the role, if the user sees the variables on the terminal. */
function noteUses(
  { options }: Argv,
  { isWindows }: Host,
  { note }: Reporter,
): void {
  const role = options.role?.at(-1) ?? "";
  const name = /^[\w+=,.@:/-]+$/.test(role) ? role : "NAME";
  const shell = isWindows ? "powershell" : "$SHELL";
  note?.(
    `to use the role in this shell, type 'use-role ${name}' (see --shell-init); in a subshell, 'assume-role -r ${name} -- ${shell}'`,
  );
}

async function formatSession(
  session: PrintedSession,
  format: Exclude<Format, "github">,
  { env, isWindows }: Host,
): Promise<SafeText> {
  if (format === "env-no-export" || format === "process") {
    return formatCredentials(session.credentials, format);
  }
  const [{ formatForShell }, { identityNames }] = await Promise.all([
    import("../output/shell_formats.ts"),
    import("../command/identity_names.ts"),
  ]);
  return formatForShell(session, format, identityNames(env, isWindows));
}

/** Gets the session from the cache by a stored plan, or by a new plan. */
async function loadSession(
  argv: Argv,
  host: Host,
  reporter: Reporter,
): Promise<PrintedSession> {
  const inputs = await readRunInputs(argv, host);
  const cached = inputs && findCachedRun(inputs, host.now());
  if (cached !== undefined) {
    return toPrinted(cached.credentials, cached.plan, cached.plan.session);
  }
  const { startEarly } = await import("../load_sdk.ts");
  await using worker = startEarly(argv, inputs, host);
  return await resolve(argv, inputs, host, { reporter, worker });
}

function toPrinted(
  credentials: Credentials,
  { role, region }: CommandPlan,
  marker: string | undefined,
): PrintedSession {
  return {
    credentials,
    ...(role !== undefined && { roleArn: role.arn }),
    ...(region !== undefined && { region }),
    ...(marker !== undefined && { marker }),
  };
}

async function resolve(
  argv: Argv,
  found: RunInputs | undefined,
  host: Host,
  context: {
    readonly reporter: Reporter;
    readonly worker: EarlyWorker | undefined;
  },
): Promise<PrintedSession> {
  const { reporter, worker } = context;
  const [
    { sessionKey },
    { parseInvocation },
    { createPrompter },
    {
      createContext,
      getSession,
      loadPlanInput,
      loadSettings,
    },
    { settleRunInputs },
    { namesTarget },
  ] = await Promise.all([
    import("../plan/cache_key.ts"),
    import("../cli/invocation.ts"),
    import("../credentials/mfa/prompt.ts"),
    import("../session.ts"),
    import("../cache/settle_run_inputs.ts"),
    import("../plan/resolve_target.ts"),
  ]);
  prepareFiles();
  const { options } = parseInvocation(argv);
  const late = new LateWork();
  try {
    const { inputs, cached } = await settleRunInputs(found, argv, host);
    if (cached !== undefined) {
      return toPrinted(cached.credentials, cached.plan, cached.plan.session);
    }
    const settings = await loadSettings(options, host, inputs?.configs);
    const format = options.format ?? settings.variables.format;
    const mayAsk = format !== "process";
    // With `--format process`, assume-role is a credential_process and must not read stdin,
    // which belongs to the AWS tool that started assume-role.
    const prompter = createPrompter(host, mayAsk, reporter);
    const input = await loadPlanInput(settings, host, inputs?.aws);
    if (!namesTarget(input)) {
      const { nameRole } = await import("./choose_role.ts");
      const named = await nameRole(argv, input, host, { mayAsk });
      return await resolve(named.argv, named.inputs, host, context);
    }
    const { plan, credentials, commandPlan } = await getSession(
      input,
      { ...createContext(host, reporter, late, worker), prompter },
      inputs,
    );
    const isCached = plan.cacheDirectory !== undefined;
    const marker = isCached ? await sessionKey(plan) : undefined;
    return toPrinted(credentials, commandPlan, marker);
  } finally {
    await late.finish();
  }
}
