import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { selectBase } from "../../lib/plan/base.ts";

type Env = Record<string, string>;

const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env" };
const CREDENTIALS = `
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = default
[session]
aws_access_key_id = ASIASESSION
aws_secret_access_key = session
aws_session_token = token
[half]
aws_access_key_id = AKIAHALF
`;
const CONFIG = `
[profile chained]
role_arn = arn:aws:iam::111111111111:role/base
source_profile = session
aws_access_key_id = AKIACHAINED
aws_secret_access_key = chained
[profile plain]
region = eu-west-1
`;

/** What was selected, without the fingerprint, which has tests of its own. */
async function select(
  profile: string | undefined,
  env: Env,
  config = CONFIG,
  credentials = CREDENTIALS,
): Promise<unknown> {
  const { fingerprint, ...rest } = await selectBase(
    profile,
    env,
    parseProfiles(config, credentials),
  );
  assertMatch(fingerprint, /^[0-9a-f]{64}$/);
  return rest;
}

const isStatic = (
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken?: string,
  profile?: string,
) => ({
  kind: "static",
  credentials: {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
  },
  ...(profile && { profile }),
});

Deno.test("selectBase() takes the named profile before keys in the environment", async () => {
  for (const env of [{}, KEYS]) {
    assertEquals(
      await select("session", env),
      isStatic("ASIASESSION", "session", "token", "session"),
    );
  }
});

Deno.test("selectBase() takes keys in the environment before the profile 'default'", async () => {
  assertEquals(await select(undefined, KEYS), isStatic("AKIAENV", "env"));
  assertEquals(
    await select(undefined, { ...KEYS, AWS_SESSION_TOKEN: "t" }),
    isStatic("AKIAENV", "env", "t"),
  );
});

Deno.test("selectBase() takes the profile 'default' where the environment has no key", async () => {
  const envs: Env[] = [
    {},
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    { AWS_SESSION_TOKEN: "t" },
  ];
  for (const env of envs) {
    assertEquals(
      await select(undefined, env),
      isStatic("AKIADEFAULT", "default", undefined, "default"),
    );
  }
});

Deno.test("selectBase() leaves to the SDK what is not simply a key", async () => {
  const cases: readonly (readonly [string | undefined, unknown])[] = [
    ["chained", { kind: "profile", profile: "chained" }],
    ["plain", { kind: "profile", profile: "plain" }],
    ["half", { kind: "profile", profile: "half" }],
  ];
  for (const [profile, expected] of cases) {
    assertEquals(await select(profile, KEYS), expected);
  }
  assertEquals(await select(undefined, {}, "", ""), { kind: "chain" });
});

Deno.test("selectBase() refuses a profile that is not there, and names the closest", async () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["sesion", CREDENTIALS, "did you mean 'session'?"],
    [
      "nothing-like-it",
      CREDENTIALS,
      "see ~/.aws/config and ~/.aws/credentials for the profiles that there are",
    ],
    ["x", "", "there are no profiles in ~/.aws/config and ~/.aws/credentials"],
  ];
  for (const [profile, credentials, expected] of cases) {
    const { name, message, hint } = await assertRejects(() =>
      selectBase(profile, KEYS, parseProfiles("", credentials))
    );
    assertEquals({ name, message, hint }, {
      name: "ConfigError",
      message: `Cannot find the AWS profile '${profile}'`,
      hint: expected,
    });
  }
});

async function fingerprint(
  profile: string | undefined,
  env: Env,
  config = "",
  credentials = "",
): Promise<string> {
  const profiles = parseProfiles(config, credentials);
  return (await selectBase(profile, env, profiles)).fingerprint;
}

/** Two situations: profile, environment, config file, credentials file. */
type Situation = readonly [string | undefined, Env, string?, string?];

async function checkTold(
  isSame: boolean,
  cases: Readonly<Record<string, readonly [Situation, Situation]>>,
): Promise<void> {
  for (const [name, [one, other]] of Object.entries(cases)) {
    const same = await fingerprint(...one) === await fingerprint(...other);
    assertEquals(same, isSame, name);
  }
}

const keys = (id: string, secret = "s", more = "") =>
  `[p]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n${more}`;
const role = (more: string, source = keys("A")) =>
  [
    "p2",
    {},
    `[profile p2]\nrole_arn = r\nsource_profile = p\n${more}`,
    source,
  ] as const;
const sso = (session: string) =>
  [
    "p",
    {},
    `[profile p]\nsso_session = c\nsso_account_id = 1\n[sso-session c]\n${session}`,
  ] as const;

