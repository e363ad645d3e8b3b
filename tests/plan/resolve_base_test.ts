import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { ConfigError } from "../../lib/errors.ts";
import { resolveBase } from "../../lib/plan/resolve_base.ts";
import type { Base } from "../../lib/plan/plan.ts";
import type { BaseContext } from "../../lib/plan/profile_source.ts";

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

const jwt = (claims: unknown) =>
  ["e30", btoa(JSON.stringify(claims)).replace(/=+$/, ""), "s"].join(".");

/** Files with web identity tokens. */
const TOKENS: Readonly<Record<string, string>> = {
  "/token": jwt({ iss: "i", sub: "pod", exp: 1 }),
  "/later": jwt({ iss: "i", sub: "pod", exp: 2 }),
  "/other": jwt({ iss: "i", sub: "other", exp: 1 }),
};

/** All that the choice depends on beside the profile. */
function contextOf(env: Env, config: string, credentials: string): BaseContext {
  return {
    env,
    home: "/home/alice",
    profiles: parseProfiles(config, credentials),
    readText: (path) =>
      TOKENS[path] === undefined
        ? Promise.reject(new Deno.errors.NotFound())
        : Promise.resolve(TOKENS[path]),
    roleArn: "arn:aws:iam::111111111111:role/admin",
    common: {
      forceRefresh: false,
      refreshBeforeExpiry: 900,
      mfa: { mayAsk: true },
    },
  };
}

/** What was selected, without the fingerprint, which has tests of its own. */
async function select(
  profile: string | undefined,
  env: Env,
  config = CONFIG,
  credentials = CREDENTIALS,
): Promise<unknown> {
  const { fingerprint, ...selected } = await resolveBase(
    profile,
    contextOf(env, config, credentials),
  );
  assertMatch(fingerprint, /^[0-9a-f]{64}$/);
  const { permissions: _, ...rest } = { permissions: undefined, ...selected };
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
    ["plain", { kind: "profile", profile: "plain" }],
    ["half", { kind: "profile", profile: "half" }],
  ];
  for (const [profile, expected] of cases) {
    assertEquals(await select(profile, KEYS), expected);
  }
  assertEquals(await select(undefined, {}, "", ""), { kind: "chain" });
});

/** What is told of a chain of roles: their ARNs with sessions and devices, and its start. */
function describe(base: Base): unknown[] {
  if (base.kind !== "role") {
    return [
      base.kind === "static" ? base.credentials.accessKeyId : base.kind,
    ];
  }
  const { request, mfa } = base.plan;
  const { roleArn, roleSessionName, externalId, durationSeconds } = request;
  return [...describe(base.plan.base), [
    roleArn.split("/")[1],
    roleSessionName,
    externalId,
    durationSeconds,
    mfa.serial,
  ]];
}

const chain = async (profile: string, config: string, credentials = "") =>
  describe(await resolveBase(profile, contextOf({}, config, credentials)));

Deno.test("selectBase() follows source_profile from role to role", async () => {
  const config = `
[profile first]
role_arn = arn:aws:iam::111111111111:role/first
source_profile = keys
role_session_name = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
duration_seconds = 7200
[profile second]
role_arn = arn:aws:iam::222222222222:role/second
source_profile = first
external_id = ext-1
mfa_serial = arn:aws:iam::111111111111:mfa/unused
[profile own]
role_arn = arn:aws:iam::111111111111:role/own
source_profile = own
aws_access_key_id = AKIAOWN
aws_secret_access_key = own
[profile to-keys]
role_arn = arn:aws:iam::111111111111:role/to-keys
source_profile = own
[profile sso]
sso_session = corp
[profile by-sso]
role_arn = arn:aws:iam::111111111111:role/by-sso
source_profile = sso
`;
  const keys = "[keys]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n";
  const alice = "arn:aws:iam::111111111111:mfa/alice";
  const first = ["first", "alice", undefined, 7200, alice];
  assertEquals(await chain("first", config, keys), ["AKIA1", first]);
  assertEquals(await chain("second", config, keys), [
    "AKIA1",
    first,
    // A session has no device.
    ["second", undefined, "ext-1", 3600, undefined],
  ]);
  const plain = (name: string) => [name, undefined, undefined, 3600, undefined];
  assertEquals(await chain("own", config), ["AKIAOWN", plain("own")]);
  assertEquals(await chain("to-keys", config), ["AKIAOWN", plain("to-keys")]);
  assertEquals(await chain("by-sso", config), ["profile", plain("by-sso")]);
});

