/** The plan cache: a run uses the stored plan only of an earlier identical run. */
import { assertEquals, assertMatch } from "@std/assert";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  BOB,
  e2e,
  type FakeAws,
  keysOf,
  OK,
  PREFIX,
  PREFIX_YAML,
  role,
  type RunOptions,
  TestHome,
  unix,
  warm,
  WORLD,
} from "../mod.ts";

const EUROPE = { env: { AWS_REGION: "eu-west-1" } };

const cacheDirectory = (home: TestHome) =>
  join(home.path, ".aws/assume-role/cache");

/** The paths of the stored plans. */
function plans(home: TestHome): string[] {
  const cache = cacheDirectory(home);
  return Array.from(Deno.readDirSync(cache), ({ name }) => join(cache, name))
    .filter((path) => /plan-[0-9a-f]{64}\.json$/.test(path));
}

/** Creates a home with a stored plan for `-r admin` in `EUROPE`. */
async function homeWithPlan(aws: FakeAws): Promise<TestHome> {
  const home = new TestHome(aws);
  assertEquals(await show(home), [ADMIN_ARN, "eu-west-1"]);
  assertEquals(plans(home).length, 1);
  return home;
}

/** Returns the role's ARN and the region that assume-role passes to a command. */
async function show(
  home: TestHome,
  args = "-r admin",
  options: RunOptions = EUROPE,
): Promise<readonly string[]> {
  const { status, stdout, stderr } = await home.run(
    `${args} -- printenv ASSUME_ROLE_ARN AWS_REGION`,
    options,
  );
  assertEquals([status, stderr], [0, ""]);
  return stdout.trim().split("\n");
}

/** Changes the region in the stored plans, so that the output shows if a run used a plan. */
function markPlans(home: TestHome): void {
  for (const path of plans(home)) {
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, text.replace("eu-west-1", "xx-mark-1"));
  }
}

/** The output of `show()` if the run used a marked plan. */
const MARKED = [ADMIN_ARN, "xx-mark-1"];

e2e(
  "a run with another command, directory or unrelated variable still uses the stored plan",
  { home: homeWithPlan },
  async ({ aws, home, run }) => {
    markPlans(home);
    const before = aws.calls.length;
    assertEquals(await show(home), MARKED);
    const env = {
      ...EUROPE.env,
      EDITOR: "vi",
      ASSUME_ROLE_MFA_TOKEN: "123456",
    };
    assertEquals(await show(home, "-r admin", { env }), MARKED);
    assertEquals(await show(home, "-r admin --mfa-token 123456"), MARKED);
    const cwd = join(home.project, "below");
    Deno.mkdirSync(cwd);
    assertEquals(await show(home, "-r admin", { ...EUROPE, cwd }), MARKED);
    const other = await run(["-r", "admin", "sh", "-c", "exit 7"], EUROPE);
    assertEquals([other.status, plans(home).length], [7, 1]);
    assertEquals(aws.calls.length, before);
  },
);

/** Changes that need a new plan; each sets the region to us-west-2. */
const CHANGES: Readonly<
  Record<string, (home: TestHome) => Promise<readonly string[]>>
> = {
  "a new option": (home) => show(home, "-r admin --region us-west-2"),
  "a changed variable": (home) =>
    show(home, "-r admin", { env: { AWS_REGION: "us-west-2" } }),
  "a changed assume-role.yaml in the project": (home) => {
    home.write("assume-role.yaml", `${PREFIX_YAML}region: us-west-2\n`);
    return show(home, "-r admin", {});
  },
  "a new ~/.aws/assume-role.yaml": (home) => {
    home.writeHome(".aws/assume-role.yaml", "region: us-west-2\n");
    return show(home, "-r admin", {});
  },
  "--config": (home) => {
    home.write("named.yaml", `${PREFIX_YAML}region: us-west-2\n`);
    return show(home, "-r admin --config named.yaml", {});
  },
  "an assume-role.yaml in a nearer directory": (home) => {
    const path = "below/assume-role.yaml";
    const yaml = `${PREFIX_YAML}region: us-west-2\n`;
    return show(home, "-r admin", { cwd: dirname(home.write(path, yaml)) });
  },
  "a changed profile": (home) => {
    home.writeHome(".aws/config", "[default]\nregion = us-west-2\n");
    return show(home, "-r admin", {});
  },
  "AWS_CONFIG_FILE": (home) => {
    const path = home.write("config", "[default]\nregion = us-west-2\n");
    return show(home, "-r admin", { env: { AWS_CONFIG_FILE: path } });
  },
  "another role of the same name": (home) => {
    home.write(
      "assume-role.yaml",
      `region: us-west-2\nroles:\n  admin:\n    role_arn: ${PREFIX}other\n`,
    );
    return show(home, "-r admin", {});
  },
};

