/**
 * The command's environment: well-known programs work as they do without assume-role, no
 * credential passes unless the user names it, and a note says what does not pass.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  e2e,
  PREFIX,
  PREFIX_YAML,
  terminal,
  type TestHome,
  unix,
  warm,
} from "../mod.ts";

const isInstalled = async (home: TestHome, name: string) =>
  (await home.sh(`command -v ${name}`)).status === 0;

/** Programs, a variable that each program reads, and a command that shows the value. */
const PROGRAMS: readonly (readonly [
  program: string,
  env: (home: TestHome) => Record<string, string>,
  command: string,
])[] = [
  ["git", () => ({ GIT_AUTHOR_NAME: "Bob" }), "git var GIT_AUTHOR_IDENT"],
  [
    "kubectl",
    (home) => ({
      KUBECONFIG: home.write(
        "kube",
        "apiVersion: v1\nkind: Config\ncurrent-context: c9\n",
      ),
    }),
    "kubectl config current-context",
  ],
  ["terraform", () => ({ TF_WORKSPACE: "blue" }), "terraform workspace show"],
  [
    "docker",
    () => ({ DOCKER_HOST: "tcp://192.0.2.1:1" }),
    "docker context show; docker context inspect --format {{.Endpoints.docker.Host}}",
  ],
  [
    "python3",
    () => ({ PYTHONPATH: "/x/y" }),
    "python3 -c 'import sys; print(sys.path[1])'",
  ],
  [
    "node",
    () => ({ NODE_OPTIONS: "--title=t9" }),
    "node -p process.title",
  ],
  [
    "java",
    () => ({ JAVA_TOOL_OPTIONS: "-Dx=y" }),
    "java -version 2>&1 | head -1",
  ],
  [
    "make",
    () => ({ MAKEFLAGS: "n" }),
    "printf 'all:\\n\\techo done\\n' | make -f -",
  ],
];

for (const [program, env, command] of PROGRAMS) {
  e2e(`${program} works under assume-role as it does without assume-role`, {
    ...unix,
    home: warm,
  }, async ({ home, run }) => {
    if (!await isInstalled(home, program)) return;
    const variables = {
      GIT_AUTHOR_EMAIL: "bob@example.com",
      GIT_AUTHOR_DATE: "1700000000 +0000",
      ...env(home),
    };
    const alone = await home.exec(argv`sh -c ${command}`, { env: variables });
    const under = await run(argv`-r admin sh -c ${command}`, {
      env: variables,
    });
    assertEquals([under.stdout, under.status], [alone.stdout, alone.status]);
    const without = await home.exec(argv`sh -c ${command}`);
    assert(without.stdout !== alone.stdout, `${program} ignores its variable`);
  });
}

e2e(
  "the command gets variables of tools, CI systems and AWS settings, but no credential that has the name of a tool",
  {
    ...unix,
    home: warm,
  },
  async ({ run }) => {
    const passed = {
      KUBECONFIG: "/k",
      KUBERNETES_EXEC_INFO: "{}",
      DOCKER_HOST: "ssh://me@host",
      TF_WORKSPACE: "blue",
      TF_VAR_size: "1",
      PYENV_VERSION: "3.12",
      JAVA_HOME: "/j",
      PYTHONPATH: "/p",
      RUSTUP_HOME: "/r",
      GITHUB_OUTPUT: "/o",
      LD_LIBRARY_PATH: "/no/such/directory",
      AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
      AWS_RESPONSE_CHECKSUM_VALIDATION: "when_required",
      AWS_S3_USE_ARN_REGION: "true",
      AWS_DISABLE_REQUEST_COMPRESSION: "true",
      AWS_ACCOUNT_ID_ENDPOINT_MODE: "disabled",
      AWS_AUTH_SCHEME_PREFERENCE: "sigv4",
      AWS_METADATA_SERVICE_TIMEOUT: "2",
      AWS_DATA_PATH: "/d",
    };
    const secret = {
      GITHUB_TOKEN: "x",
      TF_VAR_db_password: "x",
      TF_TOKEN_app_terraform_io: "x",
      DOCKER_AUTH_CONFIG: "x",
      CI_REPOSITORY_URL: "https://gitlab-ci-token:x@gitlab.com/a.git",
      DATABASE_URL: "x",
    };
    const env = { ...passed, ...secret };
    const list = (stdout: string) =>
      stdout.split("\n").filter((line) =>
        Object.hasOwn(env, line.split("=")[0]!)
      )
        .sort();
    const lines = (variables: Record<string, string>) =>
      Object.entries(variables).map(([name, value]) => `${name}=${value}`)
        .sort();
    const minimal = await run("-r admin env", { env });
    assertEquals(list(minimal.stdout), lines(passed));
    const patterns = await run("-r admin -E=GITHUB_*,TF_*,CI_*,D* env", {
      env,
    });
    assertEquals(list(patterns.stdout), lines(passed));
    const all = await run("-r admin -E env", { env });
    assertEquals(list(all.stdout), lines(env));
    const one = await run("-r admin -E=GITHUB_TOKEN env", { env });
    assertEquals(list(one.stdout), lines({ ...passed, GITHUB_TOKEN: "x" }));
  },
);

