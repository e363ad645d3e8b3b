// Pure: no I/O.

/**
 * Path functions that every run needs. They never remove `..` from a path, because
 * `..` after a symbolic link leads to the parent of the link's target.
 */
export interface PathFunctions {
  /** Joins a directory and names of files or directories into a path. */
  readonly within: (directory: string, ...names: readonly string[]) => string;
  /** Whether a path is absolute. */
  readonly isAbsolute: (path: string) => boolean;
  /** Resolves a path against a directory, unless the path is absolute. */
  readonly from: (directory: string, path: string) => string;
  /** Replaces the variables in a path, as Python's `os.path.expandvars` does. */
  readonly expand: (
    path: string,
    env: Readonly<Record<string, string>>,
  ) => string;
  /** Lists a directory and its ancestors, up to the root or, for a relative path, to `.`. */
  readonly withAncestors: (directory: string) => readonly string[];
}

/**
 * Creates the path functions for Windows or for Unix. They replace @std/path, because
 * loading that package would take a tenth of the time of a run with a cached plan.
 */
export function createPathFunctions(isWindows: boolean): PathFunctions {
  const separator = isWindows ? "\\" : "/";
  const separators = isWindows ? /[\\/]+/ : /\/+/;
  const atEnd = isWindows ? /[\\/]+$/ : /\/+$/;
  const absolute = isWindows ? /^(?:[a-z]:|[\\/])/i : /^\//;
  /** Matches a path's root directory; on Windows, a drive or a share. */
  const root = isWindows
    ? /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/]+[\\/]+[^\\/]+[\\/]?)/i
    : /^\//;
  const within: PathFunctions["within"] = (directory, ...names) =>
    [directory.replace(atEnd, ""), ...names].join(separator);
  const isAbsolute: PathFunctions["isAbsolute"] = (path) => absolute.test(path);
  return {
    within,
    isAbsolute,
    from: (directory, path) =>
      isAbsolute(path) ? path : within(directory, path),
    expand: isWindows ? expandOnWindows : expandOnUnix,
    withAncestors: (directory) => {
      const top = root.exec(directory)?.[0] ?? "";
      const names = directory.slice(top.length).split(separators)
        .filter((name) => name !== "");
      const below = names.map((_, at) => {
        const first = names.slice(0, names.length - at);
        return top === "" ? first.join(separator) : within(top, ...first);
      });
      return [...below, top || "."];
    },
  };
}

/** Whether this system is Windows. */
export const IS_WINDOWS: boolean = Deno.build.os === "windows";

/** {@linkcode PathFunctions} of this system. */
export const { within, isAbsolute, from, expand, withAncestors }:
  PathFunctions = createPathFunctions(IS_WINDOWS);

function expandOnUnix(
  path: string,
  env: Readonly<Record<string, string>>,
): string {
  return path.replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (found, plain, braced) => env[plain ?? braced] ?? found,
  );
}

/** Expands variables, but not in single quotes and not after an unclosed `%` or `${`. */
function expandOnWindows(
  path: string,
  env: Readonly<Record<string, string>>,
): string {
  const value = (name: string) =>
    Object.entries(env)
      .find(([key]) => key.toUpperCase() === name.toUpperCase())?.[1];
  return path.replace(
    /'[^']*'?|%(?:(%)|([^%]*)%|[^%]*$)|\$(?:(\$)|([-\w]+)|\{(?:([^}]*)\}|[^}]*$))/g,
    (found, percent, inPercents, dollar, plain, braced) => {
      const sign = percent ?? dollar;
      const name = inPercents ?? plain ?? braced;
      return sign ?? (name === undefined ? found : value(name) ?? found);
    },
  );
}
