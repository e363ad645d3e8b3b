import type { OwnCommand } from "../cli/invocation.ts";
import type { CredentialContext } from "../credentials/get_credentials.ts";
import type { RunPlan } from "../plan/plan.ts";
import type { PlanInput } from "../plan/resolve_hop.ts";
import type { Layers } from "../plan/setting_resolver.ts";
import type { Host } from "../host.ts";
import type { ExitStatus } from "../system/exit_status.ts";

/** What a mode works with. */
export interface OwnCommandContext extends CredentialContext {
  readonly host: Host;
  readonly layers: Layers;
  /** Why `layers` has no files, where they cannot be used; told to the doctor only. */
  readonly configProblem?: unknown;
  /** Reads AWS's files: with them, all is known that a plan is made from. */
  readonly loadInput: () => PlanInput;
  readonly makePlan: () => Promise<RunPlan>;
  /** Finds the variables that cannot be passed on, as they are not UTF-8. */
  readonly findUnreadable: () => Promise<readonly string[]>;
  /** Writes to stdout; fails in one line where that cannot be. */
  readonly print: (text: string) => void;
}

type RunOwnCommand = (context: OwnCommandContext) => Promise<ExitStatus>;

/** The modes that are done with what a command would be run with. */
export type LoadedCommand = Exclude<OwnCommand, "completions">;

/** Where each mode is: no run needs more than one. */
const LOADERS: { readonly [M in LoadedCommand]: () => Promise<RunOwnCommand> } =
  {
    "console": async () => (await import("./console.ts")).openConsole,
    "whoami": async () => (await import("./whoami.ts")).whoami,
    "init": async () => (await import("./init.ts")).init,
    "list": async () => (await import("./list.ts")).listRoles,
    "explain": async () => (await import("./explain.ts")).explain,
    "doctor": async () => (await import("./doctor/doctor.ts")).doctor,
    "clear-cache": async () => (await import("./clear_cache.ts")).clearCache,
  };

/** Does what a mode is for. */
export async function dispatch(
  mode: LoadedCommand,
  context: OwnCommandContext,
): Promise<ExitStatus> {
  const run = await LOADERS[mode]();
  return await run(context);
}
