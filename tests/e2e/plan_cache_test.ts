/** An identical run uses the stored plan, and its result is the same. */
import { e2e } from "../mod.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { keysOf, type RunOptions, TestHome, warm } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const ARN = "arn:aws:iam::111111111111:role";
const SHOW = ["--", "printenv", "ASSUME_ROLE_ARN", "AWS_REGION"];
const EUROPE = { env: { AWS_REGION: "eu-west-1" } };

/** The stored plans. */
function memories(home: TestHome): string[] {
  const cache = join(home.path, ".aws/assume-role/cache");
  return Array.from(Deno.readDirSync(cache), ({ name }) => join(cache, name))
    .filter((path) => /plan-[0-9a-f]{64}\.json$/.test(path));
}

/** A home with the stored plan of one run. */
async function known(aws: FakeAws): Promise<TestHome> {
  const home = new TestHome(aws);
  assertEquals(await run(home), [`${ARN}/admin`, "eu-west-1"]);
  assertEquals(memories(home).length, 1);
  return home;
}

/** The role's ARN and the region that the command gets. */
async function run(
  home: TestHome,
  options = "-r admin",
  given: RunOptions = EUROPE,
): Promise<readonly string[]> {
  const { status, stdout, stderr } = await home.run(
    [...options.split(" "), ...SHOW],
    given,
  );
  assertEquals([status, stderr], [0, ""]);
  return stdout.trim().split("\n");
}

/** Writes another region into what is kept: whoever is told it has recalled. */
function mark(home: TestHome): void {
  for (const path of memories(home)) {
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace("eu-west-1", "xx-mark-1"));
  }
}

const RECALLED = [`${ARN}/admin`, "xx-mark-1"];

e2e(
  "a run like one before is recalled, whatever the command and what does not count",
  { home: known },
  async ({ aws, home }) => {
    mark(home);
    const before = aws.calls.length;
    assertEquals(await run(home), RECALLED);
    const env = {
      ...EUROPE.env,
      EDITOR: "vi",
      ASSUME_ROLE_MFA_TOKEN: "123456",
    };
    assertEquals(await run(home, "-r admin", { env }), RECALLED);
    const withCode = "-r admin --mfa-token 123456";
    assertEquals(await run(home, withCode), RECALLED);
    const cwd = join(home.project, "below");
    Deno.mkdirSync(cwd);
    assertEquals(await run(home, "-r admin", { ...EUROPE, cwd }), RECALLED);
    const other = await home.run(["-r", "admin", "sh", "-c", "exit 7"], EUROPE);
    assertEquals([other.status, memories(home).length], [7, 1]);
    assertEquals(aws.calls.length, before);
  },
);

Deno.test("whatever decides about the plan makes it another run", async () => {
  await using aws = new FakeAws({
    ...WORLD,
    roles: [...WORLD.roles!, role("other")],
  });
  const prefix = `role_prefix: ${ARN}/\n`;
  const cases: Record<
    string,
    (home: TestHome) => Promise<readonly string[]>
  > = {
    "an option": (home) => run(home, "-r admin --region us-west-2"),
    "a variable": (home) =>
      run(home, "-r admin", { env: { AWS_REGION: "us-west-2" } }),
    "the project's file": (home) => {
      home.write("assume-role.yaml", `${prefix}region: us-west-2\n`);
      return run(home, "-r admin", {});
    },
    "the user's file": (home) => {
      home.writeHome(".aws/assume-role.yaml", "region: us-west-2\n");
      return run(home, "-r admin", {});
    },
    "a file that is named": (home) => {
      home.write("named.yaml", `${prefix}region: us-west-2\n`);
      return run(home, "-r admin --config named.yaml", {});
    },
    "a file that is nearer": (home) => {
      const path = home.write(
        "below/assume-role.yaml",
        `${prefix}region: us-west-2\n`,
      );
      return run(home, "-r admin", { cwd: join(path, "..") });
    },
    "a profile": (home) => {
      home.writeHome(".aws/config", "[default]\nregion = us-west-2\n");
      return run(home, "-r admin", {});
    },
    "another file of profiles": (home) => {
      const path = home.write("config", "[default]\nregion = us-west-2\n");
      return run(home, "-r admin", { env: { AWS_CONFIG_FILE: path } });
    },
    "a role under the same name": (home) => {
      home.write(
        "assume-role.yaml",
        `region: us-west-2\nroles:\n  admin:\n    role_arn: ${ARN}/other\n`,
      );
      return run(home, "-r admin", {});
    },
  };
  for (const [name, change] of Object.entries(cases)) {
    await using home = await known(aws);
    mark(home);
    const arn = name === "a role under the same name" ? "other" : "admin";
    assertEquals(await change(home), [`${ARN}/${arn}`, "us-west-2"], name);
  }
});

