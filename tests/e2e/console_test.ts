/** `--console`: signing in to the AWS console, in a browser or with a printed URL. */
import { assertEquals, assertMatch } from "@std/assert";
import {
  ALICE,
  assertFails,
  e2e,
  FakeAws,
  PREFIX,
  PREFIX_YAML,
  type Result,
  role,
  terminal,
  terminalOnLinux,
  type TestHome,
  warm,
  WORLD,
} from "../mod.ts";
import { withPrograms } from "./browsers.ts";

/** Parses a sign-in URL into its parts. */
function partsOf(aws: FakeAws, text: string) {
  const { origin, pathname, searchParams } = new URL(text);
  const { SigninToken, ...rest } = Object.fromEntries(searchParams);
  return {
    endpoint: origin + pathname,
    session: aws.signedIn(SigninToken ?? "")?.arn,
    rest,
  };
}

const expected = (aws: FakeAws, session: string, Destination: string) => ({
  endpoint: `${aws.url}/federation`,
  session: `arn:aws:sts::111111111111:assumed-role/${session}`,
  rest: { Action: "login", Issuer: "assume-role", Destination },
});

const HOME = "https://console.aws.amazon.com/console/home";
const REGIONAL =
  "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";

e2e("--console prints only the sign-in URL if stdout is not a terminal", {
  home: warm,
}, async ({ aws, run }) => {
  // If a program reads stdout, no browser opens, even on a desktop.
  const env = { DISPLAY: ":0" };
  const result = await run("--console -r admin", { env });
  assertMatch(result.stdout, /^\S+\n$/);
  assertEquals([result.status, result.stderr], [0, ""]);
  assertEquals(
    partsOf(aws, result.stdout),
    expected(aws, "admin/alice", HOME),
  );
  // --console used the session that `warm` had cached.
  assertEquals([aws.count("AssumeRole"), aws.count("getSigninToken")], [1, 1]);
});

e2e(
  "--console signs in to the console of the region, and AWS_ENDPOINT_URL_SIGNIN sets the sign-in endpoint",
  {
    home: warm,
  },
  async ({ aws, run }) => {
    await using other = new FakeAws(WORLD);
    const args = "--console -r admin --region eu-west-1";
    const result = await run(args);
    assertEquals(
      partsOf(aws, result.stdout),
      expected(aws, "admin/alice", REGIONAL),
    );
    const env = { AWS_ENDPOINT_URL_SIGNIN: other.url };
    const elsewhere = await run(args, { env });
    assertEquals([elsewhere.status, other.count("getSigninToken")], [125, 1]);
  },
);

e2e(
  "--console=SERVICE leads to the page of a service or of a path",
  { home: warm },
  async ({ aws, run }) => {
    const host = "https://eu-west-1.console.aws.amazon.com";
    const cases = [
      ["s3", `${host}/s3/home?region=eu-west-1`],
      ["ec2/home#Instances:", `${host}/ec2/home?region=eu-west-1#Instances:`],
    ] as const;
    for (const [service, destination] of cases) {
      const result = await run(
        `-r admin --console=${service} --region eu-west-1`,
      );
      assertEquals(
        partsOf(aws, result.stdout),
        expected(aws, "admin/alice", destination),
      );
    }
  },
);

e2e("--console refuses an unknown service before any call", {
  offline: true,
}, async ({ run }) => {
  assertFails(await run("-r admin --console=lamda"), {
    error: "Cannot open the console: unknown service 'lamda'",
    hint: "did you mean '--console=lambda'?",
  });
  assertFails(await run("-r admin --console=braket"), {
    error: "Cannot open the console: unknown service 'braket'",
    hint: "write the path of the page: '--console=braket/home'",
  });
  assertFails(await run("-r admin --console s3"), {
    error: "Option '--console' runs no command, but there is one: 's3'",
    hint: "to open the page of a service, write '--console=s3'",
  });
  assertFails(await run("-r admin --console=https://evil.example/"), {
    error:
      "Cannot open 'https://evil.example/' in the console: not a page of console.aws.amazon.com",
    hint: "write a path such as '--console=ec2/home#Instances:'",
  });
});

