/** Limits of the system: `ulimit -f`, `-n` and `-u`, and a full disk. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { bareExecutable } from "./bare_root.ts";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  keysInEnv,
  keysOf,
  linux,
  program,
  type Result,
  root,
  type RunOptions,
  type TestHome,
  unix,
} from "../mod.ts";
import { succeeds } from "./closed.ts";

const CANNOT_SAVE =
  /^assume-role: warning: Cannot cache the credentials in [^\n]+: file too large \(set ASSUME_ROLE_CACHE_DIR to use another directory\); Cannot save the profile [^\n]+: file too large\n$/;
const OUT_OF_FILES =
  "raise the limit of open files, for example with 'ulimit -n 256'";

/**
 * Shell script that gives Deno cache files that cannot be opened. From source, Deno would
 * otherwise write to its cache files before assume-role starts.
 */
const PREPARE = program().length === 1 ? ":" : `caches=$HOME/deno
for name in dep_analysis node_analysis v8_code; do
  mkdir -p "$caches/\${name}_cache_v2/x"
done
ln -sf "$DENO_DIR"/* "$caches" 2>/dev/null
export DENO_DIR="$caches"`;

/** Runs assume-role with limits of the shell, such as `-f 0`. */
async function limited(
  home: TestHome,
  limits: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Result> {
  const script = `${PREPARE}\n${limits}; exec "$@"`;
  return await home.sh(script, [...program(), ...args], options);
}

/** Lists files that only a process at work needs: locks and temporary files. */
function leftovers(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory) return leftovers(path);
    return /\.(?:lock|tmp)$/.test(entry.name) ? [path] : [];
  });
}

e2e(
  "with 'ulimit -f 0', the command runs, and nothing is lost or left behind",
  unix,
  async ({ home }) => {
    const keys = home.readHome(".aws/credentials");
    for (
      const [args, stdout] of [
        ["-r admin echo ran", /^ran\n$/],
        ["-r admin", /^AWS_ACCESS_KEY_ID=\S+\n/],
        ["-r admin --console", /^http:/],
      ] as const
    ) {
      const result = await limited(home, "ulimit -f 0", args.split(" "));
      assertEquals(result.status, 0, args);
      assertMatch(result.stdout, stdout);
      assertMatch(result.stderr, CANNOT_SAVE);
      assertEquals(home.readHome(".aws/credentials"), keys);
      assertEquals(leftovers(home.path), []);
    }
    const whoami = await limited(home, "ulimit -f 0", ["--whoami"]);
    assertEquals([whoami.status, whoami.stderr], [0, ""]);
    assertEquals(leftovers(home.path), []);
  },
);

e2e(
  "a file whose new content is cut by 'ulimit -f' keeps its old content",
  unix,
  async ({ home }) => {
    // The unit of the limit is 512 bytes or, in some shells, 1,024 bytes.
    const keys = `${keysOf(ALICE)}# ${"x".repeat(5000)}\n`;
    home.writeHome(".aws/credentials", keys);
    for (
      const warning of [
        /Cannot save the profile [^\n]+: file too large\n$/,
        /^$/,
      ]
    ) {
      const { status, stdout, stderr } = await limited(
        home,
        "ulimit -f 4",
        argv`-r admin echo ran`,
      );
      assertEquals([status, stdout], [0, "ran\n"]);
      assertMatch(stderr, warning);
      assertEquals(home.readHome(".aws/credentials"), keys);
      assertEquals(leftovers(home.path), []);
    }
    await Deno.remove(join(home.project, "assume-role.yaml"));
    assertFails(await limited(home, "ulimit -f 0", ["--init"]), {
      error: /^Cannot write \S+assume-role\.yaml: file too large$/,
    });
    assertEquals([...Deno.readDirSync(home.project)], []);
    const before = `BEFORE=${"x".repeat(400)}\n`;
    const GITHUB_ENV = home.write("github-env", before);
    for (const _ of ["miss", "hit"]) {
      const { status, stderr } = await limited(
        home,
        "ulimit -f 1",
        argv`-r ${ADMIN_ARN} --format github`,
        { env: { GITHUB_ENV } },
      );
      assertEquals(status, 125);
      assertMatch(stderr, /the file of GITHUB_ENV: file too large\n$/);
      assertEquals(Deno.readTextFileSync(GITHUB_ENV), before);
    }
  },
);

e2e(
  "printed credentials that do not fit into a file are an error",
  unix,
  async ({ home, run }) => {
    await run("-r admin true");
    for (const flags of [["-f"], []]) {
      const { status, stderr } = await home.sh(
        `${PREPARE}\nulimit -f 0; "$@" >out`,
        [...program(), ...argv`-r admin`, ...flags],
      );
      assertEquals(status, 125);
      assertMatch(stderr, /error: Cannot write to stdout: file too large\n$/);
      assertEquals(Deno.readTextFileSync(join(home.project, "out")), "");
    }
  },
);

