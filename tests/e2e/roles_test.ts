/** A role's name has one meaning in every subcommand. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE_ARN,
  assertFails,
  e2e,
  type FakeAws,
  OK,
  PREFIX,
  PREFIX_YAML,
  role,
  TestHome,
  WORLD,
  type World,
} from "../mod.ts";

const OPS = "arn:aws:iam::222222222222:role/ops";
const OTHER = `${PREFIX}prod-ops`;
const ROLES: World = {
  ...WORLD,
  roles: [
    ...WORLD.roles,
    role("prod-ops"),
    role("end", { trusts: [OPS] }),
    { arn: OPS, trusts: [ALICE_ARN], maxSessionDuration: 43_200 },
  ],
};
const PROFILE =
  `[profile prod-ops]\nrole_arn = ${OPS}\nsource_profile = default\n`;
const AMBIGUOUS = {
  error:
    `Cannot use the ambiguous role name 'prod-ops': the AWS profile 'prod-ops' is for ${OPS}, but role_prefix makes the name ${OTHER}`,
  hint:
    `write '--profile prod-ops' for the profile, or '--role ${OTHER}' for the other role; to settle the name, give it a role_arn under 'roles' in ~/.aws/assume-role.yaml`,
};

/** A home with this assume-role.yaml and these profiles. */
function homeWith(aws: FakeAws, project = "", profile = PROFILE): TestHome {
  const home = new TestHome(aws);
  home.write("assume-role.yaml", project);
  home.writeHome(".aws/config", profile);
  return home;
}

const assumed = (aws: FakeAws) =>
  aws.calls.flatMap(({ params }) => params.RoleArn ?? []);

/** Returns the columns of `--list` for a name, except the name and the expiry time. */
async function listed(
  home: TestHome,
  name: string,
): Promise<readonly string[]> {
  const { status, stdout } = await home.run("--list");
  assertEquals(status, 0);
  return stdout.split("\n").map((line) => line.split("\t"))
    .find(([first]) => first === name)?.slice(1, 4) ?? [];
}

e2e(
  "a name that means a profile, and with role_prefix also a role, is an error in every subcommand",
  { world: ROLES, home: (aws) => homeWith(aws, PREFIX_YAML) },
  async ({ aws, home, run }) => {
    for (
      const args of [
        "-r prod-ops true",
        "-r prod-ops",
        "-r prod-ops --format process",
        "--whoami -r prod-ops",
        "--console -r prod-ops",
        "--clear-cache -r prod-ops",
        "-r prod-ops --profile default true",
      ]
    ) {
      assertFails(await run(args), AMBIGUOUS);
    }
    // --explain also prints the settings to stdout, so ignore stdout.
    const explained = await run("--explain -r prod-ops");
    assertFails({ ...explained, stdout: "" }, AMBIGUOUS);
    const examined = await run("--doctor -r prod-ops");
    assertEquals(examined.status, 125);
    assertStringIncludes(
      examined.stdout,
      "Cannot use the ambiguous role name 'prod-ops'",
    );
    assertEquals(await listed(home, "prod-ops"), [
      OPS,
      "profile (--profile only)",
      "none",
    ]);
    const names = (await run("--completions roles")).stdout.split("\n");
    assertEquals([names.includes("prod-ops"), names.includes(OPS)], [
      false,
      true,
    ]);
    assertEquals(aws.calls, []);

    // --profile and the ARN are unambiguous.
    for (
      const [target, arn] of [
        ["--profile prod-ops", OPS],
        [`-r ${OTHER}`, OTHER],
      ] as const
    ) {
      const result = await run(`${target} printenv ASSUME_ROLE_ARN`);
      assertEquals(result, { ...OK, stdout: `${arn}\n` });
    }
    assertEquals(assumed(aws), [OPS, OTHER]);
    assertEquals((await listed(home, "prod-ops"))[2], "fresh");
  },
);

