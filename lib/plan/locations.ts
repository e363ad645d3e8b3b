// Pure: no I/O.
import { within } from "../place.ts";

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
  /** Where it is; absent without a home. */
  readonly path: string | undefined;
  /** Whether the variable says so. */
  readonly isNamed?: boolean;
  /** Where it is for botocore, which expands variables in a path, if elsewhere. */
  readonly expandedPath?: string | undefined;
}

/** Where AWS's two files are. */
export function awsFiles(
  env: Env,
  home: string | undefined,
): readonly AwsFilePath[] {
  const file = (name: AwsFilePath["name"], variable: string) => {
    const value = env[variable];
    const path = awsFile(value, name, home);
    if (!value) return { name, variable, path };
    const expanded = expandVariables(value, env);
    return {
      name,
      variable,
      path,
      isNamed: true,
      ...(expanded !== value &&
        { expandedPath: awsFile(expanded, name, home) }),
    };
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
  if (!variable) return home && within(home, ".aws", name);
  return /^~[\\/]/.test(variable) && home
    ? within(home, variable.slice(2))
    : variable;
}

/** A path as Python's `os.path.expandvars` has it. */
export function expandVariables(path: string, env: Env): string {
  return path.replace(
    /\$(\w+)|\$\{([^}]*)\}|%([^%]+)%/g,
    (found, plain, braced, percent) => env[plain ?? braced ?? percent] ?? found,
  );
}
