import { join } from "@std/path/join";
import { makeBundle } from "../../tools/bundle.ts";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import { exists } from "../../lib/system/files.ts";
import { linux } from "../guards.ts";
import { succeeds } from "./closed.ts";
import {
  argv,
  type Result,
  type RunOptions,
  type TestHome,
} from "./test_home.ts";

/** The executable under test; `undefined` if the sources are tested. */
const BINARY = Deno.env.get("ASSUME_ROLE_BIN");

/** The start of an argv that runs a program with its own mounts. */
const WITH_MOUNTS: readonly string[] = linux.ignore
  ? []
  : argv`unshare ${
    Deno.uid() === 0 ? [] : ["--user", "--map-root-user"]
  } --mount`;

/** Shell script that makes a directory read-only for itself. */
const MOUNT_SCRIPT = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"';

/** Runs a test only if it may mount file systems. */
export const bare = {
  ignore: linux.ignore ||
    !await succeeds(
      argv`${WITH_MOUNTS} sh -c ${MOUNT_SCRIPT} sh ${
        Deno.env.get("TMPDIR") ?? "/tmp"
      }`,
    ),
};

/** Runs a test in a bare root only with an executable. */
export const bareExecutable = { ignore: bare.ignore || BINARY === undefined };

/**
 * Shell script that enters the bare root. `PATH` and the unset variables are those of a
 * container without an environment. The root is mounted on itself, so that the root can be
 * read-only. `$1` has one word for each option of {@linkcode BareOptions}.
 */
const ENTER_SCRIPT = `set -e
options=" $1 " root=$2 directory=$3 user=$4
shift 4
has() { case $options in *" $1 "*) ;; *) return 1 ;; esac; }
mount --bind "$root" "$root"
if ! has no-proc; then mount --rbind /proc "$root/proc"; fi
if ! has no-dev; then mount --bind /dev/null "$root/dev/null"; fi
if has tty; then mount --bind /dev/tty "$root/dev/tty"; fi
if has read-only; then
  mount -o remount,ro,bind "$root"
  mount -t tmpfs -o mode=1777 none "$root/cache"
fi
unset TMPDIR TMP TEMP LANG DENO_DIR
[ -n "$HOME" ] || unset HOME
set -- "--root=$root" "--wd=$directory" "$@"
if [ "$user" != 0 ]; then set -- "--setuid=$user" "--setgid=$user" "$@"; fi
unshare=$(command -v unshare)
PATH=/bin exec "$unshare" "$@"
`;

/** Options of a run in a bare root. */
export interface BareOptions extends RunOptions {
  /** The user ID of a user without a name; default: 0, which is root. */
  readonly user?: number;
  /** Parts that are changed, besides everything that a bare root lacks. */
  readonly parts?: readonly ("no-proc" | "no-dev" | "tty" | "read-only")[];
}

/**
 * A root directory that has assume-role, a few programs, the libraries of these, `/proc`,
 * `/dev/null` and the working directory `/work`, and nothing else: no shell, no `/tmp`, no
 * home and no names of users. The directory `/cache` is writable if the root is read-only.
 */
export class BareRoot {
  readonly path: string;
  readonly #home: TestHome;
  readonly #program: readonly string[];

  private constructor(home: TestHome, program: readonly string[]) {
    this.#home = home;
    this.#program = program;
    this.path = join(home.root, "bare");
  }

  /** Creates a bare root in the directory of a home. */
  static async create(home: TestHome): Promise<BareRoot> {
    const program = BINARY === undefined
      ? argv`/bin/env DENO_DIR=/deno /bin/deno run --quiet --no-config --unstable-worker-options ${PERMISSION_FLAGS} /bundle/main.js`
      : ["/bin/assume-role"];
    const root = new BareRoot(home, program);
    for (const name of ["bin", "dev", "proc", "work", "cache"]) {
      Deno.mkdirSync(join(root.path, name), { recursive: true });
    }
    root.write("dev/null", "");
    root.write("dev/tty", "");
    root.#install(
      BINARY ?? Deno.execPath(),
      BINARY === undefined ? "/bin/deno" : "/bin/assume-role",
    );
    if (BINARY === undefined) await makeBundle(join(root.path, "bundle"));
    for (const name of ["true", "cat", "printenv", "env"]) {
      root.install(name);
    }
    return root;
  }

  /** Installs a program of this machine in `/bin`. */
  install(name: string): void {
    const path = (Deno.env.get("PATH") ?? "").split(":")
      .map((directory) => join(directory, name)).find(exists);
    if (path === undefined) throw new Error(`${name} is not installed`);
    this.#install(path, `/bin/${name}`);
  }

  #install(from: string, to: string): void {
    const files = [
      [from, to],
      ...librariesOf(from).map((path) => [path, path]),
    ];
    for (const [from, to] of files) {
      const target = join(this.path, to!);
      if (exists(target)) continue;
      Deno.mkdirSync(join(target, ".."), { recursive: true });
      const source = Deno.realPathSync(from!);
      try {
        Deno.linkSync(source, target);
      } catch {
        Deno.copyFileSync(source, target); // another file system
      }
    }
  }

  /** Writes a file of the bare root, and dates the file back as `TestHome` does. */
  write(path: string, text: string, mode = 0o600): string {
    const file = join(this.path, path);
    Deno.mkdirSync(join(file, ".."), { recursive: true });
    Deno.writeTextFileSync(file, text);
    Deno.chmodSync(file, mode);
    for (const path of [file, join(file, "..")]) {
      Deno.utimeSync(path, Date.now() / 1000 - 10, Date.now() / 1000 - 10);
    }
    return file;
  }

  /** Returns the argv that runs assume-role in the bare root. */
  argv(
    args: string | readonly string[],
    { cwd = "/work", user = 0, parts = [] }: BareOptions = {},
  ): string[] {
    const words = typeof args === "string" ? args.split(/\s+/) : args;
    return argv`${WITH_MOUNTS} sh -c ${ENTER_SCRIPT} sh ${
      parts.join(" ")
    } ${this.path} ${cwd} ${user} ${this.#program} ${words}`;
  }

  /** Runs assume-role in the bare root; without `HOME`, unless `env` has it. */
  async run(
    args: string | readonly string[],
    options: BareOptions = {},
  ): Promise<Result> {
    const { stdin } = options;
    return await this.#home.exec(this.argv(args, options), {
      env: { HOME: "", ...options.env },
      ...(stdin !== undefined && { stdin }),
    });
  }
}

/** Lists the libraries that a program loads, with the program that loads libraries. */
export function librariesOf(program: string): readonly string[] {
  const { stdout } = new Deno.Command("ldd", {
    args: [program],
    stderr: "null",
  })
    .outputSync();
  return new TextDecoder().decode(stdout).match(/\/[^\s)]+/g) ?? [];
}