Deno.test("selectBase() names a circle of source_profile, and a key that AWS would not take", async () => {
  const circle = ["a", "b", "c"].map((name, at, all) =>
    `[profile ${name}]\nrole_arn = arn:aws:iam::111111111111:role/${name}\nsource_profile = ${
      all[(at + 1) % 3]
    }\n`
  ).join("");
  await assertRejects(
    () => chain("a", circle),
    ConfigError,
    "Cannot use the AWS profile 'a': its source_profile leads in a circle: a -> b -> c -> a",
  );
  const wrong = (line: string) =>
    `[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = x\naws_access_key_id = A\naws_secret_access_key = s\n${line}\n`;
  await assertRejects(
    () => chain("x", wrong("duration_seconds = 5")),
    ConfigError,
    "Cannot use duration_seconds of the AWS profile 'x': a session lasts from 15m to 12h",
  );
  await assertRejects(
    () =>
      chain(
        "x",
        "[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = y\n",
      ),
    ConfigError,
    "Cannot find the AWS profile 'y', the source_profile of 'x'",
  );
});

Deno.test("selectBase() takes a web identity where nothing else is named", async () => {
  const file = { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" };
  const token = { kind: "file", path: "/token" };
  const web = (env: Env) =>
    select(undefined, env, "[default]\nregion = x-1\n", "");
  assertEquals(await web(file), {
    kind: "web-identity",
    token,
    profile: "default",
  });
  const same = {
    ...file,
    AWS_ROLE_ARN: "arn:aws:iam::111111111111:role/admin",
  };
  assertEquals(await web(same), {
    kind: "web-identity",
    token,
    profile: "default",
  });
  const other = { ...file, AWS_ROLE_ARN: "arn:aws:iam::111111111111:role/pod" };
  assertEquals(
    describe(await resolveBase(undefined, contextOf(other, "", ""))),
    ["web-identity", ["pod", undefined, undefined, 3600, undefined]],
  );
  const github = {
    ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com/?x=1",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
  };
  assertEquals(await select(undefined, github, "", ""), {
    kind: "web-identity",
    token: {
      kind: "github",
      url: "https://example.com/?x=1",
      requestToken: "t",
    },
  });
  // Keys and the role of a profile come first, keys of a profile do not.
  assertEquals(
    await select(undefined, { ...file, ...KEYS }),
    isStatic("AKIAENV", "env"),
  );
  assertEquals(await select(undefined, file), {
    kind: "web-identity",
    token,
    profile: "default",
  });
  const roles = "[default]\nrole_arn = arn:aws:iam::111111111111:role/d\n";
  assertEquals(
    describe(
      await resolveBase(
        undefined,
        contextOf(file, `${roles}source_profile = session\n`, CREDENTIALS),
      ),
    ),
    ["ASIASESSION", ["d", undefined, undefined, 3600, undefined]],
  );
  // What the variables leave out, the profile says.
  assertEquals(
    describe(
      await resolveBase(
        undefined,
        contextOf(
          file,
          `${roles}role_session_name = me\nweb_identity_token_file = /x\n`,
          "",
        ),
      ),
    ),
    ["web-identity", ["d", "me", undefined, 3600, undefined]],
  );
  await assertRejects(
    () => web({ AWS_WEB_IDENTITY_TOKEN_FILE: "/none" }),
    ConfigError,
    "Cannot read the web identity token /none",
  );
});

Deno.test("selectBase() tells apart whom tokens stand for, not the tokens", async () => {
  const of = (path: string) =>
    fingerprint(undefined, { AWS_WEB_IDENTITY_TOKEN_FILE: path });
  assertEquals(await of("/token"), await of("/later"));
  assertNotEquals(await of("/token"), await of("/other"));
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
      resolveBase(profile, contextOf(KEYS, "", credentials))
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
  const context = contextOf(env, config, credentials);
  return (await resolveBase(profile, context)).fingerprint;
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
    `[profile p2]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = p\n${more}`,
    source,
  ] as const;
const sso = (session: string) =>
  [
    "p",
    {},
    `[profile p]\nsso_session = c\nsso_account_id = 1\n[sso-session c]\n${session}`,
  ] as const;

const POD = "arn:aws:iam::111111111111:role/pod";

Deno.test("the fingerprint tells base identities apart", async () => {
  const environmentSource =
    "[profile p]\nrole_arn = arn:aws:iam::111111111111:role/r\ncredential_source = Environment\n";
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
    "roles of profiles": [role("external_id = aa"), role("external_id = bb")],
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
      [undefined, { AWS_ROLE_ARN: POD, AWS_WEB_IDENTITY_TOKEN_FILE: "/token" }],
      [undefined, {
        AWS_ROLE_ARN: POD + "2",
        AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
      }],
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
      [
        "p",
        { AWS_ROLE_ARN: POD, AWS_WEB_IDENTITY_TOKEN_FILE: "/token" },
        config,
      ],
      ["p", { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://b" }, config],
    ],
  });
  await checkTold(false, {
    "web identities": [
      [
        undefined,
        { AWS_ROLE_ARN: POD, AWS_WEB_IDENTITY_TOKEN_FILE: "/token" },
        config,
      ],
      [
        undefined,
        { AWS_ROLE_ARN: POD + "2", AWS_WEB_IDENTITY_TOKEN_FILE: "/token" },
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
  const [, , ...ofRole] = role("external_id = aa");
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
      role("external_id = aa"),
      ["p2", { ...KEYS, LANG: "C" }, ...ofRole],
    ],
  });
});