/** Variables that look like credentials, of tools, services and CI systems. */
const SECRET_NAMES = [
  ..."GITHUB_TOKEN GH_TOKEN GITLAB_TOKEN CI_JOB_TOKEN CI_JOB_JWT BITBUCKET_APP_PASSWORD"
    .split(
      " ",
    ),
  ..."CIRCLE_TOKEN BUILDKITE_AGENT_ACCESS_TOKEN SYSTEM_ACCESSTOKEN ACTIONS_RUNTIME_TOKEN"
    .split(
      " ",
    ),
  ..."NPM_TOKEN NODE_AUTH_TOKEN CARGO_REGISTRY_TOKEN TWINE_PASSWORD"
    .split(
      " ",
    ),
  ..."PYPI_TOKEN POETRY_PYPI_TOKEN_PYPI UV_PUBLISH_TOKEN GEM_HOST_API_KEY NUGET_API_KEY"
    .split(
      " ",
    ),
  ..."MAVEN_PASSWORD ORG_GRADLE_PROJECT_signingKey DOCKER_AUTH_CONFIG DOCKER_PASSWORD"
    .split(
      " ",
    ),
  ..."QUAY_TOKEN HELM_REGISTRY_PASSWORD KUBE_TOKEN VAULT_TOKEN VAULT_SECRET_ID CONSUL_HTTP_TOKEN"
    .split(
      " ",
    ),
  ..."NOMAD_TOKEN TF_TOKEN_app_terraform_io TF_VAR_db_password TF_VAR_api_key TFE_TOKEN"
    .split(
      " ",
    ),
  ..."PULUMI_ACCESS_TOKEN ANSIBLE_VAULT_PASSWORD DATABASE_URL PGPASSWORD MYSQL_PWD REDIS_URL"
    .split(
      " ",
    ),
  ..."MONGODB_URI AMQP_URL SLACK_TOKEN SLACK_WEBHOOK_URL SENTRY_AUTH_TOKEN DD_API_KEY DD_APP_KEY"
    .split(
      " ",
    ),
  ..."NEW_RELIC_LICENSE_KEY STRIPE_SECRET_KEY TWILIO_AUTH_TOKEN SENDGRID_API_KEY OPENAI_API_KEY"
    .split(
      " ",
    ),
  ..."ANTHROPIC_API_KEY HF_TOKEN AZURE_CLIENT_SECRET ARM_CLIENT_SECRET GOOGLE_CREDENTIALS"
    .split(
      " ",
    ),
  ..."GOOGLE_APPLICATION_CREDENTIALS_JSON CLOUDFLARE_API_TOKEN HEROKU_API_KEY DIGITALOCEAN_TOKEN"
    .split(
      " ",
    ),
  ..."MY_PRIVATE_KEY SSH_PASSPHRASE GPG_PASSPHRASE JWT_SECRET SESSION_SECRET ENCRYPTION_KEY"
    .split(
      " ",
    ),
  ..."APP_PASS DB_CREDENTIAL CI_REPOSITORY_URL SNYK_TOKEN SONAR_TOKEN CODECOV_TOKEN"
    .split(
      " ",
    ),
];