Deno.test("other base credentials make it another run", async () => {
  const mallory = {
    ...ALICE,
    name: "mallory",
    accessKeyId: "AKIAFAKEMALLORY00001",
  };
  await using aws = new FakeAws({ ...WORLD, users: [ALICE, mallory] });
  await using home = await known(aws);
  home.writeHome(".aws/credentials", keysOf(mallory));
  const { status, stderr } = await home.run("-r admin true", EUROPE);
  assertEquals(status, 125);
  assertMatch(stderr, /AWS denied .*role\/admin/);
});

Deno.test("a stored plan is not used if it is damaged, open to other users, or its session is gone", async () => {
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
    await using home = await known(aws);
    mark(home);
    change(memories(home)[0]!);
    assertEquals(await run(home), [`${ARN}/admin`, "eu-west-1"], name);
  }
});

Deno.test("no plan is stored if the next run may have another plan", async () => {
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
    await using home = await known(aws);
    home.write("narrow.json", policy);
    const args = ["-r", "admin", ...options, "true"];
    const { status } = await home.run(args, EUROPE);
    assertEquals([status, memories(home).length], [0, 1], options.join(" "));
  }
});

Deno.test("what the command does to the cache lasts, and nothing is made or opened for later runs", async () => {
  await using aws = new FakeAws(WORLD);
  const cache = (home: TestHome) => join(home.path, ".aws/assume-role/cache");
  for (const what of ["~/.aws", "~/.aws/assume-role/cache/*"]) {
    await using home = await warm(aws);
    const args = ["-r", "admin", "sh", "-c", `rm -rf ${what}`];
    const { status, stderr } = await home.run(args, EUROPE);
    assertEquals([status, stderr], [0, ""]);
    const left = what === "~/.aws"
      ? Array.from(Deno.readDirSync(home.path))
      : Array.from(Deno.readDirSync(cache(home)));
    assertEquals(left, []);
  }
  if (Deno.build.os === "windows") return;
  await using home = await warm(aws);
  Deno.chmodSync(cache(home), 0o500);
  await run(home);
  assertEquals(Deno.statSync(cache(home)).mode! & 0o777, 0o500);
  Deno.chmodSync(cache(home), 0o700);
});

e2e(
  "the same files elsewhere are the same run, and runs that never come again do not pile up",
  { home: known },
  async ({ home }) => {
    const text = Deno.readTextFileSync(join(home.project, "assume-role.yaml"));
    const cwd = join(home.write("copy/assume-role.yaml", text), "..");
    mark(home);
    assertEquals(await run(home, "-r admin", { ...EUROPE, cwd }), RECALLED);
    const [path] = memories(home);
    for (let i = 0; i < 250; i++) {
      const name = `plan-${i.toString(16).padStart(64, "0")}.json`;
      Deno.copyFileSync(path!, join(path!, "..", name));
    }
    await run(home, "-r admin", { env: { AWS_REGION: "eu-west-2" } });
    assertEquals(memories(home).length, 1);
  },
);

e2e(
  "under another assume-role that serves us, nothing is kept",
  { home: warm },
  async ({ home }) => {
    const path = home.write("copy-0123abcd.credentials", keysOf(ALICE));
    const env = { ...EUROPE.env, AWS_SHARED_CREDENTIALS_FILE: path };
    const stored = memories(home);
    await run(home, "-r admin", { env });
    await run(home, "-r admin", { env });
    assertEquals(memories(home), stored);
  },
);

e2e(
  "a mistake is reported as in a first run",
  { home: known },
  async ({ home }) => {
    home.write("assume-role.yaml", "bogus: 1\n");
    const env = { AWS_CONFIG_FILE: home.project };
    const { stderr } = await home.run("-r admin true", { env });
    assertMatch(stderr, /unknown key 'bogus'/);
  },
);

