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
 * @throws {AssumeRoleError} If the credentials cannot be had or printed
 */
export async function printCredentials(
  argv: Argv,
  host: Host,
  reporter: Reporter,
): Promise<ExitStatus> {
  const inputs = await readRunInputs(argv, host);
  const session = inputs && findCachedRun(inputs, host.now()) ||
    await resolve(argv, inputs, host, reporter);
  // A stored plan means that the texts of its options were found valid.
  const text = argv.options.format?.at(-1) || host.env.ASSUME_ROLE_FORMAT;
  const format = FORMATS.find((known) => known === text) ?? DEFAULT_FORMAT;
  print(host, formatCredentials(session.credentials, format));
  return { status: STATUS.ok };
}

async function resolve(
  argv: Argv,
  found: RunInputs | undefined,
  host: Host,
  reporter: Reporter,
): Promise<Pick<CachedRun, "credentials">> {
  const [
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
    import("../cli/invocation.ts"),
    import("../credentials/mfa/prompt.ts"),
    import("../session.ts"),
    import("../cache/settle_run_inputs.ts"),
  ]);
  const { options } = parseInvocation(argv);
  const late = new LateWork();
  try {
    const { inputs, cached } = await settleRunInputs(found, argv, host);
    if (cached !== undefined) return cached;
    const settings = await loadSettings(options, host, inputs?.configs);
    const format = options.format ?? settings.variables.format;
    // As a credential_process, stdin is that of the program that runs us.
    const prompter = createPrompter(host, format !== "process");
    return await getSession(
      await loadPlanInput(settings, host, inputs?.aws),
      { ...createContext(host, reporter, late), prompter },
      inputs,
    );
  } finally {
    await late.finish();
  }
}
