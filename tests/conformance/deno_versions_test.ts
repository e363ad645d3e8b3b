/**
 * Runs `deno run -A jsr:@x/assume-role` by the oldest Deno that is supported and by this
 * Deno. A registry on loopback serves the package; the packages of the AWS SDK come from
 * npm, into an empty `DENO_DIR`.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  type E2e,
  e2e,
  HAS_TERMINAL,
  PREFIX,
  type Result,
  role,
  SERIAL,
  type TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";
import { JsrRegistry } from "./jsr.ts";

/** The oldest supported version; docs/install.md names the same version. */
const OLDEST = "2.0.0";

const READER = { accountId: "111111111111", roleName: "Reader" };
const READER_ARN =
  `${PREFIX}aws-reserved/sso.amazonaws.com/AWSReservedSSO_Reader_0123456789abcdef`;
const PORTAL: World = {
  ...WORLD,
  roles: [...WORLD.roles, role("inner", { trusts: [READER_ARN] })],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    assignments: [READER],
  },
};
const PORTAL_CONFIG = `[profile reader]
sso_session = work
sso_account_id = ${READER.accountId}
sso_role_name = ${READER.roleName}
[sso-session work]
sso_region = us-east-1
sso_start_url = https://example.awsapps.com/start
`;

/** A Python program that gets the credentials of `--server` and prints their end. */
const USE_SERVER = `import json, os, urllib.request
request = urllib.request.Request(
    os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
    headers={"Authorization": os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]})
print(json.load(urllib.request.urlopen(request))["RoleArn"])
`;

/** Installs a version of Deno from npm and returns the path of the program. */
async function installDeno(home: TestHome, version: string): Promise<string> {
  const directory = join(home.root, "deno");
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["install", "--silent", "--prefix", directory, `deno@${version}`],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const packages = join(directory, "node_modules", "@deno");
  const [platform] = [...Deno.readDirSync(packages)];
  return join(packages, platform!.name, "deno");
}

/** Runs the command line of the package by a version of Deno. */
type Run = (args: string | readonly string[]) => Promise<Result>;

/** Uses assume-role as a user does, for everything that depends on the runtime. */
async function useAll({ aws, home }: E2e, run: Run): Promise<void> {
  const show = "-r admin printenv ASSUME_ROLE_ARN";
  const first = await run(show);
  assertEquals(
    [first.status, first.stdout],
    [0, `${ADMIN_ARN}\n`],
    first.stderr,
  );
  const calls = aws.calls.length;
  for (const _ of [1, 2]) {
    assertEquals((await run(show)).stdout, `${ADMIN_ARN}\n`);
  }
  assertEquals(aws.calls.length, calls);

  const failed = await run("-r admin false");
  assertEquals(failed.status, 1);
  const killed = await run(argv`-r admin sh -c ${"kill -TERM $$"}`);
  assertEquals(killed.signal, "SIGTERM");
  const printed = await run("-r admin --format env");
  assertMatch(printed.stdout, /^export AWS_ACCESS_KEY_ID=/m);
  for (const option of ["--list", "--whoami", "--explain", "--doctor"]) {
    const { status, stdout, stderr } = await run(`-r admin ${option}`);
    assertEquals([status, stdout === ""], [0, false], option + stderr);
  }
  const served = await run(argv`-r admin --server python3 -c ${USE_SERVER}`);
  assertEquals(served.stdout, `${ADMIN_ARN}\n`, served.stderr);

  home.writeHome(".aws/config", PORTAL_CONFIG);
  await home.signIn("work", "the-portal-token", Date.now() + 3_600_000);
  const signedIn = await run(
    "--profile reader -r inner printenv ASSUME_ROLE_ARN",
  );
  assertEquals(signedIn.stdout, `${PREFIX}inner\n`, signedIn.stderr);
}

for (const version of [OLDEST, Deno.version.deno]) {
  e2e(
    `deno run -A jsr:@x/assume-role works with Deno ${version}`,
    { ...unix, world: PORTAL },
    async (context) => {
      const { home } = context;
      await using registry = new JsrRegistry();
      const deno = version === Deno.version.deno
        ? Deno.execPath()
        : await installDeno(home, version);
      const start = argv`${deno} run -A --quiet jsr:@x/assume-role`;
      const env = {
        DENO_DIR: join(home.root, "cache"),
        JSR_URL: registry.url,
        DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla",
      };
      const shown = await home.exec([...start, "--version"], { env });
      assertMatch(
        shown.stdout,
        RegExp(`^deno: ${version}$`, "m"),
        shown.stderr,
      );
      await useAll(
        context,
        (args) =>
          home.exec(
            argv`${start} ${typeof args === "string" ? args.split(" ") : args}`,
            { env },
          ),
      );
      if (!HAS_TERMINAL) return;
      const code = await context.aws.code(ALICE);
      const asked = await home.play(
        argv`${start} -r deploy --mfa-serial ${SERIAL} printenv ASSUME_ROLE_ARN`,
        [["MFA code for", `${code}\n`]],
        { env },
      );
      assertMatch(asked.stdout, RegExp(`${PREFIX}deploy\r\n$`));
    },
  );
}

Deno.test("docs/install.md names the oldest Deno that is tested", async () => {
  const page = await Deno.readTextFile(
    new URL("../../docs/install.md", import.meta.url),
  );
  assertMatch(page, RegExp(`Deno ${OLDEST.replace(/\.0$/, "")} or later`));
});