e2e(
  `of ${SECRET_NAMES.length} variables that look like credentials, none passes unless -E passes all or names it`,
  { ...unix, home: warm },
  async ({ home, run }) => {
    assert(SECRET_NAMES.length >= 58);
    const value = (name: string) => `https://user:${name}@host/`;
    const env = Object.fromEntries(
      SECRET_NAMES.map((name) => [name, value(name)]),
    );
    const passed = async (args: readonly string[]) => {
      const { status, stdout } = await run([...args, "env"], { env });
      assertEquals(status, 0);
      return SECRET_NAMES.filter((name) => stdout.includes(value(name)));
    };
    const project = (keys: string) =>
      home.write("assume-role.yaml", `role_prefix: ${PREFIX}\n${keys}`);
    const user = (keys: string) =>
      home.writeHome(".aws/assume-role.yaml", keys);
    const patterns = argv`-r admin -E=*_*,*TOKEN*,*SECRET*,*KEY*,*PASS*`;
    assertEquals(await passed(argv`-r admin`), []);
    assertEquals(await passed(patterns), []);
    project(`env_keep: ['*', ${SECRET_NAMES.join(", ")}]\n`);
    assertEquals(await passed(argv`-r admin`), []);
    assertEquals(await passed(argv`--server -q -r admin`), []);
    project("");
    user("env_keep: ['*', '*_*']\n");
    assertEquals(await passed(argv`-r admin`), []);
    assertEquals(await passed(argv`-r admin -E=NPM_TOKEN`), ["NPM_TOKEN"]);
    assertEquals(await passed(argv`-r admin -E`), SECRET_NAMES);
  },
);

e2e("only the user's own file passes a credential, and only by its full name", {
  ...unix,
  home: warm,
}, async ({ home, run }) => {
  const env = { NPM_TOKEN: "secret", MY_KEY: "secret", MY_SETTING: "1" };
  const shown = async () =>
    (await run("-r admin env", { env })).stdout.split("\n")
      .filter((line) => /^(?:NPM|MY)_/.test(line)).sort();
  const project = (keys: string) =>
    home.write("assume-role.yaml", `role_prefix: ${PREFIX}\n${keys}`);
  const user = (keys: string) => home.writeHome(".aws/assume-role.yaml", keys);
  const everything = "env_keep: [NPM_TOKEN, MY_KEY, MY_SETTING, '*']\n";
  project(everything);
  assertEquals(await shown(), ["MY_SETTING=1"]);
  project(`roles:\n  admin:\n    ${everything}`);
  assertEquals(await shown(), ["MY_SETTING=1"]);
  home.write("other.yaml", `role_prefix: ${PREFIX}\n${everything}`);
  const named = await run("--config other.yaml -r admin env", { env });
  assert(!named.stdout.includes("secret"));
  project("");
  user("env_keep: [NPM_*, 'MY_*']\n");
  assertEquals(await shown(), ["MY_SETTING=1"]);
  user("env_keep: [NPM_TOKEN]\n");
  assertEquals(await shown(), ["NPM_TOKEN=secret"]);
  // From the second run on, the stored plan decides.
  assertEquals(await shown(), ["NPM_TOKEN=secret"]);
});

const note = (count: string) =>
  `assume-role: note: ${count} not passed to the command: list with '-v', pass with '-E=NAME,...' or the key env_keep in ~/.aws/assume-role.yaml\n`;

e2e(
  "with CI=true, a note says once for each set of variables how many are held back",
  {
    ...unix,
    home: warm,
  },
  async ({ home, run }) => {
    const env = { CI: "true", SETTING_A: "1", MY_TOKEN: "x" };
    const stderr = async (
      args: string,
      variables: Record<string, string> = env,
    ) => (await run(args, { env: variables })).stderr;
    const { CI: _ci, ...elsewhere } = env;
    assertEquals(await stderr("-r admin true", elsewhere), "");
    assertEquals(await stderr("-q -r admin true"), "");
    assert(!(await stderr("-v -r admin true")).includes("note:"));
    assertEquals(await stderr("-r admin true"), note("2 variables are"));
    assertEquals(await stderr("-r admin true"), "");
    const other = { ...env, SETTING_A: "other" };
    assertEquals(await stderr("-r admin true", other), "");
    const more = { CI: "true", SETTING_B: "1" };
    assertEquals(await stderr("-r admin true", more), note("1 variable is"));
    assertEquals(await stderr("-E -r admin true", more), "");
    const own = {
      CI: "true",
      ASSUME_ROLE_ROLE: "admin",
      AWS_PROFILE: "default",
    };
    assertEquals(await stderr("true", own), "");
    await run("--clear-cache");
    assertEquals(await stderr("-r admin true", more), note("1 variable is"));

    const cache = join(home.path, ".aws/assume-role/cache");
    const notices = Array.from(Deno.readDirSync(cache), ({ name }) => name)
      .filter((name) => name.startsWith("notice-"));
    assertEquals(notices.length, 1);
    assertEquals(Deno.statSync(join(cache, notices[0]!)).mode! & 0o777, 0o600);
  },
);

