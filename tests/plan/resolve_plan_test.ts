import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { resolvePlan } from "../../lib/plan/resolve_plan.ts";
import type { PlanInput } from "../../lib/plan/resolve_hop.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";
const ALICE = "arn:aws:iam::111111111111:mfa/alice";
const HOME = join("/", "home", "alice");
const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env" };

interface Given {
  readonly options?: PlanInput["options"];
  readonly variables?: PlanInput["variables"];
  readonly project?: string;
  readonly user?: string;
  readonly env?: Record<string, string>;
  readonly config?: string;
  readonly credentials?: string;
  readonly home?: string | undefined;
}

function resolve(given: Given): Promise<Plan> {
  const { project, user } = given;
  return resolvePlan({
    options: { role: ADMIN, ...given.options },
    variables: given.variables ?? {},
    configs: [
      ...(project ? [parseConfig(project, "project.yaml", "project")] : []),
      ...(user ? [parseConfig(user, "user.yaml", "user")] : []),
    ],
    profiles: parseProfiles(given.config ?? "", given.credentials ?? ""),
    env: given.env ?? KEYS,
    home: "home" in given ? given.home : HOME,
  });
}

Deno.test("resolvePlan() uses defaults if only a role is given", async () => {
  const plan = await resolve({});
  const { fingerprint } = plan.base;
  assertEquals(plan, {
    role: {
      arn: ADMIN,
      partition: "aws",
      accountId: "111111111111",
      roleName: "admin",
    },
    request: { roleArn: ADMIN, durationSeconds: 3600 },
    base: {
      kind: "static",
      credentials: { accessKeyId: "AKIAENV", secretAccessKey: "env" },
      fingerprint,
    },
    endpoints: {
      partition: "aws",
      region: "us-east-1",
      useFips: false,
      useDualstack: false,
    },
    mfa: { mayAsk: true },
    cacheDirectory: join(HOME, ".aws", "assume-role", "cache"),
    forceRefresh: false,
    server: false,
    refreshBeforeExpiry: 900,
    savedProfile: {
      file: join(HOME, ".aws", "credentials"),
      name: "111111111111-admin",
    },
    preserveEnv: { all: false, named: [], patterns: [] },
    sources: {
      role: { kind: "option", name: "--role" },
      duration: { kind: "default" },
      forceRefresh: { kind: "default" },
      server: { kind: "default" },
      webIdentity: { kind: "default" },
      noInput: { kind: "default" },
      refreshBeforeExpiry: { kind: "default" },
      writeProfile: { kind: "default" },
    },
  });
});