e2e("a profile's name means the profile's role in every subcommand", {
  world: ROLES,
  home: homeWith,
}, async ({ aws, home }) => {
  const run = async (args: string) => {
    const result = await home.run(args);
    assertEquals([result.status, result.stderr], [0, ""], args);
    return result.stdout;
  };
  assertStringIncludes(await run("--explain -r prod-ops"), ` ${OPS}`);
  assertEquals(await listed(home, "prod-ops"), [OPS, "profile", "none"]);
  assertStringIncludes(await run("--completions roles"), "prod-ops\n");
  assertEquals(
    await run("-r prod-ops printenv ASSUME_ROLE_ARN"),
    `${OPS}\n`,
  );
  for (const target of ["-r prod-ops", "--profile prod-ops"]) {
    assertMatch(await run(target), /^AWS_ACCESS_KEY_ID=ASIA/);
    assertStringIncludes(
      await run(`--whoami ${target}`),
      "session_arn: arn:aws:sts::222222222222:assumed-role/ops/alice\n",
    );
    assertMatch(await run(`--console ${target}`), /^http\S+\n$/);
    assertStringIncludes(
      await run(`--explain ${target}`),
      "none: the session is cached",
    );
    assertEquals(
      await run(`${target} printenv ASSUME_ROLE_ARN`),
      `${OPS}\n`,
    );
  }
  // -r and --profile use the same session.
  assertEquals(assumed(aws), [OPS]);

  // In 'via', the name means the same role.
  home.write(
    "assume-role.yaml",
    `roles:\n  end:\n    role_arn: ${PREFIX}end\n    via: prod-ops\n`,
  );
  await run("-r end true");
  assertEquals(assumed(aws), [OPS, `${PREFIX}end`]);
});

e2e(
  "the user's entry of 'roles' takes precedence over a profile of the same name, and a project's entry of another role is refused",
  {
    world: ROLES,
    home: (aws) => homeWith(aws, ""),
  },
  async ({ aws, home, run }) => {
    const show = "printenv ASSUME_ROLE_ARN";
    const env = { ASSUME_ROLE_ROLE: "prod-ops" };
    const entry = `roles:\n  prod-ops:\n    role_arn: ${OTHER}\n`;
    home.writeHome(".aws/assume-role.yaml", entry);
    assertEquals((await run(show, { env })).stdout, `${OTHER}\n`);
    home.writeHome(".aws/assume-role.yaml", "");
    assertEquals((await run(show, { env })).stdout, `${OPS}\n`);
    home.write("assume-role.yaml", entry);
    assertFails(await run(show, { env }), {
      error:
        /^Cannot use the ambiguous role name 'prod-ops': .* but the entry of 'roles' in /,
      hint:
        `unset ASSUME_ROLE_ROLE and write '--profile prod-ops' for the profile, or '--role ${OTHER}' for the other role`,
    });
    home.write("assume-role.yaml", "");
    // If a role is given, too, --profile supplies the base credentials.
    const both = await run(`--profile prod-ops -r ${PREFIX}end ${show}`);
    assertEquals(both.stdout, `${PREFIX}end\n`);
    assertEquals(assumed(aws), [OTHER, OPS, `${PREFIX}end`]);
  },
);

