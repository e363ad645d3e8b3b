import { OPTIONS } from "../../lib/settings/options.ts";
import { assertEquals } from "@std/assert";
import {
  DECISIVE_VARIABLES,
  keyName,
  optionName,
  variableName,
} from "../../lib/settings/names.ts";
import type { SettingName } from "../../lib/settings/setting_types.ts";
import { SETTING_NAMES, SETTINGS } from "../../lib/settings/settings.ts";
import { hasVariable } from "../../lib/settings/variables.ts";

const NAMES: readonly SettingName[] = SETTING_NAMES;

Deno.test("optionName(), keyName() and variableName() spell the name of a setting", () => {
  const cases: readonly (readonly [SettingName, string, string, string])[] = [
    ["role", "--role", "role", "ASSUME_ROLE_ROLE"],
    [
      "roleSessionName",
      "--role-session-name",
      "role_session_name",
      "ASSUME_ROLE_ROLE_SESSION_NAME",
    ],
    ["mfaToken", "--mfa-token", "mfa_token", "ASSUME_ROLE_MFA_TOKEN"],
  ];
  for (const [name, option, key, variable] of cases) {
    assertEquals([optionName(name), keyName(name), variableName(name)], [
      option,
      key,
      variable,
    ]);
  }
});

Deno.test("DECISIVE_VARIABLES contains the variables of all settings", () => {
  const variables = NAMES.filter(hasVariable).map(variableName);
  assertEquals(
    DECISIVE_VARIABLES.filter((name) => name.startsWith("ASSUME_ROLE_")).sort(),
    [...variables, "ASSUME_ROLE_CACHE_DIR", "ASSUME_ROLE_SESSION"].sort(),
  );
});

Deno.test("each short option has a unique letter", () => {
  const letters = NAMES.flatMap((name) => OPTIONS[name]?.short ?? []);
  assertEquals(letters.sort(), [...new Set(letters)].sort());
  assertEquals(letters.filter((letter) => !/^[A-Za-z]$/.test(letter)), []);
});

Deno.test("an option whose value may be omitted has a valid default value", () => {
  for (const name of NAMES) {
    const option = OPTIONS[name];
    const { parse } = SETTINGS[name];
    if (option?.alone === undefined) continue;
    const values: Partial<Record<SettingName, unknown>> = {
      preserveEnv: ["*"],
      console: "",
    };
    assertEquals(parse(option.alone), values[name], name);
    assertEquals(option.placeholder === undefined, false, name);
  }
});

Deno.test("every setting has an option or a key, and a secret has no key", () => {
  const nowhere = NAMES.filter((name) => !OPTIONS[name] && !SETTINGS[name].key);
  const inFile = NAMES.filter((name) =>
    SETTINGS[name].secret && SETTINGS[name].key
  );
  assertEquals([nowhere, inFile], [[], []]);
});

Deno.test("keys that run programs are only accepted in the user file", () => {
  const programs = NAMES.filter((name) =>
    name.endsWith("Command") || name === "mfaPrompt" || name === "browser"
  );
  assertEquals(
    NAMES.filter((name) => SETTINGS[name].key?.userFileOnly),
    programs,
  );
});

Deno.test("OPTIONS contains only documented options", () => {
  const options = NAMES.filter((name) => OPTIONS[name]).map((name) => {
    const short = OPTIONS[name]?.short;
    return (short === undefined ? "" : `-${short} `) + optionName(name);
  });
  const documented = [
    "-E --preserve-env",
    "-f --force-refresh",
    "-h --help",
    "-q --quiet",
    "-r --role",
    "-v --verbose",
    "--clear-cache",
    "--completions",
    "--config",
    "--console",
    "--doctor",
    "--duration",
    "--explain",
    "--external-id",
    "--format",
    "--init",
    "--json",
    "--list",
    "--mfa-command",
    "--mfa-serial",
    "--mfa-token",
    "--no-input",
    "--policy",
    "--policy-arn",
    "--profile",
    "--region",
    "--role-session-name",
    "--server",
    "--shell-init",
    "--source-identity",
    "--tag",
    "--transitive-tag",
    "--unset",
    "--version",
    "--whoami",
  ];
  assertEquals(options.filter((name) => !documented.includes(name)), []);
});

Deno.test("SETTINGS contains only documented keys", () => {
  const keys = NAMES.filter((name) => SETTINGS[name].key).map(keyName);
  const documented = [
    "refresh_before_expiry",
    "role",
    "role_prefix",
    "profile_name_prefix",
    "role_session_name",
    "profile",
    "region",
    "duration",
    "external_id",
    "source_identity",
    "tags",
    "transitive_tags",
    "policy",
    "policy_arns",
    "mfa_serial",
    "mfa_command",
    "mfa_prompt",
    "mfa_session",
    "web_identity",
    "browser",
    "env_keep",
    "write_profile",
    "role_arn",
    "via",
  ];
  assertEquals(keys.filter((name) => !documented.includes(name)), []);
});
