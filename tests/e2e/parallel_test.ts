/** Many processes at once: one call for all, and no lost edit of a shared file. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import {
  ALICE,
  argv,
  e2e,
  eventually,
  fixture,
  keysInEnv,
  keysOf,
  OK,
  program,
  role,
  SERIAL,
  terminal,
  type TestHome,
  unix,
  WORLD,
} from "../mod.ts";
import { runTogether } from "./together.ts";

/** Returns an `--mfa-command` that writes its process ID to a file, then sleeps. */
const hang = (path: string) => `echo $$ >${path}; exec sleep 600`;

const readPid = (path: string) => Number(Deno.readTextFileSync(path));

/** Waits until a file exists and is not empty. */
const untilWritten = async (path: string) =>
  await eventually(() => exists(path) && Deno.statSync(path).size > 0);

/** Writes the process ID to a file, then runs assume-role in the same process. */
const runWithPid = (home: TestHome, path: string, args: readonly string[]) =>
  home.sh(
    'path=$1; shift; echo $$ >"$path"; exec "$@"',
    argv`${path} ${program()} ${args}`,
  );

// In 99designs/aws-vault#1275, boto/botocore#1148 and ByteNess/aws-vault#337, each of many
// parallel processes makes its own call and prompts.
e2e(
  "64 processes with an empty cache make one call and prompt once",
  terminal,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const script = 'i=0; while [ $i -lt 64 ]; do "$@" & i=$((i+1)); done; wait';
    const { stdout } = await home.play(
      argv`sh -c ${script} sh ${program()} -q -r deploy --mfa-serial ${SERIAL} echo success`,
      [["MFA code", `${code}\n`]],
      // 64 starts need up to 30 seconds of processor time.
      { timeoutMs: 300_000 },
    );
    assertEquals(stdout.match(/MFA code/g)?.length, 1, stdout);
    assertEquals(stdout.match(/^success\r$/gm)?.length, 64, stdout);
    assertEquals(aws.count("AssumeRole"), 1);
  },
);

e2e("if many processes run with -f at once, only one call is made", {
  ...unix,
}, async ({ aws, home, run }) => {
  await run("-r admin true");
  const args = ["-f", "-r", "admin", "printenv", "AWS_ACCESS_KEY_ID"];
  for (const calls of [2, 3]) {
    const results = await runTogether(aws, home, 8, args);
    const keys = new Set(results.map(({ stdout }) => stdout));
    assertEquals([keys.size, aws.count("AssumeRole")], [1, calls]);
  }
});

e2e("a process does not wait while another process assumes a different role", {
  ...unix,
  world: { ...WORLD, roles: [role("admin"), role("slow")] },
}, async ({ aws, run }) => {
  await run("-r admin true");
  const { promise, resolve } = Promise.withResolvers<void>();
  aws.fail("AssumeRole", { kind: "hold", until: promise });
  const order: string[] = [];
  const refresh = async (name: string) => {
    assertEquals(await run(`-f -r ${name} true`), OK);
    order.push(name);
  };
  const slow = refresh("slow");
  await eventually(() => aws.waiting > 0);
  await refresh("admin").finally(resolve);
  await slow;
  assertEquals(order, ["admin", "slow"]);
});

e2e(
  "if a process is killed during its call, a waiting process makes the call instead",
  unix,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const mfaPid = join(home.root, "mfa.pid");
    const holderPid = join(home.root, "holder.pid");
    const holder = runWithPid(
      home,
      holderPid,
      argv`-r deploy --mfa-serial ${SERIAL} --mfa-command ${hang(mfaPid)} true`,
    );
    await untilWritten(mfaPid);
    const waiting = home.runNoting(
      "waiting.err",
      `-r deploy --mfa-serial ${SERIAL} --mfa-token ${code} echo ran`,
    );
    await eventually(() => home.noted("waiting.err") !== "");
    Deno.kill(readPid(holderPid), "SIGKILL");
    const { status, stdout, stderr } = await waiting;
    assertEquals([status, stdout], [0, "ran\n"]);
    assertMatch(
      stderr,
      /^assume-role: note: waiting for another assume-role, which may ask for a code: deploy\n$/,
    );
    // The MFA command still runs, although its parent was killed.
    Deno.kill(readPid(mfaPid), "SIGKILL");
    assertEquals((await holder).signal, "SIGKILL");
  },
);

