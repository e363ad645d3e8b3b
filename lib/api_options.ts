// Pure: no I/O.
import type { Options } from "./cli/invocation.ts";
import type { MfaCodeRequest } from "./credentials/mfa/code.ts";
import { InvalidValueError, UsageError } from "./errors.ts";
import { toTag } from "./settings/session_parsers.ts";
import type { SettingName } from "./settings/setting_types.ts";
import { SETTINGS } from "./settings/settings.ts";

/**
 * Options of the library. Each option has the meaning of the command line's option
 * of that name, and takes precedence over `ASSUME_ROLE_*` variables and
 * `assume-role.yaml`.
 */
export interface AssumeRoleOptions {
  /**
   * An entry of `roles`, an AWS profile that yields a session, an ARN, or a name
   * that `role_prefix` completes; default: the key `role` of `assume-role.yaml`.
   */
  readonly role?: string;
  /** The session's name; default: the caller's user name. */
  readonly roleSessionName?: string;
  /** The session's duration: `"1h30m"`, or seconds; 15 minutes to 12 hours. */
  readonly duration?: string | number;
  /** The external ID that the role's trust policy requires. */
  readonly externalId?: string;
  /** The source identity, which all roles of a chain keep. */
  readonly sourceIdentity?: string;
  /** Session tags, by key. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The keys of tags that the next role of a chain gets too. */
  readonly transitiveTags?: readonly string[];
  /** A session policy that narrows the role: an object, its JSON, or a file. */
  readonly policy?: string | Readonly<Record<string, unknown>>;
  /** ARNs of managed policies that narrow the role. */
  readonly policyArns?: readonly string[];
  /** Whether to get fresh credentials even if the cached ones are good. */
  readonly forceRefresh?: boolean;
  /**
   * The AWS profile that supplies the base credentials; if no option, variable or
   * file names a role, the profile whose session is returned.
   */
  readonly profile?: string;
  /** The region for STS. */
  readonly region?: string;
  /** The MFA device. */
  readonly mfaSerial?: string;
  /**
   * Returns the one-time code of an MFA device, of six digits, or `undefined` to
   * give up. The function is called if a code is needed, again if AWS rejected the
   * code, and instead of an `mfa_command`.
   */
  readonly mfaCode?: (
    request: MfaCodeRequest,
  ) => string | undefined | Promise<string | undefined>;
  /** Whether to fail if a code is needed, without a call of `mfaCode`. */
  readonly noInput?: boolean;
  /** This configuration file instead of the search from the working directory. */
  readonly config?: string;
  /** Whether to save the credentials as a profile, as the command line does. */
  readonly writeProfile?: boolean;
  /** The environment variables; default: those of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Receives warnings; default: warnings are dropped. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Parses the options by the rules of the command line.
 *
 * @throws {UsageError} If a value is invalid
 */
export function parseOptions(given: AssumeRoleOptions): Options {
  const options: Partial<Record<SettingName, unknown>> = {};
  const read = <T>(
    name: SettingName & keyof AssumeRoleOptions,
    value: T | undefined,
    parse: (value: T) => unknown,
  ) => {
    if (value === undefined) return;
    try {
      options[name] = parse(value);
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      throw new UsageError(`Cannot use the option '${name}': ${error.message}`);
    }
  };
  for (
    const name of [
      "role",
      "roleSessionName",
      "externalId",
      "sourceIdentity",
      "profile",
      "region",
      "mfaSerial",
      "config",
    ] as const
  ) read(name, given[name], SETTINGS[name].parse);
  for (const name of ["forceRefresh", "noInput", "writeProfile"] as const) {
    read(name, given[name], (value) => SETTINGS[name].parse(`${value}`));
  }
  read(
    "duration",
    given.duration,
    (value) => SETTINGS.duration.parse(`${value}`),
  );
  read(
    "tags",
    given.tags,
    (tags) => Object.entries(tags).map(([key, value]) => toTag(key, value)),
  );
  read("policy", given.policy, (policy) =>
    SETTINGS.policy.parse(
      typeof policy === "string" ? policy : JSON.stringify(policy),
    ));
  for (const name of ["transitiveTags", "policyArns"] as const) {
    read(name, given[name], (values) => values.flatMap(SETTINGS[name].parse));
  }
  return options as Options;
}
