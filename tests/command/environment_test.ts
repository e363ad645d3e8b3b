import { assertEquals } from "@std/assert";
import type { PreservedVariables } from "../../lib/plan/preserved_variables.ts";
import { CI_VARIABLES, HELD_BACK_SETTINGS } from "./ci_variables.ts";
import {
  BASE_VARIABLES,
  buildEnvironment,
  type CommandEnvironment,
  type EnvironmentInput,
  IDENTITY_VARIABLES,
} from "../../lib/command/environment.ts";

const ADMIN = "arn:aws:iam::111111111111:role/admin";
const NOTHING: PreservedVariables = { all: false, named: [], patterns: [] };
const ALL: PreservedVariables = { ...NOTHING, all: true };
const INPUT: EnvironmentInput = {
  env: {},
  preserve: NOTHING,
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

/** Returns the variables that the user names with `-E=A,B_*`. */
const preserving = (names: readonly string[]): PreservedVariables => ({
  all: false,
  named: names.filter((name) => !name.includes("*")),
  patterns: names.filter((name) => name.includes("*")),
});

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
    "BASH_ENV",
    "LD_PRELOAD",
    "MY_PATH",
    "PATHS",
    "LC",
    "XDG",
    "path",
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
  const names = BASE_VARIABLES.join(" ").split(" ")
    .map((name) => name.replace("*", "ANY"));
  const { env, heldBack, onlyByName } = make({ env: filled(names) });
  assertEquals([env, heldBack, onlyByName], [
    { ...filled(names), ...ROLE },
    [],
    [],
  ]);
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
    [["F*_*R"], ["FOO_BAR"]],
    [["FOO*OO"], []],
    [["*O*O*B*"], ["FOO_BAR"]],
    [["A.B"], ["A.B"]],
    [["foo"], []],
    [["**"], Object.keys(env)],
  ];
  for (const [preserve, names] of cases) {
    assertEquals(make({ env, preserve: preserving(preserve) }), {
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
  "AWS CLI, signed in with 'aws login' or IAM Identity Center": [
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_SSO_ACCOUNT_ID",
  ],
  "AWS CDK": ["CDK_DEFAULT_ACCOUNT", "CDK_PROFILE"],
  "Airflow": ["AIRFLOW_CONN_AWS_DEFAULT"],
  "Litestream": ["LITESTREAM_ACCESS_KEY_ID", "LITESTREAM_SECRET_ACCESS_KEY"],
  "Terragrunt": [
    "TERRAGRUNT_IAM_ROLE",
    "TG_IAM_ASSUME_ROLE",
    "TG_AUTH_PROVIDER_CMD",
  ],
  "aws-vault, AWSume, awsu, granted": [
    "AWS_VAULT",
    "AWS_SESSION_EXPIRATION",
    "AWSUME_PROFILE",
    "AWSU_PROFILE",
    "GRANTED_SSO",
    "GRANTED_SSO_ACCOUNT_ID",
  ],
  "direnv and mise, which restore the old values of variables": [
    "DIRENV_DIFF",
    "__MISE_DIFF",
  ],
  "restic": ["RESTIC_AWS_ASSUME_ROLE_ARN"],
  "assume-role": [
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ASSUME_ROLE_MFA_TOKEN",
    "ASSUME_ROLE_PROFILE",
    "ASSUME_ROLE_SESSION",
  ],
};

Deno.test("buildEnvironment() never passes a variable that sets an AWS identity", () => {
  const names = IDENTITY_VARIABLES.join(" ").split(" ")
    .map((name) => name.replace("*", "ANY"));
  const all = [...new Set([...names, ...Object.values(IDENTITIES).flat()])]
    .filter((name) => !Object.hasOwn(ROLE, name));
  for (
    const preserve of [
      ALL,
      NOTHING,
      preserving(all),
      preserving(["AWS_*", "A*"]),
    ]
  ) {
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

Deno.test("buildEnvironment() never passes options of Java that set an AWS identity", () => {
  const identities = {
    JAVA_TOOL_OPTIONS: "-Xmx1g -Daws.accessKeyId=AKIA1 -Daws.secretKey=x",
    _JAVA_OPTIONS: "-Daws.secretAccessKey=x",
    MAVEN_OPTS: "'-Daws.profile=prod'",
    GRADLE_OPTS: "-Daws.webIdentityTokenFile=/x",
    MAVEN_ARGS: "-Daws.sessionToken=x",
  };
  const settings = {
    JDK_JAVA_OPTIONS: "-Daws.region=eu-west-1 -Daws.maxAttempts=3",
    CI_COMMIT_MESSAGE: "explain -Daws.profile=x",
  };
  const env = { ...identities, ...settings };
  const named = Object.keys(env);
  for (const preserve of [ALL, NOTHING, { ...NOTHING, named }]) {
    const { env: passed, forbidden } = make({ env, preserve });
    assertEquals(passed, { ...settings, ...ROLE });
    assertEquals(forbidden, Object.keys(identities).sort());
  }
});

Deno.test("buildEnvironment() passes a variable that may set an AWS identity only if its full name is given", () => {
  const suspects = [
    "AWS_KMS_KEY_ID",
    "AWS_NEW_TOKEN_FILE",
    "AWS_TARGET_ACCOUNT",
    "AWS_client_secret",
    "AWS_CREDENTIALS",
    "AWS_IDENTITY_POOL",
    "AWS_PROFILE_NAME",
    "RCLONE_CONFIG_BACKUP_ACCESS_KEY_ID",
  ].sort();
  const settings = filled([
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "AWS_SHARED_CREDENTIALS_FILE",
  ]);
  const others = filled(["AWS_STAGE", "GITHUB_TOKEN", "aws_key", "MY_AWS_KEY"]);
  const named = ["AWS_*", "GITHUB_TOKEN", "aws_key", "MY_AWS_KEY"];
  for (const preserve of [ALL, preserving(named)]) {
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
  assertEquals(
    make({ env: filled(suspects), preserve: preserving(suspects) })
      .env,
    {
      ...filled(suspects),
      ...ROLE,
    },
  );
  assertEquals(
    make({ env: { aws_kms_key_id: "" }, preserve: ALL, ignoreCase: true })
      .onlyByName,
    ["aws_kms_key_id"],
  );
});

Deno.test("buildEnvironment() replaces the role's variables that an outer assume-role has set, and does not report these variables as held back", () => {
  const env = filled(Object.keys(ROLE));
  for (const preserve of [NOTHING, ALL]) {
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
  assertEquals(make({ env, preserve: preserving(["FOO"]), ignoreCase: true }), {
    env: { Path: "outer", foo: "outer", ...ROLE },
    heldBack: ["Bar"],
    onlyByName: [],
    forbidden: ["aws_profile"],
  });
});

const words = (text: string) => text.split(/\s+/);

/** Variables that look like credentials, of programs whose other variables are passed. */
const CREDENTIALS = words(
  `GITHUB_TOKEN GH_TOKEN GITHUB_PAT GITLAB_TOKEN NPM_TOKEN NODE_AUTH_TOKEN
  npm_config__authToken npm_config_//registry.npmjs.org/:_authToken NPM_CONFIG__AUTH
  npm_config_otp YARN_NPM_AUTH_TOKEN DENO_AUTH_TOKENS COMPOSER_AUTH CARGO_REGISTRY_TOKEN
  CARGO_REGISTRIES_CORP_TOKEN UV_PUBLISH_TOKEN UV_INDEX_CORP_PASSWORD PIP_PASSWORD
  POETRY_PYPI_TOKEN_PYPI POETRY_HTTP_BASIC_CORP_PASSWORD GEM_HOST_API_KEY
  BUNDLE_GEMS__EXAMPLE__COM RAILS_MASTER_KEY HEX_API_KEY NUGET_API_KEY
  ORG_GRADLE_PROJECT_signingPassword MAVEN_GPG_PASSPHRASE ANDROID_KEYSTORE_PASSWORD
  HOMEBREW_GITHUB_API_TOKEN NIX_CONFIG TF_VAR_db_password TF_VAR_api_key TF_TOKEN_app_terraform_io
  TF_HTTP_PASSWORD TF_VAR_database_url PKR_VAR_secret PULUMI_ACCESS_TOKEN
  PULUMI_CONFIG_PASSPHRASE INFRACOST_API_KEY ANSIBLE_VAULT_PASSWORD ANSIBLE_BECOME_PASS
  VAULT_TOKEN CONSUL_HTTP_TOKEN CONSUL_HTTP_AUTH NOMAD_TOKEN SOPS_AGE_KEY HELM_KUBETOKEN
  KUBE_TOKEN ARGOCD_AUTH_TOKEN DOCKER_AUTH_CONFIG DOCKER_PASSWORD COMPOSE_DB_DSN
  GOOGLE_CREDENTIALS GOOGLE_APPLICATION_CREDENTIALS GOOGLE_OAUTH_ACCESS_TOKEN
  CLOUDSDK_AUTH_ACCESS_TOKEN AZURE_CLIENT_SECRET ARM_ACCESS_KEY PGPASSWORD MYSQL_PWD
  GIT_PASSWORD GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_CONFIG_PARAMETERS
  CI_JOB_TOKEN CI_JOB_JWT DRONE_NETRC_FILE SYSTEM_ACCESSTOKEN SERVERLESS_ACCESS_KEY
  DATABASE_URL REDIS_URL MONGODB_URI CLOUDAMQP_URL SENTRY_DSN SLACK_WEBHOOK_URL
  STORAGE_CONNECTION_STRING SESSION_COOKIE CODECOV_TOKEN OPENAI_API_KEY SSH_PRIVATE_KEY
  DOCKER_HUB_PSW GIT_PSW TF_VAR_db_pw TF_VAR_dbpwd GITHUB_CRED AWS_CRED DOCKER_CRED_FILE
  KUBE_CONFIG_DATA KUBE_CONFIG_B64 KUBE_CONFIG_BASE64`,
);

Deno.test("buildEnvironment() passes a variable that looks like a credential only if the user gives its full name", () => {
  const env = filled(CREDENTIALS);
  const patterns = ["*", ...CREDENTIALS];
  for (const preserve of [NOTHING, { ...NOTHING, patterns }]) {
    const result = make({ env, preserve });
    assertEquals(result.env, ROLE);
    assertEquals(
      [...result.heldBack, ...result.onlyByName].sort(),
      CREDENTIALS.toSorted(),
    );
    if (preserve !== NOTHING) assertEquals(result.heldBack, []);
  }
  for (const preserve of [ALL, { ...NOTHING, named: CREDENTIALS }]) {
    assertEquals(make({ env, preserve }).env, { ...env, ...ROLE });
  }
});

Deno.test("buildEnvironment() passes variables whose names contain a word of a credential but say where and how a program works", () => {
  const env = filled(words(
    `SSH_AUTH_SOCK SSH_ASKPASS GIT_ASKPASS SUDO_ASKPASS PWD OLDPWD XAUTHORITY
    GIT_AUTHOR_NAME CI_COMMIT_AUTHOR ANSIBLE_HOST_KEY_CHECKING ANSIBLE_ASK_PASS
    ANSIBLE_PRIVATE_KEY_FILE ANSIBLE_VAULT_PASSWORD_FILE PGPASSFILE SOPS_AGE_KEY_FILE
    PULUMI_CONFIG_PASSPHRASE_FILE PASSWORD_STORE_DIR UV_KEYRING_PROVIDER
    PYTHON_KEYRING_BACKEND BUILDKITE_STEP_KEY TF_AWS_IGNORE_TAGS_KEYS GITHUB_PATH
    REGISTRY_AUTH_FILE CREDENTIALS_DIRECTORY AWS_ENDPOINT_URL_SECRETS_MANAGER
    AWS_AUTH_SCHEME_PREFERENCE TF_VAR_bypass KUBE_CONFIG_PATH KUBE_CONFIG_PATHS`,
  ));
  assertEquals(make({ env }).env, { ...env, ...ROLE });
});

Deno.test("buildEnvironment() finds credentials in the values of variables that only match a pattern", () => {
  const secret = {
    GIT_URL: "https://jenkins:pass@git.example.com/x.git",
    CI_REPOSITORY_URL: "https://gitlab-ci-token:x@gitlab.com/a/b.git",
    PIP_INDEX_URL: "https://token@pypi.example.com/simple",
    GOPROXY: "https://me:token@proxy.example.com,direct",
    TF_VAR_store: "postgres://app:p@ss/w@db/app",
    TF_VAR_pem: "-----BEGIN RSA PRIVATE KEY-----\nMII",
    MY_STORE: "redis://:pass@cache",
    PIP_EXTRA_INDEX_URL: "HTTPS://token@pypi.example.com/simple",
    TF_VAR_jdbc: "jdbc:postgresql://db/app?user=app&password=pass",
    TF_VAR_mssql: "jdbc:sqlserver://db;user=app;Password=pass",
    TF_VAR_blob: "https://x.blob.core.windows.net/c?sv=2024-11-04&sig=abc%3D",
    GIT_HOOK_URL: "https://ci.example.com/build?private_token=x",
  };
  const harmless = {
    DOCKER_HOST: "ssh://me@build.example.com",
    GIT_REMOTE: "ssh://git@github.com/a/b.git",
    HTTPS_PROXY: "http://me:pass@proxy.example.com:3128",
    KUBECONFIG: "/home/alice/.kube/dev:/home/alice/.kube/prod",
    CI_COMMIT_MESSAGE: "see https://example.com:8080/a, me@example.com",
    CI_COMMIT_AUTHOR: "Alice <alice@example.com>",
    GITHUB_RUN_URL: "https://ci.example.com/run?id=1&signed=no&token_type=",
  };
  const env = { ...secret, ...harmless };
  for (const patterns of [["MY_*"], ["MY_STORE", "GOPROXY"]]) {
    assertEquals(make({ env, preserve: { ...NOTHING, patterns } }), {
      env: { ...harmless, ...ROLE },
      heldBack: [],
      onlyByName: Object.keys(secret).sort(),
      forbidden: [],
    });
  }
  const named = Object.keys(secret);
  assertEquals(make({ env, preserve: { ...NOTHING, named } }).env, {
    ...env,
    ...ROLE,
  });
});

Deno.test("buildEnvironment() finds the user name and password that Jenkins sets beside NAME_PSW", () => {
  const env = {
    DOCKER_HUB: "alice:pass",
    DOCKER_HUB_USR: "alice",
    DOCKER_HUB_PSW: "pass",
    DOCKER_HOST: "tcp://192.0.2.1:1",
  };
  const { env: passed, onlyByName } = make({ env });
  const { DOCKER_HUB_USR, DOCKER_HOST } = env;
  assertEquals(passed, { DOCKER_HUB_USR, DOCKER_HOST, ...ROLE });
  assertEquals(onlyByName, ["DOCKER_HUB", "DOCKER_HUB_PSW"]);
  const preserve = { ...NOTHING, named: ["DOCKER_HUB"] };
  assertEquals(make({ env, preserve }).env.DOCKER_HUB, "alice:pass");
});

Deno.test("buildEnvironment() passes every AWS setting that is no identity", () => {
  const env = filled(words(
    `AWS_REQUEST_CHECKSUM_CALCULATION AWS_RESPONSE_CHECKSUM_VALIDATION
    AWS_S3_USE_ARN_REGION AWS_DISABLE_REQUEST_COMPRESSION
    AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES AWS_ACCOUNT_ID_ENDPOINT_MODE
    AWS_AUTH_SCHEME_PREFERENCE AWS_SIGV4A_SIGNING_REGION_SET AWS_METADATA_SERVICE_TIMEOUT
    AWS_METADATA_SERVICE_NUM_ATTEMPTS AWS_EC2_METADATA_SERVICE_ENDPOINT
    AWS_EC2_METADATA_V1_DISABLED AWS_DATA_PATH AWS_S3_DISABLE_EXPRESS_SESSION_AUTH
    AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS AWS_LAMBDA_FUNCTION_NAME AWS_EXECUTION_ENV
    AWS_ENDPOINT_URL_SECRETS_MANAGER AWS_CLI_HISTORY_FILE AWS_NODEJS_CONNECTION_REUSE_ENABLED
    AWS_STAGE AWS_XRAY_DAEMON_ADDRESS AWS_S3_ENDPOINT AWS_NO_SIGN_REQUEST`,
  ));
  assertEquals(make({ env }).env, { ...env, ...ROLE });
});

Deno.test("buildEnvironment() passes the variables of CI systems, without their credentials", () => {
  const heldBackInAll = new Set<string>();
  for (const { settings, credentials } of Object.values(CI_VARIABLES)) {
    const env = {
      ...filled(words(settings)),
      ...filled(words(credentials)),
      ...credentials.includes("CI_REPOSITORY_URL") &&
        { CI_REPOSITORY_URL: "https://gitlab-ci-token:x@gitlab.com/a.git" },
      ...credentials.includes("GIT_URL") &&
        { GIT_URL: "https://jenkins:x@git.example.com/a.git" },
    };
    const result = make({ env });
    const passed = Object.keys(result.env)
      .filter((name) => !Object.hasOwn(ROLE, name));
    const expected = words(settings)
      .filter((name) => !HELD_BACK_SETTINGS.includes(name));
    assertEquals(passed, [...new Set(expected)]);
    for (const name of [...result.heldBack, ...result.onlyByName]) {
      if (!words(credentials).includes(name)) heldBackInAll.add(name);
    }
  }
  assertEquals([...heldBackInAll].sort(), HELD_BACK_SETTINGS);
});
