// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import { expand, within } from "../system/path.ts";

type Env = Readonly<Record<string, string>>;

/**
 * Returns the path of the cache directory; `undefined` if neither a home directory nor
 * `ASSUME_ROLE_CACHE_DIR` is set.
 */
export function cacheDirectoryOf(
  env: Env,
  home: string | undefined,
): string | undefined {
  return env.ASSUME_ROLE_CACHE_DIR ||
    (home && within(home, ".aws", "assume-role", "cache"));
}

/**
 * The pattern of the paths of temporary copies of AWS's two files. With `--server`, a command
 * can get such copies.
 */
export const COPY_NAME = /(?:^|[\\/])copy-[0-9a-f]{8}\.(?:config|credentials)$/;

/** The start of the names of files in the cache directory that say which notices were printed. */
export const NOTICE_PREFIX = "notice-";

/** One of AWS's two files, by default `~/.aws/config` and `~/.aws/credentials`. */
export interface AwsFilePath {
  readonly name: "config" | "credentials";
  /** The name of the environment variable that sets the path. */
  readonly variable: string;
  /**
   * The path; `undefined` if the variable is empty, or if the variable is unset and the
   * home directory is unknown.
   */
  readonly path: string | undefined;
  /** Whether the variable is set. */
  readonly isNamed?: boolean;
}

const VARIABLES = {
  config: "AWS_CONFIG_FILE",
  credentials: "AWS_SHARED_CREDENTIALS_FILE",
} as const;

/**
 * Returns the paths of AWS's two files.
 *
 * @throws {ConfigError} If a variable names the home of another user.
 */
export function awsFiles(
  env: Env,
  home: string | undefined,
): readonly AwsFilePath[] {
  return (["config", "credentials"] as const).map((name) => {
    const variable = VARIABLES[name];
    const path = awsFile(name, env, home);
    const isNamed = env[variable] !== undefined;
    return { name, variable, path, ...(isNamed && { isNamed }) };
  });
}

/**
 * Returns the path of one of AWS's two files by botocore's rules. The path is the value of
 * `AWS_CONFIG_FILE` or `AWS_SHARED_CREDENTIALS_FILE`, if set. In this value, variables such
 * as `$NAME` are expanded first, and then `~`. An empty value means that there is no file.
 * If the variable is not set, the path is in `~/.aws`.
 *
 * @throws {ConfigError} If the variable names the home of another user.
 */
export function awsFile(
  name: AwsFilePath["name"],
  env: Env,
  home: string | undefined,
): string | undefined {
  const variable = VARIABLES[name];
  const value = env[variable];
  if (value === undefined) return home && within(home, ".aws", name);
  if (value === "") return undefined;
  return withHome(variable, expand(value, env), home);
}

/**
 * Replaces `~` at the start of a path by the home directory.
 *
 * @throws {ConfigError} If `~` is followed by the name of a user.
 */
export function withHome(
  variable: string,
  path: string,
  home: string | undefined,
): string {
  const [tilde, user] = /^~([^\\/]*)[\\/]*/.exec(path) ?? [];
  if (tilde === undefined) return path;
  if (user !== "") {
    throw new ConfigError(
      `Cannot use ${variable}: the path starts with the home of another user, '~${user}'`,
      { hint: "write the path in full, without '~'" },
    );
  }
  return home === undefined ? path : within(home, path.slice(tilde.length));
}

/**
 * Returns a function that gets the name of a variable. The function tests whether that
 * variable may occur, for example as `$NAME`, in the value of `AWS_CONFIG_FILE`,
 * `AWS_SHARED_CREDENTIALS_FILE`, `BOTO_CONFIG` or `AWS_LOGIN_CACHE_DIRECTORY`.
 */
export function pathVariables(env: Env): (name: string) => boolean {
  const paths = [
    ...Object.values(VARIABLES),
    "BOTO_CONFIG",
    "AWS_LOGIN_CACHE_DIRECTORY",
  ]
    .map((variable) => env[variable] ?? "").filter((path) => /[$%]/.test(path))
    .map((path) => path.toUpperCase());
  if (paths.length === 0) return () => false;
  return (name) =>
    paths.some((path) =>
      ["$", "{", "%"].some((sign) => path.includes(sign + name.toUpperCase()))
    );
}

/**
 * The path of an empty file. If `AWS_CONFIG_FILE` is empty, the AWS CLI reads no file,
 * but the AWS SDK would read `~/.aws/config`. If there is no home directory, the AWS SDK
 * would fail. Therefore the SDK gets this path instead.
 */
const NO_FILE = "/dev/null";

/**
 * Returns variables to set for the AWS SDK, so that the AWS SDK uses the same files and
 * the same session token as the AWS CLI.
 */
export function sdkVariables(
  env: Env,
  home: string | undefined,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { variable, path, isNamed } of awsFiles(env, home)) {
    if (isNamed || path === undefined) variables[variable] = path ?? NO_FILE;
  }
  const { AWS_SECURITY_TOKEN: token } = env;
  if (token) variables.AWS_SESSION_TOKEN = token;
  return variables;
}
