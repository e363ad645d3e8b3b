/**
 * Runs programs with temporary AWS credentials from AssumeRole.
 *
 * Run as a program (`deno run -A jsr:@x/assume-role`), this module is the
 * command line.
 *
 * @module
 */
export * from "./lib/errors.ts";

if (import.meta.main) {
  const { main } = await import("./main.ts");
  await main();
}
