import { e2e } from "../mod.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { exists } from "../../lib/system/files.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import {
  eventually,
  HAS_TERMINAL,
  keysOf,
  program,
  TestHome,
} from "./test_home.ts";
import { runTogether } from "./together.ts";
import { role, WORLD } from "./worlds.ts";

const unix = { ignore: Deno.build.os === "windows" };

// 99designs/aws-vault#1275, boto/botocore#1148, ByteNess/aws-vault#337: parallel
// invocations stampede, and each asks for a code.
e2e("64 processes on an empty cache: one call, one question, 64 successes", {
  ignore: !HAS_TERMINAL,
}, async ({ aws, home }) => {
  const code = await aws.code(ALICE);
  const script = 'i=0; while [ $i -lt 64 ]; do "$@" & i=$((i+1)); done; wait';
  const all = [
    "sh",
    "-c",
    script,
    "sh",
    ...program(),
    "-q",
    "-r",
    "deploy",
    "--mfa-serial",
    ALICE.devices![0]!.serial,
    "echo",
    "success",
  ];
  const result = await home.play(all, [["MFA code", `${code}\n`]]);
  assertEquals(result.stdout.match(/MFA code/g)?.length, 1, result.stdout);
  assertEquals(
    result.stdout.match(/^success\r$/gm)?.length,
    64,
    result.stdout,
  );
  assertEquals(aws.count("AssumeRole"), 1);
});

e2e("-f from many processes at once refreshes once per generation", {
  ...unix,
}, async ({ aws, home, run }) => {
  await run("-r admin true");
  const args = ["-f", "-r", "admin", "printenv", "AWS_ACCESS_KEY_ID"];
  for (const generation of [2, 3]) {
    const results = await runTogether(aws, home, 8, args);
    const keys = new Set(results.map(({ stdout }) => stdout));
    assertEquals([keys.size, aws.count("AssumeRole")], [1, generation]);
  }
});

Deno.test("those that want other credentials do not wait", unix, async () => {
  await using aws = new FakeAws({
    ...WORLD,
    roles: [role("admin"), role("slow")],
  });
  await using home = new TestHome(aws);
  await home.run("-r admin true");
  const { promise, resolve } = Promise.withResolvers<void>();
  aws.fail("AssumeRole", { kind: "hold", until: promise });
  const order: string[] = [];
  const run = async (name: string) => {
    assertEquals((await home.run(["-f", "-r", name, "true"])).status, 0);
    order.push(name);
  };
  const slow = run("slow");
  await eventually(() => aws.waiting > 0);
  await run("admin").finally(resolve);
  await slow;
  assertEquals(order, ["admin", "slow"]);
});

e2e(
  "where the one that asks is killed, another takes over",
  unix,
  async ({ aws, home }) => {
    const serial = ALICE.devices![0]!.serial;
    const asking = join(home.root, "asking");
    const holder = home.exec([
      "sh",
      "-c",
      'echo $$ >pid; exec "$@"',
      "sh",
      ...program(),
      "-r",
      "deploy",
      "--mfa-serial",
      serial,
      "--mfa-command",
      `echo $$ >${asking}; exec sleep 600`,
      "true",
    ]);
    await eventually(() =>
      exists(asking) && Deno.readTextFileSync(asking) !== ""
    );
    const waiting = home.runNoting("waiting", [
      "-r",
      "deploy",
      "--mfa-serial",
      serial,
      "--mfa-token",
      await aws.code(ALICE),
      "echo",
      "ran",
    ]);
    await eventually(() => home.noted("waiting") !== "");
    const pid = Number(Deno.readTextFileSync(join(home.project, "pid")));
    Deno.kill(pid, "SIGKILL");
    const { status, stdout, stderr } = await waiting;
    assertEquals([status, stdout], [0, "ran\n"]);
    assertMatch(
      stderr,
      /^assume-role: warning: Waiting for another assume-role that is getting the credentials of \S+\n$/,
    );
    // What the killed one had started is left, as with any killed process.
    Deno.kill(Number(Deno.readTextFileSync(asking)), "SIGKILL");
    assertEquals((await holder).signal, "SIGKILL");
  },
);

