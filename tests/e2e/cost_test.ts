/**
 * Limits the cost of a run with a cached session or plan. Deno's permissions let the run
 * read only the files named here; the run writes no file, makes no request and loads no
 * SDK. If a run needs more, Deno's error names the file or host; a time limit could not.
 */
import { assertEquals } from "@std/assert";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { ADMIN_ARN, argv, deno, e2e, ROOT, unix, warm } from "../mod.ts";

for (const cache of ["session", "plan"] as const) {
  e2e(`a run with a cached ${cache} reads only the files that it needs`, {
    ...unix,
    home: warm,
  }, async ({ aws, home }) => {
    // `warm` changed ~/.aws/credentials, so this run stores a new plan. Run the
    // sources even if the tests use the executable, because the sources do not use a plan that
    // the executable has stored.
    const main = join(ROOT, "main.ts");
    await home.exec(argv`${deno(main)} -r admin true`);
    const directory = join(home.path, ".aws/assume-role/cache");
    const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);
    const needed = names.filter((name) =>
      /^[0-9a-f]{64}\.json$/.test(name) ||
      cache === "plan" && name.startsWith("plan-")
    );
    const above: string[] = [];
    for (let at = home.project; at !== "/"; at = dirname(at)) {
      above.push(join(at, "assume-role.yaml"));
    }
    const files = [
      ...above,
      "/assume-role.yaml",
      ...["assume-role.yaml", "config", "credentials"]
        .map((name) => join(home.path, ".aws", name)),
      directory,
      ...needed.map((name) => join(directory, name)),
      // With a cached plan, a run loads no module after the start.
      ...(cache === "session" ? [join(ROOT, "lib")] : []),
    ];
    const before = aws.calls.length;
    // The permission to list the cache directory allows reading all files in it, so deny access
    // to the files that the run does not need.
    const denied = names.filter((name) => !needed.includes(name))
      .map((name) => join(directory, name));
    const result = await home.exec(
      argv`${Deno.execPath()} run --quiet --no-prompt --allow-read=${files.join()} --deny-read=${denied.join()} --deny-write --deny-net --deny-ffi --deny-import --allow-env --allow-run --allow-sys=uid,gid ${main} -r admin printenv ASSUME_ROLE_ARN`,
    );
    assertEquals([result.stdout, result.stderr, result.status], [
      `${ADMIN_ARN}\n`,
      "",
      0,
    ]);
    assertEquals(aws.calls.length - before, 0);
  });
}
