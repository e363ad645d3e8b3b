// Pure: no I/O.

/** What cmd.exe takes for a program where PATHEXT does not say it. */
const DEFAULT_EXTENSIONS = ".COM;.EXE;.BAT;.CMD";

/**
 * The files that a command's first word may stand for on Windows, in the order
 * in which a shell looks: with the extensions of PATHEXT, in the directories of
 * PATH. Windows itself would try `.exe` alone. Unlike cmd.exe, it does not look in
 * the working directory first: whoever can put a file there could redirect
 * anyone.
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