e2e(
  "where the one that asks is stopped, the others say so, and can be interrupted",
  unix,
  async ({ home }) => {
    const serial = ALICE.devices![0]!.serial;
    const words = [...program(), "-r", "deploy", "--mfa-serial", serial];
    const asking = join(home.root, "asking");
    const withPid = (name: string, ...more: string[]) =>
      home.exec([
        "sh",
        "-c",
        'name=$1; shift; echo $$ >"$name"; exec "$@" 2>"$name.err"',
        "sh",
        name,
        ...words,
        ...more,
      ]);
    const pidIn = (file: string) =>
      Number(Deno.readTextFileSync(join(home.project, file)));

    const holder = withPid(
      "holder",
      "--mfa-command",
      `echo $$ >${asking}; exec sleep 600`,
      "true",
    );
    await eventually(() =>
      exists(asking) && Deno.readTextFileSync(asking) !== ""
    );
    Deno.kill(pidIn("holder"), "SIGSTOP");
    const waiting = withPid("waiting", "--mfa-token", "123456", "true");
    await eventually(() => home.noted("waiting.err") !== "");
    Deno.kill(pidIn("waiting"), "SIGINT");
    const { signal } = await waiting;
    assertEquals(signal, "SIGINT");
    assertMatch(
      home.noted("waiting.err"),
      /^assume-role: warning: Waiting for another assume-role that [^\n]+\n$/,
    );

    Deno.kill(pidIn("holder"), "SIGKILL");
    Deno.kill(Number(Deno.readTextFileSync(asking)), "SIGKILL");
    await holder;
  },
);

// Of 30 parallel roles, 2 survived in the file of uber/assume-role-cli.
Deno.test(
  "30 roles at once all get their profile, and nothing else changes",
  unix,
  async () => {
    const names = Array.from({ length: 30 }, (_, i) => `role-${i}`);
    await using aws = new FakeAws({
      ...WORLD,
      roles: names.map((name) => role(name)),
    });
    await using home = new TestHome(aws);
    const before = `# mine\n${keysOf(ALICE)}# the end`;
    home.writeHome(".aws/credentials", before);
    const results = await Promise.all(
      // Slow processes report that they wait for another process.
      names.map((name) => home.run(["-q", "-r", name, "true"])),
    );
    assertEquals(
      results.map(({ status, stderr }) => `${status}${stderr}`),
      names.map(() => "0"),
    );
    const after = home.readHome(".aws/credentials");
    assert(after.startsWith(before));
    const headers = after.slice(before.length).match(/^\[.*\]$/gm)?.toSorted();
    assertEquals(
      headers,
      names.map((name) => `[111111111111-${name}]`).toSorted(),
    );
  },
);

// aws/aws-cli#9632, trek10inc/awsume#72: writers that lose each other's edits.
e2e("what another tool adds in place meanwhile is not lost", {
  ignore: !HAS_TERMINAL,
}, async ({ home, run }) => {
  await run("-r admin true");
  const script = `
import sys, time
for i in range(400):
    with open(sys.argv[1], "a") as file:
        file.write("[added-%d]\\nregion = x\\n" % i)
    time.sleep(0.01)
`;
  let adding = true;
  const adder = home.exec([
    "python3",
    "-c",
    script,
    join(home.path, ".aws/credentials"),
  ])
    .finally(() => adding = false);
  while (adding) {
    assertEquals(
      (await run("-q -f -r admin true")).status,
      0,
    );
  }
  assertEquals((await adder).status, 0);
  const text = home.readHome(".aws/credentials");
  const lost = Array.from({ length: 400 }, (_, i) => `[added-${i}]\n`).filter((
    header,
  ) => !text.includes(header));
  assertEquals(lost, []);
});

Deno.test(
  "a program that has emptied the file loses nothing that it then writes",
  {
    ignore: !HAS_TERMINAL,
  },
  async () => {
    await using aws = new FakeAws(WORLD);
    const { accessKeyId, secretAccessKey } = ALICE;
    const env = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    // Empties the file, and writes long after the file has been replaced.
    const script = `
import os, sys, time
path = sys.argv[1]
with open(path, "w") as file:
    print("open", flush=True)
    while os.stat(path).st_ino == os.fstat(file.fileno()).st_ino:
        time.sleep(0.001)
    time.sleep(0.1)
    file.write("[late]\\nregion = x\\n")
`;
    for (const words of [["-r", "admin", "true"], ["-r", "admin"]]) {
      await using home = new TestHome(aws);
      const path = join(home.path, ".aws/credentials");
      const ready = join(home.root, "ready");
      const write = 'exec python3 -c "$1" "$2" >"$3"';
      const writer = home.exec(["sh", "-c", write, "sh", script, path, ready]);
      await eventually(() => exists(ready) && Deno.statSync(ready).size !== 0);
      assertEquals((await home.run(words, { env })).status, 0);
      assertEquals((await writer).status, 0);
      const after = home.readHome(".aws/credentials");
      assert(after.startsWith("[late]\nregion = x\n"), after);
      assert(after.includes("[111111111111-admin]"), after);
    }
  },
);
