/** The output for people on a terminal: columns, wrapped lines, the most important line first. */
import { assert, assertEquals } from "@std/assert";
import { displayWidth } from "../../lib/output/display_width.ts";
import {
  argv,
  e2e,
  type FakeAws,
  PREFIX,
  PREFIX_YAML,
  program,
  role,
  terminal,
  TestHome,
  WORLD,
} from "../mod.ts";

const WORLD_OF_CHAINS = {
  ...WORLD,
  roles: [
    ...WORLD.roles,
    role("jump"),
    role("end", {
      trusts: ["arn:aws:sts::111111111111:assumed-role/jump/alice"],
    }),
  ],
};
const PROJECT = `${PREFIX_YAML}roles:
  deploy: {}
  boss: ${PREFIX}admin
  end: { via: jump, region: eu-central-1 }
  東京: arn:aws:iam::222222222222:role/team/tokyo
`;
const CONFIG = `[profile dev]
role_arn = ${PREFIX}dev
source_profile = default
[profile sso-production-AdministratorAccess]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
`;

/** Returns a function that runs assume-role on a terminal, in `~/infra`. */
function screenOf(
  home: TestHome,
  columns = 0,
): (args: string) => Promise<string> {
  const cwd = `${home.path}/infra`;
  const script = `stty cols ${columns}; exec "$@"`;
  return async (args) => {
    const words = argv`sh -c ${script} sh ${program()}`;
    const { stdout } = await home.play([...words, ...args.split(" ")], [], {
      cwd,
    });
    return stdout.replaceAll("\r", "");
  };
}

function createHome(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  home.writeHome("infra/assume-role.yaml", PROJECT);
  home.writeHome(".aws/config", CONFIG);
  return home;
}

const OPTIONS = { ...terminal, world: WORLD_OF_CHAINS, home: createHome };

e2e("--list shows name, account, role and session", {
  ...OPTIONS,
}, async ({ home, run }) => {
  const cwd = `${home.path}/infra`;
  await run("-r boss true", { cwd });
  await run("-r team-a/long true", { cwd });
  const show = screenOf(home);
  assertEquals(
    (await show("--list")).replace(/59m|1h/g, "59m"),
    `NAME         ACCOUNT       ROLE                 SESSION     NOTE
deploy       111111111111  deploy               -
boss         111111111111  admin                fresh, 59m
end          111111111111  end                  -
東京         222222222222  team/tokyo           -
dev          111111111111  dev                  -
sso-production-AdministratorAccess
             123456789012  AdministratorAccess  -           --profile only
default      -             -                    -           keys only
team-a/long  111111111111  team-a/long          fresh, 59m  only cached
`,
  );
});

e2e("--explain shows first what a run would do, then what is set", {
  ...OPTIONS,
}, async ({ aws, home, run }) => {
  const show = async (args: string) =>
    (await screenOf(home)(args)).replaceAll(new URL(aws.url).host, "STS");
  assertEquals(
    await show("--explain -r end"),
    `A run would assume arn:aws:iam::111111111111:role/end from keys of the profile
'default', by 3 calls, with an MFA code if the role needs one.
base credentials:
  keys of the profile 'default'
calls:
  GetCallerIdentity  STS  us-east-1     -
  AssumeRole         STS  us-east-1
      arn:aws:iam::111111111111:role/jump, with an MFA code if the role needs
      one
  AssumeRole         STS  eu-central-1
      arn:aws:iam::111111111111:role/end
cache:
  arn:aws:iam::111111111111:role/jump  none
  arn:aws:iam::111111111111:role/end   none
settings:
  role         end                              option --role
  region       eu-central-1                     ~/infra/assume-role.yaml:5:21
  via          jump                             ~/infra/assume-role.yaml:5:10
  role_prefix  arn:aws:iam::111111111111:role/  ~/infra/assume-role.yaml:1:1
  29 more have their default value: '-v' shows them
`,
  );
  await run("-r boss true", { cwd: `${home.path}/infra` });
  const [first, second] = (await show("--explain -r boss")).split("\n");
  assertEquals(
    first,
    "A run would use the cached session of arn:aws:iam::111111111111:role/admin,",
  );
  assert(/^valid until \S+ \S+ UTC \((?:59m|1h)\), and make no call\.$/
    .test(second!));
  assertEquals(
    (await show("--explain")).split("\n")[0],
    "No role given: a run would start from keys of the profile 'default'.",
  );
});

e2e("--doctor shows problems first, and counts the passed checks", {
  ...OPTIONS,
}, async ({ home }) => {
  Deno.chmodSync(`${home.path}/infra/assume-role.yaml`, 0o666);
  const text = (await screenOf(home)("--doctor")).replaceAll(home.path, "HOME");
  assertEquals(
    text,
    `problem  assume-role.yaml: Cannot use ~/infra/assume-role.yaml: other users can
         write to the file
         check the contents of the file, then
         run: chmod go-w 'HOME/infra/assume-role.yaml'
1 problem, 15 checks passed
`,
  );
});

e2e("lines fit into the terminal, except those with a longer word", {
  ...OPTIONS,
}, async ({ home, run }) => {
  await run("-r team-a/long true", { cwd: `${home.path}/infra` });
  for (const columns of [60, 80, 120]) {
    const show = screenOf(home, columns);
    const all = [
      "--list",
      "--list -v",
      "--explain -r end",
      "--explain -v -r end",
      "--doctor",
      "--doctor -v",
      ...(columns < 80 ? [] : ["-h", "--help"]),
    ];
    for (const args of all) {
      const long = (await show(args)).split("\n")
        .filter((line) => displayWidth(line) > columns)
        // The whole line is one word, or a command to copy.
        .filter((line) => !/^ *(?:\S+|run: .*)$/.test(line));
      assertEquals(long, [], args);
    }
  }
});

e2e("errors wrap at spaces on a terminal, and are one line in a file", {
  ...OPTIONS,
}, async ({ home }) => {
  home.writeHome(
    ".aws/config",
    `[profile deploy-ops]\nrole_arn = ${PREFIX}ops\nsource_profile = default\n`,
  );
  const message = async (columns: number) =>
    await screenOf(home, columns)("-r deploy-ops true");
  assertEquals(
    await message(80),
    `assume-role: error: Cannot use the ambiguous role name 'deploy-ops': the AWS
  profile 'deploy-ops' is for arn:aws:iam::111111111111:role/ops, but
  role_prefix makes the name arn:aws:iam::111111111111:role/deploy-ops
assume-role: hint: write '--profile deploy-ops' for the profile, or
  '--role arn:aws:iam::111111111111:role/deploy-ops' for the other role; to
  settle the name, give it a role_arn under 'roles' in ~/.aws/assume-role.yaml
`,
  );
  const narrow = (await message(40)).trimEnd().split("\n");
  assertEquals(
    narrow.filter((line) => line.length > 40),
    [
      "  arn:aws:iam::111111111111:role/deploy-ops",
      "  '--role arn:aws:iam::111111111111:role/deploy-ops'",
    ],
  );
  const file = await home.run("-r deploy-ops true", {
    cwd: `${home.path}/infra`,
  });
  assertEquals(file.stderr.trimEnd().split("\n").length, 2);
  assertEquals(
    narrow.join("\n").replace(/\n {2}/g, " "),
    file.stderr.trimEnd(),
  );
});
