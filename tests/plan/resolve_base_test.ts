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
[profile tool]
credential_process = x
`;

const jwt = (claims: unknown) =>
  ["e30", btoa(JSON.stringify(claims)).replace(/=+$/, ""), "s"].join(".");

/** Web identity tokens by the path of their file. */
const TOKENS: Readonly<Record<string, string>> = {
  "/token": jwt({ iss: "i", sub: "pod", exp: 1 }),
  "/later": jwt({ iss: "i", sub: "pod", exp: 2 }),
  "/other": jwt({ iss: "i", sub: "other", exp: 1 }),
};

/** Creates the second argument of resolveBase(). */
function createContext(
  env: Env,
  config: string,
  credentials: string,
): BaseContext {
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

/** Resolves base credentials, without the fingerprint, which has separate tests. */
async function resolve(
  profile: string | undefined,
  env: Env,
  config = CONFIG,
  credentials = CREDENTIALS,
): Promise<unknown> {
  const { fingerprint, ...selected } = await resolveBase(
    profile,
    createContext(env, config, credentials),
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

Deno.test("resolveBase() prefers the named profile to access keys in the environment", async () => {
  for (const env of [{}, KEYS]) {
    assertEquals(
      await resolve("session", env),
      isStatic("ASIASESSION", "session", "token", "session"),
    );
  }
});

Deno.test("resolveBase() prefers access keys in the environment to the profile 'default'", async () => {
  assertEquals(await resolve(undefined, KEYS), isStatic("AKIAENV", "env"));
  assertEquals(
    await resolve(undefined, { ...KEYS, AWS_SESSION_TOKEN: "t" }),
    isStatic("AKIAENV", "env", "t"),
  );
});

Deno.test("resolveBase() uses the profile 'default' if the environment has no access keys", async () => {
  const envs: Env[] = [
    {},
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    { AWS_SESSION_TOKEN: "t" },
  ];
  for (const env of envs) {
    assertEquals(
      await resolve(undefined, env),
      isStatic("AKIADEFAULT", "default", undefined, "default"),
    );
  }
});

const INSTANCE = { kind: "machine", source: "Ec2InstanceMetadata" };

Deno.test("resolveBase() uses credential_process, or asks the instance, if a profile has no access keys", async () => {
  const cases: readonly (readonly [string | undefined, unknown])[] = [
    ["plain", { ...INSTANCE, profile: "plain" }],
    ["tool", { kind: "process", profile: "tool", words: ["x"] }],
  ];
  for (const [profile, expected] of cases) {
    assertEquals(await resolve(profile, KEYS), expected);
  }
  assertEquals(await resolve(undefined, {}, "", ""), INSTANCE);
  const container = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://a" };
  assertEquals(await resolve(undefined, container, "", ""), {
    kind: "machine",
    source: "EcsContainer",
  });
  for (const source of ["EcsContainer", "Ec2InstanceMetadata"] as const) {
    const config =
      `[profile p]\nrole_arn = ${POD}\ncredential_source = ${source}\n`;
    const base = await resolveBase("p", createContext(container, config, ""));
    assertEquals(base.kind === "role" && base.plan.base.kind, "machine");
  }
});

Deno.test("resolveBase() refuses half of a key pair and names the file", async () => {
  const half = (name: string, config: string, credentials: string) => () =>
    resolve(name, {}, config, credentials);
  const id = "aws_access_key_id = A\n";
  const secret = "aws_secret_access_key = s\n";
  const cases = [
    [
      half("p", "", `[p]\n${id}`),
      "Cannot use the AWS profile 'p': ~/.aws/credentials has aws_access_key_id, but no aws_secret_access_key",
    ],
    [
      half("p", `[profile p]\n${id}`, `[p]\n${secret}`),
      "Cannot use the AWS profile 'p': ~/.aws/config has aws_access_key_id, but no aws_secret_access_key",
    ],
    [
      half("p", `[profile p]\n${secret}`, ""),
      "Cannot use the AWS profile 'p': ~/.aws/config has aws_secret_access_key, but no aws_access_key_id",
    ],
    [
      half("p", "", `[p]\naws_access_key_id =\n${secret}`),
      "Cannot use the AWS profile 'p': ~/.aws/credentials has aws_secret_access_key, but no aws_access_key_id",
    ],
    [
      half("p", "", "[p]\naws_access_key_id =\naws_secret_access_key =\n"),
      "Cannot use the AWS profile 'p': ~/.aws/credentials has no value for its keys",
    ],
  ] as const;
  for (const [run, message] of cases) {
    await assertRejects(run, ConfigError, message);
  }
});

/**
 * Describes a role chain: its base credentials, then the settings and the MFA device of
 * each role.
 */
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

const describeChain = async (
  profile: string,
  config: string,
  credentials = "",
) =>
  describe(await resolveBase(profile, createContext({}, config, credentials)));

Deno.test("resolveBase() follows source_profile from role to role", async () => {
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
sso_account_id = 111111111111
sso_role_name = Ops
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
[profile by-sso]
role_arn = arn:aws:iam::111111111111:role/by-sso
source_profile = sso
`;
  const keys = "[keys]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n";
  const alice = "arn:aws:iam::111111111111:mfa/alice";
  const first = ["first", "alice", undefined, 7200, alice];
  assertEquals(await describeChain("first", config, keys), ["AKIA1", first]);
  assertEquals(await describeChain("second", config, keys), [
    "AKIA1",
    first,
    // The caller of `second` is a session, which has no MFA device.
    ["second", undefined, "ext-1", 3600, undefined],
  ]);
  const plain = (name: string) => [name, undefined, undefined, 3600, undefined];
  assertEquals(await describeChain("own", config), ["AKIAOWN", plain("own")]);
  assertEquals(await describeChain("to-keys", config), [
    "AKIAOWN",
    plain("to-keys"),
  ]);
  assertEquals(await describeChain("by-sso", config), [
    "profile",
    plain("by-sso"),
  ]);
});

