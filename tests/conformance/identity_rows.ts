/** The combinations of variables, AWS's files and options that `identity_test.ts` tries. */
import { keysOf, PREFIX, type User } from "../mod.ts";

const TOKEN = "the-session-token";
/** The subject of the web identity token in the home directory's file `token`. */
export const SUBJECT = "the-pod";

const named = (name: string, more: Partial<User> = {}): User => ({
  name,
  accountId: "111111111111",
  accessKeyId: `AKIAFAKE${name.toUpperCase().padEnd(12, "0")}`,
  secretAccessKey: `fake/secret+of+${name}`,
  ...more,
});
const ALICE = named("alice");
const BOB = named("bob");
const CAROL = named("carol");
const ENV = named("env");
const SESSION = named("session", { sessionToken: TOKEN });
const EXPIRED = named("expired", { sessionToken: TOKEN, isExpired: true });
/**
 * Users by name. Alice's access keys are in `credentials`, Bob's in `config` or other
 * files.
 */
export const USERS = { ALICE, BOB, CAROL, ENV, SESSION, EXPIRED };

/**
 * One combination. In its texts, `@HOME` stands for the home directory, and `@AWS` for the
 * URL of the fake AWS.
 */
export interface Row {
  readonly name: string;
  readonly config?: string;
  readonly credentials?: string;
  /** Text of `~/.boto`. */
  readonly boto?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options for the AWS CLI and for assume-role. */
  readonly options?: string;
  /**
   * The user, or the role of the session, that the AWS CLI and assume-role use;
   * `undefined` if both fail.
   */
  readonly identity: string | undefined;
  /** Why assume-role refuses a combination that the AWS CLI accepts. */
  readonly refused?: string;
}

const inEnv = (user: User, env: Record<string, string> = {}) => ({
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  ...(user.sessionToken && { AWS_SESSION_TOKEN: user.sessionToken }),
  ...env,
});
const idOf = ({ accessKeyId }: User) => `aws_access_key_id = ${accessKeyId}\n`;
const secretOf = ({ secretAccessKey }: User) =>
  `aws_secret_access_key = ${secretAccessKey}\n`;
/** Returns the lines of a profile that has a user's access keys, without the header. */
const keys = (user: User) => keysOf(user).replace("[default]\n", "");
/** Returns the lines of a profile that has a role, without the header. */
const role = (name: string, source?: string) =>
  `role_arn = ${PREFIX}${name}\n` +
  (source === undefined ? "" : `source_profile = ${source}\n`);
const process = (name: string) =>
  `credential_process = cat @HOME/${name}.json\n`;
const SSO =
  "sso_session = work\nsso_account_id = 111111111111\nsso_role_name = Reader\n";
const SSO_SESSION =
  "[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n";
const SSO_LEGACY = SSO_SESSION.replace("[sso-session work]\n", "") +
  SSO.replace("sso_session = work\n", "");
const TOKEN_FILE = "web_identity_token_file = @HOME/token\n";
const WEB = { AWS_WEB_IDENTITY_TOKEN_FILE: "@HOME/token" };
const WEB_ROLE = { ...WEB, AWS_ROLE_ARN: `${PREFIX}web` };
const CONTAINER = {
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "@AWS/container/credentials",
  AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
};
const INSTANCE = {
  AWS_EC2_METADATA_DISABLED: "false",
  AWS_EC2_METADATA_SERVICE_ENDPOINT: "@AWS",
};
const TWO = keysOf(ALICE) + keysOf(BOB, "bob");
const PLAIN = "[profile plain]\nregion = eu-west-1\n";
const X = { AWS_PROFILE: "x" };