Deno.test("resolvePlan() combines options, variables, files and profiles", async () => {
  const plan = await resolve({
    options: { role: "ops", noInput: true, preserveEnv: ["A"] },
    variables: { duration: 7200, mfaToken: "123456" },
    project: `role_prefix: arn:aws-cn:iam::222222222222:role/x/
refresh_before_expiry: 5m
profile_name_prefix: corp
env_keep: [C]
roles:
  ops:
    role_session_name: operator
    duration: 1h
    env_keep: [B]
`,
    user: "profile: dev\nmfa_command: totp\nrole_session_name: me\n",
    env: {
      ...KEYS,
      AWS_PROFILE: "not-this",
      AWS_DEFAULT_REGION: "cn-northwest-1",
      ASSUME_ROLE_CACHE_DIR: "/cache",
      AWS_SHARED_CREDENTIALS_FILE: "/shared",
    },
    config: `[profile dev]\nregion = cn-north-1\nmfa_serial = ${ALICE}\n`,
    credentials:
      "[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = dev\n",
  });
  const { fingerprint } = plan.base;
  const file = (path: string, ...keys: string[]) => ({
    kind: "file" as const,
    path,
    keys,
  });
  assertEquals(plan, {
    role: {
      arn: "arn:aws-cn:iam::222222222222:role/x/ops",
      partition: "aws-cn",
      accountId: "222222222222",
      roleName: "ops",
    },
    request: {
      roleArn: "arn:aws-cn:iam::222222222222:role/x/ops",
      roleSessionName: "operator",
      durationSeconds: 7200,
    },
    base: {
      kind: "static",
      profile: "dev",
      credentials: { accessKeyId: "AKIADEV", secretAccessKey: "dev" },
      fingerprint,
    },
    endpoints: {
      partition: "aws-cn",
      region: "cn-northwest-1",
      useFips: false,
      useDualstack: false,
    },
    mfa: { mayAsk: false, serial: ALICE, token: "123456", command: "totp" },
    region: "cn-northwest-1",
    cacheDirectory: "/cache",
    isCacheNamed: true,
    forceRefresh: false,
    server: false,
    refreshBeforeExpiry: 300,
    savedProfile: {
      file: "/shared",
      name: "corp-ops",
      region: "cn-northwest-1",
    },
    preserveEnv: { all: false, named: ["A"], patterns: ["B", "C"] },
    sources: {
      role: { kind: "option", name: "--role" },
      rolePrefix: file("project.yaml", "role_prefix"),
      profile: file("user.yaml", "profile"),
      region: { kind: "variable", name: "AWS_DEFAULT_REGION" },
      mfaSerial: { kind: "profile", profile: "dev", key: "mfa_serial" },
      mfaToken: { kind: "variable", name: "ASSUME_ROLE_MFA_TOKEN" },
      mfaCommand: file("user.yaml", "mfa_command"),
      roleSessionName: file(
        "project.yaml",
        "roles",
        "ops",
        "role_session_name",
      ),
      refreshBeforeExpiry: file("project.yaml", "refresh_before_expiry"),
      writeProfile: { kind: "default" },
      profileNamePrefix: file("project.yaml", "profile_name_prefix"),
      duration: { kind: "variable", name: "ASSUME_ROLE_DURATION" },
      noInput: { kind: "option", name: "--no-input" },
      forceRefresh: { kind: "default" },
      server: { kind: "default" },
      webIdentity: { kind: "default" },
      preserveEnv: { kind: "option", name: "--preserve-env" },
      envKeep: file("project.yaml", "roles", "ops", "env_keep"),
    },
  });
});

Deno.test("resolvePlan() freezes the plan deeply", async () => {
  const frozen = (value: unknown): boolean =>
    typeof value !== "object" || value === null ||
    (Object.isFrozen(value) && Object.values(value).every(frozen));
  assert(frozen(await resolve({ options: { preserveEnv: ["A"] } })));
});

Deno.test("resolvePlan() requires a role", async () => {
  const { name, message, hint } = await assertRejects(() =>
    resolvePlan({
      options: {},
      variables: {},
      configs: [],
      profiles: parseProfiles("", ""),
      env: {},
      home: HOME,
    })
  );
  assertEquals([name, message, hint], [
    "UsageError",
    "No role given",
    "use '--role ARN', or name your roles in assume-role.yaml: 'assume-role --init' writes the file",
  ]);
});

Deno.test("resolvePlan() prefers the role of --role to the role of ASSUME_ROLE_ROLE", async () => {
  const input = {
    variables: { role: "arn:aws:iam::222222222222:role/v" },
    configs: [],
    profiles: parseProfiles("", ""),
    env: KEYS,
    home: HOME,
  };
  const fromVariable = await resolvePlan({ ...input, options: {} });
  const fromOption = await resolvePlan({ ...input, options: { role: ADMIN } });
  assertEquals(
    [fromVariable.role.roleName, fromOption.role.roleName],
    ["v", "admin"],
  );
});

Deno.test("resolvePlan() prefers the region of a setting, then AWS_REGION, AWS_DEFAULT_REGION, the profile", async () => {
  const config =
    "[default]\nregion = r-default\n[profile p]\nregion = r-profile\n";
  const env = { AWS_REGION: "r-env", AWS_DEFAULT_REGION: "r-default-env" };
  const cases: readonly (readonly [Given, string | undefined])[] = [
    [{ options: { region: "r-option" }, env, config }, "r-option"],
    [{ project: "region: r-file\n", env, config }, "r-file"],
    [{ env, config }, "r-env"],
    [{ env: { ...env, AWS_REGION: "" }, config }, "r-default-env"],
    [{ env: { AWS_PROFILE: "p" }, config }, "r-profile"],
    [{ options: { profile: "p" }, env: {}, config }, "r-profile"],
    [{ env: {}, config }, "r-default"],
    [{ env: KEYS, config }, "r-default"],
    [{ env: KEYS }, undefined],
  ];
  for (const [given, expected] of cases) {
    assertEquals((await resolve(given)).region, expected);
  }
});

