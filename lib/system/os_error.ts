const REASONS: readonly (readonly [new () => Error, string])[] = [
  [Deno.errors.NotFound, "no such file or directory"],
  [Deno.errors.PermissionDenied, "permission denied"],
  [Deno.errors.NotCapable, "Deno does not give access to this path"],
  [Deno.errors.IsADirectory, "is a directory"],
  [Deno.errors.NotADirectory, "a part of the path is not a directory"],
  [Deno.errors.AlreadyExists, "already exists"],
  [Deno.errors.FilesystemLoop, "too many levels of symbolic links"],
];

/** Returns the reason for a failed system call, without the words that Deno adds. */
export function reasonOf(error: unknown): string {
  const known = REASONS.find(([kind]) => error instanceof kind);
  if (known !== undefined) return known[1];
  if (!(error instanceof Error)) return String(error);
  return error.message
    .replace(/^Failed to spawn '.*': /s, "")
    .replace(/ \(os error \d+\).*$/s, "")
    .replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
}