e2e(
  "settings of a profile have the same precedence as settings in an entry of 'roles'",
  {
    world: ROLES,
    home: (aws) =>
      homeWith(
        aws,
        "duration: 4h\nrole_session_name: from-file\nregion: eu-south-1\nexternal_id: from-file\n",
        PROFILE +
          "duration_seconds = 7200\nrole_session_name = from-profile\nregion = eu-west-1\n",
      ),
  },
  async ({ aws, run }) => {
    const show = async (options = "", env = {}) => {
      const found: unknown[] = [];
      for (const target of ["--profile prod-ops", "-r prod-ops"]) {
        const { stdout } = await run(
          `-f ${target} ${options} printenv AWS_REGION`,
          { env },
        );
        const { params } = aws.calls.at(-1)!;
        found.push([
          params.DurationSeconds,
          params.RoleSessionName,
          params.ExternalId,
          stdout.trim(),
        ]);
      }
      assertEquals(found[0], found[1]);
      return found[0];
    };
    assertEquals(await show(), [
      "7200",
      "from-profile",
      "from-file",
      "eu-west-1",
    ]);
    // AWS_REGION takes precedence over the profile's region, as in the AWS CLI.
    assertEquals(await show("", { AWS_REGION: "eu-north-1" }), [
      "7200",
      "from-profile",
      "from-file",
      "eu-north-1",
    ]);
    assertEquals(
      await show("--duration 1h --region us-west-2", {
        ASSUME_ROLE_ROLE_SESSION_NAME: "from-variable",
        AWS_REGION: "eu-north-1",
      }),
      ["3600", "from-variable", "from-file", "us-west-2"],
    );
    assertStringIncludes(
      (await run("--explain --profile prod-ops")).stdout
        .replace(/ +/g, " "),
      "duration 2h duration_seconds of the profile 'prod-ops'\n",
    );
  },
);

e2e("--profile replaces source_profile if --role names a profile", {
  world: ROLES,
  home: (aws) =>
    homeWith(
      aws,
      "profile: nobody\n",
      `[profile prod-ops]\nrole_arn = ${OPS}\nsource_profile = gone\n`,
    ),
}, async ({ run }) => {
  assertFails(await run("-r prod-ops true"), {
    error:
      "Cannot find the AWS profile 'gone', the source_profile of 'prod-ops'",
  });
  assertEquals(await run("-r prod-ops --profile default true"), OK);
});

e2e("the error for a profile without source credentials has a hint", {
  world: ROLES,
  home: (aws) => homeWith(aws, "", `[profile prod-ops]\nrole_arn = ${OPS}\n`),
}, async ({ aws, run }) => {
  for (const target of ["--profile prod-ops", "-r prod-ops"]) {
    assertFails(await run(`${target} true`), {
      error:
        "Cannot use the AWS profile 'prod-ops': the profile has role_arn, but no source_profile, credential_source or web_identity_token_file",
      hint: "add 'source_profile = <base profile>' to the profile",
    });
  }
  assertEquals(aws.calls, []);
});

e2e("--clear-cache removes the sessions of a profile's role", {
  world: ROLES,
  home: homeWith,
}, async ({ home, run }) => {
  for (const target of ["-r prod-ops", "--profile prod-ops"]) {
    await run("-r prod-ops true");
    await run(`-r ${OTHER} true`);
    const { stdout } = await run(`--clear-cache ${target}`);
    assertEquals(
      stdout,
      `Sessions removed of ${OPS}: 1\nProfiles removed of ${OPS}: 222222222222-ops\n`,
    );
  }
  // Without a role, --clear-cache does not need to read AWS's files.
  Deno.removeSync(join(home.path, ".aws/config"));
  Deno.mkdirSync(join(home.path, ".aws/config"));
  const { status, stdout } = await run("--clear-cache");
  assertEquals([status, stdout.split("\n")[0]], [0, "Sessions removed: 1"]);
});

const USERS_PROFILE = PROFILE.replace("prod-ops", "222222222222-ops");

e2e(
  "saving a session never changes a profile that the user wrote, even if the profile has the same name",
  {
    world: ROLES,
    home: (aws) => homeWith(aws, "", USERS_PROFILE),
  },
  async ({ home, run }) => {
    const before = home.readHome(".aws/credentials");
    assertEquals(await run("--profile 222222222222-ops true"), {
      ...OK,
      stderr:
        `assume-role: warning: Cannot save the profile '222222222222-ops' in ${
          join(home.path, ".aws/credentials")
        }: a profile of that name exists that assume-role did not write; remove or rename that profile, or set profile_name_prefix in assume-role.yaml\n`,
    });
    assertEquals(home.readHome(".aws/credentials"), before);
    assertEquals(home.readHome(".aws/config"), USERS_PROFILE);
  },
);

