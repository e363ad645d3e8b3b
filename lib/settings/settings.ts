// Pure: no I/O.
import { SERVICE_NAMES } from "./console_pages.ts";
import { parseDuration } from "./duration.ts";
import * as request from "./session_parsers.ts";
import type { Setting, SettingName, SettingValues } from "./setting_types.ts";
import * as values from "./parsers.ts";

/**
 * Table of all settings: the parser of each value, and the key in configuration
 * files. The command-line parser, `--help`, `ASSUME_ROLE_*` variables, the keys of
 * `assume-role.yaml` and the README's reference are all made from this table and
 * `OPTIONS`. `--help` lists the options in the order of this table.
 */
export const SETTINGS: {
  readonly [K in SettingName]: Setting<SettingValues[K]>;
} = {
  role: { parse: values.parseText, key: { in: "file" } },
  roleSessionName: { parse: values.parseSessionName, key: { in: "both" } },
  duration: { parse: values.parseSessionDuration, key: { in: "both" } },
  externalId: { parse: request.parseExternalId, key: { in: "both" } },
  sourceIdentity: { parse: request.parseSourceIdentity, key: { in: "both" } },
  tags: {
    parse: request.parseTags,
    list: "add",
    parseMapping: request.parseTagMapping,
    key: { in: "both" },
  },
  transitiveTags: {
    parse: request.parseTagKeys,
    list: "add",
    key: { in: "both" },
  },
  policy: {
    parse: request.parsePolicySource,
    parseMapping: (mapping) => ({
      json: request.parsePolicy(JSON.stringify(mapping)),
    }),
    key: { in: "both" },
  },
  policyArns: {
    parse: request.parsePolicyArns,
    list: "replace",
    key: { in: "both" },
  },
  forceRefresh: { parse: values.parseSwitch },
  profile: { parse: values.parseText, key: { in: "both" } },
  region: { parse: values.parseRegion, key: { in: "both" } },
  mfaSerial: { parse: values.parseMfaSerial, key: { in: "both" } },
  mfaToken: {
    parse: values.parseMfaToken,
    secret: true,
  },
  mfaCommand: {
    parse: values.parseText,
    key: { in: "both", userFileOnly: true },
    hidden: true, // the command line can contain the secret of the MFA device
  },
  mfaPrompt: {
    parse: values.parseMfaPrompt,
    key: { in: "both", userFileOnly: true },
  },
  mfaSession: { parse: values.parseMfaSessionDuration, key: { in: "both" } },
  webIdentity: { parse: values.parseWebIdentity, key: { in: "both" } },
  browser: {
    parse: values.parseText,
    key: { in: "both", userFileOnly: true },
  },
  noInput: { parse: values.parseSwitch },
  preserveEnv: {
    parse: values.parsePatterns,
    list: "add",
  },
  format: { parse: values.parseFormat },
  server: { parse: values.parseSwitch },
  config: { parse: values.parseText },
  console: { parse: values.parsePrefix, completes: SERVICE_NAMES },
  whoami: { parse: values.parseBoolean },
  init: { parse: values.parseBoolean },
  completions: { parse: values.parseCompletions },
  shellInit: { parse: values.parseShell },
  unset: { parse: values.parseBoolean },
  list: { parse: values.parseBoolean },
  explain: { parse: values.parseBoolean },
  doctor: { parse: values.parseBoolean },
  json: { parse: values.parseBoolean },
  clearCache: { parse: values.parseBoolean },
  verbose: { parse: values.parseSwitch },
  quiet: { parse: values.parseSwitch },
  version: { parse: values.parseBoolean },
  help: { parse: values.parseBoolean },
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

/** Names of all settings, in the order of {@linkcode SETTINGS}. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];
