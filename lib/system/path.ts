// Pure: no I/O.

/**
 * How the few paths are made that every run needs. What is in them stays: after
 * a link, `..` leads elsewhere than before it, so it is for the system to follow.
 */
export interface Places {
  /** The path of a name in a directory. */
  readonly within: (directory: string, ...names: readonly string[]) => string;
  /** Whether a path leads to the same place from everywhere. */
  readonly isAbsolute: (path: string) => boolean;
  /** The path that another one leads to from a directory. */
  readonly from: (directory: string, path: string) => string;
  /** A path with the variables in it replaced, as Python's `os.path.expandvars` does. */
  readonly expand: (
    path: string,
    env: Readonly<Record<string, string>>,
  ) => string;
  /** A directory, by its absolute path, and those above it up to the root. */
  readonly upwards: (directory: string) => readonly string[];
}

/**
 * Paths as they are written on Windows, or elsewhere. It is not @std/path, as in
 * `path.ts`: to load that would take a tenth of a cached run.
 */
export function placesOf(isWindows: boolean): Places {
  const separator = isWindows ? "\\" : "/";
  const separators = isWindows ? /[\\/]+/ : /\/+/;
  const atEnd = isWindows ? /[\\/]+$/ : /\/+$/;
  const absolute = isWindows ? /^(?:[a-z]:|[\\/])/i : /^\//;
  /** A drive or a share; whatever the system, it is a directory. */
  const root = isWindows
    ? /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/]+[\\/]+[^\\/]+[\\/]?)/i
    : /^\//;
  const within: Places["within"] = (directory, ...names) =>
    [directory.replace(atEnd, ""), ...names].join(separator);
  const isAbsolute: Places["isAbsolute"] = (path) => absolute.test(path);
  return {
    within,
    isAbsolute,
    from: (directory, path) =>
      isAbsolute(path) ? path : within(directory, path),
    expand: isWindows ? expandOnWindows : expandElsewhere,
    upwards: (directory) => {
      const top = root.exec(directory)?.[0] ?? "";
      const names = directory.slice(top.length).split(separators)
        .filter((name) => name !== "");
      const below = names.map((_, at) =>
        within(top, ...names.slice(0, names.length - at))
      );
      return [...below, top];
    },
  };
}

/** {@linkcode Places} on this system. */
export const { within, isAbsolute, from, expand, upwards }: Places = placesOf(
  Deno.build.os === "windows",
);

function expandElsewhere(
  path: string,
  env: Readonly<Record<string, string>>,
): string {
  return path.replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (found, plain, braced) => env[plain ?? braced] ?? found,
  );
}

/** Text in single quotes and after a lone `%` or `${` stays as it is. */
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
