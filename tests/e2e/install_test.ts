/** `install.sh`, with releases served on loopback. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { argv, linux, OK, type Result, ROOT, TestHome, unix } from "../mod.ts";

const SCRIPT = join(ROOT, "install.sh");
const TARGET = `${Deno.build.arch}-${
  Deno.build.os === "darwin" ? "apple-darwin" : "unknown-linux-gnu"
}`;
const PROGRAM = '#!/bin/sh\necho "it runs: $*"\n';
const NAME = `assume-role-1.2.3-${TARGET}`;
const TOOLS =
  "sh uname cut sed mktemp rm mkdir cp chmod mv grep sysctl cat sha256sum shasum perl curl wget"
    .split(" ");

/** The POSIX shells of this machine. */
const SHELLS = ["sh", "dash", "bash"].filter((name) => find(name));

/** A server of releases, with the paths of GitHub; records every requested path. */
class Releases implements AsyncDisposable {
  readonly requested: string[] = [];
  readonly #files: ReadonlyMap<string, string>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files));
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => {
        const { pathname } = new URL(request.url);
        this.requested.push(pathname);
        const text = this.#files.get(pathname);
        return new Response(text ?? "not found", {
          status: text === undefined ? 404 : 200,
        });
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Formats the SHA256SUMS of a release. */
async function formatSums(text: string, name = NAME): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  const hex = Array.from(
    new Uint8Array(digest),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  return `${"0".repeat(64)}  assume-role-1.2.3-other-target\n${hex}  ${name}\n`;
}

/** Returns the files of release 1.2.3, which is the latest release. */
async function releaseFiles(sums?: string): Promise<Record<string, string>> {
  const text = sums ?? await formatSums(PROGRAM);
  return {
    "/latest/download/SHA256SUMS": text,
    "/download/v1.2.3/SHA256SUMS": text,
    [`/download/v1.2.3/${NAME}`]: PROGRAM,
  };
}

function find(name: string): string | undefined {
  return (Deno.env.get("PATH") ?? "").split(":")
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    });
}

/** Creates a directory for `PATH` with all of `TOOLS` except the missing tools. */
function toolsWithout(home: TestHome, missing: readonly string[]): string {
  const directory = join(home.root, "tools");
  Deno.mkdirSync(directory);
  for (const name of TOOLS) {
    const path = find(name);
    if (path === undefined || missing.includes(name)) continue;
    // A script instead of a symlink, because some tools depend on the name of the symlink.
    Deno.writeTextFileSync(
      join(directory, name),
      `#!/bin/sh\nexec ${path} "$@"\n`,
      { mode: 0o755 },
    );
  }
  return directory;
}

/** Values that a test of `install.sh` gets. */
interface Context {
  readonly releases: Releases;
  readonly home: TestHome;
  /** Runs `install.sh`. */
  readonly install: (
    args?: string,
    options?: {
      readonly env?: Readonly<Record<string, string>>;
      readonly shell?: string;
    },
  ) => Promise<Result>;
}

/** Registers a test with a home and a release; `sums` replaces the release's SHA256SUMS. */
function test(
  name: string,
  run: (context: Context) => Promise<void>,
  { ignore = unix.ignore, sums }: {
    readonly ignore?: boolean;
    readonly sums?: string;
  } = {},
): void {
  Deno.test({
    name: `install.sh ${name}`,
    ignore,
    fn: async () => {
      await using releases = new Releases(await releaseFiles(sums));
      await using home = new TestHome();
      await run({
        releases,
        home,
        install: (args = "", { env, shell = "sh" } = {}) =>
          home.exec(argv`${find(shell)!} ${SCRIPT} ${splitWords(args)}`, {
            env: { ASSUME_ROLE_INSTALL_URL: releases.url, ...env },
          }),
      });
    },
  });
}

const splitWords = (text: string) => text.split(" ").filter(Boolean);

/** Lists the files in the home that were not there before the test. */
function newFiles(home: TestHome): readonly string[] {
  return [...Deno.readDirSync(home.path)].map(({ name }) => name)
    .filter((name) => name !== ".aws");
}

