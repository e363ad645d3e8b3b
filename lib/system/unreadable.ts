const UNREADABLE = [
  Deno.errors.PermissionDenied,
  Deno.errors.NotCapable,
  Deno.errors.IsADirectory,
  Deno.errors.NotADirectory,
  Deno.errors.FilesystemLoop,
];

/** Whether an error means that a path cannot be read in the present state of the files. */
export function isUnreadable(error: unknown): boolean {
  return UNREADABLE.some((kind) => error instanceof kind);
}

/** Whether an error means that the user may not read a path. */
export function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied;
}

/** Whether a file of any kind, or a symbolic link, is certainly at a path. */
export function isPresent(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false; // there is no file, or a directory of the path cannot be searched
  }
}

/** Whether a symbolic link that leads to no file is at a path. */
export function isDangling(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound && isPresent(path);
  }
}
