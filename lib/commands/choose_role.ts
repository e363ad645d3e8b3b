import { readRunInputs, type RunInputs } from "../cache/plan_cache.ts";
import type { Argv } from "../cli/argv.ts";
import { AssumeRoleError, InterruptedError } from "../errors.ts";
import type { Host } from "../host.ts";
import { toCells } from "../picker/list_rows.ts";
import type { Cells } from "../picker/state.ts";
import { listKnownRoles } from "../plan/list_roles.ts";
import { shortName } from "../plan/look_up_role.ts";
import { NoRoleError } from "../plan/no_role.ts";
import type { RunPlan } from "../plan/plan.ts";
import { resolveRunPlan } from "../plan/resolve_plan.ts";
import { SettingResolver } from "../plan/setting_resolver.ts";
import type { LoadedInput } from "../plan/unread_files.ts";
import { usesColour } from "../settings/terminal_text.ts";
import type { AskOptions } from "../system/terminal.ts";
import { loadSessions, stateOfRole } from "./list.ts";
import { pickRow } from "./pick.ts";

/** An option that names a role, or the profile whose session a run gets. */
export interface ChosenOption {
  readonly name: "role" | "profile";
  readonly value: string;
}

interface Row {
  readonly option: ChosenOption;
  readonly cells: Cells;
}

/** Options of {@linkcode chooseRole}. */
export interface ChooseOptions {
  /** Whether assume-role may use the terminal. */
  readonly mayAsk: boolean;
  /** The signals that were ignored when assume-role started. */
  readonly ignored?: AskOptions["ignored"];
}

/**
 * Lets the user choose a role on the terminal, in a run that names no role.
 *
 * @returns the option that the user could have given instead
 * @throws {InterruptedError} If the user cancelled, or a signal ended the wait
 * @throws {UsageError} If there is no terminal or no known role, or assume-role must not ask
 */
export async function chooseRole(
  input: LoadedInput,
  host: Host,
  { mayAsk, ignored }: ChooseOptions,
): Promise<ChosenOption> {
  const refusal = await findRefusal(input);
  const noInput = new SettingResolver(input, undefined).resolve("noInput");
  if (!mayAsk || noInput) throw refusal;
  const rows = await listRows(input, host);
  if (rows.length === 0) throw refusal;
  const { TERM } = host.env;
  const picked = await pickRow(rows.map(({ cells }) => cells), {
    canDraw: host.isWindows || !!TERM && TERM !== "dumb",
    hasColor: usesColour(host.env, true),
    ignored,
  });
  switch (picked.kind) {
    case "chosen":
      return rows[picked.index]!.option;
    case "cancelled":
      throw new InterruptedError("SIGINT");
    case "no terminal":
      throw picked.reason === undefined
        ? refusal
        : new NoRoleError(input, picked.reason);
  }
}

/** The words of a command line that names a role, and the inputs of its run. */
export interface NamedRun {
  readonly argv: Argv;
  readonly inputs: RunInputs | undefined;
}

/**
 * Lets the user choose a role, and adds the option that names the role to the words of the
 * command line; see {@linkcode chooseRole}. The run then goes on as if the user had given
 * the option.
 */
export async function nameRole(
  { options, command }: Argv,
  input: LoadedInput,
  host: Host,
  choose: ChooseOptions,
): Promise<NamedRun> {
  const { name, value } = await chooseRole(input, host, choose);
  const argv = { options: { ...options, [name]: [value] }, command };
  return { argv, inputs: await readRunInputs(argv, host) };
}

/** Adds an option to the settings of a run. */
export function addSetting(
  input: LoadedInput,
  { name, value }: ChosenOption,
): LoadedInput {
  return { ...input, options: { ...input.options, [name]: value } };
}

/**
 * Returns the error of a run without a role.
 *
 * @throws {AssumeRoleError} If the run fails for another reason, which is reported instead
 */
async function findRefusal(input: LoadedInput): Promise<NoRoleError> {
  try {
    await resolveRunPlan(input);
  } catch (error) {
    if (error instanceof NoRoleError) return error;
    throw error;
  }
  throw new TypeError("The run has a role");
}

/** Lists the roles of `--list` that the user can choose. */
async function listRows(
  input: LoadedInput,
  host: Host,
): Promise<readonly Row[]> {
  const now = host.now();
  const rows: Row[] = [];
  const known = await listKnownRoles(input);
  for (const { name, arn, namedBy, source, plan } of known) {
    if (namedBy !== "role" && namedBy !== "profile") continue;
    const section = source.kind === "profile"
      ? input.profiles.get(name)
      : undefined;
    rows.push({
      option: { name: namedBy, value: name },
      cells: toCells({
        name,
        ...(arn !== undefined && { arn }),
        ...(section !== undefined && { section }),
        state: await stateOfRole(plan === undefined ? {} : { plan }, now),
      }),
    });
  }
  const arns = new Set(known.map(({ arn }) => arn));
  for (const { roleArn } of loadSessions({ host })) {
    const plan = arns.has(roleArn) ? undefined : await tryPlan(roleArn, input);
    if (plan === undefined) continue;
    const name = shortName(roleArn, input);
    rows.push({
      option: { name: "role", value: name ?? roleArn },
      cells: toCells({
        name: name ?? roleArn.split("/").at(-1)!,
        arn: roleArn,
        state: await stateOfRole({ plan }, now),
      }),
    });
  }
  return rows;
}

/** Plans a run that names a role by its ARN; returns `undefined` if there is no such plan. */
async function tryPlan(
  arn: string,
  input: LoadedInput,
): Promise<RunPlan | undefined> {
  try {
    return await resolveRunPlan(
      addSetting(input, { name: "role", value: arn }),
    );
  } catch (error) {
    if (error instanceof AssumeRoleError) return undefined;
    throw error;
  }
}
