// Pure: no I/O.
// @ts-types="../types/std_path.d.ts"
import { join } from "@std/path/join";

type Env = Readonly<Record<string, string>>;

/** Where the cache is; `undefined` without a home. */
export function cacheDirectoryOf(
  env: Env,
  home: string | undefined,
): string | undefined {
  return env.ASSUME_ROLE_CACHE_DIR ||
    (home && join(home, ".aws", "assume-role", "cache"));
}

/** A copy of one of AWS's files, by its name: there as long as a command runs. */
export const COPY_NAME = /(?:^|[\\/])copy-[0-9a-f]{8}\.(?:config|credentials)$/;

/** One of AWS's two files. */
export interface AwsFilePath {
  readonly name: "config" | "credentials";
  /** The variable that says where it is. */
  readonly variable: string;
  /** Where it is; absent without a home. */
  readonly path: string | undefined;
}

/** Where AWS's two files are. */
export function awsFiles(
  env: Env,
  home: string | undefined,
): readonly AwsFilePath[] {
  const file = (name: AwsFilePath["name"], variable: string) => {
    return { name, variable, path: awsFile(env[variable], name, home) };
  };
  return [
    file("config", "AWS_CONFIG_FILE"),
    file("credentials", "AWS_SHARED_CREDENTIALS_FILE"),
  ];
}

/**
 * Where one of the two AWS files is: the variable's value, `~/` in it being the
 * home directory, else the file in `~/.aws`; `undefined` without a home.
 */
export function awsFile(
  variable: string | undefined,
  name: "config" | "credentials",
  home: string | undefined,
): string | undefined {
  if (!variable) return home && join(home, ".aws", name);
  return /^~[\\/]/.test(variable) && home
    ? join(home, variable.slice(2))
    : variable;
}
