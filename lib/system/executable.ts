/**
 * Returns the path of the executable that this process runs; `undefined` if Deno runs the
 * sources.
 */
export function findExecutable(): string | undefined {
  return Deno.build.standalone ? Deno.execPath() : undefined;
}
