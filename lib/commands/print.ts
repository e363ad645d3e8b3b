import {
  type CachedRun,
  findCachedRun,
  readRunInputs,
  type RunInputs,
} from "../cache/plan_cache.ts";
import type { Argv } from "../cli/argv.ts";
import { STATUS } from "../errors.ts";
import type { Host, Reporter } from "../host.ts";
import { formatCredentials } from "../output/credentials.ts";
import { FORMATS } from "../settings/options.ts";
import type { Format } from "../settings/parsers.ts";
import type { ExitStatus } from "../system/exit_status.ts";
import { LateWork } from "../system/late_work.ts";
import { print } from "../system/print.ts";

const DEFAULT_FORMAT: Format = "env-no-export";

/**
 * Prints the credentials of the role.
 *
 * @throws {AssumeRoleError} If the credentials cannot be obtained or printed
 */
export async function printCredentials(
  argv: Argv,
  host: Host,
  reporter: Reporter,
): Promise<ExitStatus> {
  const inputs = await readRunInputs(argv, host);
  const cached = inputs && findCachedRun(inputs, host.now());
  const { credentials, marker } = cached === undefined
    ? await resolve(argv, inputs, host, reporter)
    : toPrinted(cached);
  // The format is valid: this run parsed the format, or the run that stored the plan did.
  const text = argv.options.format?.at(-1) || host.env.ASSUME_ROLE_FORMAT;
  const format = FORMATS.find((known) => known === text) ?? DEFAULT_FORMAT;
  print(host, formatCredentials(credentials, format, marker));
  return { status: STATUS.ok };
}

interface PrintedSession extends Pick<CachedRun, "credentials"> {
  /** The name of the session's cache entry; absent if there is no cache. */
  readonly marker?: string;
}

function toPrinted({ plan, credentials }: CachedRun): PrintedSession {
  return { credentials, marker: plan.session };
}

async function resolve(
  argv: Argv,
  found: RunInputs | undefined,
  host: Host,
  reporter: Reporter,
): Promise<PrintedSession> {
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
  ] = await Promise.all([
    import("../plan/cache_key.ts"),
    import("../cli/invocation.ts"),
    import("../credentials/mfa/prompt.ts"),
    import("../session.ts"),
    import("../cache/settle_run_inputs.ts"),
  ]);
  const { options } = parseInvocation(argv);
  const late = new LateWork();
  try {
    const { inputs, cached } = await settleRunInputs(found, argv, host);
    if (cached !== undefined) return toPrinted(cached);
    const settings = await loadSettings(options, host, inputs?.configs);
    const format = options.format ?? settings.variables.format;
    // With `--format process`, assume-role is a credential_process and must not read stdin,
    // which belongs to the AWS tool that started assume-role.
    const prompter = createPrompter(host, format !== "process");
    const { plan, credentials } = await getSession(
      await loadPlanInput(settings, host, inputs?.aws),
      { ...createContext(host, reporter, late), prompter },
      inputs,
    );
    const isCached = plan.cacheDirectory !== undefined;
    return { credentials, ...(isCached && { marker: await sessionKey(plan) }) };
  } finally {
    await late.finish();
  }
}