Deno.test("the fingerprint tells base identities apart", async () => {
  const environmentSource =
    "[profile p]\nrole_arn = r\ncredential_source = Environment\n";
  await checkTold(false, {
    "keys": [["p", {}, "", keys("A")], ["p", {}, "", keys("B")]],
    "secrets": [["p", {}, "", keys("A")], ["p", {}, "", keys("A", "t")]],
    "session tokens": [
      [undefined, { ...KEYS, AWS_SESSION_TOKEN: "t" }],
      [undefined, { ...KEYS, AWS_SESSION_TOKEN: "u" }],
    ],
    "a session token or none": [
      ["p", {}, "", keys("A")],
      ["p", {}, "", keys("A", "s", "aws_session_token = t\n")],
    ],
    "roles of profiles": [role("external_id = a"), role("external_id = b")],
    "what a profile's role is assumed from": [
      role(""),
      role("", keys("B")),
    ],
    "programs": [
      ["p", {}, "[profile p]\ncredential_process = a"],
      ["p", {}, "[profile p]\ncredential_process = b"],
    ],
    "single sign-on": [sso("sso_start_url = a"), sso("sso_start_url = b")],
    "keys that a role takes from the environment": [
      ["p", KEYS, environmentSource],
      ["p", { ...KEYS, AWS_ACCESS_KEY_ID: "AKIAOTHER" }, environmentSource],
    ],
    "web identities": [
      [undefined, { AWS_ROLE_ARN: "a", AWS_WEB_IDENTITY_TOKEN_FILE: "f" }],
      [undefined, { AWS_ROLE_ARN: "b", AWS_WEB_IDENTITY_TOKEN_FILE: "f" }],
    ],
    "web identities beside a default profile without credentials": [
      [undefined, { AWS_ROLE_ARN: "a" }, "[default]\nregion = r"],
      [undefined, { AWS_ROLE_ARN: "b" }, "[default]\nregion = r"],
    ],
    "containers": [
      [undefined, { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://a" }],
      [undefined, { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://b" }],
    ],
  });
});

// A named profile is the only source: nothing of the environment stands in for it.
Deno.test("the fingerprint of a named profile is not that of the surroundings", async () => {
  const config = "[profile p]\ncredential_process = x\n[default]\nregion = r\n";
  await checkTold(true, {
    "a named profile": [
      ["p", { AWS_ROLE_ARN: "a", AWS_WEB_IDENTITY_TOKEN_FILE: "f" }, config],
      ["p", { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://b" }, config],
    ],
  });
  await checkTold(false, {
    "web identities": [
      [
        undefined,
        { AWS_ROLE_ARN: "a", AWS_WEB_IDENTITY_TOKEN_FILE: "f" },
        config,
      ],
      [
        undefined,
        { AWS_ROLE_ARN: "b", AWS_WEB_IDENTITY_TOKEN_FILE: "f" },
        config,
      ],
    ],
    "callers of one container endpoint": [
      [undefined, { AWS_CONTAINER_AUTHORIZATION_TOKEN: "a" }, config],
      [undefined, { AWS_CONTAINER_AUTHORIZATION_TOKEN: "b" }, config],
    ],
  });
});

Deno.test("selectBase() refuses half of a pair of keys", async () => {
  const { message } = await assertRejects(() =>
    select(undefined, { AWS_ACCESS_KEY_ID: "AKIAENV" })
  );
  assertEquals(
    message,
    "Cannot use the base credentials of the environment: AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not",
  );
});

Deno.test("the fingerprint stays where the base identity does", async () => {
  const [, , ...ofRole] = role("external_id = a");
  await checkTold(true, {
    "the order of keys, the region and the output": [
      ["p", {}, "", keys("A")],
      ["p", {}, "", keys("A", "s", "region = r\noutput = json\n")],
    ],
    "the profile's name": [
      ["p", {}, "", keys("A")],
      ["q", {}, "", keys("A").replace("[p]", "[q]")],
    ],
    "the place of the keys": [
      ["p", {}, "", keys("A")],
      [undefined, { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s" }],
    ],
    "what else is in the environment": [
      role("external_id = a"),
      ["p2", { ...KEYS, LANG: "C" }, ...ofRole],
    ],
  });
});

Deno.test("a profile that is its own source ends the search", async () => {
  assertEquals(
    await select(
      "a",
      {},
      "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n",
      "",
    ),
    { kind: "profile", profile: "a" },
  );
});