e2e(
  "stored plans are for their owner alone, and are removed with their sessions",
  { home: known },
  async ({ home }) => {
    const [path] = memories(home);
    if (Deno.build.os !== "windows") {
      assertEquals(Deno.lstatSync(path!).mode! & 0o777, 0o600);
    }
    for (const value of [ALICE.accessKeyId, ALICE.secretAccessKey]) {
      assertEquals(Deno.readTextFileSync(path!).includes(value), false);
    }
    assertEquals((await home.run("--clear-cache -r other")).status, 0);
    assertEquals(memories(home), [path]);
    assertEquals((await home.run("--clear-cache -r admin")).status, 0);
    assertEquals(memories(home), []);
    await run(home);
    await run(home);
    assertEquals(memories(home).length, 1);
    assertEquals((await home.run("--clear-cache")).status, 0);
    assertEquals(memories(home), []);
  },
);

e2e("a refused run stays refused if a similar plan is stored", {
  home: known,
}, async ({ home }) => {
  mark(home);
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
    const { status, stdout, stderr } = await home.run(
      ["-r", "admin", ...words],
      { env: { ...EUROPE.env, ...env } },
    );
    assertEquals([status, stdout], [125, ""], words.join(" "));
    assertMatch(stderr, /^assume-role: error: /);
  }
  // Nothing that is to be read holds up what needs none of it.
  const pipe = join(home.root, "pipe");
  await home.exec(["mkfifo", pipe]);
  const without = { env: { ...EUROPE.env, AWS_CONFIG_FILE: pipe } };
  const version = await home.run("--version true", without);
  assertMatch(version.stdout, /^assume-role /);
  const list = await home.run("-r admin --list true", without);
  assertMatch(list.stderr, /runs no command/);
  const help = await home.run("-r admin --help true", EUROPE);
  assertMatch(help.stdout, /^Run a command/);
  assertEquals(await run(home), RECALLED);
});

// A stored plan is marked with another region, which a run with that plan passes on.
e2e("the second identical run uses the stored plan", async ({ aws, home }) => {
  assertEquals(await run(home), [`${ARN}/admin`, "eu-west-1"]);
  mark(home);
  assertEquals(await run(home), RECALLED);
  assertEquals(aws.calls.length, 2);
});

e2e(
  "a refresh of another role, or of the same one, leaves stored plans valid",
  {
    home: known,
  },
  async ({ home }) => {
    mark(home);
    for (
      const options of ["-r team-a/long", "-f -r team-a/long", "-f -r admin"]
    ) {
      assertEquals((await home.run(`${options} true`, EUROPE)).status, 0);
      assertEquals(await run(home), RECALLED, options);
    }
  },
);

e2e(
  "printing uses the stored plan from the second time on, by options or variables",
  async ({ aws, home }) => {
    const options = { env: { ASSUME_ROLE_FORMAT: "process" } };
    for (
      const print of [
        () => home.run("-r admin --format process"),
        () => home.run("-r admin", options),
        () => home.run("-r admin"),
      ]
    ) {
      const first = await print();
      const stored = memories(home).length;
      const calls = aws.calls.length;
      assertEquals(await print(), first);
      assertEquals([memories(home).length, aws.calls.length], [stored, calls]);
    }
    assertEquals(memories(home).length, 3);
  },
);

e2e("a plan that depends on a saved profile is not stored", {
  home: known,
}, async ({ home }) => {
  const stored = memories(home);
  const env = { ...EUROPE.env, AWS_PROFILE: "111111111111-admin" };
  const { status } = await home.run("-r team-a/long true", { env });
  assertEquals([status, memories(home)], [125, stored]);
  const whoami = await home.run(
    "--profile 111111111111-admin --whoami",
    EUROPE,
  );
  assertEquals([whoami.status, memories(home)], [0, stored]);
});

e2e(
  "a saved profile that replaces the profile of a stored plan makes another run",
  {
    home: (aws) => {
      const home = new TestHome(aws);
      home.writeHome(".aws/credentials", keysOf(ALICE) + keysOf(ALICE, "base"));
      return home;
    },
  },
  async ({ home }) => {
    const options = "-r admin --profile base";
    assertEquals(await run(home, options), [`${ARN}/admin`, "eu-west-1"]);
    mark(home);
    assertEquals(await run(home, options), RECALLED);
    const keys = keysOf(ALICE, "base").replaceAll(/aws_session_token.*/g, "");
    const saved = `${keys}x_assume_role_arn = ${ARN}/other\n`;
    home.writeHome(".aws/credentials", keysOf(ALICE) + saved);
    assertEquals(await run(home, options), [`${ARN}/admin`, "eu-west-1"]);
  },
);
