/** Programs of the user: `mfa_command` and `credential_process`. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { processOutput, ROOT } from "../e2e/test_home.ts";
import { ALICE } from "../fake_aws/world.ts";
import { PREFIX } from "../identifiers.ts";
import { deno, fixture, toWindows, windows } from "./windows.ts";

const ECHO_ROLE = ["cmd", "/c", "echo %ASSUME_ROLE_ARN%"];

/** Quotes each word of an argv for a command line. */
function commandLine(argv: readonly string[]): string {
  return argv.map((word) => `"${word}"`).join(" ");
}

windows(
  "mfa_command may be quoted, and may be a line for cmd",
  async ({ aws, home, run }) => {
    const code = await aws.code(ALICE);
    const phone = home.writeHome("my phone/code & more.txt", `${code}\r\n`);
    home.writeHome(
      ".aws/assume-role.yaml",
      `mfa_command: >-\n  ${
        commandLine([...deno(fixture("print_file.ts")), phone])
      } 2>nul && rem done\n`,
    );
    assertEquals(await run(["-r", "deploy", ...ECHO_ROLE]), {
      status: 0,
      stdout: `${PREFIX}deploy\r\n`,
      stderr: "",
    });
    assertEquals(aws.calls.at(-1)?.params.TokenCode, code);
  },
);

windows(
  "a failing mfa_command is reported with its status, not with its text",
  async ({ home, run }) => {
    home.writeHome(
      ".aws/assume-role.yaml",
      `mfa_command: 'cmd /c "exit 3" "s3cret"'\n`,
    );
    const { status, stderr } = await run(["-r", "deploy", ...ECHO_ROLE]);
    assertEquals(status, 125);
    assertStringIncludes(stderr, "the MFA command");
    assertEquals(stderr.includes("s3cret"), false);
  },
);

windows(
  "credential_process gets its words as the AWS CLI splits them on Windows",
  async ({ home, run }) => {
    const path = home.write("my files/keys.json", processOutput(ALICE));
    home.writeHome(
      ".aws/config",
      `[default]\ncredential_process = ${
        commandLine([...deno(fixture("print_file.ts")), path])
      }\n`,
    );
    home.writeHome(".aws/credentials", "");
    assertEquals(await run(["-r", "admin", ...ECHO_ROLE]), {
      status: 0,
      stdout: `${PREFIX}admin\r\n`,
      stderr: "",
    });
  },
);

windows("the demonstration of the README runs", async ({ home }) => {
  const demo = deno(join(ROOT, "tests/demo/demo.ts"));
  const { status, stdout } = await home.exec(demo, { cwd: toWindows(ROOT) });
  assertEquals(status, 0);
  assertEquals(
    stdout.match(/exit status \S+ · .*/g)?.map((line) =>
      line.replace(/\d+ ms/, "n ms")
    ),
    [
      "exit status 0 · n ms · MFA codes: 0 · requests to AWS: GetCallerIdentity",
      "exit status 0 · n ms · MFA codes: 1 · requests to AWS: GetCallerIdentity, AssumeRole, ListMFADevices, AssumeRole, GetCallerIdentity",
      "exit status 0 · n ms · MFA codes: 0 · requests to AWS: GetCallerIdentity",
      "exit status 42 · n ms · MFA codes: 0 · requests to AWS: none",
      "exit status 0 · n ms · MFA codes: 0 · requests to AWS: none",
    ],
  );
});
