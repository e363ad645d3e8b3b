/** `install.sh`, as a user runs it, with releases that are served on loopback. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { type Result, TestHome } from "./test_home.ts";

const SCRIPT = join(import.meta.dirname!, "..", "..", "install.sh");
const TARGET = `${Deno.build.arch}-${
  Deno.build.os === "darwin" ? "apple-darwin" : "unknown-linux-gnu"
}`;
const PROGRAM = '#!/bin/sh\necho "it runs: $*"\n';
const NAME = `assume-role-1.2.3-${TARGET}`;
const TOOLS =
  "sh uname cut sed mktemp rm mkdir cp chmod mv grep sysctl cat sha256sum shasum perl curl wget"
    .split(" ");

/** The shells of this machine; what calls itself `sh` is always one. */
const SHELLS = ["sh", "dash", "bash"].filter((name) => find(name));

/** Releases as GitHub serves them, with every path that was asked for. */
class Releases implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly #files: ReadonlyMap<string, string>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files));
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => {
        const { pathname } = new URL(request.url);
        this.asked.push(pathname);
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

async function sumsOf(text: string, name = NAME): Promise<string> {
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

/** Version 1.2.3, which is the latest one. */
async function release(sums?: string): Promise<Record<string, string>> {
  const text = sums ?? await sumsOf(PROGRAM);
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

/** A directory that has only these tools, for `PATH`. */
function toolsWithout(box: TestHome, missing: readonly string[]): string {
  const directory = join(box.root, "tools");
  Deno.mkdirSync(directory);
  for (const name of TOOLS) {
    const path = find(name);
    if (path === undefined || missing.includes(name)) continue;
    // Not a link: some tools go by the name that leads to them.
    Deno.writeTextFileSync(
      join(directory, name),
      `#!/bin/sh\nexec ${path} "$@"\n`,
      { mode: 0o755 },
    );
  }
  return directory;
}

async function install(
  box: TestHome,
  { url }: { readonly url: string },
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  shell = "sh",
): Promise<Result> {
  return await box.exec([find(shell)!, SCRIPT, ...args], {
    env: { ASSUME_ROLE_INSTALL_URL: url, ...env },
  });
}

/** Files that were left in the home, without the files that a test home begins with. */
function leftovers(box: TestHome): readonly string[] {
  return [...Deno.readDirSync(box.path)].map(({ name }) => name)
    .filter((name) => name !== ".aws");
}

const unix = { ignore: Deno.build.os === "windows" };

for (const shell of SHELLS) {
  Deno.test(
    `install.sh installs the latest release, in ${shell}`,
    unix,
    async () => {
      await using releases = new Releases(await release());
      await using box = new TestHome();
      const result = await install(box, releases, [], {}, shell);
      const path = join(box.path, ".local", "bin", "assume-role");
      assertEquals(
        [result.status, result.stdout, result.stderr],
        [
          0,
          `Installed assume-role 1.2.3 as ${path}\nAdd ${box.path}/.local/bin to your PATH to run it by its name\n`,
          "",
        ],
      );
      assertEquals(releases.asked, [
        "/latest/download/SHA256SUMS",
        `/download/v1.2.3/${NAME}`,
      ]);
      assertEquals(
        (await box.exec([path, "a", "b"])).stdout,
        "it runs: a b\n",
      );
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o755);
    },
  );

  Deno.test(
    `install.sh refuses what has another checksum, in ${shell}`,
    unix,
    async () => {
      const sums = await sumsOf("what was released");
      await using releases = new Releases(await release(sums));
      await using box = new TestHome();
      const { status, stdout, stderr } = await install(
        box,
        releases,
        [],
        {},
        shell,
      );
      assertEquals([status, stdout, leftovers(box)], [1, "", []]);
      assertMatch(
        stderr,
        /^install\.sh: error: assume-role-1\.2\.3-\S+ is not what was released: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}; nothing was installed\n$/,
      );
    },
  );
}

Deno.test(
  "install.sh installs a version under PREFIX, over an older one",
  unix,
  async () => {
    await using releases = new Releases(await release());
    await using box = new TestHome();
    const prefix = join(box.root, "a prefix");
    const path = join(prefix, "bin", "assume-role");
    Deno.mkdirSync(join(prefix, "bin"), { recursive: true });
    Deno.writeTextFileSync(path, "an older one");
    const env = {
      PREFIX: prefix,
      PATH: `${prefix}/bin:${Deno.env.get("PATH")}`,
    };
    for (const version of ["1.2.3", "v1.2.3"]) {
      const result = await install(box, releases, [version], env);
      assertEquals(
        [result.status, result.stdout],
        [0, `Installed assume-role 1.2.3 as ${path}\n`],
        result.stderr,
      );
    }
    assertEquals(Deno.readTextFileSync(path), PROGRAM);
    assertEquals(
      [...Deno.readDirSync(join(prefix, "bin"))].map(({ name }) => name),
      ["assume-role"],
    );
  },
);

Deno.test(
  "install.sh keeps the old executable if the new executable does not match",
  unix,
  async () => {
    await using releases = new Releases(await release(await sumsOf("other")));
    await using box = new TestHome();
    const path = join(box.root, "bin", "assume-role");
    Deno.mkdirSync(join(box.root, "bin"));
    Deno.writeTextFileSync(path, "an older one");
    const { status } = await install(box, releases, [], { PREFIX: box.root });
    assertEquals([status, Deno.readTextFileSync(path)], [1, "an older one"]);
  },
);

Deno.test(
  "install.sh refuses a release without this system, or a checksum",
  unix,
  async () => {
    const cases: [string, readonly string[], RegExp][] = [
      ["", [], /the release has no executable for /],
      ["<html>Sign in</html>\n", [], /the release has no executable for /],
      [`abc  ${NAME}\n`, [], /the release has no checksum of /],
      ["", ["1.2.3"], /the release has no checksum of /],
      [
        "",
        ["9.9.9"],
        /cannot download http:\S+\/download\/v9\.9\.9\/SHA256SUMS/,
      ],
      ["", ["1.2.3/../.."], /a version is written like 0\.1\.0/],
      [
        `${"0".repeat(64)}  assume-role-../../x-${TARGET}\n`,
        [],
        /the release has no executable for /,
      ],
    ];
    for (const [sums, args, reason] of cases) {
      await using releases = new Releases(await release(sums));
      await using box = new TestHome();
      const { status, stderr } = await install(box, releases, args);
      assertEquals([status, leftovers(box)], [1, []], stderr);
      assertMatch(stderr, reason);
    }
  },
);

Deno.test("install.sh says which tool is missing", unix, async () => {
  const cases: [readonly string[], string][] = [
    [
      ["curl", "wget"],
      "neither curl nor wget is there to download with",
    ],
    [
      ["sha256sum", "shasum"],
      "neither sha256sum nor shasum is there to check the download with",
    ],
  ];
  for (const [missing, reason] of cases) {
    await using releases = new Releases(await release());
    await using box = new TestHome();
    const PATH = toolsWithout(box, missing);
    const { status, stderr } = await install(box, releases, [], { PATH });
    assertEquals(
      [status, stderr, leftovers(box), releases.asked],
      [1, `install.sh: error: ${reason}\n`, [], []],
    );
  }
});

for (
  const [without, other] of [
    ["curl", "wget"],
    ["wget", "curl"],
    ["sha256sum", "shasum"],
    ["shasum", "sha256sum"],
  ] as const
) {
  Deno.test(
    `install.sh does without ${without} where there is ${other}`,
    { ignore: Deno.build.os === "windows" || find(other) === undefined },
    async () => {
      await using releases = new Releases(await release());
      await using box = new TestHome();
      const PATH = toolsWithout(box, [without]);
      const { status, stderr } = await install(box, releases, [], { PATH });
      assertEquals([status, stderr], [0, ""]);
    },
  );
}

Deno.test(
  "install.sh that is incomplete does nothing",
  unix,
  async () => {
    await using releases = new Releases(await release());
    await using box = new TestHome();
    const text = Deno.readTextFileSync(SCRIPT);
    for (const part of [0.3, 0.6, 0.99]) {
      const cut = box.write("cut.sh", text.slice(0, text.length * part));
      await box.exec(["sh", cut], {
        env: { ASSUME_ROLE_INSTALL_URL: releases.url },
      });
    }
    assertEquals([releases.asked, leftovers(box)], [[], []]);
  },
);