e2e(
  "a process that waits for a suspended process prints a note, and can be interrupted",
  unix,
  async ({ home }) => {
    const mfaPid = join(home.root, "mfa.pid");
    const holderPid = join(home.root, "holder.pid");
    const waitingPid = join(home.root, "waiting.pid");
    const options = argv`-r deploy --mfa-serial ${SERIAL}`;
    const holder = runWithPid(
      home,
      holderPid,
      argv`${options} --mfa-command ${hang(mfaPid)} true`,
    );
    await untilWritten(mfaPid);
    Deno.kill(readPid(holderPid), "SIGSTOP");
    const script = 'echo $$ >"$0"; exec "$@" 2>waiting.err';
    const waiting = home.exec(
      argv`sh -c ${script} ${waitingPid} ${program()} ${options} --mfa-token 123456 true`,
    );
    await eventually(() => home.noted("waiting.err") !== "");
    Deno.kill(readPid(waitingPid), "SIGINT");
    const { signal } = await waiting;
    assertEquals(signal, "SIGINT");
    assertMatch(
      home.noted("waiting.err"),
      /^assume-role: note: waiting for another assume-role, [^\n]+\n$/,
    );

    Deno.kill(readPid(holderPid), "SIGKILL");
    Deno.kill(readPid(mfaPid), "SIGKILL");
    await holder;
  },
);

const THIRTY = Array.from({ length: 30 }, (_, i) => `role-${i}`);

// If uber/assume-role-cli assumes 30 roles at once, only 2 profiles remain in the file.
e2e(
  "30 runs at once save the profiles of 30 roles, and no other text of the file changes",
  {
    ...unix,
    world: { ...WORLD, roles: THIRTY.map((name) => role(name)) },
  },
  async ({ home, run }) => {
    const before = `# mine\n${keysOf(ALICE)}# the end`;
    home.writeHome(".aws/credentials", before);
    // -q, because a process can print a warning that it waits for another process.
    const results = await Promise.all(
      THIRTY.map((name) => run(`-q -r ${name} true`)),
    );
    assertEquals(
      results.map(({ status, stderr }) => `${status}${stderr}`),
      THIRTY.map(() => "0"),
    );
    const after = home.readHome(".aws/credentials");
    assert(after.startsWith(before));
    const headers = after.slice(before.length).match(/^\[.*\]$/gm)?.toSorted();
    assertEquals(
      headers,
      THIRTY.map((name) => `[111111111111-${name}]`).toSorted(),
    );
  },
);

// aws/aws-cli#9632 and trek10inc/awsume#72 are about programs that overwrite each other's edits.
e2e(
  "sections that another tool appends in place are not lost",
  terminal,
  async ({ home, run }) => {
    await run("-r admin true");
    const path = join(home.path, ".aws/credentials");
    let isAppending = true;
    const appender = home.exec(
      argv`python3 ${fixture("append_sections.py")} ${path}`,
    ).finally(() => isAppending = false);
    while (isAppending) {
      assertEquals((await run("-q -f -r admin true")).status, 0);
    }
    assertEquals((await appender).status, 0);
    const text = home.readHome(".aws/credentials");
    const lost = Array.from({ length: 400 }, (_, i) => `[added-${i}]\n`)
      .filter((header) => !text.includes(header));
    assertEquals(lost, []);
  },
);

for (const args of ["-r admin true", "-r admin"]) {
  e2e(
    `'${args}' keeps text that another program writes late, after truncating the credentials file`,
    terminal,
    async ({ aws, home, run }) => {
      const path = join(home.path, ".aws/credentials");
      const ready = join(home.root, "ready");
      // Truncate the file only just before the run replaces the file, because a run does
      // not wait for the writer of a file that has been empty for long.
      const { promise, resolve } = Promise.withResolvers<void>();
      aws.fail("AssumeRole", { kind: "hold", until: promise });
      const running = run(args, { env: keysInEnv(ALICE) });
      await eventually(() => aws.waiting === 1).catch((error) => {
        resolve();
        throw error;
      });
      const writer = home.sh(
        'out=$1; shift; exec "$@" >"$out"',
        argv`${ready} python3 ${fixture("write_late.py")} ${path}`,
      );
      await untilWritten(ready).finally(resolve);
      const { status } = await running;
      assertEquals(status, 0);
      assertEquals((await writer).status, 0);
      const after = home.readHome(".aws/credentials");
      assert(after.startsWith("[late]\nregion = x\n"), after);
      assert(after.includes("[111111111111-admin]"), after);
    },
  );
}

e2e(
  "saving a profile loses nothing of a program that rewrites the credentials file in place",
  {
    ...unix,
  },
  async ({ aws, home, run }) => {
    const path = home.writeHome(
      ".aws/credentials",
      keysOf(ALICE, "other") + keysOf(ALICE),
    );
    const text = Deno.readTextFileSync(path);
    const { promise, resolve } = Promise.withResolvers<void>();
    aws.fail("AssumeRole", { kind: "hold", until: promise });
    const running = run("-r admin true");
    await eventually(() => aws.waiting === 1);
    using file = Deno.openSync(path, { write: true, truncate: true });
    const bytes = new TextEncoder().encode(text);
    const half = keysOf(ALICE, "other").length;
    file.writeSync(bytes.subarray(0, half));
    resolve();
    await new Promise((resolve) => setTimeout(resolve, 100));
    file.writeSync(bytes.subarray(half));
    assertEquals(await running, OK);
    const saved = Deno.readTextFileSync(path);
    assertEquals(
      [saved.startsWith(text.trimEnd()), saved.includes("x_assume_role_arn")],
      [true, true],
      saved,
    );
  },
);
