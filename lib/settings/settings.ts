// Pure: no I/O.
import { SERVICE_NAMES } from "./console_pages.ts";
import { parseDuration } from "./duration.ts";
import * as request from "./session_parsers.ts";
import type { Setting, SettingName, SettingValues } from "./setting_types.ts";
import * as values from "./parsers.ts";

/**
 * Table of all settings: the parser of each value, and the key in configuration
 * files. The command-line parser, `--help`, `ASSUME_ROLE_*` variables, the keys of
 * `assume-role.yaml` and the tables of the documents are all made from this table and
 * `OPTIONS`. `--help` lists the options in the order of this table.
 */
export const SETTINGS: {
  readonly [K in SettingName]: Setting<SettingValues[K]>;
} = {
  role: {
    parse: values.parseText,
    key: {
      in: "file",
      meaning:
        "the role to use if neither an option nor a variable names a role; `--profile` then names the base credentials",
    },
  },
  roleSessionName: {
    parse: values.parseSessionName,
    key: {
      in: "both",
      default: "your user name",
      meaning: "the name of the session, as CloudTrail shows it",
    },
  },
  duration: {
    parse: values.parseSessionDuration,
    key: {
      in: "both",
      default: "`1h`",
      meaning: "the duration of a session: `15m` to `12h`",
    },
  },
  externalId: {
    parse: request.parseExternalId,
    key: {
      in: "both",
      meaning: "the external ID that the trust policy requires",
    },
  },
  sourceIdentity: {
    parse: request.parseSourceIdentity,
    key: {
      in: "both",
      meaning: "the source identity; AWS keeps it along a role chain",
    },
  },
  tags: {
    parse: request.parseTags,
    list: "add",
    parseMapping: request.parseTagMapping,
    key: {
      in: "both",
      meaning:
        "session tags: a mapping, or a list of `KEY=VALUE`; the tags of all places add up",
    },
  },
  transitiveTags: {
    parse: request.parseTagKeys,
    list: "add",
    key: {
      in: "both",
      meaning: "keys of the tags that the next roles of a role chain inherit",
    },
  },
  policy: {
    parse: request.parsePolicySource,
    parseMapping: (mapping) => ({
      json: request.parsePolicy(JSON.stringify(mapping)),
    }),
    key: {
      in: "both",
      meaning: "a session policy: a mapping, JSON, or a file beside this file",
    },
  },
  policyArns: {
    parse: request.parsePolicyArns,
    list: "replace",
    key: {
      in: "both",
      meaning: "ARNs of managed policies that narrow the session",
    },
  },
  forceRefresh: { parse: values.parseSwitch },
  profile: {
    parse: values.parseText,
    key: {
      in: "both",
      default: "`AWS_PROFILE`",
      meaning: "the AWS profile that supplies the base credentials",
    },
  },
  region: {
    parse: values.parseRegion,
    key: {
      in: "both",
      default: "`AWS_REGION`, the profile's region",
      meaning: "the region for STS and for the command",
    },
  },
  mfaSerial: {
    parse: values.parseMfaSerial,
    key: {
      in: "both",
      default: "found automatically",
      meaning: "the ARN or the serial number of the MFA device",
    },
  },
  mfaToken: {
    parse: values.parseMfaToken,
    secret: true,
  },
  mfaCommand: {
    parse: values.parseText,
    key: {
      in: "both",
      userFileOnly: true,
      meaning: "a program that prints an MFA code",
    },
    hidden: true, // the command line can contain the secret of the MFA device
  },
  mfaPrompt: {
    parse: values.parseMfaPrompt,
    key: {
      in: "both",
      userFileOnly: true,
      default: "`terminal`",
      meaning: "`graphical`: ask in a window if there is no terminal",
    },
  },
  mfaSession: {
    parse: values.parseMfaSessionDuration,
    key: {
      in: "both",
      meaning:
        "the duration of an MFA session, from which roles are assumed without a further code: `15m` to `36h`",
    },
  },
  webIdentity: {
    parse: values.parseWebIdentity,
    key: {
      in: "both",
      default: "`auto`",
      meaning:
        "`never`: ignore GitHub's token, and the token that variables name",
    },
  },
  browser: {
    parse: values.parseText,
    key: {
      in: "both",
      userFileOnly: true,
      default: "`BROWSER`, the desktop's browser",
      meaning: "the command line of the browser for `--console`",
    },
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
  roleArn: {
    parse: values.parseRoleArn,
    key: { in: "role", meaning: "the ARN of the role" },
  },
  via: {
    parse: values.parseText,
    key: {
      in: "role",
      meaning: "the role or the AWS profile from which this role is assumed",
    },
  },
  rolePrefix: {
    parse: values.parsePrefix,
    key: {
      in: "file",
      meaning:
        "the start of the ARN, to which the name of a role is appended; a full ARN gets no prefix",
    },
  },
  profileNamePrefix: {
    parse: values.parseProfileNamePrefix,
    key: {
      in: "both",
      default: "the account ID",
      meaning:
        "the start of the name `<prefix>-<role name>` of a saved profile",
    },
  },
  refreshBeforeExpiry: {
    parse: parseDuration,
    key: {
      in: "both",
      default: "`15m`",
      meaning:
        "the time before expiry at which credentials are refreshed; at most half of the duration of the session",
    },
  },
  writeProfile: {
    parse: values.parseBoolean,
    key: {
      in: "both",
      default: "`true`",
      meaning: "whether to save the credentials as an AWS profile",
    },
  },
  envKeep: {
    parse: values.parsePatterns,
    list: "add",
    key: {
      in: "both",
      meaning:
        "variables to pass to the command: names or patterns; a variable that looks like a credential needs its full name in `~/.aws/assume-role.yaml`",
    },
  },
};

/** Names of all settings, in the order of {@linkcode SETTINGS}. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];
