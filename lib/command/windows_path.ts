// Pure: no I/O.

/** Extensions of programs if PATHEXT is not set, as in cmd.exe. */
const DEFAULT_EXTENSIONS = ".COM;.EXE;.BAT;.CMD";

/**
 * Lists the files that a command's first word can mean on Windows, in the search
 * order of a shell: each extension of PATHEXT in each directory of PATH. Windows
 * itself would try only `.exe`. Unlike in cmd.exe, the working directory is not searched
 * first, because a planted file there could replace any program.
 */
export function windowsCandidates(
  program: string,
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const extensions = (valueOf(env, "PATHEXT") || DEFAULT_EXTENSIONS)
    .split(";").filter((extension) => extension.startsWith("."));
  const hasExtension = extensions.some((extension) =>
    program.toUpperCase().endsWith(extension.toUpperCase())
  );
  const names = [
    ...(hasExtension ? [program] : []),
    ...extensions.map((extension) => program + extension.toLowerCase()),
  ];
  if (/[\\/:]/.test(program)) return names;
  const directories = (valueOf(env, "PATH") ?? "").split(";")
    .map((directory) => directory.replace(/^"(.*)"$/, "$1"))
    .filter((directory) => directory !== "");
  return directories.flatMap((directory) =>
    names.map((name) => `${directory.replace(/[\\/]$/, "")}\\${name}`)
  );
}

function valueOf(
  env: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  const found = Object.keys(env).find((key) => key.toUpperCase() === name);
  return found === undefined ? undefined : env[found];
}