e2e(
  "the note about variables appears although the cache cannot be written, and a run removes many remembered notes",
  {
    ...unix,
    home: warm,
  },
  async ({ home, run }) => {
    const cache = join(home.path, ".aws/assume-role/cache");
    const env = { CI: "true", SETTING_A: "1" };
    for (let i = 0; i < 200; i++) {
      const name = `notice-${i.toString(16).padStart(64, "0")}`;
      Deno.writeTextFileSync(join(cache, name), "", { mode: 0o600 });
    }
    await run("-r admin true", { env });
    const count = Array.from(Deno.readDirSync(cache))
      .filter(({ name }) => name.startsWith("notice-")).length;
    assertEquals(count, 1);

    Deno.removeSync(join(home.path, ".aws/assume-role"), { recursive: true });
    home.writeHome(".aws/assume-role", "a file in place of the directory");
    const failing = await run("-r admin sh -c 'exit 3'", { env });
    assertMatch(failing.stderr, /assume-role: note: 1 variable is/);
  },
);

e2e(
  "on a terminal, the note about variables comes before the command's output",
  {
    ...terminal,
    home: warm,
  },
  async ({ home }) => {
    const env = { SETTING_A: "1" };
    const first = await home.runOnTerminal(argv`-r admin echo output`, [], {
      env,
    });
    assertEquals(
      first.stdout.replaceAll("\r\n", "\n"),
      note("1 variable is") + "output\n",
    );
    const second = await home.runOnTerminal(argv`-r admin echo output`, [], {
      env,
    });
    assertEquals(second.stdout.replaceAll("\r\n", "\n"), "output\n");
  },
);

e2e(
  "a run in the command uses the same cache, but not the role or the profile of the outer run",
  {
    ...unix,
    home: warm,
  },
  async ({ home, run }) => {
    const env = {
      ASSUME_ROLE_CACHE_DIR: join(home.path, "cache"),
      ASSUME_ROLE_ROLE: "admin",
      ASSUME_ROLE_PROFILE: "default",
      ASSUME_ROLE_NO_INPUT: "1",
    };
    const { stdout } = await run(argv`env`, { env });
    const own = stdout.split("\n").filter((line) =>
      /^ASSUME_ROLE_(?!ARN=)/.test(line)
    );
    assertEquals(own.sort(), [
      `ASSUME_ROLE_CACHE_DIR=${env.ASSUME_ROLE_CACHE_DIR}`,
      "ASSUME_ROLE_NO_INPUT=1",
    ]);
    const all = await run("-E env", { env });
    assert(!all.stdout.includes("ASSUME_ROLE_PROFILE="));
  },
);

e2e(
  "env_keep passes no variable with the form of a token, unless the user's file has the full name",
  async ({ home, run }) => {
    const env = {
      GH: `ghp_${"a1".repeat(18)}`,
      FINE: `github_pat_${"a1".repeat(30)}`,
      LAB: `glpat-${"a1".repeat(10)}`,
      PAY: `sk_live_${"a1".repeat(12)}`,
      CHAT: "xoxb-123456789012-1234567890123-abc",
      ACCESS: "AKIAFAKEOTHER0000001",
      WEB: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
      PLAIN: "eye on the ghost",
    };
    const names = Object.keys(env);
    const passed = async (args: string) => {
      const { stdout } = await run(`-r admin ${args} env`, { env });
      return names.filter((name) => stdout.includes(`${name}=`));
    };
    home.write("assume-role.yaml", `${PREFIX_YAML}env_keep: ['*']\n`);
    assertEquals(await passed(""), ["PLAIN"]);
    home.write(
      "assume-role.yaml",
      `${PREFIX_YAML}env_keep: [${names.join(", ")}]\n`,
    );
    assertEquals(await passed(""), ["PLAIN"]);
    assertEquals(await passed("-E=GH"), ["GH", "PLAIN"]);
    assertEquals(await passed("-E"), names);
    home.writeHome(".aws/assume-role.yaml", "env_keep: [WEB]\n");
    assertEquals(await passed(""), ["WEB", "PLAIN"]);
  },
);
