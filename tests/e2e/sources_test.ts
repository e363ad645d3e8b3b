/**
 * The sources as Deno runs them, without a bundle: they start, load each part when it is
 * needed, and let the sandbox read its modules. `deno task test` runs a bundle of the sources in
 * most other tests.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  e2e,
  PREFIX,
  type Result,
  type RunOptions,
  SERIAL,
  sources,
  terminal,
  type TestHome,
  unix,
} from "../mod.ts";
import { ROWS } from "./starting_points/rows.ts";
import { STARTS } from "./starting_points/starting_point.ts";

/** Runs the sources. */
function runSources(
  home: TestHome,
  args: readonly string[],
  options?: RunOptions,
): Promise<Result> {
  return home.exec([...sources(), ...args], options);
}

/** Commands of assume-role, and a pattern that the output of each matches. */
const COMMANDS: readonly (readonly [args: string, output: RegExp])[] = [
  ["--version", /^assume-role \S+\ncommit: source\n/],
  ["--help", /--completions SHELL/],
  ["-h", /--role/],
  ["-r admin printenv ASSUME_ROLE_ARN", /:role\/admin\n$/],
  ["-r admin --explain", /AssumeRole/],
  ["-r admin --explain --json", /^\{/],
  ["-r admin --whoami", /^session_arn: .*assumed-role\/admin\/alice$/m],
  ["-r admin --whoami --json", /^\{/],
  ["-r admin --format process", /^\{.*"AccessKeyId": ?"ASIA/s],
  ["-r admin --format env", /AWS_ACCESS_KEY_ID=/],
  [
    "-r admin --console",
    /^http:\/\/127\.0\.0\.1:\d+\/federation\?Action=login/,
  ],
  ["--list", /admin/],
  ["--list --json", /^\{/],
  ["--completions bash", /complete/],
  ["--completions roles", /admin/],
  ["--shell-init bash", /use-role/],
  ["--doctor", /./],
  ["--clear-cache", /./],
];

for (const [args, output] of COMMANDS) {
  e2e(`from the sources, assume-role ${args} works`, async ({ home }) => {
    home.write(
      "assume-role.yaml",
      `roles:\n  admin:\n    role_arn: ${ADMIN_ARN}\n`,
    );
    const result = await runSources(home, args.split(" "));
    assertEquals(result.status, 0, result.stderr);
    assertMatch(result.stdout + result.stderr, output);
  });
}

for (const { name, ignore, start } of ROWS) {
  e2e(
    `from the sources, the sandbox assumes a role with base credentials: ${name}`,
    { ignore: unix.ignore || Boolean(ignore), world: STARTS },
    async (context) => {
      const { env = {}, profile, options = [] } = await start(context);
      const named = profile === undefined ? [] : ["--profile", profile];
      const args = argv`${options} ${named} -r end printenv ASSUME_ROLE_ARN`;
      const result = await runSources(context.home, args, { env });
      assertEquals(
        [result.status, result.stdout],
        [0, `${PREFIX}end\n`],
        result.stderr,
      );
    },
  );
}

e2e(
  "from the sources, a second run uses the cached session",
  async ({ aws, home }) => {
    const args = argv`-r admin printenv ASSUME_ROLE_ARN`;
    const first = await runSources(home, args);
    const calls = aws.actions();
    assertEquals(calls, ["GetCallerIdentity", "AssumeRole"]);
    await aws.stop();
    // The third run uses the plan that the second run has stored.
    for (let run = 2; run <= 3; run++) {
      assertEquals(await runSources(home, args), first);
    }
    assertEquals(aws.actions(), calls);
  },
);

e2e("from the sources, --server serves credentials", unix, async ({ home }) => {
  const request =
    'curl -s -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';
  const result = await runSources(
    home,
    argv`--server -r admin sh -c ${request}`,
  );
  assertEquals(result.status, 0, result.stderr);
  assertMatch(result.stdout, /^\{"AccessKeyId":"ASIA/);
});

e2e(
  "from the sources, a question for an MFA code is asked and answered",
  terminal,
  async ({ aws, home }) => {
    const result = await home.play(
      argv`${sources()} -r deploy printenv ASSUME_ROLE_ARN`,
      [["MFA code", `${await aws.code(ALICE, SERIAL, 1)}\n`]],
    );
    assertEquals(result.status, 0, result.stdout);
    assert(result.stdout.endsWith(`${PREFIX}deploy\r\n`), result.stdout);
  },
);