e2e("the key 'role' names the role if no option or variable does", {
  world: ROLES,
  home: (aws) =>
    homeWith(
      aws,
      `role: short\nroles:\n  short: ${OPS}\n  end:\n    role_arn: ${PREFIX}end\n`,
    ),
}, async ({ aws, home, run }) => {
  const show = "printenv ASSUME_ROLE_ARN";
  const who = async (args: string, env = {}) =>
    (await run(`${args} ${show}`.trim(), { env })).stdout.trim();
  assertEquals(await who(""), OPS);
  // An option or a variable takes precedence over the key 'role'.
  assertEquals(await who("-r prod-ops"), OPS);
  assertEquals(await who(`-r ${OTHER}`), OTHER);
  assertEquals(await who("", { ASSUME_ROLE_ROLE: OTHER }), OTHER);
  // --profile names the base credentials: the role of prod-ops assumes `end`.
  home.write("assume-role.yaml", `role: ${PREFIX}end\n`);
  assertEquals(await who("--profile prod-ops"), `${PREFIX}end`);
  assertEquals(
    await who("", { ASSUME_ROLE_PROFILE: "prod-ops" }),
    `${PREFIX}end`,
  );
  assertEquals(assumed(aws), [OPS, OTHER, `${PREFIX}end`]);

  const session = "assumed-role/end/alice\n";
  assertStringIncludes(
    (await run("--whoami --profile prod-ops")).stdout,
    session,
  );
  assertMatch(
    (await run("--explain")).stdout,
    /\n {2}role +\S+:role\/end +\S+assume-role\.yaml:1:1\n/,
  );
  assertMatch((await run("--profile prod-ops")).stdout, /^AWS_ACCESS_KEY_ID=/);

  // ~/.aws/assume-role.yaml names the role if the project's file names no role.
  home.write("assume-role.yaml", "");
  home.writeHome(".aws/assume-role.yaml", `role: ${OTHER}\n`);
  assertEquals(await who(""), OTHER);
  home.writeHome(".aws/assume-role.yaml", "role: unknown\n");
  assertFails(await run(show), {
    error:
      "Cannot find the role 'unknown': 'roles' has no such entry, and 'role_prefix' is not set",
  });
  const examined = await run("--doctor");
  assertStringIncludes(examined.stdout, "Cannot find the role 'unknown'");

  // --clear-cache ignores the key 'role', and clears the cache of all roles.
  home.writeHome(".aws/assume-role.yaml", `role: ${OPS}\n`);
  assertMatch((await run("--clear-cache")).stdout, /^Sessions removed: \d+\n/);
});

e2e("the hint for an ambiguous name says how to use the profile", {
  world: ROLES,
  home: (aws) => homeWith(aws, PREFIX_YAML),
}, async ({ home, run }) => {
  const hint = `${AMBIGUOUS.hint}`;
  // If another role is configured, '--profile' alone would only name base credentials.
  assertFails(
    await run("-r prod-ops true", { env: { ASSUME_ROLE_ROLE: "admin" } }),
    { ...AMBIGUOUS, hint: `unset ASSUME_ROLE_ROLE and ${hint}` },
  );
  const path = home.write("assume-role.yaml", `role: admin\n${PREFIX_YAML}`);
  assertFails(await run("-r prod-ops true"), {
    ...AMBIGUOUS,
    hint: `remove 'role' from ${path} and ${hint}`,
  });
  assertEquals((await listed(home, "prod-ops")).slice(0, 2), [
    OPS,
    "profile (ambiguous name)",
  ]);
  home.write(
    "assume-role.yaml",
    `${PREFIX_YAML}roles:\n  end:\n    via: prod-ops\n`,
  );
  assertFails(await run("-r end true"), {
    error:
      `Cannot use the ambiguous role name 'prod-ops', from which 'end' is assumed: the AWS profile 'prod-ops' is for ${OPS}, but role_prefix makes the name ${OTHER}`,
    hint: `write 'via: ${OPS}' or 'via: ${OTHER}'`,
  });
});

