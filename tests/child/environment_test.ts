import { assertEquals } from "@std/assert";
import {
  BASE_VARIABLES,
  type ChildEnvironment,
  childEnvironment,
  type EnvironmentInput,
  FORBIDDEN_VARIABLES,
} from "../../lib/child/environment.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";
const INPUT: EnvironmentInput = {
  env: {},
  preserve: [],
  supplied: { AWS_ACCESS_KEY_ID: "ASIA1", AWS_SESSION_TOKEN: "token" },
  roleArn: ADMIN,
  region: undefined,
  ignoreCase: false,
};
const ROLE = {
  AWS_ACCESS_KEY_ID: "ASIA1",
  AWS_SESSION_TOKEN: "token",
  ASSUME_ROLE_ARN: ADMIN,
};

const make = (input: Partial<EnvironmentInput>): ChildEnvironment =>
  childEnvironment({ ...INPUT, ...input });

const filled = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, `outer ${name}`]));

Deno.test("the child gets the role's credentials, and the region if one is known", () => {
  assertEquals(make({}), { env: ROLE, heldBack: [], forbidden: [] });
  assertEquals(make({ region: "eu-west-1" }), {
    env: {
      ...ROLE,
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
    },
    heldBack: [],
    forbidden: [],
  });
});

Deno.test("the child gets the base list and nothing else", () => {
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
    forbidden: [],
  });
});

Deno.test("every name of the base list lets its variable through", () => {
  const names = Object.values(BASE_VARIABLES).flat()
    .map((name) => name.replace("*", "ANY"));
  const { env, heldBack } = make({ env: filled(names) });
  assertEquals([env, heldBack], [{ ...filled(names), ...ROLE }, []]);
});

Deno.test("-E and env_keep let through what their patterns match", () => {
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
      forbidden: [],
    });
  }
});

const SECRETS = [
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
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_URL",
  "ASSUME_ROLE_MFA_TOKEN",
];

Deno.test("base credentials and what leads to them never pass, not even with -E", () => {
  const names = FORBIDDEN_VARIABLES.map((name) => name.replace("*", "ANY"));
  const all = [...new Set([...names, ...SECRETS])]
    .filter((name) => !Object.hasOwn(ROLE, name));
  for (const preserve of [["*"], all, []]) {
    assertEquals(make({ env: filled(all), preserve }), {
      env: ROLE,
      heldBack: [],
      forbidden: all.sort(),
    });
  }
});

Deno.test("the role's variables replace the outer ones, which is not holding back", () => {
  const env = filled(Object.keys(ROLE));
  for (const preserve of [[], ["*"]]) {
    assertEquals(make({ env, preserve }), {
      env: ROLE,
      heldBack: [],
      forbidden: [],
    });
  }
});

Deno.test("on Windows the case of a name does not matter", () => {
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
    forbidden: ["aws_profile"],
  });
});