e2e("--console signs in with the last role of a chain", {
  world: {
    ...WORLD,
    roles: [role("jump"), role("next", { trusts: [`${PREFIX}jump`] })],
  },
}, async ({ aws, home, run }) => {
  home.write(
    "assume-role.yaml",
    `${PREFIX_YAML}roles:\n  next:\n    via: jump\n`,
  );
  const result = await run("--console -r next");
  assertEquals(result.stderr, "");
  assertEquals(partsOf(aws, result.stdout), expected(aws, "next/alice", HOME));
});

e2e(
  "--console prompts for an MFA code if the role requires one",
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

e2e(
  "if --console fails, one error is printed; messages never contain a secret",
  {
    home: warm,
  },
  async ({ aws, home }) => {
    const printed = (await home.run("-r admin")).stdout;
    const secrets = [...printed.matchAll(/^AWS_SE\w+=(.*)$/gm)]
      .map(([, value]) => value!);
    const { host } = new URL(aws.url);
    const run = () => home.run("-v --console -r admin");
    const good = await run();
    const token = new URL(good.stdout).searchParams.get("SigninToken")!;
    const results: Result[] = [good];
    for (
      const [status, line] of [
        [400, "AWS does not accept the session"],
        [503, `${host} answered HTTP status 503 (3 attempts)`],
      ] as const
    ) {
      const times = status === 503 ? 3 : 1;
      aws.fail("getSigninToken", { kind: "error", code: "X", status }, times);
      const failed = await run();
      assertEquals([failed.status, failed.stdout], [125, ""]);
      assertEquals(
        /error: (.*)\n(?:.*cause: .*\n|.*AWS: .*\n)*.*hint: .*\n$/
          .exec(failed.stderr)?.[1],
        `Cannot sign in to the console: ${line}`,
      );
      results.push(failed);
    }
    aws.fail("getSigninToken", { kind: "cut" }, 3);
    results.push(await run());
    const shown = results.map(({ stderr }) => stderr).join("");
    assertEquals(
      [...secrets, token].filter((secret) => shown.includes(secret)),
      [],
    );
    assertEquals(secrets.length, 2);
  },
);

e2e("--console refuses an unknown partition before any call", {
  offline: true,
}, async ({ run }) => {
  const result = await run(
    "--console -r arn:aws-iso:iam::111111111111:role/admin",
  );
  assertFails(result, {
    error:
      "Cannot sign in to the console of the partition 'aws-iso': the console's address is not known",
    hint: null,
  });
});

/** Creates an `xdg-open` that runs a script, and returns the variables of a desktop with it. */
function withOpener(home: TestHome, script: string) {
  return {
    ...withPrograms(home, { "xdg-open": script }),
    WAYLAND_DISPLAY: "wayland-0",
  };
}

const linux = terminalOnLinux;

e2e(
  "--console opens the browser on a desktop, does not put the URL into an argv, and removes its temporary files",
  { ...linux, home: warm },
  async ({ aws, home }) => {
    const env = withOpener(
      home,
      'echo "$@" >"$HOME/words"; cat "$1" >"$HOME/page"; printf opened >/dev/tty',
    );
    const result = await home.runOnTerminal("--console -r admin", [
      ["opened", "\x03"], // ends the wait for the browser
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
    assertEquals([...Deno.readDirSync(env.TMPDIR)], []);
  },
);

e2e("--console prints the URL if no browser can be opened", {
  ...linux,
  home: warm,
}, async ({ aws, home }) => {
  const env = withOpener(home, "exit 3");
  const result = await home.runOnTerminal("--console -r admin", [], { env });
  const [, warning, url] = result.stdout.split("\r\n");
  assertEquals(
    warning,
    "assume-role: warning: Cannot open the browser: xdg-open ended with status 3",
  );
  assertEquals(partsOf(aws, url!), expected(aws, "admin/alice", HOME));
  assertEquals([...Deno.readDirSync(env.TMPDIR)], []);
});