e2e(
  "if --role names a profile, --profile sets other base credentials; if the profile of --role supplies a session itself, --profile is an error",
  {
    world: ROLES,
    home: (aws) =>
      homeWith(
        aws,
        "",
        `${PROFILE}[profile bob]
aws_access_key_id = AKIABOB
aws_secret_access_key = secret
[profile token]
role_arn = ${PREFIX}admin
web_identity_token_file = /nowhere
[profile machine]
role_arn = ${PREFIX}admin
credential_source = Ec2InstanceMetadata
[profile tool]
credential_process = false
`,
      ),
  },
  async ({ run }) => {
    const explained = async (args: string) => {
      const { stdout, stderr } = await run(`--explain ${args}`);
      const base = /base credentials:\n {2}(.*)/.exec(stdout)?.[1];
      const roles = [...stdout.matchAll(/ AssumeRole .*?:role\/([\w-]+)/g)]
        .map(([, name]) => name);
      return stderr === "" ? [base, ...roles] : stderr.split("\n").slice(0, 2);
    };
    const bob = "keys of the profile 'bob'";
    assertEquals(await explained("-r prod-ops --profile bob"), [bob, "ops"]);
    assertEquals(await explained("-r token --profile bob"), [bob, "admin"]);
    assertEquals(await explained(`-r ${OTHER} --profile prod-ops`), [
      "keys of the profile 'default'",
      "ops",
      "prod-ops",
    ]);
    assertEquals(await explained("-r machine --profile bob"), [bob, "admin"]);
    assertEquals(await explained(`-r ${OTHER} --profile machine`), [
      "credentials of the EC2 instance",
      "admin",
      "prod-ops",
    ]);
    for (const base of ["bob", "prod-ops", "tool"]) {
      assertEquals(await explained(`-r tool --profile ${base}`), [
        "assume-role: error: Cannot apply --profile to the AWS profile 'tool': the profile has a ready-made session of credential_process",
        "assume-role: hint: leave out --profile",
      ]);
    }
    assertEquals(await explained(`-r ${OTHER} --profile tool`), [
      "credentials of the profile 'tool'",
      "prod-ops",
    ]);
  },
);

e2e(
  "long-term keys of a profile are never passed to a command; --whoami and --list show the profile",
  {
    world: ROLES,
    home: (aws) => homeWith(aws),
  },
  async ({ aws, home, run }) => {
    const HINT =
      "name a role to assume with the profile: '--role ROLE --profile default'";
    for (const what of ["true", "", "--format process", "--console"]) {
      const args = ["--profile", "default", ...what.split(" ").filter(Boolean)];
      assertFails(await run(args), {
        error:
          "Cannot hand out the credentials of the AWS profile 'default': the profile has long-term keys, which assume-role never hands out",
        hint: HINT,
      });
      assertFails(await run(["-r", ...args.slice(1)]), {
        error:
          "Cannot find the role 'default': 'roles' has no such entry, the AWS profile of this name has only keys, and 'role_prefix' is not set",
        hint:
          "write '--role ROLE --profile default' to assume a role with these keys",
      });
    }
    assertEquals(aws.calls, []);
    assertStringIncludes(
      (await run("--whoami --profile default")).stdout,
      `base_arn: ${ALICE_ARN}\n`,
    );
    assertStringIncludes(
      (await run("--explain --profile default")).stdout,
      "keys of the profile 'default'",
    );
    assertStringIncludes(
      (await run("--doctor -v --profile default")).stdout,
      ALICE_ARN,
    );
    assertEquals((await listed(home, "default"))[1], "profile (keys only)");
  },
);