for (const shell of SHELLS) {
  test(
    `installs the latest release, in ${shell}`,
    async ({ releases, home, install }) => {
      const result = await install("", { shell });
      const path = join(home.path, ".local", "bin", "assume-role");
      assertEquals(result, {
        ...OK,
        stdout:
          `Installed assume-role 1.2.3 as ${path}\nAdd ${home.path}/.local/bin to your PATH, so that the shell finds assume-role\n`,
      });
      assertEquals(releases.requested, [
        "/latest/download/SHA256SUMS",
        `/download/v1.2.3/${NAME}`,
      ]);
      const { stdout } = await home.exec([path, "a", "b"]);
      assertEquals(stdout, "it runs: a b\n");
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o755);
    },
  );

  test(
    `refuses a download with another checksum, in ${shell}`,
    async ({ home, install }) => {
      const { status, stdout, stderr } = await install("", { shell });
      assertEquals([status, stdout, newFiles(home)], [1, "", []]);
      assertMatch(
        stderr,
        /^install\.sh: error: assume-role-1\.2\.3-\S+ does not match the release: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}; nothing was installed\n$/,
      );
    },
    { ...unix, sums: await formatSums("another program") },
  );
}

test("installs a version under PREFIX, over an older version", async ({ home, install }) => {
  const prefix = join(home.root, "a prefix");
  const bin = join(prefix, "bin");
  const path = join(bin, "assume-role");
  Deno.mkdirSync(bin, { recursive: true });
  Deno.writeTextFileSync(path, "an older version");
  const env = { PREFIX: prefix, PATH: `${bin}:${Deno.env.get("PATH")}` };
  for (const version of ["1.2.3", "v1.2.3"]) {
    const result = await install(version, { env });
    assertEquals(
      [result.status, result.stdout],
      [0, `Installed assume-role 1.2.3 as ${path}\n`],
      result.stderr,
    );
  }
  assertEquals(Deno.readTextFileSync(path), PROGRAM);
  const names = [...Deno.readDirSync(bin)].map(({ name }) => name);
  assertEquals(names, ["assume-role"]);
});

test(
  "keeps the installed version if the checksum does not match",
  async ({ home, install }) => {
    const path = join(home.root, "bin", "assume-role");
    Deno.mkdirSync(join(home.root, "bin"));
    Deno.writeTextFileSync(path, "an older version");
    const { status } = await install("", { env: { PREFIX: home.root } });
    assertEquals(
      [status, Deno.readTextFileSync(path)],
      [1, "an older version"],
    );
  },
  { ...unix, sums: await formatSums("another program") },
);

const INCOMPLETE: readonly (readonly [string, string, RegExp])[] = [
  ["", "", /the release has no executable for /],
  ["<html>Sign in</html>\n", "", /the release has no executable for /],
  [`abc  ${NAME}\n`, "", /the release has no SHA-256 of /],
  ["", "1.2.3", /the release has no SHA-256 of /],
  ["", "9.9.9", /cannot download http:\S+\/download\/v9\.9\.9\/SHA256SUMS/],
  ["", "1.2.3/../..", /a version is written like 0\.1\.0/],
  [
    `${"0".repeat(64)}  assume-role-../../x-${TARGET}\n`,
    "",
    /the release has no executable for /,
  ],
];
for (const [sums, args, reason] of INCOMPLETE) {
  test(
    `refuses SHA256SUMS ${JSON.stringify(sums)} with arguments '${args}'`,
    async ({ home, install }) => {
      const { status, stderr } = await install(args);
      assertEquals([status, newFiles(home)], [1, []], stderr);
      assertMatch(stderr, reason);
    },
    { ...unix, sums },
  );
}

for (
  const [missing, reason] of [
    ["curl wget", "cannot download: neither curl nor wget is installed"],
    [
      "sha256sum shasum",
      "cannot check the download: neither sha256sum nor shasum is installed",
    ],
  ] as const
) {
  test(`names the missing tools ${missing}`, async ({ releases, home, install }) => {
    const PATH = toolsWithout(home, splitWords(missing));
    const { status, stderr } = await install("", { env: { PATH } });
    assertEquals(
      [status, stderr, newFiles(home), releases.requested],
      [1, `install.sh: error: ${reason}\n`, [], []],
    );
  });
}