for (const [name, change] of Object.entries(CHANGES)) {
  e2e(`a new plan is made for ${name}`, {
    world: { ...WORLD, roles: [...WORLD.roles, role("other")] },
    home: homeWithPlan,
  }, async ({ home }) => {
    markPlans(home);
    const isOther = name === "another role of the same name";
    const arn = isOther ? `${PREFIX}other` : ADMIN_ARN;
    assertEquals(await change(home), [arn, "us-west-2"]);
  });
}

e2e("a new plan is made for other base credentials", {
  world: { ...WORLD, users: [ALICE, BOB] },
  home: homeWithPlan,
}, async ({ home, run }) => {
  home.writeHome(".aws/credentials", keysOf(BOB));
  assertFails(await run("-r admin true", EUROPE), {
    error: `Cannot assume ${ADMIN_ARN}: AWS denies access`,
  });
});

/** Damage to the cache after which the stored plan must not be used. */
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  "is truncated": (path) => Deno.truncateSync(path, 40),
  "has another structure": (path) => {
    const { value: _, ...rest } = JSON.parse(Deno.readTextFileSync(path));
    const value = { session: "x", refreshBeforeExpiry: 900 };
    Deno.writeTextFileSync(path, JSON.stringify({ ...rest, value }));
  },
  "is readable by other users": (path) => Deno.chmodSync(path, 0o644),
  "has lost its cached session": (path) => {
    const { value } = JSON.parse(Deno.readTextFileSync(path));
    Deno.removeSync(join(dirname(path), `${value.session}.json`));
  },
  "has the session of another role": (path) => {
    const { value } = JSON.parse(Deno.readTextFileSync(path));
    const session = join(dirname(path), `${value.session}.json`);
    const text = Deno.readTextFileSync(session);
    Deno.writeTextFileSync(session, text.replaceAll("role/admin", "role/x"));
  },
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  e2e(`a stored plan that ${name} is not used`, {
    ignore: unix.ignore && name === "is readable by other users",
    home: homeWithPlan,
  }, async ({ home }) => {
    markPlans(home);
    damage(plans(home)[0]!);
    assertEquals(await show(home), [ADMIN_ARN, "eu-west-1"]);
  });
}

for (
  const option of [
    "--policy narrow.json",
    "--force-refresh",
    "--server",
    "--verbose",
  ]
) {
  e2e(`no plan is stored for a run with ${option}`, {
    home: homeWithPlan,
  }, async ({ home, run }) => {
    const policy = { Version: "2012-10-17", Statement: [] };
    home.write("narrow.json", JSON.stringify(policy));
    const { status } = await run(`-r admin ${option} true`, EUROPE);
    assertEquals([status, plans(home).length], [0, 1]);
  });
}

for (
  const [pattern, directory] of [
    ["~/.aws", "."],
    ["~/.aws/assume-role/cache/*", ".aws/assume-role/cache"],
  ] as const
) {
  e2e(`assume-role writes no file after the command has removed ${pattern}`, {
    home: warm,
  }, async ({ home, run }) => {
    const script = `rm -rf ${pattern}`;
    assertEquals(await run(argv`-r admin sh -c ${script}`, EUROPE), OK);
    const left = Array.from(Deno.readDirSync(join(home.path, directory)));
    assertEquals(left, []);
  });
}

e2e("a run does not change the mode of a read-only cache directory", {
  ...unix,
  home: warm,
}, async ({ home }) => {
  Deno.chmodSync(cacheDirectory(home), 0o500);
  await show(home);
  assertEquals(Deno.statSync(cacheDirectory(home)).mode! & 0o777, 0o500);
  Deno.chmodSync(cacheDirectory(home), 0o700);
});

