import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../../lib/aws/profiles.ts";
import type { Finding } from "../../../lib/commands/doctor/finding.ts";
import {
  checkHalfKeys,
  checkLoops,
  checkShadowing,
  type Scene,
} from "../../../lib/commands/doctor/shadowing.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "sekrit" };
const DEFAULT =
  "[default]\naws_access_key_id = AKIA\naws_secret_access_key = sekrit\n";

function scene(
  env: Record<string, string>,
  config = "",
  profile?: string,
  isByVariable = false,
): Scene {
  return { env, profiles: parseProfiles(config, ""), profile, isByVariable };
}

const short = ({ level, text }: Finding) => `${level} ${text}`;

type Case = readonly [Scene, readonly string[]];

Deno.test("checkHalfKeys() finds half of a pair, and never shows it", () => {
  const cases: readonly Case[] = [
    [scene({}), []],
    [scene({ ...KEYS, AWS_SESSION_TOKEN: "sekrit" }, DEFAULT), []],
    [scene({ AWS_SECRET_ACCESS_KEY: "sekrit" }), [
      "problem variables: AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not",
    ]],
    [scene({ AWS_SESSION_TOKEN: "sekrit" }), [
      "warning variables: AWS_SESSION_TOKEN is set without keys",
    ]],
    [scene({ AWS_SECURITY_TOKEN: "sekrit" }), [
      "warning variables: AWS_SECURITY_TOKEN is set without keys",
    ]],
    [scene({}, "[profile a]\naws_secret_access_key = sekrit\n"), [
      "warning profile 'a': it has aws_secret_access_key, but no aws_access_key_id",
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

Deno.test("checkShadowing() finds what is there and not used", () => {
  const token = { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" };
  const cases: readonly Case[] = [
    [scene({}), []],
    [scene(KEYS), []],
    [scene({}, DEFAULT, "default"), []],
    [scene(token), []],
    [scene(KEYS, "[default]\nregion = eu-west-1\n"), []],
    [scene(KEYS, DEFAULT), [
      "warning variables: AWS_ACCESS_KEY_ID is set, so the credentials of the profile 'default' are not used",
    ]],
    [scene(KEYS, DEFAULT.replace("default", "profile a"), "a", true), [
      "warning variables: AWS_ACCESS_KEY_ID is set, so the credentials of the profile 'a' are not used",
    ]],
    [scene(KEYS, "[profile a]\nregion = x-1\n", "a", true), []],
    [scene(KEYS, DEFAULT, "a"), [
      "warning variables: AWS_ACCESS_KEY_ID is set, but the profile 'a' is used",
    ]],
    [scene(token, DEFAULT), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, so the credentials of the profile 'default' are not used",
    ]],
    [scene(token, DEFAULT, "default", true), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, so the credentials of the profile 'default' are not used",
    ]],
    [scene(token, DEFAULT, "default"), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, but the profile 'default' is used",
    ]],
    [scene(token, "[default]\nrole_arn = r\nsource_profile = a\n"), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, but the profile 'default' comes first",
    ]],
    [
      scene({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://x/" }, DEFAULT),
      [
        "warning variables: AWS_CONTAINER_CREDENTIALS_FULL_URI is set, but the profile 'default' comes first",
      ],
    ],
    [scene({ ...token, ...KEYS }), [
      "warning variables: AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ACCESS_KEY_ID comes first",
    ]],
  ];
  for (const [given, found] of cases) {
    assertEquals(checkShadowing(given).map(short), found);
  }
});

Deno.test("checkLoops() finds a credential_process that starts from itself", () => {
  const process = (name: string, words: string) =>
    `[profile ${name}]\ncredential_process = ${words}\n`;
  const from = (name: string) =>
    `/usr/bin/assume-role -r x --profile ${name} --format process`;
  const cases: readonly Case[] = [
    [scene({}, process("a", "vault-tool assume-role")), []],
    [scene({}, process("a", from("default"))), []],
    [scene({}, process("a", from("b")) + process("b", from("default"))), []],
    [scene({}, process("a", "assume-role -r x --format process")), [
      "warning profile 'a': its credential_process names no profile to start from",
    ]],
    [scene({}, process("a", "assume-role --profile=a -r x")), [
      "problem profile 'a': its credential_process starts from itself",
    ]],
    [
      scene(
        {},
        process("a", from("b")) +
          "[profile b]\nrole_arn = r\nsource_profile = a\n",
      ),
      ["problem profile 'a': its credential_process starts from itself"],
    ],
    [scene({}, process("a", "assume-role --profile")), [
      "warning profile 'a': its credential_process names no profile to start from",
    ]],
  ];
  for (const [given, found] of cases) {
    assertEquals(checkLoops(given).map(short), found);
  }
});
