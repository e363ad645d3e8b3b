import { assertEquals } from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { ALICE_ARN, BOB_ARN, PREFIX } from "../identifiers.ts";
import {
  fixture,
  keysInEnv,
  keysOf,
  program,
  type Result,
  TestHome,
} from "./test_home.ts";
import { BOB, role, WORLD } from "./worlds.ts";

/** The number of runs at the same time. */
const AT_ONCE = 4;

/** Results of runs during which a program rewrote files in place. */
export interface TornReads {
  /** The number of rewrites of the files. */
  readonly rewrites: number;
  /** The runs that failed or printed a message. */
  readonly failures: readonly Result[];
  /** The session names of the runs; a session name shows which base credentials a run used. */
  readonly callers: ReadonlySet<string>;
}

/** Files in pieces, and the arguments and variables of the runs that read the files. */
interface Scene {
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly args: string;
  readonly env: (aws: FakeAws) => Readonly<Record<string, string>>;
}

/** Matches the notice of a run that waits more than two seconds, as on a slow machine. */
const WAITS = /^assume-role: note: waiting for another assume-role, .*\n/gm;

const [KEY_ID, SECRET] = keysOf(ALICE).split("\n").slice(1);

/**
 * Scenes in which whole files give the session name `alice`, but incomplete files give
 * another session name. Without the keys of `default`, a container supplies the base
 * credentials. Without `role_arn`, the profile `work` has bob's keys. Without
 * `role_session_name`, the session has the name of the caller, bob.
 */
export const SCENES: Readonly<Record<string, Scene>> = {
  "keys, or a container": {
    files: {
      ".aws/credentials": [
        "[other]\nkey = value\n",
        "\n[default]\n",
        `${KEY_ID}\n`,
        `${SECRET}\n`,
        "[more]\nkey = value\n",
      ],
    },
    args: "-r admin printenv AWS_ACCESS_KEY_ID",
    env: (aws) => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
    }),
  },
  "a role, or other keys": {
    files: {
      ".aws/credentials": keysOf(ALICE).split(/(?<=_)/),
      ".aws/config": [
        "[profile work]\n",
        keysOf(BOB).split("\n").slice(1).join("\n"),
        `role_arn = ${PREFIX}middle\nrole_session_name = alice\n`,
        "source_profile = default\n",
        "[profile other]\nregion = eu-west-1\n",
      ],
    },
    args: "--profile work -r admin printenv AWS_ACCESS_KEY_ID",
    env: () => ({}),
  },
  "a setting, or its default": {
    files: {
      ".aws/assume-role.yaml": [
        `role_prefix: ${PREFIX}\n`,
        "write_profile: false\n",
        "role_session_name: alice\n",
      ],
    },
    args: "-r admin printenv AWS_ACCESS_KEY_ID",
    env: () => keysInEnv(BOB),
  },
};

/** Runs assume-role `runs` times while another program rewrites the files of a scene. */
export async function runBesideTornWriter(
  { files, args, env }: Scene,
  runs: number,
): Promise<TornReads> {
  await using aws = new FakeAws({
    ...WORLD,
    users: [ALICE, BOB],
    roles: [
      role("admin", {
        trusts: [ALICE_ARN, BOB_ARN, `${PREFIX}middle`, `${PREFIX}box`],
      }),
      role("middle"),
      role("box"),
    ],
    container: { roleArn: `${PREFIX}box`, authorizationToken: "a token" },
  });
  await using home = new TestHome(aws);
  home.write("assume-role.yaml", "");
  home.writeHome(
    ".aws/assume-role.yaml",
    `role_prefix: ${PREFIX}\nwrite_profile: false\n`,
  );
  const plans = Object.entries(files).map(([name, pieces], at) => {
    const path = home.writeHome(name, pieces.join(""));
    return home.write(`pieces-${at}.json`, JSON.stringify({ path, pieces }));
  });
  const stop = `${home.root}/stop`;
  const writer = new Deno.Command("python3", {
    args: [fixture("torn_writer.py"), stop, ...plans],
  }).output();
  const failures: Result[] = [];
  const callers = new Set<string>();
  const left = Array.from({ length: runs }, (_, at) => at).values();
  const runSome = async () => {
    for (const at of left) {
      // Half of the runs may use the cache.
      const force = at % 2 === 0 ? ["-f"] : [];
      const words = [...program(), ...force, ...args.split(" ")];
      const result = await home.exec(words, { env: env(aws) });
      const isSilent = result.stderr.replace(WAITS, "") === "";
      if (result.status !== 0 || !isSilent) failures.push(result);
      else callers.add(callerOf(aws, result));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runSome));
  Deno.writeTextFileSync(stop, "");
  const { code, stdout, stderr } = await writer;
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stderr)], [0, ""]);
  return { rewrites: Number(text(stdout)), failures, callers };
}

/** Returns the session name of the session that a run used. */
function callerOf(aws: FakeAws, { stdout }: Result): string {
  return `${aws.sessionOf(stdout.trim())?.arn.split("/").at(-1)}`;
}
