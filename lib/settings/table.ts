// Pure: no I/O.
import { parseDuration } from "./duration.ts";
import * as request from "./request_values.ts";
import type { Setting, SettingName, SettingValues } from "./setting.ts";
import * as values from "./values.ts";

/**
 * The one table of settings: the parser, `--help`, the reading of
 * `ASSUME_ROLE_*` and of `assume-role.yaml`, and the README's reference all
 * come from it. Its order is that of `--help`.
 */
export const SETTINGS: {
  readonly [K in SettingName]: Setting<SettingValues[K]>;
} = {
  role: {
    parse: values.parseText,
    option: {
      short: "r",
      placeholder: "NAME|ARN",
      group: "role",
      help: "the role: an entry of 'roles', an ARN, or a name for role_prefix",
    },
  },
  roleSessionName: {
    parse: values.parseSessionName,
    option: {
      placeholder: "NAME",
      group: "role",
      help: "session name (default: the caller's user name)",
    },
    key: { in: "both" },
  },
  duration: {
    parse: values.parseSessionDuration,
    option: {
      placeholder: "1h",
      group: "role",
      help: "session duration, 15m to 12h (default: AWS's, 1h)",
    },
    key: { in: "both" },
  },
  externalId: {
    parse: request.parseExternalId,
    option: {
      placeholder: "ID",
      group: "role",
      help: "external id that the role's trust policy wants",
    },
    key: { in: "both" },
  },
  sourceIdentity: {
    parse: request.parseSourceIdentity,
    option: {
      placeholder: "NAME",
      group: "role",
      help: "source identity, which stays through a chain of roles",
    },
    key: { in: "both" },
  },
  tags: {
    parse: request.parseTags,
    list: "add",
    fromMapping: (mapping) =>
      Object.entries(mapping).map(([key, value]) => `${key}=${value}`)
        .join(","),
    option: {
      name: "tag",
      placeholder: "KEY=VALUE",
      group: "role",
      help: "session tag; may be repeated",
    },
    key: { in: "both" },
  },
  transitiveTags: {
    parse: request.parseTagKeys,
    list: "add",
    option: {
      name: "transitive-tag",
      placeholder: "KEY",
      group: "role",
      help: "tag that the next role of a chain gets too; may be repeated",
    },
    key: { in: "both" },
  },
  policy: {
    parse: request.parsePolicySource,
    fromMapping: (mapping) => JSON.stringify(mapping),
    option: {
      placeholder: "FILE|JSON",
      group: "role",
      help: "session policy that narrows the role",
    },
    key: { in: "both" },
  },
  policyArns: {
    parse: request.parsePolicyArns,
    list: "replace",
    option: {
      name: "policy-arn",
      placeholder: "ARN",
      group: "role",
      help: "managed policy that narrows the role; may be repeated",
    },
    key: { in: "both" },
  },
  forceRefresh: {
    parse: values.parseBoolean,
    option: {
      short: "f",
      group: "role",
      help: "get fresh credentials even if the cached ones are good",
    },
  },
  profile: {
    parse: values.parseText,
    option: {
      placeholder: "NAME",
      group: "base",
      help: "AWS profile that supplies the base credentials",
    },
    key: { in: "both" },
  },
  region: {
    parse: values.parseRegion,
    option: {
      placeholder: "NAME",
      group: "base",
      help: "region for STS and for the command",
    },
    key: { in: "both" },
  },
  mfaSerial: {
    parse: values.parseMfaSerial,
    option: { placeholder: "ARN", group: "mfa", help: "MFA device" },
    key: { in: "both" },
  },
  mfaToken: {
    parse: values.parseMfaToken,
    secret: true,
    option: { placeholder: "CODE", group: "mfa", help: "one-time code" },
  },
  mfaCommand: {
    parse: values.parseText,
    option: {
      placeholder: "CMD",
      group: "mfa",
      help: "program that prints a one-time code",
    },
    key: { in: "both", userFileOnly: true },
  },
  mfaSession: {
    parse: values.parseMfaSessionDuration,
    key: { in: "both" },
  },
  noInput: {
    parse: values.parseBoolean,
    option: {
      group: "mfa",
      help: "never ask; fail at once and say what was needed",
    },
  },
  preserveEnv: {
    parse: values.parsePatterns,
    list: "add",
    option: {
      short: "E",
      placeholder: "PATTERN,...",
      alone: "*",
      group: "run",
      help: "let these variables through to the command; alone, all of them",
    },
  },
  format: {
    parse: values.parseFormat,
    option: {
      placeholder: "F",
      group: "run",
      help: `print as ${values.FORMATS.join("|")}`,
    },
  },
  server: {
    parse: values.parseBoolean,
    option: {
      group: "run",
      help: "serve the command credentials that are always fresh",
    },
  },
  config: {
    parse: values.parseText,
    option: {
      placeholder: "FILE",
      group: "other",
      help: "this configuration file instead of the search",
    },
  },
  console: {
    parse: values.parseBoolean,
    option: {
      group: "other",
      help: "sign in to AWS's console as the role, in the browser",
    },
  },
  whoami: {
    parse: values.parseBoolean,
    option: {
      group: "other",
      help: "tell who the base credentials and the role's session are",
    },
  },
  list: {
    parse: values.parseBoolean,
    option: {
      group: "other",
      help: "list the known roles, and their sessions",
    },
  },
  explain: {
    parse: values.parseBoolean,
    option: { group: "other", help: "tell what would be done, and why" },
  },
  doctor: {
    parse: values.parseBoolean,
    option: { group: "other", help: "find what is wrong, and what to do" },
  },
  clearCache: {
    parse: values.parseBoolean,
    option: {
      group: "other",
      help: "forget sessions and profiles, all or those of --role",
    },
  },
  verbose: {
    parse: values.parseBoolean,
    option: { short: "v", group: "other", help: "say what is done, and why" },
  },
  quiet: {
    parse: values.parseBoolean,
    option: { short: "q", group: "other", help: "no warnings" },
  },
  version: {
    parse: values.parseBoolean,
    option: { group: "other", help: "print the version" },
  },
  help: {
    parse: values.parseBoolean,
    option: { short: "h", group: "other", help: "print this help" },
  },
  roleArn: { parse: values.parseRoleArn, key: { in: "role" } },
  via: { parse: values.parseText, key: { in: "role" } },
  rolePrefix: { parse: values.parsePrefix, key: { in: "file" } },
  profileNamePrefix: {
    parse: values.parseProfileNamePrefix,
    key: { in: "both" },
  },
  refreshBeforeExpiry: { parse: parseDuration, key: { in: "both" } },
  writeProfile: { parse: values.parseBoolean, key: { in: "both" } },
  envKeep: { parse: values.parsePatterns, list: "add", key: { in: "both" } },
};
