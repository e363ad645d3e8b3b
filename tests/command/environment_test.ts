import { assertEquals } from "@std/assert";
import {
  BASE_VARIABLES,
  buildEnvironment,
  type CommandEnvironment,
  type EnvironmentInput,
  IDENTITY_VARIABLES,
} from "../../lib/command/environment.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";
const INPUT: EnvironmentInput = {
  env: {},
  preserve: [],
  credentialVariables: {
    AWS_ACCESS_KEY_ID: "ASIA1",
    AWS_SESSION_TOKEN: "token",
  },
  roleArn: ADMIN,
  region: undefined,
  ignoreCase: false,
};
const ROLE = {
  AWS_ACCESS_KEY_ID: "ASIA1",
  AWS_SESSION_TOKEN: "token",
  ASSUME_ROLE_ARN: ADMIN,
};

const make = (input: Partial<EnvironmentInput>): CommandEnvironment =>
  buildEnvironment({ ...INPUT, ...input });

const filled = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, `outer ${name}`]));

Deno.test("buildEnvironment() adds the role's credentials, and the region if the region is known", () => {
  assertEquals(make({}), {
    env: ROLE,
    heldBack: [],
    onlyByName: [],
    forbidden: [],
  });
  assertEquals(make({ region: "eu-west-1" }), {
    env: {
      ...ROLE,
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
    },
    heldBack: [],
    onlyByName: [],
    forbidden: [],
  });
});

Deno.test("buildEnvironment() passes only the variables of BASE_VARIABLES by default", () => {
  const passed = filled([
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "PWD",
    "LANG",
    "LC_ALL",
    "LC_TIME",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "TMPDIR",
    "TEMP",
    "TZ",
    "XDG_RUNTIME_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSH_AUTH_SOCK",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "CI",
    "SystemRoot",
    "ProgramFiles(x86)",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_CA_BUNDLE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_PAGER",
  ]);
  const kept = filled([
    "A",
    "EDITOR",
    "GITHUB_TOKEN",
    "LD_PRELOAD",
    "MY_PATH",
    "PATHS",
    "LC",
    "XDG",
    "path",
    "AWS_ENDPOINT",
    "ASSUME_ROLE_ROLE",
  ]);
  assertEquals(make({ env: { ...kept, ...passed } }), {
    env: { ...passed, ...ROLE },
    heldBack: Object.keys(kept).sort(),
    onlyByName: [],
    forbidden: [],
  });
});

Deno.test("buildEnvironment() passes every variable of BASE_VARIABLES", () => {
  const names = Object.values(BASE_VARIABLES).flat()
    .map((name) => name.replace("*", "ANY"));
  const { env, heldBack } = make({ env: filled(names) });
  assertEquals([env, heldBack], [{ ...filled(names), ...ROLE }, []]);
});

Deno.test("buildEnvironment() passes the variables that match a pattern", () => {
  const env = filled(["FOO", "FOO_BAR", "BAR", "BAR_X", "XBAR", "A.B", "AxB"]);
  const cases: readonly (readonly [string[], string[]])[] = [
    [[], []],
    [["FOO"], ["FOO"]],
    [["FOO", "BAR"], ["FOO", "BAR"]],
    [["BAR*"], ["BAR", "BAR_X"]],
    [["*BAR"], ["FOO_BAR", "BAR", "XBAR"]],
    [["*_*"], ["FOO_BAR", "BAR_X"]],
    [["A.B"], ["A.B"]],
    [["foo"], []],
    [["*"], Object.keys(env)],
  ];
  for (const [preserve, names] of cases) {
    assertEquals(make({ env, preserve }), {
      env: { ...filled(names), ...ROLE },
      heldBack: Object.keys(env).filter((name) => !names.includes(name)).sort(),
      onlyByName: [],
      forbidden: [],
    });
  }
});

