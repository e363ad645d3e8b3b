/** `--console`: the browser that opens the page, and the page in a real browser. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  assertFails,
  e2e,
  eventually,
  type FakeAws,
  type Result,
  terminalOnLinux,
  type TestHome,
  warm,
} from "../mod.ts";
import { findChromium, withPrograms } from "./browsers.ts";

/** Notes the arguments and the page, and ends the test's wait. */
const NOTE =
  'for word; do echo "$word"; done >"$HOME/words"; for last; do :; done; ' +
  'cat "${last#file://}" >"$HOME/page"; printf opened >/dev/tty';
const linux = { ...terminalOnLinux, home: warm };

/** Runs `--console` until the stand-in for a browser has the page; then presses Ctrl-C. */
async function open(
  home: TestHome,
  env: Record<string, string>,
  args = "--console -r admin",
): Promise<Result> {
  const steps = [["opened", "\x03"]] as const;
  const result = await home.runOnTerminal(args, steps, { env });
  assertEquals(result.status, 130, result.stdout);
  assertEquals([...Deno.readDirSync(env.TMPDIR!)], []);
  return result;
}

/** Returns the address to which the page leads. */
function targetOf(home: TestHome): string {
  const [, url = ""] = /url=([^"]+)"/.exec(home.readHome("page")) ?? [];
  return url.replaceAll("&amp;", "&");
}

/** Asserts that a URL signs in with a token of the fake AWS. */
function assertSignsIn(aws: FakeAws, url: string): void {
  const { origin, searchParams } = new URL(url);
  assertEquals(origin, aws.url);
  assert(aws.signedIn(searchParams.get("SigninToken") ?? ""));
}

e2e(
  "--console uses BROWSER, also without a desktop, and no shell reads the variable",
  linux,
  async ({ aws, home }) => {
    const env = {
      ...withPrograms(home, { "my-browser": NOTE }),
      BROWSER: "missing %s:my-browser --new '$(id)' %s",
    };
    await open(home, env);
    assertMatch(
      home.readHome("words"),
      /^--new\n\$\(id\)\nfile:\/\/\/\S+\/console\.html\n$/,
    );
    assertSignsIn(aws, targetOf(home));
  },
);

e2e(
  "--console uses the key 'browser' rather than BROWSER, and fills in its placeholders",
  linux,
  async ({ aws, home }) => {
    const env = {
      ...withPrograms(home, { firefox: NOTE }),
      BROWSER: "other",
    };
    home.writeHome(
      ".aws/assume-role.yaml",
      `browser: firefox --new-tab 'ext+container:name={account}-{role}&url={url}'\n`,
    );
    await open(home, env);
    assertMatch(
      home.readHome("words"),
      /^--new-tab\nfile:\/\/\/\S+\/console\.html\n$/,
    );
    const [, name, url] = /^ext\+container:name=([^&]*)&url=(.*)$/.exec(
      targetOf(home),
    )!;
    assertEquals(name, "111111111111-admin");
    assertSignsIn(aws, decodeURIComponent(url!));
  },
);

e2e(
  "in WSL, --console uses wslview or, without wslview, PowerShell",
  linux,
  async ({ home }) => {
    const note =
      'printf "%s\\n" "$4" >"$HOME/words"; touch "$HOME/page"; printf opened >/dev/tty';
    const env = {
      ...withPrograms(home, { "powershell.exe": note }),
      WSL_DISTRO_NAME: "Debian",
    };
    await open(home, env);
    assertMatch(
      home.readHome("words"),
      /^Start-Process -FilePath '\\\\wsl\.localhost\\Debian\\\S+\\console\.html'\n$/,
    );
    await open(home, { ...env, ...withPrograms(home, { wslview: NOTE }) });
    assertMatch(home.readHome("words"), /^\/\S+\/console\.html\n$/);
  },
);

e2e(
  "--console prints the URL and the reasons if no browser of BROWSER can be started",
  linux,
  async ({ aws, home }) => {
    const env = {
      ...withPrograms(home, { broken: "exit 4" }),
      BROWSER: "missing:broken",
    };
    const result = await home.runOnTerminal("--console -r admin", [], { env });
    const [, warning, url] = result.stdout.split("\r\n");
    assertEquals(
      warning,
      "assume-role: warning: Cannot open the browser: missing was not found; broken ended with status 4",
    );
    assertSignsIn(aws, url!);
  },
);

e2e(
  "the key 'browser' is refused in a project's file",
  async ({ home, run }) => {
    const path = home.write("assume-role.yaml", "browser: ./evil\n");
    assertFails(await run("--console -r admin"), {
      error:
        `Cannot use ${path}:1:1: 'browser' runs a program and is not accepted from this file`,
      hint: "move 'browser' to ~/.aws/assume-role.yaml",
    });
  },
);

const chromium = await findChromium();

e2e(
  "a real browser signs in by the page, and no argv ever has the sign-in token" +
    (chromium === undefined ? " (skipped: Chromium is not installed)" : ""),
  { ...linux, ignore: linux.ignore || chromium === undefined },
  async ({ aws, home }) => {
    const flags = [
      "--headless",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'",
      `--user-data-dir='${join(home.root, "chromium")}'`,
      ...(Deno.uid() === 0 ? ["--no-sandbox"] : []), // refuses to run as root otherwise
    ];
    const browser = `TMPDIR=$HOME ${chromium} ${flags.join(" ")}`;
    // The first start is slow, and the page is removed after some seconds.
    const first = await home.sh(`${browser} --dump-dom about:blank`);
    assertEquals(first.status, 0, first.stderr);
    const script = `${browser} "$1" >"$HOME/log" 2>&1 &
until [ -e "$HOME/signed-in" ]; do kill -0 $! || exit 1; sleep 0.05; done
kill $!; wait $!
printf opened >/dev/tty`;
    const env = {
      ...withPrograms(home, { "my-browser": script }),
      BROWSER: "my-browser",
    };
    using seen = new ArgvWatcher();
    const running = open(home, env);
    const findSignIn = () =>
      aws.calls.find(({ params }) => params.Action === "login");
    await eventually(() => findSignIn() !== undefined);
    home.writeHome("signed-in", "");
    await running;
    const token = findSignIn()!.params.SigninToken!;
    assert(aws.signedIn(token));
    const argvs = seen.stop();
    assert(argvs.some((text) => text.includes("console.html")));
    assertEquals(argvs.filter((text) => text.includes(token)), []);
  },
);

/** Collects the argv of every process of this machine while a test runs. */
class ArgvWatcher implements Disposable {
  readonly #found = new Set<string>();
  readonly #timer = setInterval(() => this.#look(), 5);

  /** Stops, and returns every argv that was seen. */
  stop(): readonly string[] {
    clearInterval(this.#timer);
    return [...this.#found];
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        this.#found.add(Deno.readTextFileSync(`/proc/${name}/cmdline`));
      } catch {
        // The process has ended.
      }
    }
  }
}
