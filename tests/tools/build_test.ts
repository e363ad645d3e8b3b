/** What an executable is made of: little has to be loaded before it can do its work. */
import { assert } from "@std/assert";
import { join } from "@std/path/join";
import { makeBundle } from "../../tools/build.ts";

/** What `deno info --json` tells of a module. */
interface Module {
  readonly specifier: string;
  readonly size?: number;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier: string };
  }[];
}

/** The modules of a bundle that come with an entry at once, and with what it goes on to load. */
async function modulesAt(
  entry: string,
  goesOn: (specifier: string) => boolean = () => false,
): Promise<readonly Module[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", entry],
  }).output();
  const { modules }: { modules: Module[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const bySpecifier = new Map(modules.map((all) => [all.specifier, all]));
  const reached = new Set([
    modules.find(({ specifier }) => specifier.endsWith(entry))!,
  ]);
  for (const { dependencies = [] } of reached) {
    for (const { isDynamic, code } of dependencies) {
      const next = code && bySpecifier.get(code.specifier);
      if (isDynamic && !goesOn(next?.specifier ?? "")) continue;
      if (next?.size !== undefined) reached.add(next);
    }
  }
  return [...reached];
}

const kilobytes = (modules: readonly Module[]) =>
  Math.ceil(modules.reduce((sum, { size = 0 }) => sum + size, 0) / 1000);

Deno.test("the bundle has little to load before a command starts, and before a call", async () => {
  const bundle = await Deno.makeTempDir({ prefix: "assume-role-test-" });
  try {
    await makeBundle(bundle);
    // V8 takes its time for each, whether it is run or not.
    const early = kilobytes(await modulesAt(join(bundle, "main.js")));
    assert(early > 20 && early <= 37, `${early} kB before a command`);
    const isSts = (path: string) => {
      const file = /^file:(.*\/dist-es-\w+\.js)$/.exec(path)?.[1];
      return file !== undefined &&
        /\bas STSClient\b/.test(Deno.readTextFileSync(file));
    };
    const worker = join(bundle, "lib/sandbox/worker.js");
    const late = kilobytes(await modulesAt(worker, isSts));
    assert(late > 200 && late <= 235, `${late} kB before a call`);
  } finally {
    await Deno.remove(bundle, { recursive: true });
  }
});