/** Variables that set an AWS identity, by the client that was seen to read them. */
const IDENTITIES: Readonly<Record<string, readonly string[]>> = {
  "botocore, and all SDKs of AWS": [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_FILE",
    "AWS_ACCOUNT_ID",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_BEARER_TOKEN_ANY_SERVICE",
    "AWS_EC2_INSTANCE_PROFILE_NAME",
  ],
  "SDK for JavaScript v3": ["AWS_CREDENTIAL_SCOPE", "AWS_BEARER_TOKEN"],
  "SDKs for JavaScript v2 and Ruby": [
    "AMAZON_ACCESS_KEY_ID",
    "AMAZON_SECRET_ACCESS_KEY",
    "AMAZON_SESSION_TOKEN",
  ],
  "SDKs for Java v1 and Go v1": ["AWS_ACCESS_KEY", "AWS_SECRET_KEY"],
  "Ansible": ["EC2_ACCESS_KEY", "EC2_SECRET_KEY", "EC2_SECURITY_TOKEN"],
  "EC2 API tools": ["AWS_DELEGATION_TOKEN", "EC2_PRIVATE_KEY", "EC2_CERT"],
  "awscred": ["AMAZON_PROFILE"],
  "EB CLI, ECS CLI": ["AWS_EB_PROFILE", "ECS_PROFILE"],
  "Serverless, for the stage dev": [
    "AWS_DEV_ACCESS_KEY_ID",
    "AWS_DEV_SECRET_ACCESS_KEY",
    "AWS_DEV_SESSION_TOKEN",
    "AWS_DEV_PROFILE",
  ],
  "object_store of Rust": ["AWS_TOKEN", "AWS_Token", "AWS_access_key_id"],
  "s3fs-fuse": ["AWSACCESSKEYID", "AWSSECRETACCESSKEY", "AWSSESSIONTOKEN"],
  "s3fs of Python": [
    "FSSPEC_S3_KEY",
    "FSSPEC_S3_SECRET",
    "FSSPEC_S3_TOKEN",
    "FSSPEC_S3_PROFILE",
  ],
  "GDAL": ["CPL_AWS_CREDENTIALS_FILE"],
  "rclone": [
    "RCLONE_S3_ACCESS_KEY_ID",
    "RCLONE_S3_SECRET_ACCESS_KEY",
    "RCLONE_S3_SESSION_TOKEN",
    "RCLONE_S3_PROFILE",
    "RCLONE_S3_SHARED_CREDENTIALS_FILE",
    "RCLONE_S3_ROLE_ARN",
  ],
  "restic": ["RESTIC_AWS_ASSUME_ROLE_ARN"],
  "assume-role": [
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ASSUME_ROLE_MFA_TOKEN",
    "ASSUME_ROLE_SESSION",
  ],
};

Deno.test("buildEnvironment() never passes a variable that sets an AWS identity", () => {
  const names = Object.values(IDENTITY_VARIABLES).join(" ").split(" ")
    .map((name) => name.replace("*", "ANY"));
  const all = [...new Set([...names, ...Object.values(IDENTITIES).flat()])]
    .filter((name) => !Object.hasOwn(ROLE, name));
  for (const preserve of [["*"], all, ["AWS_*", "A*"], []]) {
    assertEquals(make({ env: filled(all), preserve }), {
      env: ROLE,
      heldBack: [],
      onlyByName: [],
      forbidden: all.toSorted(),
    });
    const lower = all.filter((name) => !Object.hasOwn(ROLE, name.toUpperCase()))
      .map((name) => name.toLowerCase());
    const { forbidden } = make({
      env: filled(lower),
      preserve,
      ignoreCase: true,
    });
    assertEquals(forbidden, [...new Set(lower)].sort());
  }
});

Deno.test("buildEnvironment() passes a variable that may set an AWS identity only if its full name is given", () => {
  const suspects = [
    "AWS_KMS_KEY_ID",
    "AWS_NEW_TOKEN_FILE",
    "AWS_SSO_ROLE_NAME",
    "AWS_TARGET_ACCOUNT",
    "AWS_client_secret",
    "AWS_CREDENTIALS",
    "AWS_IDENTITY_POOL",
    "AWS_PROFILE_NAME",
  ].sort();
  const settings = filled([
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "AWS_SHARED_CREDENTIALS_FILE",
  ]);
  const others = filled(["AWS_STAGE", "GITHUB_TOKEN", "aws_key", "MY_AWS_KEY"]);
  for (const preserve of [["*"], ["AWS_*", "GITHUB_TOKEN", "aws_*", "MY_*"]]) {
    assertEquals(
      make({ env: { ...filled(suspects), ...settings, ...others }, preserve }),
      {
        env: { ...settings, ...others, ...ROLE },
        heldBack: [],
        onlyByName: suspects,
        forbidden: [],
      },
    );
  }
  assertEquals(make({ env: filled(suspects), preserve: suspects }).env, {
    ...filled(suspects),
    ...ROLE,
  });
  assertEquals(
    make({ env: { aws_kms_key_id: "" }, preserve: ["*"], ignoreCase: true })
      .onlyByName,
    ["aws_kms_key_id"],
  );
});

Deno.test("buildEnvironment() replaces the role's variables that an outer assume-role has set, and does not report these variables as held back", () => {
  const env = filled(Object.keys(ROLE));
  for (const preserve of [[], ["*"]]) {
    assertEquals(make({ env, preserve }), {
      env: ROLE,
      heldBack: [],
      onlyByName: [],
      forbidden: [],
    });
  }
});

Deno.test("on Windows, buildEnvironment() ignores the case of variable names", () => {
  const env = {
    Path: "outer",
    aws_profile: "outer",
    Aws_Access_Key_Id: "outer",
    foo: "outer",
    Bar: "outer",
  };
  assertEquals(make({ env, preserve: ["FOO"], ignoreCase: true }), {
    env: { Path: "outer", foo: "outer", ...ROLE },
    heldBack: ["Bar"],
    onlyByName: [],
    forbidden: ["aws_profile"],
  });
});
