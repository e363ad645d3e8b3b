/**
 * Files that a killed run leaves behind: a later run removes them, and leaves alone the files
 * of live runs and of other programs.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  ALICE,
  argv,
  e2e,
  eventually,
  OK,
  program,
  terminalOnLinux,
  type TestHome,
  unix,
  warm,
} from "../mod.ts";
import { age, cacheOf, kindOf, leftovers } from "./leftovers.ts";

/** Starts a run, and kills the run when its command has created the file `ready`. */
async function runAndKill(
  home: TestHome,
  args: readonly string[],
  ready: string,
): Promise<void> {
  // Close the output, because the command may outlive the run.
  const script = 'exec "$@" >/dev/null 2>&1 & echo $! >pid; wait $!';
  const killed = home.sh(script, [...program(), ...args]);
  await eventually(() => exists(join(home.project, ready)));
  Deno.kill(
    Number(Deno.readTextFileSync(join(home.project, "pid"))),
    "SIGKILL",
  );
  await killed;
}

const WAIT = "touch $0; while [ ! -e done ]; do sleep 0.1; done";

e2e(
  "the next run with --server removes the files of a killed run, and no file of a live run",
  {
    ...unix,
    home: warm,
  },
  async ({ home, run }) => {
    const live = run(argv`--server -r admin sh -c ${WAIT} live`);
    await eventually(() => exists(join(home.project, "live")));
    const kept = leftovers(cacheOf(home));
    const kinds = [
      "copy-ID.config",
      "copy-ID.credentials",
      "copy-ID.lock",
      "token-ID",
    ];
    assertEquals(kept.map(kindOf), kinds);
    await runAndKill(
      home,
      argv`--server -r admin sh -c ${WAIT} killed`,
      "killed",
    );
    assertEquals(leftovers(cacheOf(home)).length, 2 * kinds.length);
    assertEquals((await run("--server -r admin true")).status, 0);
    assertEquals(leftovers(cacheOf(home)), kept);
    home.write("done", "");
    assertEquals((await live).status, 0);
    assertEquals(leftovers(cacheOf(home)), []);
  },
);

e2e("a copy that the command of a killed run changed is kept", {
  ...unix,
  home: warm,
}, async ({ home, run }) => {
  const script = `echo "# mine" >>"$AWS_SHARED_CREDENTIALS_FILE"; ${WAIT}`;
  await runAndKill(
    home,
    argv`--server -r admin sh -c ${script} killed`,
    "killed",
  );
  home.write("done", "");
  assertEquals((await run("-f -r admin true")).status, 0);
  const [name, ...others] = leftovers(cacheOf(home));
  assertEquals([kindOf(name!), others], ["changed-ID.credentials", []]);
  const text = Deno.readTextFileSync(join(cacheOf(home), name!));
  assertStringIncludes(text, "# mine\n");
  assert(!text.includes(ALICE.secretAccessKey));
});

e2e(
  "the next run removes the lock of a killed run, but not of a live run",
  { ...unix, home: warm },
  async ({ home, run }) => {
    const profile = (name: string) => {
      const path = home.write(
        `${name}.sh`,
        `touch ${name}; while [ ! -e done ]; do sleep 0.1; done; exit 1\n`,
      );
      return `[profile ${name}]\ncredential_process = sh ${path}\n`;
    };
    home.writeHome(".aws/config", profile("live") + profile("killed"));
    const live = run("--profile live -r admin true");
    await eventually(() => exists(join(home.project, "live")));
    const kept = leftovers(cacheOf(home));
    assertEquals(kept.map(kindOf), ["ID.lock"]);
    await runAndKill(home, argv`--profile killed -r admin true`, "killed");
    assertEquals(leftovers(cacheOf(home)).length, 2);
    assertEquals((await run("-f -r admin true")).status, 0);
    assertEquals(leftovers(cacheOf(home)), kept);
    home.write("done", "");
    assertEquals((await live).status, 125);
    assertEquals(leftovers(cacheOf(home)), []);
  },
);