e2e(
  "-r NAME does not leave out options of the profile's credential_process that runs assume-role",
  {
    world: ROLES,
    home: (aws) =>
      homeWith(
        aws,
        PREFIX_YAML,
        "[profile ops]\ncredential_process = assume-role -r ops --profile base --format process\n",
      ),
  },
  async ({ aws, run }) => {
    assertFails(await run("-r ops true"), {
      error: /^Cannot use the ambiguous role name 'ops': /,
    });
    assertEquals(aws.calls, []);
  },
);

const THEIRS = "arn:aws:iam::666666666666:role/";

e2e(
  "a project's role_prefix does not complete a name that stands in the user's file, if that file has a role_prefix",
  async ({ home, run }) => {
    home.write("assume-role.yaml", `role_prefix: ${THEIRS}\n`);
    const own = home.writeHome(
      ".aws/assume-role.yaml",
      `role: admin
role_prefix: ${PREFIX}
roles:
  prod: { role_arn: "${PREFIX}deploy", via: admin }
  deploy: { external_id: x1 }
`,
    );
    const project = join(home.project, "assume-role.yaml");
    const { stdout } = await run("printenv ASSUME_ROLE_ARN");
    assertEquals(stdout, `${PREFIX}admin\n`);
    const explained = await run("-r prod --explain");
    assertStringIncludes(explained.stdout, `${PREFIX}admin`);
    assertEquals(explained.stdout.includes(`${THEIRS}admin`), false);
    assertFails(await run("-r deploy true"), {
      error:
        `Cannot use the ambiguous role name 'deploy': your entry of 'roles' in ${own} is for ${PREFIX}deploy, but role_prefix makes the name ${THEIRS}deploy`,
      hint:
        `write '--role ${PREFIX}deploy' for your role, or '--role ${THEIRS}deploy' for the other role`,
    });
    home.write("assume-role.yaml", `roles: { admin: "${THEIRS}admin" }\n`);
    assertFails(await run("true"), {
      error:
        `Cannot use the ambiguous role name 'admin': the name in your file ${own} is for ${PREFIX}admin, but the entry of 'roles' in ${project} is for ${THEIRS}admin`,
    });
  },
);

e2e(
  "a project gives no role of the user another role chain",
  async ({ home, run }) => {
    const own = home.writeHome(
      ".aws/assume-role.yaml",
      `roles: { prod: "${PREFIX}admin" }\n`,
    );
    home.writeHome(
      ".aws/config",
      `[profile dev]\nrole_arn = ${PREFIX}admin\nsource_profile = default\n`,
    );
    const via = `via: "${THEIRS}jump"`;
    home.write(
      "assume-role.yaml",
      `roles:
  prod: { ${via} }
  dev: { ${via} }
  new: { role_arn: "${PREFIX}admin", ${via} }
`,
    );
    const project = join(home.project, "assume-role.yaml");
    for (
      const [name, holder] of [
        ["prod", `your entry of 'roles' in ${own}`],
        ["dev", "the AWS profile 'dev'"],
      ]
    ) {
      assertFails(await run(`-r ${name} true`), {
        error:
          `Cannot use 'via' of the role '${name}' in ${project}: ${holder} is for ${PREFIX}admin, and a project cannot change how your role is assumed`,
        hint:
          `remove 'via' from ${project}, or give the entry there another name`,
      });
    }
    // A role of the project has the role chain of the project.
    const { stdout } = await run("-r new --explain");
    assertStringIncludes(stdout, `${THEIRS}jump`);
  },
);

e2e(
  "an entry of the user's file settles a name that role_prefix and a profile share",
  {
    world: ROLES,
    home: (aws) => homeWith(aws, PREFIX_YAML),
  },
  async ({ aws, home, run }) => {
    assertFails(await run("-r prod-ops true"), AMBIGUOUS);
    home.writeHome(
      ".aws/assume-role.yaml",
      `roles:\n  prod-ops:\n    role_arn: ${OPS}\n`,
    );
    assertEquals(await run("-r prod-ops true"), OK);
    assertEquals(assumed(aws), [OPS]);
  },
);
