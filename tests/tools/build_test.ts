/**
 * Tests how much code an executable loads before a command starts and before a call to
 * AWS.
 */
import { assert } from "@std/assert";
import { join } from "@std/path/join";
import { makeBundle } from "../../tools/bundle.ts";

/** A module in the output of `deno info --json`. */
interface Module {
  readonly specifier: string;
  readonly size?: number;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier: string };
  }[];
}

/**
 * Lists the modules of a bundle that an entry module imports statically, and the modules
 * of the dynamic imports that `followsImport` accepts.
 */
async function listModules(
  entry: string,
  followsImport: (specifier: string) => boolean = () => false,
): Promise<readonly Module[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", entry],
  }).output();
  const { modules }: { modules: Module[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const bySpecifier = new Map(
    modules.map((module) => [module.specifier, module]),
  );
  const reached = new Set([
    modules.find(({ specifier }) => specifier.endsWith(entry))!,
  ]);
  for (const { dependencies = [] } of reached) {
    for (const { isDynamic, code } of dependencies) {
      const next = code && bySpecifier.get(code.specifier);
      if (isDynamic && !followsImport(next?.specifier ?? "")) continue;
      if (next?.size !== undefined) reached.add(next);
    }
  }
  return [...reached];
}

const sumKilobytes = (modules: readonly Module[]) =>
  modules.reduce((sum, { size = 0 }) => sum + size, 0) / 1000;

Deno.test("the bundle loads little code before a command starts and before a call to AWS", async () => {
  const bundle = await Deno.makeTempDir({ prefix: "assume-role-test-" });
  try {
    await makeBundle(bundle);
    // V8 takes time to load each module, even if its code never runs.
    const early = await listModules(join(bundle, "main.js"));
    assert(early.length <= 2, `${early.length} modules before a command`);
    const earlyKb = sumKilobytes(early);
    assert(earlyKb > 20 && earlyKb <= 45.25, `${earlyKb} kB before a command`);
    const { size } = Deno.statSync(join(bundle, "first_run.js"));
    assert(size > 200_000 && size <= 252_000, `${size} bytes of a first run`);
    const worker = join(bundle, "lib/sandbox/worker.js");
    // The worker's static imports must not contain code of the AWS SDK.
    const lockdownKb = sumKilobytes(await listModules(worker));
    assert(lockdownKb > 2 && lockdownKb <= 12, `${lockdownKb} kB of lockdown`);
    const isLoaded = (path: string) =>
      /\/(?:run_task|sts_package)-\w+\.js$/.test(path);
    const lateKb = sumKilobytes(await listModules(worker, isLoaded));
    assert(lateKb > 200 && lateKb <= 246, `${lateKb} kB before a call`);
  } finally {
    await Deno.remove(bundle, { recursive: true });
  }
});
