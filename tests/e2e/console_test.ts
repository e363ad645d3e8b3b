/** `--console`: signing in to the console, in the browser or by an address. */
import { e2e } from "../mod.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { HAS_TERMINAL, type Result, TestHome, warm } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const terminal = { ignore: !HAS_TERMINAL };
const ARN = "arn:aws:sts::111111111111:assumed-role";

/** The parts of a sign-in address. */
function partsOf(aws: FakeAws, text: string) {
  const { origin, pathname, searchParams } = new URL(text);
  const { SigninToken, ...rest } = Object.fromEntries(searchParams);
  return {
    place: origin + pathname,
    who: aws.signedIn(SigninToken ?? "")?.arn,
    rest,
  };
}

const expected = (aws: FakeAws, who: string, Destination: string) => ({
  place: `${aws.url}/federation`,
  who: `${ARN}/${who}`,
  rest: { Action: "login", Issuer: "assume-role", Destination },
});

const HOME = "https://console.aws.amazon.com/console/home";
const REGIONAL =
  "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";

e2e("--console prints an address that signs in, and nothing else", {
  home: warm,
}, async ({ aws, run }) => {
  // A desktop does not matter if a program reads the address.
  const env = { DISPLAY: ":0" };
  const result = await run("--console -r admin", { env });
  assertMatch(result.stdout, /^\S+\n$/);
  assertEquals([result.status, result.stderr], [0, ""]);
  assertEquals(
    partsOf(aws, result.stdout),
    expected(aws, "admin/alice", HOME),
  );
  // The cached session does.
  assertEquals([aws.count("AssumeRole"), aws.count("getSigninToken")], [1, 1]);
});

e2e("--console begins in the region, and takes a place of its own to sign in", {
  home: warm,
}, async ({ aws, run }) => {
  await using other = new FakeAws(WORLD);
  const args = ["--console", "-r", "admin", "--region", "eu-west-1"];
  const result = await run(args);
  assertEquals(
    partsOf(aws, result.stdout),
    expected(aws, "admin/alice", REGIONAL),
  );
  const env = { AWS_ENDPOINT_URL_SIGNIN: other.url };
  const elsewhere = await run(args, { env });
  assertEquals([elsewhere.status, other.count("getSigninToken")], [125, 1]);
});

Deno.test("--console signs in a role that is reached by another", async () => {
  const roles = [
    role("jump"),
    role("next", { trusts: [role("jump").arn] }),
  ];
  await using aws = new FakeAws({ ...WORLD, roles });
  await using home = new TestHome(aws);
  home.write(
    "assume-role.yaml",
    `role_prefix: arn:aws:iam::111111111111:role/\nroles:\n  next:\n    via: jump\n`,
  );
  const result = await home.run("--console -r next");
  assertEquals(result.stderr, "");
  assertEquals(partsOf(aws, result.stdout), expected(aws, "next/alice", HOME));
});

e2e(
  "--console asks for a code where the role wants one",
  terminal,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const result = await home.runOnTerminal("--console -r deploy", [
      ["MFA code for", `${code}\n`],
    ]);
    const url = result.stdout.trimEnd().split("\r\n").at(-1)!;
    assertEquals(partsOf(aws, url), expected(aws, "deploy/alice", HOME));
    assertEquals(result.status, 0);
  },
);

e2e("--console says in a line what is wrong, and never a secret", {
  home: warm,
}, async ({ aws, home }) => {
  const printed = (await home.run("-r admin")).stdout;
  const secrets = [...printed.matchAll(/^AWS_SE\w+=(.*)$/gm)]
    .map(([, value]) => value!);
  const run = (...args: string[]) =>
    home.run(["-v", "--console", "-r", "admin", ...args]);
  const good = await run();
  const token = new URL(good.stdout).searchParams.get("SigninToken")!;
  const results: Result[] = [good];
  for (
    const [status, line] of [
      [400, "AWS does not accept the session"],
      [503, "AWS cannot handle the request at the moment (ServiceUnavailable)"],
    ] as const
  ) {
    aws.fail("getSigninToken", { kind: "error", code: "X", status });
    const failed = await run();
    assertEquals([failed.status, failed.stdout], [125, ""]);
    assertEquals(
      /error: (.*)\n(?:.*cause: .*\n|.*AWS: .*\n)*.*hint: .*\n$/
        .exec(failed.stderr)?.[1],
      `Cannot sign in to the console: ${line}`,
    );
    results.push(failed);
  }
  aws.fail("getSigninToken", { kind: "cut" });
  results.push(await run());
  const shown = results.map(({ stderr }) => stderr).join("");
  assertEquals(
    [...secrets, token].filter((secret) => shown.includes(secret)),
    [],
  );
  assertEquals(secrets.length, 2);
});

e2e("--console knows where it cannot sign in, before it asks for anything", {
  offline: true,
}, async ({ run }) => {
  const result = await run(
    "--console -r arn:aws-iso:iam::111111111111:role/admin",
  );
  assertEquals([result.status, result.stderr], [
    125,
    "assume-role: error: Cannot sign in to the console of the partition 'aws-iso': the console's address is not known\n",
  ]);
});

/** Puts an `xdg-open` of ours before that of the machine. */
function withOpener(home: TestHome, script: string): Record<string, string> {
  const directory = join(home.project, "bin");
  const path = home.write("bin/xdg-open", `#!/bin/sh\n${script}\n`);
  Deno.chmodSync(path, 0o700);
  const temporary = join(home.root, "tmp");
  Deno.mkdirSync(temporary);
  return {
    PATH: `${directory}:${Deno.env.get("PATH")}`,
    WAYLAND_DISPLAY: "wayland-0",
    TMPDIR: temporary,
  };
}

const linux = { ignore: !HAS_TERMINAL || Deno.build.os !== "linux" };

e2e(
  "--console opens the browser on a desktop; the address is in no command line, and nothing stays",
  { ...linux, home: warm },
  async ({ aws, home }) => {
    const env = withOpener(
      home,
      'echo "$@" >"$HOME/words"; cat "$1" >"$HOME/page"; printf opened >/dev/tty',
    );
    const result = await home.runOnTerminal("--console -r admin", [
      ["opened", "\x03"], // rather than wait for as long as a browser may take
    ], { env });
    assertEquals(result.status, 130);
    assertMatch(
      result.stdout,
      /^assume-role: signing in as \S+admin\/alice in the browser, which has 15s to start .*\r\nopened/,
    );
    assertMatch(home.readHome("words"), /^\S+\/console\.html\n$/);
    const url = /url=([^"]+)"/.exec(home.readHome("page"))![1]!;
    assertEquals(
      partsOf(aws, url.replaceAll("&amp;", "&")),
      expected(aws, "admin/alice", HOME),
    );
    assertEquals([...Deno.readDirSync(env.TMPDIR!)], []);
  },
);

e2e("--console prints the address where no browser can be opened", {
  ...linux,
  home: warm,
}, async ({ aws, home }) => {
  const env = withOpener(home, "exit 3");
  const args = ["--console", "-r", "admin"];
  const result = await home.runOnTerminal(args, [], { env });
  const [, warning, url] = result.stdout.split("\r\n");
  assertEquals(
    warning,
    "assume-role: warning: Cannot open the browser: xdg-open ended with status 3",
  );
  assertEquals(partsOf(aws, url!), expected(aws, "admin/alice", HOME));
  assertEquals([...Deno.readDirSync(env.TMPDIR!)], []);
});
