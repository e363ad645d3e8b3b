// Pure: no I/O.
import type { Options } from "./cli/invocation.ts";
import type { MfaCodeRequest } from "./credentials/mfa/code.ts";
import { InvalidValueError, UsageError } from "./errors.ts";
import { toTag } from "./settings/session_parsers.ts";
import type { SettingName } from "./settings/setting.ts";
import { SETTINGS } from "./settings/settings.ts";

/**
 * What a program asks for. Each option is that of the command line of the same
 * name and comes before `ASSUME_ROLE_*` variables and `assume-role.yaml`, which
 * supply what is left out.
 */
export interface AssumeRoleOptions {
  /**
   * An entry of `roles`, an AWS profile that yields a session, an ARN, or a name
   * that `role_prefix` completes.
   */
  readonly role?: string;
  /** The session's name; default: the caller's user name. */
  readonly roleSessionName?: string;
  /** How long the session lasts: `"1h30m"`, or seconds; 15 minutes to 12 hours. */
  readonly duration?: string | number;
  /** The external id that the role's trust policy wants. */
  readonly externalId?: string;
  /** The source identity, which stays through a chain of roles. */
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
   * The AWS profile that supplies the base credentials. Without a role, it is the
   * profile whose session is given.
   */
  readonly profile?: string;
  /** The region for STS. */
  readonly region?: string;
  /** The MFA device. */
  readonly mfaSerial?: string;
  /**
   * Gives the one-time code of an MFA device, of six digits; `undefined` where
   * there is none. It is called where a code is needed, again if that was
   * rejected, and in place of an `mfa_command`.
   */
  readonly mfaCode?: (
    request: MfaCodeRequest,
  ) => string | undefined | Promise<string | undefined>;
  /** Whether to fail rather than ask: then `mfaCode` is not called. */
  readonly noInput?: boolean;
  /** This configuration file instead of the search from the working directory. */
  readonly config?: string;
  /** Whether to save the credentials as a profile, as the command line does. */
  readonly writeProfile?: boolean;
  /** The variables to go by; default: those of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told of what went wrong but did no harm; default: nobody is. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Reads a program's options by the rules of the command line.
 *
 * @throws {UsageError} at a value that the setting cannot have
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