Deno.test("resolveBase() refuses a loop of source_profile and an invalid key", async () => {
  const loop = ["a", "b", "c"].map((name, at, all) =>
    `[profile ${name}]\nrole_arn = arn:aws:iam::111111111111:role/${name}\nsource_profile = ${
      all[(at + 1) % 3]
    }\n`
  ).join("");
  await assertRejects(
    () => describeChain("a", loop),
    ConfigError,
    "Cannot use the AWS profile 'a': source_profile forms a loop: a -> b -> c -> a",
  );
  const wrong = (line: string) =>
    `[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = x\naws_access_key_id = A\naws_secret_access_key = s\n${line}\n`;
  await assertRejects(
    () => describeChain("x", wrong("duration_seconds = 5")),
    ConfigError,
    "Cannot use duration_seconds of the AWS profile 'x': a session can last from 15m to 12h",
  );
  await assertRejects(
    () =>
      describeChain(
        "x",
        "[profile x]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = y\n",
      ),
    ConfigError,
    "Cannot find the AWS profile 'y', the source_profile of 'x'",
  );
});

Deno.test("resolveBase() uses a web identity unless the environment has access keys or the profile has a role", async () => {
  const file = { AWS_WEB_IDENTITY_TOKEN_FILE: "/token" };
  const token = { kind: "file", path: "/token" };
  const web = (env: Env) =>
    resolve(undefined, env, "[default]\nregion = x-1\n", "");
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
    describe(await resolveBase(undefined, createContext(other, "", ""))),
    ["web-identity", ["pod", undefined, undefined, 3600, undefined]],
  );
  for (
    const [name, value, reason] of [
      ["AWS_ROLE_ARN", "pod", "write the ARN of a role like "],
      ["AWS_ROLE_SESSION_NAME", "a b", "a session name must have "],
    ] as const
  ) {
    await assertRejects(
      () =>
        resolveBase(
          undefined,
          createContext({ ...other, [name]: value }, "", ""),
        ),
      ConfigError,
      `Cannot use ${name}: ${reason}`,
    );
  }
  const github = {
    ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com/?x=1",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
  };
  assertEquals(await resolve(undefined, github, "", ""), {
    kind: "web-identity",
    token: {
      kind: "github",
      url: "https://example.com/?x=1",
      requestToken: "t",
    },
  });
  // Access keys in the environment and the role of a profile take precedence over a web
  // identity. Access keys of a profile do not.
  assertEquals(
    await resolve(undefined, { ...file, ...KEYS }),
    isStatic("AKIAENV", "env"),
  );
  assertEquals(await resolve(undefined, file), {
    kind: "web-identity",
    token,
    profile: "default",
  });
  const roles = "[default]\nrole_arn = arn:aws:iam::111111111111:role/d\n";
  assertEquals(
    describe(
      await resolveBase(
        undefined,
        createContext(file, `${roles}source_profile = session\n`, CREDENTIALS),
      ),
    ),
    ["ASIASESSION", ["d", undefined, undefined, 3600, undefined]],
  );
  // The profile supplies values for which no variable is set.
  assertEquals(
    describe(
      await resolveBase(
        undefined,
        createContext(
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

Deno.test("the fingerprint depends on the subject of a token, not on its expiry", async () => {
  const of = (path: string) =>
    fingerprint(undefined, { AWS_WEB_IDENTITY_TOKEN_FILE: path });
  assertEquals(await of("/token"), await of("/later"));
  assertNotEquals(await of("/token"), await of("/other"));
});

Deno.test("resolveBase() refuses an unknown profile and suggests the closest name", async () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["sesion", CREDENTIALS, "did you mean 'session'?"],
    [
      "nothing-like-it",
      CREDENTIALS,
      "choose one of the profiles in ~/.aws/config and ~/.aws/credentials",
    ],
    [
      "x",
      "",
      "add a profile to ~/.aws/config or ~/.aws/credentials, which have no profiles",
    ],
  ];
  for (const [profile, credentials, expected] of cases) {
    const { name, message, hint } = await assertRejects(() =>
      resolveBase(profile, createContext(KEYS, "", credentials))
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
  const context = createContext(env, config, credentials);
  return (await resolveBase(profile, context)).fingerprint;
}

/** Profile, environment, config file and credentials file. */
type Situation = readonly [string | undefined, Env, string?, string?];

async function assertFingerprints(
  areEqual: boolean,
  cases: Readonly<Record<string, readonly [Situation, Situation]>>,
): Promise<void> {
  for (const [name, [one, other]] of Object.entries(cases)) {
    const same = await fingerprint(...one) === await fingerprint(...other);
    assertEquals(same, areEqual, name);
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
    `[profile p]\nsso_session = c\nsso_account_id = 1\nsso_role_name = r\n[sso-session c]\nsso_region = eu-west-1\n${session}`,
  ] as const;

const POD = "arn:aws:iam::111111111111:role/pod";

Deno.test("the fingerprint differs for different base identities", async () => {
  const environmentSource =
    "[profile p]\nrole_arn = arn:aws:iam::111111111111:role/r\ncredential_source = Environment\n";
  await assertFingerprints(false, {
    "keys": [["p", {}, "", keys("A")], ["p", {}, "", keys("B")]],
    "secrets": [["p", {}, "", keys("A")], ["p", {}, "", keys("A", "t")]],
    "session tokens": [
      [undefined, { ...KEYS, AWS_SESSION_TOKEN: "t" }],
      [undefined, { ...KEYS, AWS_SESSION_TOKEN: "u" }],
    ],
    "keys with and without a session token": [
      ["p", {}, "", keys("A")],
      ["p", {}, "", keys("A", "s", "aws_session_token = t\n")],
    ],
    "roles of profiles": [role("external_id = aa"), role("external_id = bb")],
    "the source of a profile's role": [
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
    "instances": [
      [undefined, { AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://a" }],
      [undefined, { AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://b" }],
    ],
    "containers": [
      [undefined, { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://a" }],
      [undefined, { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://b" }],
    ],
  });
});

// Variables never replace a profile that is given by name.
Deno.test("the fingerprint of a named profile does not depend on the environment", async () => {
  const config = "[profile p]\ncredential_process = x\n[default]\nregion = r\n";
  await assertFingerprints(true, {
    "a named profile": [
      [
        "p",
        { AWS_ROLE_ARN: POD, AWS_WEB_IDENTITY_TOKEN_FILE: "/token" },
        config,
      ],
      ["p", { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://b" }, config],
    ],
  });
  const endpoint = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://b" };
  await assertFingerprints(false, {
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
      [undefined, { ...endpoint, AWS_CONTAINER_AUTHORIZATION_TOKEN: "a" }],
      [undefined, { ...endpoint, AWS_CONTAINER_AUTHORIZATION_TOKEN: "b" }],
    ],
  });
});

Deno.test("resolveBase() refuses an access key ID without a secret access key", async () => {
  const { message } = await assertRejects(() =>
    resolve(undefined, { AWS_ACCESS_KEY_ID: "AKIAENV" })
  );
  assertEquals(
    message,
    "Cannot use the base credentials of the environment: AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not",
  );
});

Deno.test("the fingerprint is equal for the same base identity", async () => {
  const [, , ...ofRole] = role("external_id = aa");
  await assertFingerprints(true, {
    "the order of keys, the region and the output": [
      ["p", {}, "", keys("A")],
      ["p", {}, "", keys("A", "s", "region = r\noutput = json\n")],
    ],
    "the profile's name": [
      ["p", {}, "", keys("A")],
      ["q", {}, "", keys("A").replace("[p]", "[q]")],
    ],
    "keys in a file or in the environment": [
      ["p", {}, "", keys("A")],
      [undefined, { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s" }],
    ],
    "unrelated variables": [
      role("external_id = aa"),
      ["p2", { ...KEYS, LANG: "C" }, ...ofRole],
    ],
  });
});

// Cached sessions stay usable if a new version of assume-role computes the same value.
Deno.test("the fingerprint of a credential_process stays the same between versions", async () => {
  const config =
    "[profile p]\nregion = eu-west-1\ncredential_process = corp --x 'y z'\n";
  const base = await resolveBase("p", createContext({}, config, ""));
  assertEquals(
    [base.kind, base.fingerprint],
    [
      "process",
      "286a6e9ca42834ebd933edc9f88609491881a6f3fefd2ce68234c2ab1d2a7d40",
    ],
  );
});

Deno.test("the AWS SDK never gets a credential_process", async () => {
  const process = "credential_process = corp\n";
  const sso =
    "sso_account_id = 1\nsso_role_name = R\nsso_start_url = https://x\nsso_region = us-east-1\n";
  const remote =
    "role_arn = arn:aws:iam::111111111111:role/a\ncredential_source = EcsContainer\n";
  const login = "login_session = arn:aws:iam::111111111111:user/a\n";
  for (const other of [sso, remote, login]) {
    const config =
      `[default]\nregion = r\n${process}[profile p]\n${process}${other}`;
    const base = await resolveBase("p", createContext({}, config, ""));
    const text = JSON.stringify(base);
    assertEquals(
      [base.kind, /credential_process|corp/.test(text)],
      [other === remote ? "role" : "profile", false],
    );
  }
});
