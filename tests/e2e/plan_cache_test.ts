/** A run like one before starts at once with what that came to, and is no other for it. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { keysOf, type RunOptions, type TestHome, warm } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const ARN = "arn:aws:iam::111111111111:role";
const SHOW = ["--", "printenv", "ASSUME_ROLE_ARN", "AWS_REGION"];
const EUROPE = { env: { AWS_REGION: "eu-west-1" } };

/** What is kept of runs. */
function memories(box: TestHome): string[] {
  const cache = join(box.home, ".aws/assume-role/cache");
  return Array.from(Deno.readDirSync(cache), ({ name }) => join(cache, name))
    .filter((path) => /plan-[0-9a-f]{64}\.json$/.test(path));
}

/** A box in which admin was run, and that is known. */
async function known(aws: FakeAws): Promise<TestHome> {
  const box = await warm(aws);
  assertEquals(memories(box), []);
  assertEquals(await run(box), [`${ARN}/admin`, "eu-west-1"]);
  assertEquals(memories(box).length, 1);
  return box;
}

/** The role's ARN and the region that the command gets. */
async function run(
  box: TestHome,
  options: readonly string[] = ["-r", "admin"],
  given: RunOptions = EUROPE,
): Promise<readonly string[]> {
  const { status, stdout, stderr } = await box.run(
    [...options, ...SHOW],
    given,
  );
  assertEquals([status, stderr], [0, ""]);
  return stdout.trim().split("\n");
}

/** Writes another region into what is kept: whoever is told it has recalled. */
function mark(box: TestHome): void {
  for (const path of memories(box)) {
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace("eu-west-1", "xx-mark-1"));
  }
}

const RECALLED = [`${ARN}/admin`, "xx-mark-1"];

Deno.test("a run like one before is recalled, whatever the command and what does not count", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await known(aws);
  mark(box);
  const before = aws.calls.length;
  assertEquals(await run(box), RECALLED);
  const env = { ...EUROPE.env, EDITOR: "vi", ASSUME_ROLE_MFA_TOKEN: "123456" };
  assertEquals(await run(box, ["-r", "admin"], { env }), RECALLED);
  const withCode = ["-r", "admin", "--mfa-token", "123456"];
  assertEquals(await run(box, withCode), RECALLED);
  const cwd = join(box.project, "below");
  Deno.mkdirSync(cwd);
  assertEquals(await run(box, ["-r", "admin"], { ...EUROPE, cwd }), RECALLED);
  const other = await box.run(["-r", "admin", "sh", "-c", "exit 7"], EUROPE);
  assertEquals([other.status, memories(box).length], [7, 1]);
  assertEquals(aws.calls.length, before);
});

Deno.test("whatever decides about the plan makes it another run", async () => {
  await using aws = new FakeAws({
    ...WORLD,
    roles: [...WORLD.roles!, role("other")],
  });
  const prefix = `role_prefix: ${ARN}/\n`;
  const cases: Record<
    string,
    (box: TestHome) => Promise<readonly string[]>
  > = {
    "an option": (box) => run(box, ["-r", "admin", "--region", "us-west-2"]),
    "a variable": (box) =>
      run(box, ["-r", "admin"], { env: { AWS_REGION: "us-west-2" } }),
    "the project's file": (box) => {
      box.write("assume-role.yaml", `${prefix}region: us-west-2\n`);
      return run(box, ["-r", "admin"], {});
    },
    "the user's file": (box) => {
      box.writeHome(".aws/assume-role.yaml", "region: us-west-2\n");
      return run(box, ["-r", "admin"], {});
    },
    "a file that is named": (box) => {
      box.write("named.yaml", `${prefix}region: us-west-2\n`);
      return run(box, ["-r", "admin", "--config", "named.yaml"], {});
    },
    "a file that is nearer": (box) => {
      const path = box.write(
        "below/assume-role.yaml",
        `${prefix}region: us-west-2\n`,
      );
      return run(box, ["-r", "admin"], { cwd: join(path, "..") });
    },
    "a profile": (box) => {
      box.writeHome(".aws/config", "[default]\nregion = us-west-2\n");
      return run(box, ["-r", "admin"], {});
    },
    "another file of profiles": (box) => {
      const path = box.write("config", "[default]\nregion = us-west-2\n");
      return run(box, ["-r", "admin"], { env: { AWS_CONFIG_FILE: path } });
    },
    "a role under the same name": (box) => {
      box.write(
        "assume-role.yaml",
        `region: us-west-2\nroles:\n  admin:\n    role_arn: ${ARN}/other\n`,
      );
      return run(box, ["-r", "admin"], {});
    },
  };
  for (const [name, change] of Object.entries(cases)) {
    await using box = await known(aws);
    mark(box);
    const arn = name === "a role under the same name" ? "other" : "admin";
    assertEquals(await change(box), [`${ARN}/${arn}`, "us-west-2"], name);
  }
});

