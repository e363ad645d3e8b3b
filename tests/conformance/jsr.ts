/** A JSR registry on loopback that serves the package of this project. */
import { createHash } from "node:crypto";
import { join } from "@std/path/join";
import config from "../../deno.json" with { type: "json" };
import { listFiles } from "../../tools/files.ts";
import { ROOT } from "../mod.ts";

const { name, version, exports, imports } = config;
const FILES = ["deno.json", "main.ts", "mod.ts"];

/**
 * Serves the package `@x/assume-role` by the API of JSR:
 * https://jsr.io/docs/api#package-registry-api
 */
export class JsrRegistry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const answers = new Map<string, string>();
    const manifest: Record<string, unknown> = {};
    for (const path of listPackageFiles()) {
      const text = unfurl(Deno.readTextFileSync(join(ROOT, path)));
      answers.set(`/${name}/${version}/${path}`, text);
      const checksum = createHash("sha256").update(text).digest("hex");
      const size = new TextEncoder().encode(text).length;
      manifest[`/${path}`] = { size, checksum: `sha256-${checksum}` };
    }
    answers.set(
      `/${name}/meta.json`,
      JSON.stringify({ latest: version, versions: { [version]: {} } }),
    );
    answers.set(
      `/${name}/${version}_meta.json`,
      JSON.stringify({ manifest, exports }),
    );
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => {
        const text = answers.get(new URL(request.url).pathname);
        return new Response(text ?? "not found", {
          status: text === undefined ? 404 : 200,
        });
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function listPackageFiles(): string[] {
  const lib = listFiles(join(ROOT, "lib"))
    .map((path) => path.slice(ROOT.length + 1).replaceAll("\\", "/"));
  return [...FILES, ...lib];
}

/** Replaces the names of `imports` by the packages, as `deno publish` does. */
function unfurl(text: string): string {
  return text.replace(
    /(\b(?:from|import)\s*\(?\s*")(@[^"]+)(")/g,
    (all, start, specifier, end) => {
      const target = resolveImport(specifier);
      return target === undefined ? all : start + target + end;
    },
  );
}

function resolveImport(specifier: string): string | undefined {
  const entry = Object.entries(imports).find(([name]) =>
    name === specifier || (name.endsWith("/") && specifier.startsWith(name))
  );
  return entry && entry[1] + specifier.slice(entry[0].length);
}