e2e(
  "a stored plan is used in another directory with an equal assume-role.yaml; if there are many old plans, a run removes them",
  { home: homeWithPlan },
  async ({ home }) => {
    const text = Deno.readTextFileSync(join(home.project, "assume-role.yaml"));
    const cwd = dirname(home.write("copy/assume-role.yaml", text));
    markPlans(home);
    assertEquals(await show(home, "-r admin", { ...EUROPE, cwd }), MARKED);
    const [path] = plans(home);
    for (let i = 0; i < 250; i++) {
      const name = `plan-${i.toString(16).padStart(64, "0")}.json`;
      Deno.copyFileSync(path!, join(dirname(path!), name));
    }
    await show(home, "-r admin", { env: { AWS_REGION: "eu-west-2" } });
    assertEquals(plans(home).length, 1);
  },
);

e2e(
  "a run inside the command of an outer assume-role --server stores no plan",
  { home: warm },
  async ({ home }) => {
    const path = home.write("copy-0123abcd.credentials", keysOf(ALICE));
    const env = { ...EUROPE.env, AWS_SHARED_CREDENTIALS_FILE: path };
    const before = plans(home);
    await show(home, "-r admin", { env });
    await show(home, "-r admin", { env });
    assertEquals(plans(home), before);
  },
);

e2e("a stored plan does not hide an error in assume-role.yaml", {
  home: homeWithPlan,
}, async ({ home, run }) => {
  home.write("assume-role.yaml", "bogus: 1\n");
  const env = { AWS_CONFIG_FILE: home.project };
  const { stderr } = await run("-r admin true", { env });
  assertMatch(stderr, /unknown key 'bogus'/);
});

e2e(
  "plans are readable only by their owner, and --clear-cache removes a role's plans together with its sessions",
  { home: homeWithPlan },
  async ({ home, run }) => {
    const [path] = plans(home);
    if (!unix.ignore) {
      assertEquals(Deno.lstatSync(path!).mode! & 0o777, 0o600);
    }
    for (const value of [ALICE.accessKeyId, ALICE.secretAccessKey]) {
      assertEquals(Deno.readTextFileSync(path!).includes(value), false);
    }
    assertEquals((await run("--clear-cache -r other")).status, 0);
    assertEquals(plans(home), [path]);
    assertEquals((await run("--clear-cache -r admin")).status, 0);
    assertEquals(plans(home), []);
    await show(home);
    assertEquals(plans(home).length, 1);
    assertEquals((await run("--clear-cache")).status, 0);
    assertEquals(plans(home), []);
  },
);

e2e("a stored plan does not hide an invalid option or variable", {
  home: homeWithPlan,
}, async ({ home, run }) => {
  markPlans(home);
  const invalid: readonly (readonly [string, Record<string, string>])[] = [
    ["--mfa-token=12345 true", {}],
    ["true", { ASSUME_ROLE_MFA_TOKEN: "abcdef" }],
    ["printf \uFFFD", {}],
    ["--format=env true", {}],
    ["--list true", {}],
    ["--duration=1s true", {}],
    ["true", { ASSUME_ROLE_DURATION: "1s" }],
    ["--config= true", {}],
    ["--rol=x true", {}],
  ];
  for (const [args, env] of invalid) {
    const result = await run(`-r admin ${args}`, {
      env: { ...EUROPE.env, ...env },
    });
    assertEquals([result.status, result.stdout], [125, ""], args);
    assertMatch(result.stderr, /^assume-role: error: /);
  }
  // The stored plan of printed credentials is not for a command.
  for (const command of ["", " echo ran"]) {
    const { status, stdout } = await run(
      `-r admin --format=env${command}`,
      EUROPE,
    );
    assertEquals([status, stdout.includes("ran")], [command ? 125 : 0, false]);
  }
  // A run that does not need ~/.aws/config must not wait for this pipe, which has no writer.
  const pipe = join(home.root, "pipe");
  await home.exec(["mkfifo", pipe]);
  const unreadable = { env: { ...EUROPE.env, AWS_CONFIG_FILE: pipe } };
  const version = await run("--version true", unreadable);
  assertMatch(version.stdout, /^assume-role /);
  const list = await run("-r admin --list true", unreadable);
  assertMatch(list.stderr, /runs no command/);
  const help = await run("-r admin --help true", EUROPE);
  assertMatch(help.stdout, /^Run a command/);
  assertEquals(await show(home), MARKED);
});

