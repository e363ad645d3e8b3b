/**
 * Tests of `deno.lock` and of the release's bundle and SBOM with the npm registry: Deno
 * compares a package with its hash in `deno.lock` only while it downloads the package.
 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path/join";
import { listFiles } from "../../tools/files.ts";
import { unix } from "../guards.ts";

const ROOT = join(import.meta.dirname!, "..", "..");
const PARTS = ["deno.json", "deno.lock", "lib", "main.ts", "mod.ts", "tools"];

/** A copy of the project with a few tests of its own and an empty `DENO_DIR`. */
class Copy implements AsyncDisposable {
  readonly #root: string;
  readonly path: string;

  /** @param name the directory of the copy below a temporary directory */
  constructor(name = "copy") {
    this.#root = Deno.makeTempDirSync({ prefix: "assume-role-test-" });
    this.path = join(this.#root, name);
    Deno.mkdirSync(join(this.path, "tests", "a", "b"), { recursive: true });
    for (const part of PARTS) {
      const args = ["-R", join(ROOT, part), join(this.path, part)];
      new Deno.Command("cp", { args }).outputSync();
    }
    // The pictures show programs of the tests, which are not in the copy.
    Deno.removeSync(join(this.path, "tools", "pictures.ts"));
    for (const folder of ["tests", "tests/a", "tests/a/b"]) {
      Deno.writeTextFileSync(
        join(this.path, folder, "x_test.ts"),
        'import "@smithy/fetch-http-handler"; Deno.test("passes", () => {});\n',
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }

  get lock(): string {
    return Deno.readTextFileSync(join(this.path, "deno.lock"));
  }

  set lock(text: string) {
    Deno.writeTextFileSync(join(this.path, "deno.lock"), text);
  }

  /** Runs a command line of Deno in the copy, with a `DENO_DIR` of the copy. */
  async deno(words: string, env: Record<string, string> = {}) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: words.split(" "),
      cwd: this.path,
      env: {
        DENO_DIR: join(this.#root, "deno"),
        NO_COLOR: "1",
        DENO_NO_UPDATE_CHECK: "1",
        ...env,
      },
    }).output();
    const text = new TextDecoder();
    return { code, output: text.decode(stdout) + text.decode(stderr) };
  }
}

/** Command lines that load code of packages, or make an executable of it. */
const LOADS = [
  "task fetch",
  "task test",
  "task build",
  "task build x86_64-unknown-linux-gnu",
  "task packages",
  "test -A tests",
  "run -A lib/sandbox/run_task.ts",
  "check main.ts",
];

Deno.test(
  "build and tests fail, and leave deno.lock alone, if deno.lock lacks a package",
  unix,
  async () => {
    await using copy = new Copy();
    const good = await copy.deno("task fetch");
    assertEquals(good.code, 0, good.output);
    const test = await copy.deno("test -A --no-check tests");
    assertMatch(test.output, /ok \| 3 passed/);

    const entry = '    "npm:@smithy/fetch-http-handler@5.8.1": "5.8.1",\n';
    const short = copy.lock.replace(entry, "");
    assertNotEquals(short, copy.lock);
    for (const words of LOADS) {
      copy.lock = short;
      const { code, output } = await copy.deno(words);
      assertMatch(output, /error: The lockfile is out of date/, words);
      assertNotEquals(code, 0, words);
      assertEquals(copy.lock, short, words);
    }
  },
);

Deno.test(
  "a package that differs from its hash in deno.lock fails the tests of a new clone, and each build of a release",
  unix,
  async () => {
    await using copy = new Copy();
    const good = copy.lock;
    const wrong = good.replace(
      /("@smithy\/fetch-http-handler@5\.8\.1": \{\s+"integrity": "sha512-)\w{8}/,
      "$1AAAAAAAA",
    );
    assertNotEquals(wrong, good);
    copy.lock = wrong;
    const refuse = async (words: string) => {
      const { code, output } = await copy.deno(words);
      assertMatch(output, /Tarball checksum did not match/, words);
      assertNotEquals(code, 0, words);
    };
    await refuse("task test");
    copy.lock = good;
    const fetched = await copy.deno("task fetch");
    assertEquals(fetched.code, 0, fetched.output);
    // From here on, Deno has the packages, and compares them only if it downloads them again.
    copy.lock = wrong;
    await refuse("task build x86_64-unknown-linux-gnu");
  },
);

/** A program that makes the bundle of a release. */
const BUNDLE_PROGRAM = `import { makeReleaseBundle } from "./tools/bundle.ts";
await makeReleaseBundle("dist/bundle");
`;

Deno.test(
  "the bundle of a release is the same in every clone, wherever the clone and Deno's cache are",
  unix,
  async () => {
    const bundles = await Promise.all(
      ["short", "a/longer/path of/a clone"].map(async (name) => {
        await using copy = new Copy(name);
        Deno.writeTextFileSync(join(copy.path, "bundle.ts"), BUNDLE_PROGRAM);
        const { code, output } = await copy.deno("run -A bundle.ts");
        assertEquals(code, 0, output);
        const bundle = join(copy.path, "dist", "bundle");
        return listFiles(bundle).sort().map((path) => [
          path.slice(bundle.length),
          Deno.readTextFileSync(path),
        ]);
      }),
    );
    assertEquals(bundles[0]!.length > 100, true);
    assertEquals(bundles[0], bundles[1]);
  },
);