Deno.test("resolvePlan() uses the MFA device of an option, a file or the base profile, unless that profile has a role", async () => {
  const keys = "[p]\naws_access_key_id = A\naws_secret_access_key = s\n";
  const config = `[profile p]\nmfa_serial = ${ALICE}\n`;
  const env = { AWS_PROFILE: "p" };
  const other = "arn:aws:iam::111111111111:mfa/other";
  const cases: readonly (readonly [Given, string | undefined])[] = [
    [{ env, config, credentials: keys }, ALICE],
    [{ env, config, credentials: keys, options: { mfaSerial: other } }, other],
    [{ env, config, credentials: keys, user: `mfa_serial: ${other}\n` }, other],
    [{ env: KEYS, config: config.replace("profile p", "default") }, undefined],
    [
      {
        env,
        config: `${config}role_arn = ${ADMIN}\nsource_profile = q\n`,
        credentials: keys.replace("[p]", "[q]"),
      },
      undefined,
    ],
  ];
  for (const [given, expected] of cases) {
    assertEquals((await resolve(given)).mfa.serial, expected);
  }
});

// The password manager supplies the access keys of an IAM user, and the MFA device is
// that user's.
Deno.test("resolvePlan() uses the MFA device of a profile with a credential_process", async () => {
  const { mfa } = await resolve({
    env: { AWS_PROFILE: "p" },
    config:
      `[profile p]\nmfa_serial = ${ALICE}\ncredential_process = keys-of alice\n`,
  });
  assertEquals(mfa, { mayAsk: true, serial: ALICE });
});

Deno.test("resolvePlan() names the saved profile after profile_name_prefix or the account", async () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["profile_name_prefix: corp\n", "corp-admin"],
    ["profile_name_prefix: ''\n", "111111111111-admin"],
    ["region: eu-west-1\n", "111111111111-admin"],
    ["write_profile: false\n", undefined],
    ["write_profile: true\n", "111111111111-admin"],
  ];
  for (const [project, expected] of cases) {
    assertEquals((await resolve({ project })).savedProfile?.name, expected);
  }
});

Deno.test("resolvePlan() plans no cache and no saved profile if neither a home directory nor variables name a path", async () => {
  const plan = await resolve({ home: undefined });
  assertEquals([plan.cacheDirectory, plan.savedProfile], [
    undefined,
    undefined,
  ]);
  const withPaths = await resolve({
    home: undefined,
    env: {
      ...KEYS,
      ASSUME_ROLE_CACHE_DIR: "/cache",
      AWS_SHARED_CREDENTIALS_FILE: "/shared",
    },
  });
  assertEquals([withPaths.cacheDirectory, withPaths.savedProfile?.file], [
    "/cache",
    "/shared",
  ]);
});

Deno.test("resolvePlan() never adds role_prefix to an ARN", async () => {
  const plan = await resolve({
    project: "role_prefix: arn:aws:iam::999999999999:role/\nduration: 2h\n",
  });
  assertEquals(plan.request, { roleArn: ADMIN, durationSeconds: 7200 });
});

Deno.test("resolvePlan() separates the names that the user gave from those of a project's file", async () => {
  const cases: readonly (readonly [Given, Plan["preserveEnv"]])[] = [
    [
      { options: { preserveEnv: ["A", "B_*"] } },
      { all: false, named: ["A"], patterns: ["B_*"] },
    ],
    [
      { options: { preserveEnv: ["A", "*"] } },
      { all: true, named: ["A"], patterns: [] },
    ],
    [
      { variables: { preserveEnv: ["*", "A*"] } },
      { all: true, named: [], patterns: ["A*"] },
    ],
    [
      { user: "env_keep: [A, '*']\n" },
      { all: false, named: ["A"], patterns: ["*"] },
    ],
    [
      { project: "env_keep: [A, 'B_*', '*']\n" },
      { all: false, named: [], patterns: ["A", "B_*", "*"] },
    ],
  ];
  for (const [given, expected] of cases) {
    assertEquals((await resolve(given)).preserveEnv, expected);
  }
});
