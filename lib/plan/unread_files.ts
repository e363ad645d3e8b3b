// Pure: no I/O.
import type { UnreadFile } from "../config/unread.ts";
import { ConfigError } from "../errors.ts";
import type { Base } from "./plan.ts";
import type { PlanInput } from "./resolve_hop.ts";
import type { SettingLayers } from "./setting_resolver.ts";

/** Files at default paths that cannot be read, and therefore count as missing. */
export interface UnreadInput {
  /** Such files; absent if all files could be read. */
  readonly unread?: readonly UnreadFile[];
  /** Path of a file `assume-role.yml`, whose name must be `assume-role.yaml`, if any. */
  readonly misnamed?: string;
}

/** The settings, and the configuration files that cannot be read. */
export interface LoadedSettings
  extends SettingLayers, Pick<UnreadInput, "misnamed"> {
  readonly unread: readonly UnreadFile[];
}

/** Input of a plan, with all files at default paths that cannot be read. */
export type LoadedInput = PlanInput & Pick<LoadedSettings, "unread">;

/** Whether one of AWS's two files cannot be read. */
export function hasUnreadAwsFile({ unread = [] }: UnreadInput): boolean {
  return unread.some(({ kind }) => kind === "aws");
}

/**
 * Refuses the short name of a role if the user's own `assume-role.yaml` exists but cannot be
 * read, because that file can give the name to another role.
 *
 * @throws {ConfigError} If the file exists but cannot be read.
 */
export function refuseShortName(name: string, input: UnreadInput): void {
  refuseUnreadOwn(
    input,
    `make the file readable, because the file can decide which role '${name}' is, or use the full ARN of the role`,
  );
}

/**
 * Refuses base credentials of the profile `default` that nothing names, if the user's own
 * `assume-role.yaml` exists but cannot be read, because that file can name another profile.
 *
 * @param named the named profile, if there is one
 * @throws {ConfigError} If the file exists but cannot be read.
 */
export function refuseDefaultProfile(
  base: Base,
  named: string | undefined,
  input: UnreadInput,
): void {
  const isFromEnvironment = base.kind === "machine" ||
    "isFromEnvironment" in base || base.profile === undefined;
  if (named !== undefined || isFromEnvironment) return;
  refuseUnreadOwn(
    input,
    "make the file readable, because the file can name the AWS profile, or name the profile with '--profile'",
  );
}

function refuseUnreadOwn({ unread = [] }: UnreadInput, hint: string): void {
  const file = unread.find(({ kind, mayDecide }) =>
    kind === "own" && mayDecide
  );
  if (file === undefined) return;
  const { path, reason } = file;
  throw new ConfigError(`Cannot read ${path}: ${reason}`, { hint });
}
