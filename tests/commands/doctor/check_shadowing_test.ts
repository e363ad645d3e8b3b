import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../../lib/aws/profiles.ts";
import type { Finding } from "../../../lib/commands/doctor/finding.ts";
import {
  type BaseSettings,
  checkHalfKeys,
  checkLoops,
  checkShadowing,
} from "../../../lib/commands/doctor/check_shadowing.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "sekrit" };
const DEFAULT =
  "[default]\naws_access_key_id = AKIA\naws_secret_access_key = sekrit\n";

function settings(
  env: Record<string, string>,
  config = "",
  profile?: string,
  isByVariable = false,
): BaseSettings {
  return { env, profiles: parseProfiles(config, ""), profile, isByVariable };
}

const short = ({ level, text }: Finding) => `${level} ${text}`;

type Case = readonly [BaseSettings, readonly string[]];

Deno.test("checkHalfKeys() reports a key or token whose counterpart is not set, and never shows a secret", () => {
  const cases: readonly Case[] = [
    [settings({}), []],
    [settings({ ...KEYS, AWS_SESSION_TOKEN: "sekrit" }, DEFAULT), []],
    [settings({ AWS_SECRET_ACCESS_KEY: "sekrit" }), [
      "problem variables: AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not",
    ]],
    [settings({ AWS_SESSION_TOKEN: "sekrit" }), [
      "warning variables: AWS_SESSION_TOKEN is set without keys",
    ]],
    [settings({ AWS_SECURITY_TOKEN: "sekrit" }), [
      "warning variables: AWS_SECURITY_TOKEN is set without keys",
    ]],
    [settings({}, "[profile a]\naws_secret_access_key = sekrit\n"), [
      "warning profile 'a': aws_secret_access_key is set in ~/.aws/config, but aws_access_key_id is not",
    ]],
  ];
  for (const [given, found] of cases) {
    assertEquals(checkHalfKeys(given).map(short), found);
    assertEquals(
      JSON.stringify(checkHalfKeys(given)).includes("sekrit"),
      false,
    );
  }
});

Deno.test("checkShadowing() finds credentials that are set but not used", () => {
  const token = { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" };
  const cases: readonly Case[] = [
    [settings({}), []],
    [settings(KEYS), []],
    [settings({}, DEFAULT, "default"), []],
    [settings(token), []],
    [settings(KEYS, "[default]\nregion = eu-west-1\n"), []],
    [settings(KEYS, DEFAULT), [
      "warning variables: AWS_ACCESS_KEY_ID is set, so the credentials of the profile 'default' are not used",
    ]],
    [settings(KEYS, DEFAULT.replace("default", "profile a"), "a", true), [
      "warning variables: AWS_ACCESS_KEY_ID is set, so the credentials of the profile 'a' are not used",
    ]],
    [settings(KEYS, "[profile a]\nregion = x-1\n", "a", true), []],
    [settings(KEYS, DEFAULT, "a"), [
      "warning variables: AWS_ACCESS_KEY_ID is set, but the profile 'a' is used",
    ]],
    [settings(token, DEFAULT), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, so the credentials of the profile 'default' are not used",
    ]],
    [settings(token, DEFAULT, "default", true), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, so the credentials of the profile 'default' are not used",
    ]],
    [settings(token, DEFAULT, "default"), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, but the profile 'default' is used",
    ]],
    [settings(token, "[default]\nrole_arn = r\nsource_profile = a\n"), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, but the profile 'default' takes precedence",
    ]],
    [
      settings({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://x/" }, DEFAULT),
      [
        "warning variables: AWS_CONTAINER_CREDENTIALS_FULL_URI is set, but the profile 'default' takes precedence",
      ],
    ],
    [settings({ ...token, ...KEYS }), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ACCESS_KEY_ID takes precedence",
    ]],
  ];
  for (const [given, found] of cases) {
    assertEquals(checkShadowing(given).map(short), found);
  }
});

Deno.test("checkLoops() finds a credential_process that needs its own profile", () => {
  const process = (name: string, words: string) =>
    `[profile ${name}]\ncredential_process = ${words}\n`;
  const from = (name: string) =>
    `/usr/bin/assume-role -r x --profile ${name} --format process`;
  const cases: readonly Case[] = [
    [settings({}, process("a", "vault-tool assume-role")), []],
    [settings({}, process("a", from("default"))), []],
    [settings({}, process("a", from("b")) + process("b", from("default"))), []],
    [settings({}, process("a", "assume-role -r x --format process")), [
      "warning profile 'a': its credential_process runs assume-role without --profile",
    ]],
    [settings({}, process("a", "assume-role --profile=a -r x")), [
      "problem profile 'a': its credential_process needs the profile itself",
    ]],
    [
      settings(
        {},
        process("a", from("b")) +
          "[profile b]\nrole_arn = r\nsource_profile = a\n",
      ),
      ["problem profile 'a': its credential_process needs the profile itself"],
    ],
    [settings({}, process("a", "assume-role --profile")), [
      "warning profile 'a': its credential_process runs assume-role without --profile",
    ]],
  ];
  for (const [given, found] of cases) {
    assertEquals(checkLoops(given).map(short), found);
  }
});
