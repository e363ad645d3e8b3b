import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import {
  formatInitTemplate,
  type InitTemplate,
} from "../../lib/output/init_template.ts";
import { formatMfaPolicy } from "../../lib/output/mfa_policy.ts";
import {
  findCommonAccount,
  findInitDefaults,
  type InitDefaults,
} from "../../lib/plan/init_defaults.ts";
import {
  findInitProfiles,
  type InitRole,
  isSignIn,
} from "../../lib/plan/init_profiles.ts";

const ARN = "arn:aws:iam::222222222222:role";
const KEYS = "aws_access_key_id = a\naws_secret_access_key = b\n";

const CONFIG = `[profile work]
region = eu-west-1
[profile prod]
role_arn = ${ARN}/ci/deploy
source_profile = work
region = eu-west-1
mfa_serial = arn:aws:iam::111111111111:mfa/alice
external_id = a:b=c
duration_seconds = 7200
[profile my]
role_arn = ${ARN}/dev
source_profile = default
region = us-east-1
role_session_name = not a name
[profile machine]
role_arn = ${ARN}/machine
credential_source = Ec2InstanceMetadata
[profile broken]
role_arn = arn:aws:iam::2:role/x
source_profile = work
`;

const PROD: InitRole = {
  name: "prod",
  keys: [
    ["role_arn", `${ARN}/ci/deploy`],
    ["mfa_serial", "arn:aws:iam::111111111111:mfa/alice"],
    ["external_id", "a:b=c"],
    ["duration", "7200"],
  ],
};
const DEV: InitRole = {
  name: "my",
  keys: [
    ["role_arn", `${ARN}/dev`],
    ["profile", "default"],
    ["region", "us-east-1"],
  ],
};

const KNOWN: InitDefaults = {
  profile: "work",
  region: "eu-west-1",
  account: { partition: "aws", id: "111111111111" },
};
const TEMPLATE: InitTemplate = {
  defaults: {},
  roles: [],
  profiles: [],
  userValues: {},
};

Deno.test("findInitDefaults() finds the profile, the region and the account of the base credentials", () => {
  const profiles = parseProfiles(CONFIG, `[work]\n${KEYS}`);
  const known = KNOWN;
  assertEquals(findInitDefaults(profiles, {}, {}), known);
  // If the profile has a role, the default for 'profile' is its source_profile.
  assertEquals(findInitDefaults(profiles, { AWS_PROFILE: "prod" }, {}), known);
  assertEquals(findInitDefaults(profiles, {}, { profile: "prod" }), known);
});

Deno.test("findInitDefaults() chooses no profile if several are suitable and no variable names one of them", () => {
  const profiles = parseProfiles("", `[a]\n${KEYS}[b]\n${KEYS}`);
  const cases: readonly (readonly [Record<string, string>, InitDefaults])[] = [
    [{}, {}],
    [{ AWS_PROFILE: "b" }, { profile: "b" }],
    [{ AWS_PROFILE: "c" }, {}],
    [{ AWS_REGION: "x y", AWS_DEFAULT_REGION: "eu-north-1" }, {
      region: "eu-north-1",
    }],
  ];
  for (const [env, expected] of cases) {
    assertEquals(findInitDefaults(profiles, env, {}), expected);
  }
});

Deno.test("findInitDefaults() prefers the profile that the roles of all profiles are assumed from", () => {
  const role = (name: string, source: string) =>
    `[profile ${name}]\nrole_arn = ${ARN}/x\nsource_profile = ${source}\n`;
  const find = (config: string) =>
    findInitDefaults(
      parseProfiles(config, `[a]\n${KEYS}[b]\n${KEYS}`),
      {},
      {},
    ).profile;
  assertEquals(find(role("x", "b") + role("y", "x")), "b");
  assertEquals(find(role("x", "b") + role("y", "a")), undefined);
});

Deno.test("findInitDefaults() finds the account of the profile, and findCommonAccount() that of all roles", () => {
  const parse = (config: string) => parseProfiles(config, "");
  assertEquals(
    findInitDefaults(
      parse("[default]\nsso_account_id = 333333333333\nregion = cn-north-1\n"),
      {},
      {},
    ).account,
    { partition: "aws-cn", id: "333333333333" },
  );
  const role = `[profile a]\nrole_arn = ${ARN}/a\n`;
  assertEquals(findInitDefaults(parse(role), {}, {}).account, undefined);
  assertEquals(
    findCommonAccount(parse(role)),
    { partition: "aws", id: "222222222222" },
  );
  const other = "[profile b]\nrole_arn = arn:aws:iam::333333333333:role/b\n";
  assertEquals(findCommonAccount(parse(role + other)), undefined);
});