Deno.test("other base credentials make it another run", async () => {
  const mallory = {
    ...ALICE,
    name: "mallory",
    accessKeyId: "AKIAFAKEMALLORY00001",
  };
  await using aws = new FakeAws({ ...WORLD, users: [ALICE, mallory] });
  await using box = await known(aws);
  box.writeHome(".aws/credentials", keysOf(mallory));
  const { status, stderr } = await box.run(["-r", "admin", "true"], EUROPE);
  assertEquals(status, 125);
  assertMatch(stderr, /AWS denies .*role\/admin/);
});

Deno.test("what is damaged, or open to others, or leads to a session that is gone is not recalled", async () => {
  await using aws = new FakeAws(WORLD);
  const spoil: Record<string, (path: string) => void> = {
    damaged: (path) => Deno.truncateSync(path, 40),
    "of another shape": (path) => {
      const { value: _, ...rest } = JSON.parse(Deno.readTextFileSync(path));
      const value = { session: "x", refreshBeforeExpiry: 900 };
      Deno.writeTextFileSync(path, JSON.stringify({ ...rest, value }));
    },
    "open to others": (path) => Deno.chmodSync(path, 0o644),
    "without its session": (path) => {
      const { value } = JSON.parse(Deno.readTextFileSync(path));
      Deno.removeSync(join(path, "..", `${value.session}.json`));
    },
    "with another role's session": (path) => {
      const { value } = JSON.parse(Deno.readTextFileSync(path));
      const session = join(path, "..", `${value.session}.json`);
      const text = Deno.readTextFileSync(session);
      Deno.writeTextFileSync(session, text.replaceAll("role/admin", "role/x"));
    },
  };
  for (const [name, change] of Object.entries(spoil)) {
    if (Deno.build.os === "windows" && name === "open to others") continue;
    await using box = await known(aws);
    mark(box);
    change(memories(box)[0]!);
    assertEquals(await run(box), [`${ARN}/admin`, "eu-west-1"], name);
  }
});

Deno.test("nothing is kept of a run that may be another one the next time", async () => {
  await using aws = new FakeAws(WORLD);
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  for (
    const options of [
      ["--policy", "narrow.json"],
      ["--force-refresh"],
      ["--server"],
      ["--verbose"],
    ]
  ) {
    await using box = await known(aws);
    box.write("narrow.json", policy);
    const args = ["-r", "admin", ...options, "true"];
    const { status } = await box.run(args, EUROPE);
    assertEquals([status, memories(box).length], [0, 1], options.join(" "));
  }
});

Deno.test("what the command does to the cache lasts, and nothing is made or opened for later runs", async () => {
  await using aws = new FakeAws(WORLD);
  const cache = (box: TestHome) => join(box.home, ".aws/assume-role/cache");
  for (const what of ["~/.aws", "~/.aws/assume-role/cache/*"]) {
    await using box = await warm(aws);
    const args = ["-r", "admin", "sh", "-c", `rm -rf ${what}`];
    const { status, stderr } = await box.run(args, EUROPE);
    assertEquals([status, stderr], [0, ""]);
    const left = what === "~/.aws"
      ? Array.from(Deno.readDirSync(box.home))
      : Array.from(Deno.readDirSync(cache(box)));
    assertEquals(left, []);
  }
  if (Deno.build.os === "windows") return;
  await using box = await warm(aws);
  Deno.chmodSync(cache(box), 0o500);
  await run(box);
  assertEquals(Deno.statSync(cache(box)).mode! & 0o777, 0o500);
  Deno.chmodSync(cache(box), 0o700);
});