e2e(
  "a command has the limits and the signal dispositions that it has without assume-role",
  linux,
  async ({ home }) => {
    const script =
      "ulimit -f; ulimit -n; grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status; echo x >file";
    for (
      const limits of [
        ":",
        "ulimit -f 0",
        "ulimit -f 7; ulimit -n 200",
        "trap '' XFSZ; ulimit -f 0",
        // After about a second, 'deno run' of Deno 2.9.2 and later no longer ignores these
        // signals, because Deno starts to listen for SIGUSR1.
        ...(Deno.env.get("ASSUME_ROLE_BIN") === undefined
          ? []
          : ["trap '' XFSZ USR1 INT; ulimit -f 0", "trap '' HUP"]),
      ]
    ) {
      const command = argv`env sh -c ${script}`;
      // posix_spawn() of the C library ignores two signals of the library.
      const read = ({ status, stdout }: Result) => [
        status,
        stdout.replace(/SigIgn:\t0000000180/, "SigIgn:\t0000000000")
          .replace(/SigIgn:\t0000000181/, "SigIgn:\t0000000001"),
      ];
      const expected = await home.sh(`${limits}; exec "$@"`, command);
      for (const _ of ["miss", "hit"]) {
        const result = await limited(home, limits, [
          ..."-q -r admin".split(" "),
          ...command,
        ]);
        assertEquals(read(result), read(expected), limits);
      }
      home.removeCache();
    }
  },
);

e2e(
  "with few open files, a run succeeds or ends with an error",
  bareExecutable,
  async ({ home }) => {
    const lines = ["-r admin true", "-r admin", "--whoami"];
    // With fewer files, the runtime does not start.
    let isStarted = false;
    for (let files = 8; files <= 40; files++) {
      const version = await limited(
        home,
        `ulimit -n ${files}`,
        ["--version"],
      );
      isStarted ||= [0, 125].includes(version.status);
      if (!isStarted) continue;
      for (const line of lines) {
        const args = line.split(" ");
        const result = await limited(home, `ulimit -n ${files}`, args);
        if (result.status !== 0) {
          assertFails(result, { error: /./, hint: OUT_OF_FILES });
        }
        assertEquals(leftovers(home.path), []);
        if (files % 2 === 0) home.removeCache();
        assert(result.status === 0 || files < 40, `${files}: ${line}`);
      }
    }
    assert(isStarted);
  },
);

const AS_STRANGER = argv`setpriv --reuid 54321 --regid 54321 --clear-groups`;
const stranger = {
  ignore: bareExecutable.ignore || root.ignore ||
    !await succeeds([...AS_STRANGER, ...program(), "--version"]),
};

e2e(
  "with few processes, a run succeeds or ends with an error",
  stranger,
  async ({ home }) => {
    await Deno.chmod(home.root, 0o777);
    const env = { ...keysInEnv(ALICE), HOME: "/nonexistent" };
    for (const processes of [12, 16, 24, 40]) {
      const { status, stderr } = await home.exec(
        argv`${AS_STRANGER} sh -c ${'ulimit -p "$0" 2>/dev/null || ulimit -u "$0"; exec "$@"'} ${processes} ${program()} -q -r ${ADMIN_ARN} true`,
        { env, cwd: "/" },
      );
      if (status !== 0) {
        assertEquals(status, 125);
        assertMatch(stderr, /^assume-role: error: .*\n(?:.*hint: .*\n)?$/);
      }
    }
  },
);

const canMount = {
  ignore: linux.ignore || root.ignore ||
    !await succeeds(argv`unshare -m mount -t tmpfs none /mnt`),
};

e2e(
  "on a full disk, a run succeeds with a warning, and loses nothing",
  canMount,
  async ({ home }) => {
    const keys = keysOf(ALICE);
    // Fills a small disk up to some kilobytes, runs assume-role, and prints what is there.
    const script = `free=$1; shift; disk=$HOME/disk; mkdir -p $disk
mount -t tmpfs -o size=256k none $disk; mkdir $disk/.aws
cp "$HOME/.aws/credentials" $disk/.aws
dd if=/dev/zero of=$disk/filler bs=1k 2>/dev/null
truncate -s -$((free * 1024)) $disk/filler
HOME=$disk "$@"; status=$?
find $disk -name '*.lock' -o -name '*.tmp'
cat $disk/.aws/credentials
exit $status`;
    for (const free of [0, 4, 8, 12, 64]) {
      const { status, stdout, stderr } = await home.exec(
        argv`unshare -m sh -c ${script} sh ${free} ${program()} -r admin echo ran`,
      );
      assertEquals(status, 0, stderr);
      assert(stdout.startsWith(`ran\n${keys}`), stdout);
      const rest = stdout.slice(`ran\n${keys}`.length);
      // The rest is the whole saved profile, or nothing.
      if (free === 0) assertEquals(rest, "");
      else assertMatch(rest, /^\n\[111111111111-admin\][^[]+\n$/);
      if (free < 12) assertMatch(stderr, /no space left on device/);
    }
  },
);
