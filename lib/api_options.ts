// Pure: no I/O.
import type { Options } from "./cli/invocation.ts";
import type { MfaCodeRequest } from "./credentials/mfa/code.ts";
import { InvalidValueError, UsageError } from "./errors.ts";
import { toTag } from "./settings/session_parsers.ts";
import type { SettingName } from "./settings/setting_types.ts";
import { SETTINGS } from "./settings/settings.ts";

/**
 * Options of the library. An option means the same as the command line's option of
 * the same name, and takes precedence over `ASSUME_ROLE_*` variables and
 * `assume-role.yaml`.
 */
export interface AssumeRoleOptions {
  /**
   * The role: an ARN, an entry of `roles` in `assume-role.yaml`, an AWS profile that
   * yields a session, or a name that `role_prefix` completes to an ARN. Default: the
   * key `role` of `assume-role.yaml`.
   */
  readonly role?: string;
  /**
   * The session's name. Default: the name of the base credentials' identity or, with a
   * web identity token, the token's subject.
   */
  readonly roleSessionName?: string;
  /**
   * The session's duration, from 15 minutes to 12 hours: a text such as `"1h30m"`, or a
   * number of seconds.
   */
  readonly duration?: string | number;
  /** The external ID that the role's trust policy requires. */
  readonly externalId?: string;
  /** The source identity, which stays the same for all roles of a role chain. */
  readonly sourceIdentity?: string;
  /** Session tags, by key. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The keys of the session tags that AWS passes on to the next roles of a role chain. */
  readonly transitiveTags?: readonly string[];
  /**
   * A session policy, which limits the session's permissions: an object, a JSON text,
   * or the path of a file.
   */
  readonly policy?: string | Readonly<Record<string, unknown>>;
  /** ARNs of managed policies that limit the session's permissions. */
  readonly policyArns?: readonly string[];
  /** Whether to get new credentials even if the cached credentials are fresh. */
  readonly forceRefresh?: boolean;
  /**
   * The AWS profile that supplies the base credentials, which assume the first role. If
   * no option, variable or file names a role, the profile's own session is returned.
   */
  readonly profile?: string;
  /** The AWS region whose STS endpoint is called. */
  readonly region?: string;
  /** The serial number or the ARN of the MFA device; default: found automatically. */
  readonly mfaSerial?: string;
  /**
   * Returns the six-digit code of an MFA device, or `undefined` to give up. assume-role
   * calls the function when it needs a code, and again if AWS rejects the code. If this
   * option is given, the user's `mfa_command` is not run, unless `noInput` is set.
   */
  readonly mfaCode?: (
    request: MfaCodeRequest,
  ) => string | undefined | Promise<string | undefined>;
  /**
   * Whether to fail instead of calling `mfaCode`. If the user has an `mfa_command`,
   * assume-role still runs the command.
   */
  readonly noInput?: boolean;
  /**
   * The path of the configuration file; default: the nearest `assume-role.yaml` in the
   * working directory or above it.
   */
  readonly config?: string;
  /** Whether to save the credentials as a profile in `~/.aws/credentials`. */
  readonly writeProfile?: boolean;
  /** The environment variables to use; default: the variables of this process. */
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