Deno.test("the same files elsewhere are the same run, and runs that never come again do not pile up", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await known(aws);
  const text = Deno.readTextFileSync(join(box.project, "assume-role.yaml"));
  const cwd = join(box.write("copy/assume-role.yaml", text), "..");
  mark(box);
  assertEquals(await run(box, ["-r", "admin"], { ...EUROPE, cwd }), RECALLED);
  const [path] = memories(box);
  for (let i = 0; i < 250; i++) {
    const name = `plan-${i.toString(16).padStart(64, "0")}.json`;
    Deno.copyFileSync(path!, join(path!, "..", name));
  }
  await run(box, ["-r", "admin"], { env: { AWS_REGION: "eu-west-2" } });
  assertEquals(memories(box).length, 1);
});

Deno.test("under another assume-role that serves us, nothing is kept", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await warm(aws);
  const path = box.write("copy-0123abcd.credentials", keysOf(ALICE));
  const env = { ...EUROPE.env, AWS_SHARED_CREDENTIALS_FILE: path };
  await run(box, ["-r", "admin"], { env });
  await run(box, ["-r", "admin"], { env });
  assertEquals(memories(box), []);
});

Deno.test("a mistake is told as ever", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await known(aws);
  box.write("assume-role.yaml", "bogus: 1\n");
  const env = { AWS_CONFIG_FILE: box.project };
  const { stderr } = await box.run(["-r", "admin", "true"], { env });
  assertMatch(stderr, /unknown key 'bogus'/);
});

Deno.test("what runs came to is for its owner alone, and forgotten with their sessions", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await known(aws);
  const [path] = memories(box);
  if (Deno.build.os !== "windows") {
    assertEquals(Deno.lstatSync(path!).mode! & 0o777, 0o600);
  }
  for (const value of [ALICE.accessKeyId, ALICE.secretAccessKey]) {
    assertEquals(Deno.readTextFileSync(path!).includes(value), false);
  }
  assertEquals((await box.run(["--clear-cache", "-r", "other"])).status, 0);
  assertEquals(memories(box), [path]);
  assertEquals((await box.run(["--clear-cache", "-r", "admin"])).status, 0);
  assertEquals(memories(box), []);
  await run(box);
  await run(box);
  assertEquals(memories(box).length, 1);
  assertEquals((await box.run(["--clear-cache"])).status, 0);
  assertEquals(memories(box), []);
});

Deno.test("what is refused stays refused where a run like it is known", async () => {
  await using aws = new FakeAws(WORLD);
  await using box = await known(aws);
  mark(box);
  const refused: readonly (readonly [string[], Record<string, string>])[] = [
    [["--mfa-token=12345", "true"], {}],
    [["true"], { ASSUME_ROLE_MFA_TOKEN: "abcdef" }],
    [["printf", "\uFFFD"], {}],
    [["--format=env", "true"], {}],
    [["--list", "true"], {}],
    [["--duration=1s", "true"], {}],
    [["true"], { ASSUME_ROLE_DURATION: "1s" }],
    [["--config=", "true"], {}],
    [["--rol=x", "true"], {}],
  ];
  for (const [words, env] of refused) {
    const { status, stdout, stderr } = await box.run(
      ["-r", "admin", ...words],
      { env: { ...EUROPE.env, ...env } },
    );
    assertEquals([status, stdout], [125, ""], words.join(" "));
    assertMatch(stderr, /^assume-role: error: /);
  }
  // Nothing that is to be read holds up what needs none of it.
  const pipe = join(box.root, "pipe");
  await box.exec(["mkfifo", pipe]);
  const without = { env: { ...EUROPE.env, AWS_CONFIG_FILE: pipe } };
  const version = await box.run(["--version", "true"], without);
  assertMatch(version.stdout, /^assume-role /);
  const list = await box.run(["-r", "admin", "--list", "true"], without);
  assertMatch(list.stderr, /runs no command/);
  const help = await box.run(["-r", "admin", "--help", "true"], EUROPE);
  assertMatch(help.stdout, /^Run a command/);
  assertEquals(await run(box), RECALLED);
});