for (
  const [missing, other] of [
    ["curl", "wget"],
    ["wget", "curl"],
    ["sha256sum", "shasum"],
    ["shasum", "sha256sum"],
  ] as const
) {
  test(
    `uses ${other} without ${missing}`,
    async ({ home, install }) => {
      const PATH = toolsWithout(home, [missing]);
      const { status, stderr } = await install("", { env: { PATH } });
      assertEquals([status, stderr], [0, ""]);
    },
    { ignore: unix.ignore || find(other) === undefined },
  );
}

const MUSL =
  "install.sh: error: the executable needs glibc, and this system has musl, as Alpine Linux has\n" +
  "install.sh: hint: use an image of Debian or a distroless image, or install Deno ('apk add deno') and run 'deno run -A jsr:@x/assume-role'\n";
const MUSL_LDD = 'echo "musl libc ($(uname -m))" >&2; exit 1';
const GLIBC_LDD = 'echo "ldd (Debian GLIBC 2.36-9) 2.36"';
const GLIBC_LOADER = 'echo "ld.so (GNU libc) stable release version 2.39."';
const GCOMPAT_LOADER = 'echo "usage: $0 PROGRAM" >&2; exit 1';

/** Systems: what `ldd` and glibc's loader do, whether musl's loader exists, and whether glibc is missing. */
const LIBCS: readonly (readonly [
  string,
  string | undefined,
  string | undefined,
  boolean,
  boolean,
])[] = [
  ["Alpine", MUSL_LDD, undefined, true, true],
  ["Alpine with gcompat", MUSL_LDD, GCOMPAT_LOADER, true, true],
  ["Alpine with glibc", MUSL_LDD, GLIBC_LOADER, true, false],
  ["a system with musl but without ldd", undefined, undefined, true, true],
  ["Debian", GLIBC_LDD, GLIBC_LOADER, false, false],
  ["Debian with the package musl", GLIBC_LDD, GLIBC_LOADER, true, false],
  ["Debian with musl but without ldd", undefined, GLIBC_LOADER, true, false],
  ["an old glibc without ldd", undefined, GCOMPAT_LOADER, false, false],
  ["a system without any of these files", undefined, undefined, false, false],
];

for (const [system, ldd, loader, hasMusl, isRefused] of LIBCS) {
  test(
    `${isRefused ? "says what to do" : "installs"} on ${system}`,
    async ({ releases, home }) => {
      const PATH = toolsWithout(home, []);
      const lib = join(home.root, "lib");
      Deno.mkdirSync(lib);
      const write = (path: string, script: string | undefined) => {
        if (script === undefined) return;
        Deno.writeTextFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      };
      write(join(PATH, "ldd"), ldd);
      write(join(lib, "ld-linux-x86-64.so.2"), loader);
      write(join(lib, "ld-linux-aarch64.so.1"), loader);
      if (hasMusl) Deno.writeTextFileSync(join(lib, "ld-musl-arch.so.1"), "");
      // The script, with another directory for loaders.
      const script = home.write(
        "install.sh",
        Deno.readTextFileSync(SCRIPT)
          .replace(/\/lib(?:64)?\/(?=ld-(?:linux|musl)-)/g, `${lib}/`),
      );
      const result = await home.exec(["sh", script], {
        env: { PATH, ASSUME_ROLE_INSTALL_URL: releases.url },
      });
      if (!isRefused) return assertEquals(result.status, 0, result.stderr);
      assertEquals(result, { ...OK, status: 1, stderr: MUSL });
      assertEquals([releases.requested, newFiles(home)], [[], []]);
    },
    linux,
  );
}

test("does nothing if its own text is truncated", async ({ releases, home }) => {
  const text = Deno.readTextFileSync(SCRIPT);
  for (const part of [0.3, 0.6, 0.99]) {
    const cut = home.write("cut.sh", text.slice(0, text.length * part));
    await home.exec(["sh", cut], {
      env: { ASSUME_ROLE_INSTALL_URL: releases.url },
    });
  }
  assertEquals([releases.requested, newFiles(home)], [[], []]);
});