const SSO = `[profile sso]
sso_account_id = 333333333333
sso_role_name = Dev
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
`;

Deno.test("findInitProfiles() makes entries of 'roles' only for names that role_prefix makes ambiguous", () => {
  const config = `${CONFIG}[profile ops]
role_arn = ${ARN}/ops
source_profile = work
${SSO}[profile printed]
credential_process = print-keys
`;
  const profiles = parseProfiles(config, `[work]\n${KEYS}`);
  const input = { profiles, configs: [] };
  const named = (
    name: string,
    option: "role" | "profile",
    content: string,
  ) => ({
    name,
    option,
    content,
  });
  assertEquals(findInitProfiles(input, `${ARN}/`, KNOWN), {
    roles: [PROD, DEV],
    profiles: [
      named("machine", "role", `${ARN}/machine`),
      named("broken", "profile", "arn:aws:iam::2:role/x"),
      named("ops", "role", `${ARN}/ops`),
      named("sso", "profile", "IAM Identity Center"),
      named("printed", "profile", "credential_process"),
    ],
  });
  const { roles, profiles: found } = findInitProfiles(input, undefined, KNOWN);
  assertEquals(roles, []);
  assertEquals([...new Set(found.map(({ option }) => option))], ["role"]);
});

Deno.test("isSignIn() is true if the base credentials are a session of a sign-in", () => {
  const profiles = parseProfiles(SSO, `[work]\n${KEYS}`);
  assertEquals(isSignIn({ profile: "sso" }, profiles), true);
  assertEquals(isSignIn({ profile: "work" }, profiles), false);
  assertEquals(isSignIn({}, profiles), false);
});

Deno.test("formatInitTemplate() writes values that parseConfig() reads back unchanged", () => {
  const special = { ...DEV, name: 'my "dev": {x}' };
  const roles = [PROD, special, { ...DEV, name: "007" }];
  const account = { partition: "aws", id: "111111111111" };
  const defaults = { profile: "#x", region: "eu-west-1", account };
  const rolePrefix = "arn:aws:iam::111111111111:role/";
  const profiles = [
    { name: "a\nrole: evil", option: "role", content: "x\nrole: evil" },
  ] as const;
  const { values, roles: read } = parseConfig(
    formatInitTemplate({ ...TEMPLATE, defaults, rolePrefix, roles, profiles }),
    "assume-role.yaml",
    "project",
  );
  assertEquals(values, {
    rolePrefix: "arn:aws:iam::111111111111:role/",
    profile: "#x",
    region: "eu-west-1",
  });
  assertEquals([...read.keys()].sort(), ["007", special.name, "prod"]);
  assertEquals(read.get("prod"), {
    roleArn: `${ARN}/ci/deploy`,
    mfaSerial: "arn:aws:iam::111111111111:mfa/alice",
    externalId: "a:b=c",
    duration: 7200,
  });
});

Deno.test("formatInitTemplate() writes valid examples for unknown values", () => {
  const text = formatInitTemplate(TEMPLATE);
  const read = (text: string) => parseConfig(text, "x", "project");
  assertEquals([read(text).values, read(text).roles.size], [{}, 0]);
  const uncommented = text.replace(/^# (?=\w+:| {2})/gm, "");
  assertEquals(Object.keys(read(uncommented).values), [
    "rolePrefix",
    "role",
    "profile",
    "region",
    "duration",
    "mfaSerial",
    "mfaSession",
    "envKeep",
  ]);
  assertEquals([...read(uncommented).roles.keys()], ["deploy"]);
  assertEquals(text.split("\n").filter((line) => line.length > 80), []);
});

Deno.test("formatMfaPolicy() contains the account, or a placeholder for the account", () => {
  const resources = (text: string) => JSON.parse(text).Statement[0].Resource;
  assertEquals(
    resources(formatMfaPolicy({ partition: "aws-cn", id: "111111111111" })),
    [
      "arn:aws-cn:iam::111111111111:user/${aws:username}",
      "arn:aws-cn:iam::111111111111:user/*/${aws:username}",
    ],
  );
  assertEquals(
    resources(formatMfaPolicy(undefined))[0],
    "arn:aws:iam::<account-ID>:user/${aws:username}",
  );
});
