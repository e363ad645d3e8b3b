import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";

Deno.test("--shell-init imports no package, so that a new shell starts fast", async () => {
  const path = join(
    import.meta.dirname!,
    "..",
    "..",
    "lib",
    "commands",
    "shell_init.ts",
  );
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", path],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly modules: readonly { readonly specifier: string }[];
  };
  const packages = modules.map(({ specifier }) => specifier)
    .filter((specifier) => !specifier.startsWith("file:"));
  assertEquals(packages, []);
  assert(modules.length > 10);
});