const VARIABLES: readonly Row[] = [
  { name: "keys in default", credentials: TWO, identity: "alice" },
  {
    name: "AWS_PROFILE=default without such a profile, and a container",
    config: PLAIN,
    env: { AWS_PROFILE: "default", ...CONTAINER },
    identity: undefined,
  },
  {
    name: "AWS_PROFILE",
    credentials: TWO,
    env: { AWS_PROFILE: "bob" },
    identity: "bob",
  },
  {
    name: "AWS_PROFILE without such a profile",
    credentials: TWO,
    env: { AWS_PROFILE: "none" },
    identity: undefined,
  },
  {
    name: "AWS_PROFILE without such a profile, and keys in variables",
    credentials: TWO,
    env: inEnv(ENV, { AWS_PROFILE: "none" }),
    identity: undefined,
  },
  {
    name: "empty AWS_PROFILE",
    credentials: TWO,
    env: { AWS_PROFILE: "" },
    identity: undefined,
  },
  {
    name: "AWS_DEFAULT_PROFILE",
    credentials: TWO,
    env: { AWS_DEFAULT_PROFILE: "bob" },
    identity: "bob",
  },
  {
    name: "AWS_DEFAULT_PROFILE without such a profile",
    credentials: TWO,
    env: { AWS_DEFAULT_PROFILE: "none" },
    identity: undefined,
  },
  {
    name: "empty AWS_DEFAULT_PROFILE",
    credentials: TWO,
    env: { AWS_DEFAULT_PROFILE: "" },
    identity: undefined,
  },
  {
    name: "AWS_PROFILE and AWS_DEFAULT_PROFILE that agree",
    credentials: TWO,
    env: { AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "bob" },
    identity: "bob",
  },
  {
    name: "AWS_PROFILE and AWS_DEFAULT_PROFILE that differ",
    credentials: TWO,
    env: { AWS_PROFILE: "bob", AWS_DEFAULT_PROFILE: "default" },
    identity: "alice",
    refused: "versions 1 and 2 of the AWS CLI use different profiles",
  },
  {
    name: "AWS_DEFAULT_PROFILE beside an empty AWS_PROFILE",
    credentials: TWO,
    env: { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "bob" },
    identity: "bob",
    refused: "version 2 of the AWS CLI refuses the empty value",
  },
  {
    name: "keys in variables",
    credentials: TWO,
    env: inEnv(ENV),
    identity: "env",
  },
  {
    name: "keys in variables beside AWS_PROFILE",
    credentials: TWO,
    env: inEnv(ENV, { AWS_PROFILE: "bob" }),
    identity: "env",
  },
  {
    name: "keys in variables beside AWS_PROFILE without credentials",
    config: PLAIN,
    credentials: TWO,
    env: inEnv(ENV, { AWS_PROFILE: "plain" }),
    identity: "env",
  },
  {
    name: "keys in variables beside AWS_DEFAULT_PROFILE",
    credentials: TWO,
    env: inEnv(ENV, { AWS_DEFAULT_PROFILE: "bob" }),
    identity: "env",
  },
  {
    name: "keys in variables beside --profile",
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile bob",
    identity: "bob",
  },
  {
    name: "--profile beside AWS_PROFILE",
    credentials: TWO,
    env: { AWS_PROFILE: "default" },
    options: "--profile bob",
    identity: "bob",
  },
  {
    name: "keys in variables beside a role of AWS_PROFILE",
    config: `[profile x]\n${role("first", "default")}`,
    credentials: TWO,
    env: inEnv(ENV, X),
    identity: "env",
  },
  {
    name: "keys in variables beside a role of --profile",
    config: `[profile x]\n${role("first", "default")}`,
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile x",
    identity: "first",
  },
  {
    name: "only an access key ID in variables",
    credentials: TWO,
    env: { AWS_ACCESS_KEY_ID: ENV.accessKeyId },
    identity: undefined,
  },
  {
    name: "only a secret key in variables",
    credentials: TWO,
    env: { AWS_SECRET_ACCESS_KEY: ENV.secretAccessKey },
    identity: "alice",
    refused: "the user meant to use keys in variables; one of them is lost",
  },
  {
    name: "an access key ID and an empty secret key in variables",
    credentials: TWO,
    env: inEnv(ENV, { AWS_SECRET_ACCESS_KEY: "" }),
    identity: undefined,
  },
  {
    name: "empty keys in variables",
    credentials: TWO,
    env: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
    identity: "alice",
  },
  {
    name: "half a pair in variables beside --profile",
    credentials: TWO,
    env: { AWS_ACCESS_KEY_ID: ENV.accessKeyId },
    options: "--profile bob",
    identity: "bob",
  },
  {
    name: "lower-case variables do not count",
    credentials: TWO,
    env: {
      aws_access_key_id: ENV.accessKeyId,
      aws_secret_access_key: ENV.secretAccessKey,
      aws_security_token: TOKEN,
      aws_profile: "bob",
    },
    identity: "alice",
  },
  { name: "AWS_SESSION_TOKEN", env: inEnv(SESSION), identity: "session" },
  {
    name: "AWS_SECURITY_TOKEN",
    env: inEnv(SESSION, { AWS_SESSION_TOKEN: "", AWS_SECURITY_TOKEN: TOKEN }),
    identity: "session",
  },
  {
    name: "AWS_SECURITY_TOKEN beats AWS_SESSION_TOKEN",
    env: inEnv(SESSION, { AWS_SESSION_TOKEN: "x", AWS_SECURITY_TOKEN: TOKEN }),
    identity: "session",
  },
  {
    name: "a wrong AWS_SECURITY_TOKEN",
    env: inEnv(SESSION, { AWS_SECURITY_TOKEN: "x" }),
    identity: undefined,
  },
  {
    name: "an empty AWS_SECURITY_TOKEN",
    env: inEnv(SESSION, { AWS_SECURITY_TOKEN: "" }),
    identity: "session",
  },
  {
    name: "a session token in variables without keys",
    credentials: TWO,
    env: { AWS_SESSION_TOKEN: TOKEN },
    identity: "alice",
  },
  {
    name: "an expired session in variables",
    env: inEnv(EXPIRED),
    identity: undefined,
  },
  {
    name: "AWS_CREDENTIAL_EXPIRATION in the past",
    env: inEnv(ENV, { AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z" }),
    identity: undefined,
  },
  {
    name: "AWS_CREDENTIAL_EXPIRATION in the past beside --profile",
    credentials: TWO,
    env: inEnv(ENV, { AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z" }),
    options: "--profile bob",
    identity: "bob",
  },
  {
    name: "AWS_CREDENTIAL_EXPIRATION in the future",
    env: inEnv(ENV, { AWS_CREDENTIAL_EXPIRATION: "2099-01-01T00:00:00Z" }),
    identity: "env",
  },
];

const FILES: readonly Row[] = [
  ...[
    "$OTHER/credentials",
    "${OTHER}/credentials",
    "$HOME/other/credentials",
    "~/other/credentials",
    "$TILDE/other/credentials",
  ].map((path): Row => ({
    name: `AWS_SHARED_CREDENTIALS_FILE=${path}`,
    credentials: TWO,
    env: { AWS_SHARED_CREDENTIALS_FILE: path },
    identity: "bob",
  })),
  ...["%OTHER%/credentials", "$NONE/credentials", "/none", "", "@HOME"].map((
    path,
  ): Row => ({
    name: `AWS_SHARED_CREDENTIALS_FILE=${path}`,
    credentials: TWO,
    env: { AWS_SHARED_CREDENTIALS_FILE: path },
    identity: undefined,
  })),
  {
    name: "AWS_SHARED_CREDENTIALS_FILE in the home of another user",
    credentials: TWO,
    env: { AWS_SHARED_CREDENTIALS_FILE: "~root/credentials" },
    identity: undefined,
  },
  ...["$OTHER/config", "~/other/config"].map((path): Row => ({
    name: `AWS_CONFIG_FILE=${path}`,
    credentials: TWO,
    env: { AWS_CONFIG_FILE: path, AWS_PROFILE: "tool" },
    identity: "bob",
  })),
  {
    name: "empty AWS_CONFIG_FILE hides the profiles of config",
    config: PLAIN,
    credentials: TWO,
    env: { AWS_CONFIG_FILE: "", AWS_PROFILE: "plain" },
    identity: undefined,
  },
  {
    name: "AWS_CONFIG_FILE that is a directory",
    credentials: TWO,
    env: { AWS_CONFIG_FILE: "@HOME" },
    identity: "alice",
    refused: "a directory in the place of a file is a mistake",
  },
  {
    name: "a profile in config only",
    config: keysOf(BOB, "profile x"),
    env: X,
    identity: "bob",
  },
  {
    name: "a profile in credentials only",
    config: "",
    credentials: keysOf(BOB, "x"),
    env: X,
    identity: "bob",
  },
  {
    name: "a profile in both files with other keys",
    config: keysOf(BOB, "profile x"),
    credentials: keysOf(ALICE, "x"),
    env: X,
    identity: "alice",
  },
  {
    name: "[default] in both files with other keys",
    config: keysOf(BOB),
    credentials: keysOf(ALICE),
    identity: "alice",
  },
  {
    name: "a session token in config beside keys in credentials",
    config: "[profile x]\naws_session_token = x\n",
    credentials: keysOf(ALICE, "x"),
    env: X,
    identity: "alice",
  },
  {
    name: "keys of a session in config beside keys in credentials",
    config: keysOf(SESSION, "profile x"),
    credentials: keysOf(ALICE, "x"),
    options: "--profile x",
    identity: "alice",
  },
  {
    name: "an access key ID in config and a secret key in credentials",
    config: `[profile x]\n${idOf(ALICE)}`,
    credentials: `[x]\n${secretOf(ALICE)}`,
    env: X,
    identity: undefined,
  },
  {
    name: "an access key ID in credentials and a secret key in config",
    config: `[profile x]\n${secretOf(ALICE)}`,
    credentials: `[x]\n${idOf(ALICE)}`,
    env: X,
    identity: undefined,
  },
  {
    name: "an access key ID in credentials beside keys in config",
    config: keysOf(BOB, "profile x"),
    credentials: `[x]\n${idOf(ALICE)}`,
    env: X,
    identity: undefined,
  },
  {
    name: "a secret key in credentials beside keys in config",
    config: keysOf(BOB, "profile x"),
    credentials: `[x]\n${secretOf(ALICE)}`,
    env: X,
    identity: "bob",
  },
  {
    name: "only an access key ID in default, and a container",
    credentials: `[default]\n${idOf(ALICE)}`,
    env: CONTAINER,
    identity: undefined,
  },
  {
    name: "only a secret key in default, and a container",
    credentials: `[default]\n${secretOf(ALICE)}`,
    env: CONTAINER,
    identity: "machine",
    refused: "half of a key pair is refused in the profile that is used",
  },
  {
    name: "half of a key pair in another profile",
    credentials: `[x]\n${idOf(BOB)}${keysOf(ALICE)}`,
    identity: "alice",
  },
  {
    name: "an empty access key ID",
    credentials: `[x]\naws_access_key_id =\n${secretOf(ALICE)}`,
    env: { ...X, ...CONTAINER },
    identity: undefined,
  },
  {
    name: "an empty access key ID in credentials beside keys in config",
    config: keysOf(BOB, "profile x"),
    credentials: `[x]\naws_access_key_id =\naws_secret_access_key =\n`,
    env: X,
    identity: undefined,
  },
  {
    name: "an empty session token",
    credentials: `${keysOf(ALICE)}aws_session_token =\n`,
    identity: "alice",
  },
  {
    name: "an empty aws_security_token beside aws_session_token",
    credentials: `${keysOf(SESSION)}aws_security_token =\n`,
    identity: undefined,
  },
  {
    name: "aws_security_token",
    credentials: keysOf(SESSION)
      .replace("aws_session_token", "aws_security_token"),
    identity: "session",
  },
  {
    name: "aws_security_token beats aws_session_token",
    credentials: keysOf(SESSION)
      .replace(TOKEN, `x\naws_security_token = ${TOKEN}`),
    identity: "session",
  },
  {
    name: "an expired session",
    credentials: keysOf(EXPIRED),
    identity: undefined,
  },
  {
    name: "upper-case keys, and colons",
    credentials: keysOf(ALICE).replaceAll(
      /aws_.* =/g,
      (key) => key.toUpperCase().replace(" =", ":"),
    ),
    identity: "alice",
  },
  {
    name: "[profile default] after [default]",
    config: keysOf(ALICE) + keysOf(BOB, "profile default"),
    identity: "bob",
  },
  {
    name: "[default] after [profile default]",
    config: keysOf(BOB, "profile default") + keysOf(ALICE),
    identity: "alice",
  },
  {
    name: "[DEFAULT] alone",
    credentials: keysOf(ALICE, "DEFAULT"),
    identity: undefined,
  },
  {
    name: "[DEFAULT] gives its keys to every profile",
    config: PLAIN,
    credentials: `${keysOf(ALICE, "DEFAULT")}[x]\nregion = eu-west-1\n`,
    env: X,
    identity: "alice",
  },
  {
    name: "[profile x] in credentials is no profile x",
    credentials: keysOf(ALICE, "profile x"),
    env: X,
    identity: undefined,
  },
];

const ROLES: readonly Row[] = [
  {
    name: "a role beats the keys of its profile",
    config: `[profile x]\n${role("first", "default")}`,
    credentials: TWO + keysOf(BOB, "x"),
    env: X,
    identity: "first",
  },
  {
    name: "a profile that is its own source",
    config: `[profile x]\n${role("only-bob", "x")}`,
    credentials: keysOf(ALICE) + keysOf(BOB, "x"),
    options: "--profile x",
    identity: "only-bob",
  },
  {
    name: "a profile that is its own source, without keys",
    config: `[profile x]\n${role("first", "x")}${process("carol")}`,
    credentials: TWO,
    env: X,
    identity: undefined,
  },
  {
    name: "a source profile with its keys in the other file",
    config: keysOf(BOB, "profile b"),
    credentials: `${keysOf(ALICE)}[x]\n${role("only-bob", "b")}`,
    options: "--profile x",
    identity: "only-bob",
  },
  {
    name: "a source profile with other keys in both files",
    config: `[profile x]\n${role("only-bob", "b")}${
      keysOf(ALICE, "profile b")
    }`,
    credentials: keysOf(BOB, "b"),
    env: X,
    identity: "only-bob",
  },
  {
    name: "half of a key pair in a source profile",
    config: `[profile x]\n${role("first", "b")}${keysOf(ALICE, "profile b")}`,
    credentials: `[b]\n${idOf(BOB)}`,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "a chain of roles",
    config: `[profile x]\n${role("second", "y")}[profile y]\n${
      role("first", "default")
    }`,
    credentials: TWO,
    env: X,
    identity: "second",
  },
  {
    name: "a source profile with keys and a role: the keys",
    config: `[profile x]\n${role("only-bob", "y")}[profile y]\n${
      role("first", "default")
    }${keys(BOB)}`,
    credentials: TWO,
    options: "--profile x",
    identity: "only-bob",
  },
  {
    name: "a source profile with half of a key pair and a role",
    config: `[profile x]\n${role("second", "y")}[profile y]\n${
      role("first", "default")
    }${secretOf(BOB)}`,
    credentials: TWO,
    env: X,
    identity: undefined,
  },
  {
    name: "a circle of source profiles",
    config: `[profile x]\n${role("first", "y")}[profile y]\n${
      role("first", "x")
    }`,
    credentials: TWO,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "a circle of source profiles, with keys at its start",
    config: `[profile x]\n${role("first", "y")}${keys(ALICE)}[profile y]\n${
      role("first", "x")
    }`,
    credentials: TWO,
    env: X,
    identity: undefined,
  },
  {
    name: "a source profile that does not exist",
    config: `[profile x]\n${role("first", "none")}`,
    credentials: TWO,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "a source profile without credentials, and keys in variables",
    config: `[profile x]\n${role("first", "plain")}${PLAIN}`,
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "a source profile without credentials, and a container",
    config: `[profile x]\n${role("first", "plain")}${PLAIN}`,
    credentials: TWO,
    env: { ...X, ...CONTAINER },
    identity: undefined,
  },
  {
    name: "a role without a source",
    config: `[profile x]\n${role("first")}`,
    credentials: TWO + keysOf(BOB, "x"),
    env: X,
    identity: undefined,
  },
  {
    name: "a role of default without a source, and keys in default",
    config: `[default]\n${role("first")}`,
    credentials: TWO,
    identity: undefined,
  },
  {
    name: "a source profile without a role",
    config: "[profile x]\nsource_profile = bob\n",
    credentials: TWO,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "an empty role_arn, and keys",
    config: `[profile x]\nrole_arn =\n${keys(BOB)}`,
    env: X,
    identity: undefined,
  },
  {
    name: "an empty role_arn with a source profile",
    config: "[profile x]\nrole_arn =\nsource_profile = bob\n",
    credentials: TWO + keysOf(CAROL, "x"),
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "an empty source_profile",
    config: `[profile x]\n${
      role("first", "")
    }credential_source = Environment\n`,
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "an empty source_profile without a role, and keys",
    config: `[profile x]\nsource_profile =\n${keys(BOB)}`,
    env: X,
    identity: "bob",
  },
  {
    name: "credential_source = Environment",
    config: `[profile x]\n${role("only-env")}credential_source = Environment\n`,
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile x",
    identity: "only-env",
  },
  {
    name: "credential_source = Environment without keys in variables",
    config: `[profile x]\n${role("first")}credential_source = Environment\n`,
    credentials: TWO,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "credential_source = EcsContainer",
    config: `[profile x]\n${role("second")}credential_source = EcsContainer\n`,
    credentials: TWO,
    env: inEnv(ENV, CONTAINER),
    options: "--profile x",
    identity: "second",
  },
  {
    name: "credential_source = Ec2InstanceMetadata",
    config: `[profile x]\n${
      role("second")
    }credential_source = Ec2InstanceMetadata\n`,
    credentials: TWO,
    env: { ...X, ...INSTANCE, ...CONTAINER },
    identity: "second",
  },
  {
    name: "credential_source = EcsContainer without a container",
    config: `[profile x]\n${role("second")}credential_source = EcsContainer\n`,
    credentials: TWO,
    env: inEnv(ENV, INSTANCE),
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "credential_source = EcsContainer, and a refused token",
    config: `[profile x]\n${role("second")}credential_source = EcsContainer\n`,
    env: {
      ...X,
      ...INSTANCE,
      ...CONTAINER,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a wrong token",
    },
    identity: undefined,
  },
  {
    name: "credential_source = Ec2InstanceMetadata on a disabled instance",
    config: `[profile x]\n${
      role("second")
    }credential_source = Ec2InstanceMetadata\n`,
    env: {
      ...X,
      ...INSTANCE,
      ...CONTAINER,
      AWS_EC2_METADATA_DISABLED: "TRUE",
    },
    identity: undefined,
  },
  {
    name: "an instance that is not disabled by the value 1",
    env: { ...INSTANCE, AWS_EC2_METADATA_DISABLED: "1" },
    identity: "instance",
  },
  {
    name: "credential_source = Ec2InstanceMetadata, and keys in variables",
    config: `[profile x]\n${
      role("second")
    }credential_source = Ec2InstanceMetadata\n`,
    credentials: TWO,
    env: inEnv(ENV, { ...INSTANCE, ...WEB_ROLE }),
    options: "--profile x",
    identity: "second",
  },
  {
    name: "source_profile with credential_source = Environment",
    config: `[profile x]\n${role("second", "y")}[profile y]\n${
      role("first")
    }credential_source = Environment\n`,
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile x",
    identity: "second",
  },
  {
    name: "source_profile with credential_source = EcsContainer",
    config: `[profile x]\n${role("third", "y")}[profile y]\n${
      role("second")
    }credential_source = EcsContainer\n`,
    env: { ...X, ...INSTANCE, ...CONTAINER },
    identity: "third",
  },
  {
    name: "source_profile with credential_source = Ec2InstanceMetadata",
    config: `[profile x]\n${role("third", "y")}[profile y]\n${
      role("second")
    }credential_source = Ec2InstanceMetadata\n`,
    env: { ...X, ...INSTANCE, ...CONTAINER },
    identity: "third",
  },
  {
    name: "web_identity_token_file with external_id and mfa_serial",
    config: `[profile x]\n${
      role("web")
    }${TOKEN_FILE}external_id = x-1\nmfa_serial = arn:aws:iam::111111111111:mfa/x\nduration_seconds = 1800\n`,
    env: X,
    identity: "web",
  },
  {
    name: "credential_source = Environment, expired",
    config: `[profile x]\n${role("only-env")}credential_source = Environment\n`,
    env: inEnv(ENV, { AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z" }),
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "credential_source in lower case",
    config: `[profile x]\n${role("first")}credential_source = environment\n`,
    env: inEnv(ENV),
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "credential_source and source_profile",
    config: `[profile x]\n${
      role("first", "default")
    }credential_source = Environment\n`,
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile x",
    identity: undefined,
  },
];

const INCLUDED = `[profile other]\n${role("first", "default")}${
  process("carol")
}${SSO_LEGACY}`;
const INCLUDE = "include_profile = other\n";

/** Profiles with credentials of their own, to which `include_profile` adds none. */
const INCLUDING: readonly Row[] = [
  {
    name: "keys and include_profile",
    config: `${INCLUDED}[profile x]\n${INCLUDE}${keys(BOB)}`,
    credentials: TWO,
    env: X,
    identity: "bob",
  },
  {
    name: "keys in credentials and include_profile",
    config: `${INCLUDED}[profile bob]\n${INCLUDE}`,
    credentials: TWO,
    options: "--profile bob",
    identity: "bob",
  },
  {
    name: "credential_process and include_profile",
    config: `${INCLUDED}[profile x]\n${INCLUDE}${process("bob")}`,
    credentials: TWO,
    env: X,
    identity: "bob",
  },
  {
    name: "a role with source_profile and include_profile",
    config: `${INCLUDED}[profile x]\n${INCLUDE}${role("only-bob", "bob")}`,
    credentials: TWO,
    options: "--profile x",
    identity: "only-bob",
  },
  {
    name: "credential_source and include_profile",
    config: `${INCLUDED}[profile x]\n${INCLUDE}${
      role("only-env")
    }credential_source = Environment\n`,
    credentials: TWO,
    env: inEnv(ENV),
    options: "--profile x",
    identity: "only-env",
  },
  {
    name: "web_identity_token_file and include_profile",
    config: `${INCLUDED}[profile x]\n${INCLUDE}${role("web")}${TOKEN_FILE}`,
    credentials: TWO,
    env: X,
    identity: "web",
  },
  {
    name: "IAM Identity Center and include_profile",
    config: `[profile other]\n${
      process("carol")
    }[profile x]\n${INCLUDE}${SSO_LEGACY}`,
    credentials: TWO,
    env: X,
    identity: "Reader",
  },
  {
    name: "source_profile and web_identity_token_process",
    config: `[profile x]\n${
      role("first", "bob")
    }web_identity_token_process = false\nmfa_process = false\n`,
    credentials: TWO,
    options: "--profile x",
    identity: "first",
  },
];

const PROVIDERS: readonly Row[] = [
  {
    name: "credential_process",
    config: `[profile x]\n${process("carol")}`,
    credentials: TWO,
    env: X,
    identity: "carol",
  },
  {
    name: "credential_process in credentials",
    credentials: `${TWO}[x]\n${process("carol")}`,
    options: "--profile x",
    identity: "carol",
  },
  {
    name: "keys in credentials beat credential_process",
    config: `[profile x]\n${process("carol")}`,
    credentials: keysOf(ALICE, "x"),
    env: X,
    identity: "alice",
  },
  {
    name: "credential_process beats keys in config",
    config: `[profile x]\n${process("carol")}${keys(BOB)}`,
    options: "--profile x",
    identity: "carol",
  },
  {
    name: "credential_process in credentials beats keys in config",
    config: keysOf(BOB, "profile x"),
    credentials: `[x]\n${process("carol")}`,
    options: "--profile x",
    identity: "carol",
  },
  {
    name: "credential_process of a source profile beats its keys in config",
    config: `[profile x]\n${role("only-carol", "y")}[profile y]\n${
      process("carol")
    }${keys(BOB)}`,
    env: X,
    identity: "only-carol",
  },
  {
    name:
      "credential_process of a source profile beats its role beside keys in config",
    config: `[default]\n${keys(ALICE)}[profile x]\n${
      role("only-carol", "y")
    }[profile y]\n${role("admin", "default")}${process("carol")}${keys(BOB)}`,
    env: X,
    identity: "only-carol",
  },
  {
    name: "credential_process beside a token file that an empty variable hides",
    config: `[profile x]\nrole_arn = ${PREFIX}web\n${TOKEN_FILE}${
      process("bob")
    }`,
    env: { ...X, AWS_WEB_IDENTITY_TOKEN_FILE: "" },
    identity: "bob",
  },
  {
    name: "credential_process whose command line has a variable",
    config:
      "[default]\ncredential_process = sh -c 'cat \"$0\"' @HOME/$WHO.json\n",
    env: { WHO: "bob" },
    identity: undefined,
  },
  {
    name: "a role beats credential_process",
    config: `[profile x]\n${role("first", "default")}${process("carol")}`,
    credentials: TWO,
    options: "--profile x",
    identity: "first",
  },
  {
    name: "credential_process beats a secret key alone",
    config: `[profile x]\n${process("carol")}${secretOf(BOB)}`,
    env: X,
    identity: "carol",
  },
  {
    name: "credential_process that fails, and keys in config",
    config: `[profile x]\ncredential_process = false\n${keys(BOB)}`,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "an empty credential_process, and keys in config",
    config: `[profile x]\ncredential_process =\n${keys(BOB)}`,
    env: X,
    identity: undefined,
  },
  {
    name: "credential_process of default, and a container",
    config: `[default]\ncredential_process = false\n`,
    env: CONTAINER,
    identity: undefined,
  },
  {
    name: "credential_process whose session has expired",
    config: `[profile x]\n${process("late")}`,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "IAM Identity Center",
    config: `[profile x]\n${SSO}${SSO_SESSION}`,
    env: X,
    identity: "Reader",
  },
  {
    name: "IAM Identity Center beats keys in credentials",
    config: `[profile x]\n${SSO}${SSO_SESSION}`,
    credentials: keysOf(ALICE, "x"),
    options: "--profile x",
    identity: "Reader",
  },
  {
    name: "IAM Identity Center beats keys in config and credential_process",
    config: `[profile x]\n${SSO}${keys(BOB)}${process("carol")}${SSO_SESSION}`,
    options: "--profile x",
    identity: "Reader",
  },
  {
    name: "IAM Identity Center of default beats its keys",
    config: `[default]\n${SSO}${SSO_SESSION}`,
    credentials: TWO,
    identity: "Reader",
  },
  {
    name: "IAM Identity Center of a source profile beats its keys",
    config: `[profile x]\n${role("only-reader", "y")}[profile y]\n${SSO}${
      keys(BOB)
    }${SSO_SESSION}`,
    env: X,
    identity: "only-reader",
  },
  {
    name: "IAM Identity Center without sso-session beats keys",
    config: `[profile x]\n${SSO_LEGACY}${keys(BOB)}`,
    options: "--profile x",
    identity: "Reader",
  },
  {
    name: "a role beats IAM Identity Center",
    config: `[profile x]\n${role("first", "default")}${SSO}${SSO_SESSION}`,
    credentials: TWO,
    env: X,
    identity: "first",
  },
  {
    name: "IAM Identity Center without its sso-session, and keys",
    config: `[profile x]\n${SSO}${keys(BOB)}`,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "IAM Identity Center without an account, and keys",
    config: `[profile x]\nsso_session = work\nsso_role_name = Reader\n${
      keys(BOB)
    }${SSO_SESSION}`,
    env: X,
    identity: undefined,
  },
  {
    name: "sso_session without an account and a role, and keys",
    config: `[profile x]\nsso_session = work\n${keys(BOB)}${SSO_SESSION}`,
    options: "--profile x",
    identity: "bob",
  },
  {
    name: "sso_session without its section, and keys",
    config: `[profile x]\nsso_session = none\n${keys(BOB)}`,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "sso_session without its section, and credential_process",
    config: `[profile x]\nsso_session = none\n${process("bob")}`,
    env: X,
    identity: undefined,
  },
  {
    name: "sso_session of default without its section, and keys in variables",
    config: "[default]\nsso_session = none\n",
    env: inEnv(ENV),
    identity: undefined,
  },
  {
    name: "empty sso_session, and keys",
    config: `[profile x]\nsso_session =\n${keys(BOB)}`,
    env: X,
    identity: undefined,
  },
  {
    name: "sso_session of a source profile without its section, and keys",
    config: `[profile x]\n${
      role("first", "y")
    }[profile y]\nsso_session = none\n${keys(BOB)}`,
    env: X,
    identity: "first",
  },
  {
    name: "sso_session of a role's profile without its section",
    config: `[profile x]\nsso_session = none\n${role("first", "default")}`,
    credentials: TWO,
    env: X,
    identity: undefined,
  },
  {
    name: "sso-session without the start URL, which the profile has",
    config:
      `[profile x]\n${SSO}sso_start_url = https://example.awsapps.com/start\n[sso-session work]\nsso_region = us-east-1\n`,
    env: X,
    identity: undefined,
  },
  {
    name: "sso-session with a space in its name",
    config: `[profile x]\n${SSO}${SSO_SESSION}`.replaceAll("work", "'my work'")
      .replace("sso_session = 'my work'", "sso_session = my work"),
    env: X,
    identity: "Reader",
  },
  {
    name: "IAM Identity Center with two regions",
    config: `[profile x]\n${SSO}sso_region = eu-west-1\n${SSO_SESSION}`,
    env: X,
    identity: undefined,
  },
  {
    name: "login_session beats keys in config",
    config: `[profile x]\nlogin_session = x\n${keys(BOB)}`,
    options: "--profile x",
    identity: undefined,
  },
  {
    name: "keys in credentials beat login_session",
    config: "[profile x]\nlogin_session = x\n",
    credentials: keysOf(ALICE, "x"),
    env: X,
    identity: "alice",
  },
];

const TOKENS: readonly Row[] = [
  { name: "web identity in variables", env: WEB_ROLE, identity: "web" },
  {
    name: "web identity in variables beats keys in default",
    credentials: TWO,
    env: WEB_ROLE,
    identity: "web",
  },
  {
    name: "keys in variables beat web identity in variables",
    credentials: TWO,
    env: inEnv(ENV, WEB_ROLE),
    identity: "env",
  },
  {
    name: "web identity in variables beats the keys of AWS_PROFILE",
    credentials: TWO,
    env: { ...WEB_ROLE, AWS_PROFILE: "bob" },
    identity: "web",
  },
  {
    name: "--profile beats web identity in variables",
    credentials: TWO,
    env: WEB_ROLE,
    options: "--profile bob",
    identity: "bob",
  },
  {
    name: "a role of AWS_PROFILE beats web identity in variables",
    config: `[profile x]\n${role("first", "default")}`,
    credentials: TWO,
    env: { ...X, ...WEB_ROLE },
    identity: "first",
  },
  {
    name: "web identity in variables with the role of a profile",
    config: `[profile x]\n${role("web")}${TOKEN_FILE}`,
    credentials: TWO,
    env: { ...X, ...WEB },
    identity: "web",
  },
  {
    name: "a web identity token in variables without a role, and keys",
    credentials: TWO,
    env: WEB,
    identity: undefined,
  },
  {
    name: "AWS_ROLE_ARN alone",
    credentials: TWO,
    env: { AWS_ROLE_ARN: `${PREFIX}first` },
    identity: "alice",
  },
  {
    name: "an empty AWS_ROLE_ARN, and a role in the profile",
    config: `[profile x]\n${role("web")}${TOKEN_FILE}`,
    env: { ...X, ...WEB, AWS_ROLE_ARN: "" },
    identity: undefined,
  },
  {
    name: "a web identity of a profile",
    config: `[profile x]\n${role("web")}${TOKEN_FILE}`,
    credentials: TWO,
    env: X,
    identity: "web",
  },
  {
    name: "a web identity of --profile beside other variables",
    config: `[profile x]\n${role("web")}${TOKEN_FILE}`,
    env: { ...WEB, AWS_ROLE_ARN: `${PREFIX}other-web` },
    options: "--profile x",
    identity: "web",
  },
  {
    name: "AWS_ROLE_ARN beside the token file of a profile",
    config: `[profile x]\n${role("web")}${TOKEN_FILE}`,
    env: { ...X, AWS_ROLE_ARN: `${PREFIX}other-web` },
    identity: "other-web",
  },
  {
    name: "AWS_ROLE_ARN beside the token file of default",
    config: `[default]\n${TOKEN_FILE}`,
    env: { AWS_ROLE_ARN: `${PREFIX}other-web` },
    identity: "other-web",
  },
  {
    name: "a token file of a profile beats its keys and its source profile",
    config: `[profile x]\n${role("web", "default")}${TOKEN_FILE}${keys(BOB)}`,
    credentials: TWO,
    env: X,
    identity: "web",
  },
  {
    name: "a token file of a profile without a role, and keys",
    config: `[profile x]\n${TOKEN_FILE}${keys(BOB)}`,
    env: X,
    identity: undefined,
  },
  {
    name: "an empty token file hides the role of a profile",
    config: `[profile x]\n${
      role("first", "default")
    }web_identity_token_file =\n${keys(BOB)}`,
    credentials: TWO,
    env: X,
    identity: "bob",
  },
  {
    name: "an empty token file in variables hides that of a profile",
    config: `[profile x]\n${role("web")}${TOKEN_FILE}${keys(BOB)}`,
    env: { ...X, AWS_WEB_IDENTITY_TOKEN_FILE: "" },
    identity: "bob",
  },
  {
    name: "a web identity of a source profile beside other variables",
    config: `[profile x]\n${role("second", "y")}[profile y]\n${
      role("web")
    }${TOKEN_FILE}${keys(BOB).replace(BOB.accessKeyId, "x")}`,
    env: { ...X, AWS_ROLE_ARN: `${PREFIX}other-web` },
    identity: "second",
  },
];

const LAST: readonly Row[] = [
  { name: "no credentials", credentials: "", identity: undefined },
  { name: "a container", env: CONTAINER, identity: "machine" },
  {
    name: "keys in default beat a container",
    credentials: TWO,
    env: CONTAINER,
    identity: "alice",
  },
  {
    name: "a container, if AWS_PROFILE has no credentials",
    config: PLAIN,
    credentials: TWO,
    env: { ...CONTAINER, AWS_PROFILE: "plain" },
    identity: "machine",
  },
  {
    name: "a container, if --profile has no credentials",
    config: PLAIN,
    credentials: TWO,
    env: CONTAINER,
    options: "--profile plain",
    identity: "machine",
  },
  {
    name: "a container, if --profile has no credentials, and keys in variables",
    config: PLAIN,
    env: inEnv(ENV, CONTAINER),
    options: "--profile plain",
    identity: "machine",
  },
  {
    name: "a container that does not answer, and an instance",
    env: {
      ...INSTANCE,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:2/",
    },
    identity: undefined,
  },
  { name: "an instance", env: INSTANCE, identity: "instance" },
  {
    name: "an instance at an address of default",
    config: `[default]\nec2_metadata_service_endpoint = @AWS\n`,
    env: { AWS_EC2_METADATA_DISABLED: "false" },
    identity: "instance",
  },
  {
    name: "an instance at an address of the profile with the role",
    config: `[profile x]\n${
      role("second")
    }credential_source = Ec2InstanceMetadata\nec2_metadata_service_endpoint = @AWS\nec2_metadata_service_endpoint_mode = ipv6\n`,
    env: { AWS_EC2_METADATA_DISABLED: "false" },
    options: "--profile x",
    identity: "second",
  },
  {
    name: "an instance at an address of the profile that is named",
    config: `[profile x]\n${
      role("third", "y")
    }ec2_metadata_service_endpoint = @AWS\n[profile y]\n${
      role("second")
    }credential_source = Ec2InstanceMetadata\nec2_metadata_service_endpoint = http://127.0.0.1:2\n`,
    env: { AWS_EC2_METADATA_DISABLED: "false" },
    options: "--profile x",
    identity: "third",
  },
  {
    name: "an instance at an invalid address",
    env: { ...INSTANCE, AWS_EC2_METADATA_SERVICE_ENDPOINT: "nowhere" },
    identity: undefined,
  },
  {
    name: "AWS_EC2_METADATA_DISABLED",
    env: { ...INSTANCE, AWS_EC2_METADATA_DISABLED: "true" },
    identity: undefined,
  },
  {
    name: "an instance, if AWS_PROFILE has no credentials",
    config: PLAIN,
    env: { ...INSTANCE, AWS_PROFILE: "plain" },
    identity: "instance",
  },
  {
    name: "AWS_CREDENTIAL_FILE",
    env: { AWS_CREDENTIAL_FILE: "~/other/ec2" },
    identity: "bob",
  },
  {
    name: "keys in default beat AWS_CREDENTIAL_FILE",
    credentials: TWO,
    env: { AWS_CREDENTIAL_FILE: "~/other/ec2" },
    identity: "alice",
  },
  {
    name: "AWS_CREDENTIAL_FILE that does not exist, and a container",
    env: { ...CONTAINER, AWS_CREDENTIAL_FILE: "/none" },
    identity: undefined,
  },
  {
    name: "BOTO_CONFIG that does not exist, and a container",
    env: { ...CONTAINER, BOTO_CONFIG: "/none" },
    identity: "machine",
  },
  {
    name: "BOTO_CONFIG with half of a key pair, and a container",
    env: { ...CONTAINER, BOTO_CONFIG: "$OTHER/half-boto" },
    identity: undefined,
  },
  {
    name: "~/.boto beats a container",
    boto: keysOf(CAROL, "Credentials"),
    env: CONTAINER,
    identity: "carol",
  },
  {
    name: "BOTO_CONFIG hides ~/.boto",
    boto: keysOf(CAROL, "Credentials"),
    env: { ...CONTAINER, BOTO_CONFIG: "/none" },
    identity: "machine",
  },
  {
    name: "keys in default beat ~/.boto",
    boto: keysOf(CAROL, "Credentials"),
    credentials: TWO,
    identity: "alice",
  },
  {
    name: "BOTO_CONFIG beats a container",
    env: { ...CONTAINER, BOTO_CONFIG: "$OTHER/boto" },
    identity: "bob",
  },
  {
    name: "BOTO_CONFIG, if AWS_PROFILE has no credentials",
    config: PLAIN,
    credentials: TWO,
    env: { AWS_PROFILE: "plain", BOTO_CONFIG: "$OTHER/boto" },
    identity: "bob",
  },
  {
    name: "BOTO_CONFIG, if --profile has no credentials, and keys in variables",
    config: PLAIN,
    env: inEnv(ENV, { BOTO_CONFIG: "$OTHER/boto" }),
    options: "--profile plain",
    identity: "bob",
  },
];

/** All combinations by topic. */
export const TOPICS: Readonly<Record<string, readonly Row[]>> = {
  "variables": VARIABLES,
  "AWS's files": FILES,
  "roles": ROLES,
  "providers of a profile": PROVIDERS,
  "include_profile": INCLUDING,
  "web identity": TOKENS,
  "legacy files, containers and instances": LAST,
};