e2e("the second identical run uses the stored plan", async ({ aws, home }) => {
  const keys = keysOf(ALICE);
  home.writeHome(".aws/credentials", `${keys}\n\n[work]\nkey = 1\n\n`);
  assertEquals(await show(home), [ADMIN_ARN, "eu-west-1"]);
  markPlans(home);
  assertEquals(await show(home), MARKED);
  assertEquals(aws.calls.length, 2);
});

e2e("the stored plans of all roles stay valid after a session is refreshed", {
  home: homeWithPlan,
}, async ({ home, run }) => {
  markPlans(home);
  for (const args of ["-r team-a/long", "-f -r team-a/long", "-f -r admin"]) {
    assertEquals((await run(`${args} true`, EUROPE)).status, 0);
    assertEquals(await show(home), MARKED, args);
  }
});

e2e(
  "if credentials are printed, --format, ASSUME_ROLE_FORMAT and the default format each get their own stored plan",
  async ({ aws, home, run }) => {
    const variable = { env: { ASSUME_ROLE_FORMAT: "process" } };
    for (
      const print of [
        () => run("-r admin --format process"),
        () => run("-r admin", variable),
        () => run("-r admin"),
      ]
    ) {
      const first = await print();
      const before = [plans(home).length, aws.calls.length];
      assertEquals(await print(), first);
      assertEquals([plans(home).length, aws.calls.length], before);
    }
    assertEquals(plans(home).length, 3);
  },
);

e2e(
  "a plan whose base credentials are a profile that assume-role saved is not stored",
  {
    home: homeWithPlan,
  },
  async ({ home, run }) => {
    const before = plans(home);
    const env = { ...EUROPE.env, AWS_PROFILE: "111111111111-admin" };
    assertEquals((await run("-r team-a/long true", { env })).status, 125);
    assertEquals(plans(home), before);
    const whoami = await run("--profile 111111111111-admin --whoami", EUROPE);
    assertEquals([whoami.status, plans(home)], [0, before]);
  },
);

e2e(
  "if the profile that a stored plan uses becomes a profile that assume-role saved, a new plan is made",
  {
    home: (aws) => {
      const home = new TestHome(aws);
      home.writeHome(".aws/credentials", keysOf(ALICE) + keysOf(ALICE, "base"));
      return home;
    },
  },
  async ({ home }) => {
    const args = "-r admin --profile base";
    assertEquals(await show(home, args), [ADMIN_ARN, "eu-west-1"]);
    markPlans(home);
    assertEquals(await show(home, args), MARKED);
    const keys = keysOf(ALICE, "base").replaceAll(/aws_session_token.*/g, "");
    const saved = `${keys}x_assume_role_arn = ${PREFIX}other\n`;
    home.writeHome(".aws/credentials", keysOf(ALICE) + saved);
    assertEquals(await show(home, args), [ADMIN_ARN, "eu-west-1"]);
  },
);

// As a last resort before containers and instances, botocore reads the files of boto 2.
e2e(
  "a stored plan for the credentials of an instance is not used after ~/.boto was created",
  {
    ...unix,
    world: {
      ...WORLD,
      roles: [role("admin", { trusts: [ALICE_ARN, `${PREFIX}machine`] })],
      instance: { roleArn: `${PREFIX}machine` },
    },
    home: (aws) => {
      const home = new TestHome(aws);
      home.writeHome(".aws/credentials", "");
      return home;
    },
  },
  async ({ aws, home }) => {
    const env = {
      ...EUROPE.env,
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url,
    };
    assertEquals(await show(home, "-r admin", { env }), [
      ADMIN_ARN,
      "eu-west-1",
    ]);
    markPlans(home);
    assertEquals(await show(home, "-r admin", { env }), MARKED);
    home.writeHome(".boto", keysOf(ALICE, "Credentials"));
    assertEquals(await show(home, "-r admin", { env }), [
      ADMIN_ARN,
      "eu-west-1",
    ]);
    assertEquals(aws.calls.at(-1)?.accessKeyId, ALICE.accessKeyId);
    // A plan that was made from a file of boto is not stored.
    home.writeHome(".boto", keysOf(BOB, "Credentials"));
    const { status } = await home.run("-r admin true", { env });
    assertEquals(status, 125);
  },
);
