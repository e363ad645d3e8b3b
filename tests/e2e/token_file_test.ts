/**
 * `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` of `--server`: the only variable from which the
 * crate object_store (obstore, deltalake) takes the endpoint's token.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  ALICE,
  argv,
  e2e,
  eventually,
  keysInEnv,
  program,
  type TestHome,
  unix,
  warm,
  withoutKeyWarning,
} from "../mod.ts";

/** Prints the token's mode, the file's content, and the token in the variable. */
const SHOW =
  'ls -l "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" | cut -c 1-10; cat "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"; echo; echo "$AWS_CONTAINER_AUTHORIZATION_TOKEN"';

/** Lists the files with tokens. */
function tokenFiles(home: TestHome): string[] {
  const cache = join(home.path, ".aws/assume-role/cache");
  return Array.from(Deno.readDirSync(cache), ({ name }) => name)
    .filter((name) => name.startsWith("token-"));
}

e2e("the command gets the token of --server also as a private file", {
  ...unix,
  home: warm,
}, async ({ home, run }) => {
  const { status, stdout } = await run(argv`--server -r admin sh -c ${SHOW}`);
  assertEquals(status, 0);
  const [mode, content, token] = stdout.split("\n");
  assertEquals([mode, content], ["-rw-------", token]);
  assertMatch(token!, /^[0-9a-f]{64}$/);
  assertEquals(tokenFiles(home), []);
});

e2e("assume-role under --server takes the token from the file", {
  ...unix,
}, async ({ aws, run }) => {
  const script = 'unset AWS_CONTAINER_AUTHORIZATION_TOKEN; exec "$@"';
  const nested = argv`sh -c ${script} sh ${program()} --whoami`;
  const result = withoutKeyWarning(
    await run(argv`-E=DENO_DIR --server -r admin ${nested}`),
  );
  assertEquals([result.status, result.stderr], [0, ""]);
  assertMatch(result.stdout, /assumed-role\/admin\/alice/);
  assertEquals(aws.count("AssumeRole"), 1);
});

e2e(
  "a run with --server removes the token of a killed run, but not of a live run",
  { ...unix, home: warm },
  async ({ home, run }) => {
    const wait = "touch $0; while [ ! -e done ]; do sleep 0.1; done";
    const live = run(argv`--server -r admin sh -c ${wait} live`);
    await eventually(() => exists(join(home.project, "live")));
    const [kept] = tokenFiles(home);
    // Close the output, because the command may outlive a run that is killed at its start.
    const script = 'exec "$@" >/dev/null 2>&1 & echo $! >pid; wait $!';
    const command = argv`--server -r admin sh -c ${wait} killed`;
    const killed = home.sh(script, [...program(), ...command]);
    await eventually(() => exists(join(home.project, "killed")));
    assertEquals(tokenFiles(home).length, 2);
    const pid = Number(Deno.readTextFileSync(join(home.project, "pid")));
    Deno.kill(pid, "SIGKILL");
    await killed;
    assertEquals(tokenFiles(home).length, 2);
    const next = await run("--server -r admin true");
    assertEquals(next.status, 0);
    assertEquals(tokenFiles(home), [kept]);
    home.write("done", "");
    assertEquals((await live).status, 0);
    assertEquals(tokenFiles(home), []);
  },
);

e2e("without a cache directory, the command gets only the variable", {
  ...unix,
}, async ({ home, run }) => {
  // Without access keys in files, `--server` needs no copies of AWS's files.
  Deno.removeSync(join(home.path, ".aws/credentials"));
  home.writeHome(".aws/assume-role.yaml", "write_profile: false\n");
  home.writeHome(".aws/assume-role", "a file in place of the directory");
  const names = 'env | grep -o "^AWS_CONTAINER[A-Z_]*" | sort';
  const { status, stdout } = await run(
    argv`--server -r admin sh -c ${names}`,
    { env: keysInEnv(ALICE) },
  );
  assertEquals([status, stdout.split("\n")], [0, [
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "",
  ]]);
});
