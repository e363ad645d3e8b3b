// Pure: no I/O.
import { parseDuration } from "./duration.ts";
import { MODE_SETTINGS } from "./modes.ts";
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
      help: "entry of 'roles', name for role_prefix, or ARN",
      completes: "roles",
    },
  },
  roleSessionName: {
    parse: values.parseSessionName,
    option: {
      placeholder: "NAME",
      group: "role",
      help: "session name (default: your user name)",
    },
    key: { in: "both" },
  },
  duration: {
    parse: values.parseSessionDuration,
    option: {
      placeholder: "1h",
      group: "role",
      help: "session duration, 15m to 12h (default: 1h)",
    },
    key: { in: "both" },
  },
  externalId: {
    parse: request.parseExternalId,
    option: {
      placeholder: "ID",
      group: "role",
      help: "external id that the trust policy wants",
    },
    key: { in: "both" },
  },
  sourceIdentity: {
    parse: request.parseSourceIdentity,
    option: {
      placeholder: "NAME",
      group: "role",
      help: "source identity, kept through a chain of roles",
    },
    key: { in: "both" },
  },
  tags: {
    parse: request.parseTags,
    list: "add",
    parseMapping: request.parseTagMapping,
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
      help: "tag for the next role too; may be repeated",
    },
    key: { in: "both" },
  },
  policy: {
    parse: request.parsePolicySource,
    parseMapping: (mapping) => ({
      json: request.parsePolicy(JSON.stringify(mapping)),
    }),
    option: {
      placeholder: "FILE|JSON",
      group: "role",
      help: "session policy that narrows the role",
      completes: "files",
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
      help: "managed policy for it; may be repeated",
    },
    key: { in: "both" },
  },
  forceRefresh: {
    parse: values.parseBoolean,
    option: {
      short: "f",
      group: "role",
      help: "get fresh credentials; do not use the cache",
    },
  },
  profile: {
    parse: values.parseText,
    option: {
      placeholder: "NAME",
      group: "base",
      help: "AWS profile of the base credentials",
      completes: "profiles",
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
      help: "never ask; fail at once where it is needed",
    },
  },
  preserveEnv: {
    parse: values.parsePatterns,
    list: "add",
    option: {
      short: "E",
      placeholder: "NAME,...",
      alone: "*",
      group: "run",
      help: "let variables through; alone, all of them",
    },
  },
  format: {
    parse: values.parseFormat,
    option: {
      placeholder: "F",
      group: "run",
      help: "print for env, fish, powershell, process, ...",
      completes: values.FORMATS,
    },
  },
  server: {
    parse: values.parseBoolean,
    option: {
      group: "run",
      help: "serve credentials that stay fresh, on loopback",
    },
  },
  config: {
    parse: values.parseText,
    option: {
      placeholder: "FILE",
      group: "other",
      help: "read this file instead of ./assume-role.yaml",
      completes: "files",
    },
  },
  ...MODE_SETTINGS,
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