e2e(
  "the next run removes temporary files of killed runs, but not of live runs or other programs",
  {
    ...unix,
    home: warm,
  },
  async ({ home, run }) => {
    const directories = [cacheOf(home), join(home.path, ".aws")];
    for (const directory of directories) {
      for (
        const name of [
          ".assume-role-01234567.tmp",
          ".assume-role-76543210.tmp",
          ".other-01234567.tmp",
        ]
      ) {
        Deno.writeTextFileSync(join(directory, name), "x");
      }
      Deno.mkdirSync(join(directory, ".assume-role-00000000.tmp"));
      Deno.symlinkSync(
        "/dev/zero",
        join(directory, ".assume-role-11111111.tmp"),
      );
      await home.exec(
        argv`mkfifo ${join(directory, ".assume-role-22222222.tmp")}`,
      );
      age(directory);
    }
    const held = directories.map((directory) => {
      const file = Deno.openSync(join(directory, ".assume-role-76543210.tmp"));
      file.lockSync(true);
      return file;
    });
    // A process that has just created a temporary file may not hold the lock yet.
    const young = ".assume-role-abcdef01.tmp";
    const future = Date.now() / 1000 + 60;
    for (const directory of directories) {
      Deno.writeTextFileSync(join(directory, young), "x");
      Deno.utimeSync(join(directory, young), future, future);
    }
    assertEquals((await run("-f -r admin true")).stderr, "");
    held.forEach((file) => file.close());
    for (const directory of directories) {
      assertEquals(
        leftovers(directory).filter((name) => name.startsWith(".")),
        [
          ".assume-role-00000000.tmp",
          ".assume-role-11111111.tmp",
          ".assume-role-22222222.tmp",
          ".assume-role-76543210.tmp",
          young,
          ".other-01234567.tmp",
        ],
      );
    }
  },
);

e2e(
  "the page of a killed --console is removed by the next run, and the page of a live one is not",
  {
    ...terminalOnLinux,
    home: warm,
  },
  async ({ home, run }) => {
    const opener = home.write(
      "bin/xdg-open",
      '#!/bin/sh\necho "$1" >"$HOME/$NAME"; [ "$NAME" = live ] || kill -KILL "$PPID"; printf opened >/dev/tty; exec sleep 600\n',
    );
    Deno.chmodSync(opener, 0o700);
    const temporary = join(home.root, "tmp");
    Deno.mkdirSync(temporary);
    const env = {
      PATH: `${join(home.project, "bin")}:${Deno.env.get("PATH")}`,
      WAYLAND_DISPLAY: "wayland-0",
      TMPDIR: temporary,
    };
    const pages = () =>
      Array.from(Deno.readDirSync(temporary), ({ name }) => name);
    const killed = await home.runOnTerminal("--console -r admin", [], {
      env: { ...env, NAME: "killed" },
    });
    assertEquals(killed.status, 137);
    const [left] = pages();
    assert(exists(join(temporary, left!, "console.html")));
    // A damaged record must remove nothing else, also not through a link.
    const other = home.write("mine/console.html", "mine");
    const record = join(cacheOf(home), "page-01234567");
    Deno.writeTextFileSync(record, join(home.project, "mine"), { mode: 0o600 });
    const link = join(temporary, `assume-role-${crypto.randomUUID()}`);
    Deno.symlinkSync(join(home.project, "mine"), link);
    Deno.writeTextFileSync(join(cacheOf(home), "page-76543210"), link, {
      mode: 0o600,
    });
    const live = await home.runOnTerminal("--console -r admin", [
      ["opened", "\x03"],
    ], { env: { ...env, NAME: "live" } });
    assert([0, 130].includes(live.status)); // the opener may end before assume-role hears Ctrl-C
    assertEquals(pages(), [link.slice(temporary.length + 1)]);
    assertEquals(Deno.readTextFileSync(other), "mine");
    assertEquals(leftovers(cacheOf(home)), []);
    assertEquals(await run("-r admin true"), OK);
  },
);
