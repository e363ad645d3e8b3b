/** Printed credentials in every format, and `--server`. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { ADMIN_ARN } from "../identifiers.ts";
import { deno, fixture, windows } from "./windows.ts";

windows(
  "cmd evaluates the format windows-cmd",
  async ({ home, run }) => {
    const { stdout, status } = await run("-r admin --format windows-cmd");
    assertEquals(status, 0);
    const script = [
      "@echo off",
      "set AWS_PROFILE=other",
      ...stdout.trimEnd().split(/\r?\n/),
      "echo %ASSUME_ROLE_ARN%",
      "if defined AWS_PROFILE (echo profile) else echo no profile",
      "echo %AWS_SECRET_ACCESS_KEY%",
      "",
    ].join("\r\n");
    const result = await home.exec([
      "cmd",
      "/d",
      "/c",
      home.write("set.cmd", script),
    ]);
    const [arn, profile, secret] = result.stdout.trimEnd().split(/\r?\n/);
    assertEquals([arn, profile], [ADMIN_ARN, "no profile"]);
    assertEquals(secret, secretOf((await run("-r admin --format env")).stdout));
  },
);

windows(
  "cmd evaluates --unset",
  async ({ home, run }) => {
    const { stdout } = await run("--unset --format windows-cmd");
    const script = [
      "@echo off",
      "set AWS_ACCESS_KEY_ID=x",
      "set ASSUME_ROLE_ARN=y",
      ...stdout.trimEnd().split(/\r?\n/),
      "if defined AWS_ACCESS_KEY_ID echo key",
      "if defined ASSUME_ROLE_ARN echo role",
      "",
    ].join("\r\n");
    const result = await home.exec([
      "cmd",
      "/d",
      "/c",
      home.write("unset.cmd", script),
    ]);
    assertEquals([result.status, result.stdout], [0, ""]);
  },
);

windows(
  "PowerShell's format sets each variable, and unsets other identities",
  async ({ run }) => {
    const { stdout } = await run("-r admin --format powershell");
    const lines = stdout.trimEnd().split("\n");
    const others = lines.filter((line) => line.endsWith("=$null"));
    assertEquals(others.includes("$Env:AWS_PROFILE=$null"), true);
    const set = lines.filter((line) => !others.includes(line));
    assertEquals(
      set.map((line) => /^\$Env:(\w+)="[^"]+"$/.exec(line)?.[1]).sort(),
      [
        "ASSUME_ROLE_ARN",
        "ASSUME_ROLE_SESSION",
        "AWS_ACCESS_KEY_ID",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
      ],
    );
  },
);

windows(
  "the formats for files and programs have the same session",
  async ({ aws, run }) => {
    const env = secretOf((await run("-r admin --format env")).stdout);
    const plain = (await run("-r admin")).stdout;
    const json = JSON.parse((await run("-r admin --format process")).stdout);
    assertEquals(json.SecretAccessKey, env);
    assertEquals(plain.includes(`AWS_SECRET_ACCESS_KEY=${env}`), true);
    for (const format of ["fish", "nushell"]) {
      const { status, stdout } = await run(`-r admin --format ${format}`);
      assertEquals([status, stdout.includes(env)], [0, true], format);
    }
    assertEquals(aws.count("AssumeRole"), 1);
  },
);

windows(
  "--format github appends the session to the file of GITHUB_ENV",
  async ({ home, run }) => {
    const GITHUB_ENV = home.write("github env.txt", "BEFORE=1\n");
    const { status, stdout } = await run("-r admin --format github", {
      env: { GITHUB_ENV },
    });
    assertEquals(status, 0);
    assertMatch(stdout, /^::add-mask::/);
    assertMatch(
      Deno.readTextFileSync(join(home.project, "github env.txt")),
      /^BEFORE=1\n[\s\S]*AWS_SECRET_ACCESS_KEY<</,
    );
  },
);

windows(
  "--server gives a command the session, and refuses requests without the token",
  async ({ home, run }) => {
    const { status, stdout } = await run(
      ["-q", "-r", "admin", "--server", ...deno(fixture("use_server.ts"))],
    );
    assertEquals(status, 0);
    assertEquals(JSON.parse(stdout), {
      withToken: {
        status: 200,
        keys: ["AccessKeyId", "Expiration", "SecretAccessKey", "Token"],
      },
      withFile: 200,
      withoutToken: 403,
    });
    const names = home.list(".aws/assume-role/cache");
    assertEquals(names.filter((name) => name.startsWith("token-")), []);
  },
);

/** Returns the secret access key in the output of `--format env`. */
function secretOf(text: string): string {
  return /AWS_SECRET_ACCESS_KEY='?([^'\r\n]+)'?/.exec(text)![1]!;
}
