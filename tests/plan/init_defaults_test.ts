import { assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import {
  formatInitTemplate,
  formatPolicy,
} from "../../lib/output/init_template.ts";
import {
  findInitDefaults,
  type InitDefaults,
} from "../../lib/plan/init_defaults.ts";

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

const PROD: InitDefaults["roles"][number] = {
  name: "prod",
  keys: [
    ["role_arn", `${ARN}/ci/deploy`],
    ["mfa_serial", "arn:aws:iam::111111111111:mfa/alice"],
    ["external_id", "a:b=c"],
    ["duration", "7200"],
  ],
};
const DEV: InitDefaults["roles"][number] = {
  name: "my",
  keys: [
    ["role_arn", `${ARN}/dev`],
    ["profile", "default"],
    ["region", "us-east-1"],
  ],
};

Deno.test("findInitDefaults() makes entries for 'roles' from profiles, and omits default values", () => {
  const profiles = parseProfiles(CONFIG, `[work]\n${KEYS}`);
  const known: InitDefaults = {
    profile: "work",
    region: "eu-west-1",
    account: { partition: "aws", id: "111111111111" },
    roles: [PROD, DEV],
  };
  assertEquals(findInitDefaults(profiles, {}, {}), known);
  // If the profile has a role, the default for 'profile' is its source_profile.
  assertEquals(findInitDefaults(profiles, { AWS_PROFILE: "prod" }, {}), known);
  assertEquals(findInitDefaults(profiles, {}, { profile: "prod" }), known);
});

Deno.test("findInitDefaults() chooses no profile if several are suitable and no variable names one of them", () => {
  const profiles = parseProfiles("", `[a]\n${KEYS}[b]\n${KEYS}`);
  const cases: readonly (readonly [Record<string, string>, InitDefaults])[] = [
    [{}, { roles: [] }],
    [{ AWS_PROFILE: "b" }, { profile: "b", roles: [] }],
    [{ AWS_PROFILE: "c" }, { roles: [] }],
    [{ AWS_REGION: "x y", AWS_DEFAULT_REGION: "eu-north-1" }, {
      region: "eu-north-1",
      roles: [],
    }],
  ];
  for (const [env, expected] of cases) {
    assertEquals(findInitDefaults(profiles, env, {}), expected);
  }
});

Deno.test("findInitDefaults() finds the account of the profile, or the common account of all roles", () => {
  const account = (config: string, env = {}) =>
    findInitDefaults(parseProfiles(config, ""), env, {}).account;
  assertEquals(
    account("[default]\nsso_account_id = 333333333333\nregion = cn-north-1\n"),
    { partition: "aws-cn", id: "333333333333" },
  );
  assertEquals(
    account(`[profile a]\nrole_arn = ${ARN}/a\n`),
    { partition: "aws", id: "222222222222" },
  );
  assertEquals(
    account(`[profile a]\nrole_arn = ${ARN}/a
[profile b]\nrole_arn = arn:aws:iam::333333333333:role/b\n`),
    undefined,
  );
});

Deno.test("formatInitTemplate() writes values that parseConfig() reads back unchanged", () => {
  const special = { ...DEV, name: 'my "dev": {x}' };
  const roles = [PROD, special, { ...DEV, name: "007" }];
  const account = { partition: "aws", id: "111111111111" };
  const defaults = { profile: "#x", region: "eu-west-1", account, roles };
  const { values, roles: read } = parseConfig(
    formatInitTemplate(defaults),
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
  const text = formatInitTemplate({ roles: [] });
  const read = (text: string) => parseConfig(text, "x", "project");
  assertEquals([read(text).values, read(text).roles.size], [{}, 0]);
  const uncommented = text.replace(/^# (?=\w+:| {2})/gm, "");
  assertEquals(Object.keys(read(uncommented).values), [
    "rolePrefix",
    "profile",
    "region",
    "duration",
    "mfaSerial",
    "envKeep",
  ]);
  assertEquals([...read(uncommented).roles.keys()], ["deploy"]);
  assertEquals(text.split("\n").filter((line) => line.length > 80), []);
});

Deno.test("formatPolicy() contains the account, or a placeholder for the account", () => {
  const resources = (text: string) => JSON.parse(text).Statement[0].Resource;
  assertEquals(
    resources(formatPolicy({ partition: "aws-cn", id: "111111111111" })),
    [
      "arn:aws-cn:iam::111111111111:user/${aws:username}",
      "arn:aws-cn:iam::111111111111:user/*/${aws:username}",
    ],
  );
  assertEquals(
    resources(formatPolicy(undefined))[0],
    "arn:aws:iam::<account-ID>:user/${aws:username}",
  );
});
