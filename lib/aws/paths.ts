// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import { expand, within } from "../system/path.ts";

type Env = Readonly<Record<string, string>>;

/** Where the cache is; `undefined` without a home. */
export function cacheDirectoryOf(
  env: Env,
  home: string | undefined,
): string | undefined {
  return env.ASSUME_ROLE_CACHE_DIR ||
    (home && within(home, ".aws", "assume-role", "cache"));
}

/** A copy of one of AWS's files, by its name: there as long as a command runs. */
export const COPY_NAME = /(?:^|[\\/])copy-[0-9a-f]{8}\.(?:config|credentials)$/;

/** One of AWS's two files. */
export interface AwsFilePath {
  readonly name: "config" | "credentials";
  /** The variable that says where it is. */
  readonly variable: string;
  /** Where it is; absent without a home, and if the variable is empty. */
  readonly path: string | undefined;
  /** Whether the variable says so. */
  readonly isNamed?: boolean;
}

const VARIABLES = {
  config: "AWS_CONFIG_FILE",
  credentials: "AWS_SHARED_CREDENTIALS_FILE",
} as const;

/**
 * Tells where AWS's two files are.
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
 * Tells where one of AWS's two files is, as botocore does: the variable's value,
 * with variables in it and then `~` replaced, else the file in `~/.aws`. An empty
 * variable means no file.
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
 * A path with `~` at its start replaced by the home directory.
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
      `Cannot use ${variable}: the path begins with the home of another user, '~${user}'`,
      { hint: "write the path in full" },
    );
  }
  return home === undefined ? path : within(home, path.slice(tilde.length));
}

/** Makes the check whether a variable may be part of a path that is expanded. */
export function pathVariables(env: Env): (name: string) => boolean {
  const paths = [...Object.values(VARIABLES), "BOTO_CONFIG"]
    .map((variable) => env[variable] ?? "").filter((path) => /[$%]/.test(path))
    .map((path) => path.toUpperCase());
  if (paths.length === 0) return () => false;
  return (name) =>
    paths.some((path) =>
      ["$", "{", "%"].some((sign) => path.includes(sign + name.toUpperCase()))
    );
}

/** A path with no file for the AWS SDK, which takes an empty variable for an unset one. */
const NO_FILE = "/dev/null";

/**
 * The variables that the AWS SDK reads by other rules than the AWS CLI, with values
 * that make it do what the AWS CLI does.
 */
export function sdkVariables(
  env: Env,
  home: string | undefined,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { variable, path, isNamed } of awsFiles(env, home)) {
    if (isNamed) variables[variable] = path ?? NO_FILE;
  }
  const { AWS_SECURITY_TOKEN: token } = env;
  if (token) variables.AWS_SESSION_TOKEN = token;
  return variables;
}
