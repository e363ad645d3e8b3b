import { assertEquals, assertThrows } from "@std/assert";
import type { Credentials } from "../../lib/aws/credentials.ts";
import {
  formatCredentials,
  type PrintedSession,
} from "../../lib/output/credentials.ts";
import { formatForShell, formatUnset } from "../../lib/output/shell_formats.ts";
import { FORMATS } from "../../lib/settings/options.ts";
import type { Format } from "../../lib/settings/parsers.ts";

const CREDENTIALS: Credentials = {
  accessKeyId: "ASIA1",
  secretAccessKey: "a/b+c=",
  sessionToken: "d//e==",
  expiration: Date.UTC(2026, 0, 1, 12, 34, 56),
  roleArn: "arn:aws:iam::111111111111:role/admin",
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
  obtainedAt: 0,
  clockOffset: 0,
};

/** Formats that print all variables to stdout. */
type StdoutFormat = Exclude<Format, "github">;

const STDOUT_FORMATS = FORMATS.filter((format) => format !== "github");

/** A session with all values that a format can print. */
const SESSION: PrintedSession = {
  credentials: CREDENTIALS,
  roleArn: CREDENTIALS.roleArn,
  region: "eu-west-1",
  marker: "0123abcd",
};

/** A session of which only the credentials are known. */
const BARE: PrintedSession = { credentials: CREDENTIALS };

/** The lines of each format; the lines for the keys and the expiry are copied from AWS CLI v2. */
const EXACT: Readonly<Record<StdoutFormat, readonly string[]>> = {
  "env-no-export": [
    "AWS_ACCESS_KEY_ID=ASIA1",
    "AWS_SECRET_ACCESS_KEY=a/b+c=",
    "AWS_SESSION_TOKEN=d//e==",
  ],
  "env": [
    "unset AWS_PROFILE AWS_ROLE_ARN",
    "export AWS_ACCESS_KEY_ID=ASIA1",
    "export AWS_SECRET_ACCESS_KEY=a/b+c=",
    "export AWS_SESSION_TOKEN=d//e==",
    "export AWS_CREDENTIAL_EXPIRATION=2026-01-01T12:34:56+00:00",
    "export AWS_REGION=eu-west-1",
    "export AWS_DEFAULT_REGION=eu-west-1",
    "export ASSUME_ROLE_ARN=arn:aws:iam::111111111111:role/admin",
    "export ASSUME_ROLE_SESSION=0123abcd",
  ],
  "fish": [
    "for name in AWS_PROFILE AWS_ROLE_ARN; set -eg $name; set -qUx $name; and set -eU $name; end; true",
    'set -gx AWS_ACCESS_KEY_ID "ASIA1"',
    'set -gx AWS_SECRET_ACCESS_KEY "a/b+c="',
    'set -gx AWS_SESSION_TOKEN "d//e=="',
    'set -gx AWS_CREDENTIAL_EXPIRATION "2026-01-01T12:34:56+00:00"',
    'set -gx AWS_REGION "eu-west-1"',
    'set -gx AWS_DEFAULT_REGION "eu-west-1"',
    'set -gx ASSUME_ROLE_ARN "arn:aws:iam::111111111111:role/admin"',
    'set -gx ASSUME_ROLE_SESSION "0123abcd"',
  ],
  "powershell": [
    "$Env:AWS_PROFILE=$null",
    "$Env:AWS_ROLE_ARN=$null",
    '$Env:AWS_ACCESS_KEY_ID="ASIA1"',
    '$Env:AWS_SECRET_ACCESS_KEY="a/b+c="',
    '$Env:AWS_SESSION_TOKEN="d//e=="',
    '$Env:AWS_CREDENTIAL_EXPIRATION="2026-01-01T12:34:56+00:00"',
    '$Env:AWS_REGION="eu-west-1"',
    '$Env:AWS_DEFAULT_REGION="eu-west-1"',
    '$Env:ASSUME_ROLE_ARN="arn:aws:iam::111111111111:role/admin"',
    '$Env:ASSUME_ROLE_SESSION="0123abcd"',
  ],
  "windows-cmd": [
    "set AWS_PROFILE=",
    "set AWS_ROLE_ARN=",
    "set AWS_ACCESS_KEY_ID=ASIA1",
    "set AWS_SECRET_ACCESS_KEY=a/b+c=",
    "set AWS_SESSION_TOKEN=d//e==",
    "set AWS_CREDENTIAL_EXPIRATION=2026-01-01T12:34:56+00:00",
    "set AWS_REGION=eu-west-1",
    "set AWS_DEFAULT_REGION=eu-west-1",
    "set ASSUME_ROLE_ARN=arn:aws:iam::111111111111:role/admin",
    "set ASSUME_ROLE_SESSION=0123abcd",
  ],
  "nushell": [
    "hide-env -i AWS_PROFILE AWS_ROLE_ARN",
    'load-env {AWS_ACCESS_KEY_ID: "ASIA1", AWS_SECRET_ACCESS_KEY: "a/b+c=", ' +
    'AWS_SESSION_TOKEN: "d//e==", AWS_CREDENTIAL_EXPIRATION: "2026-01-01T12:34:56+00:00", ' +
    'AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1", ' +
    'ASSUME_ROLE_ARN: "arn:aws:iam::111111111111:role/admin", ASSUME_ROLE_SESSION: "0123abcd"}',
  ],
  "process": [
    "{",
    '  "Version": 1,',
    '  "AccessKeyId": "ASIA1",',
    '  "SecretAccessKey": "a/b+c=",',
    '  "SessionToken": "d//e==",',
    '  "Expiration": "2026-01-01T12:34:56+00:00"',
    "}",
  ],
};

/** Formats a session in any format that prints all variables to stdout. */
function formatSession(
  session: PrintedSession,
  format: StdoutFormat,
  names: readonly string[] = [],
): string {
  return format === "env-no-export" || format === "process"
    ? formatCredentials(session.credentials, format)
    : formatForShell(session, format, names);
}

/** Returns the line that assigns the session token. */
function tokenLine(sessionToken: string, format: StdoutFormat): string {
  const session = { credentials: { ...CREDENTIALS, sessionToken } };
  return formatSession(session, format)
    .split("\n").find((line) => line.includes("AWS_SESSION_TOKEN"))!;
}

for (const format of STDOUT_FORMATS) {
  Deno.test(`a session is printed in exactly these lines in the format ${format}`, () => {
    assertEquals(
      formatSession(SESSION, format, ["AWS_PROFILE", "AWS_ROLE_ARN"]),
      EXACT[format].map((line) => `${line}\n`).join(""),
    );
  });
}

Deno.test("formatForShell() removes the role and the marker of an earlier session, but not the region, if they are not known", () => {
  const text = formatSession(BARE, "env", ["AWS_ACCESS_KEY_ID"]);
  assertEquals(
    text.split("\n")[0],
    "unset ASSUME_ROLE_ARN ASSUME_ROLE_SESSION",
  );
  assertEquals(text.includes("REGION"), false);
});

Deno.test("control characters are refused in every format but process", () => {
  for (const format of STDOUT_FORMATS.filter((name) => name !== "process")) {
    for (const character of "\r\n\t\0\x1b\x7f\x85") {
      const { message } = assertThrows(
        () => tokenLine(`a${character}b`, format),
        format,
      );
      assertEquals(
        message,
        "Cannot print the credentials: AWS_SESSION_TOKEN contains a control character",
      );
    }
  }
});

Deno.test("curly quotes and other characters that are not ASCII are refused in every format but process", () => {
  for (const format of STDOUT_FORMATS.filter((name) => name !== "process")) {
    for (const character of "\u2018\u201c\u201d\u201e\u2028\u202e\u00e9") {
      const { message } = assertThrows(
        () => tokenLine(`a${character};b`, format),
        format,
      );
      assertEquals(
        message,
        "Cannot print the credentials: AWS_SESSION_TOKEN contains a character that is not ASCII",
      );
    }
  }
});

Deno.test("formatUnset() removes every variable that the format sets, and no other variable", () => {
  const names = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "ASSUME_ROLE_ARN",
    "ASSUME_ROLE_SESSION",
  ];
  const all = names.join(" ");
  assertEquals(formatUnset("env"), `unset ${all}\n`);
  assertEquals(formatUnset("fish"), `set -eg ${all}; or true\n`);
  assertEquals(
    formatUnset("powershell"),
    names.map((name) => `$Env:${name}=$null\n`).join(""),
  );
  assertEquals(
    formatUnset("windows-cmd"),
    names.map((name) => `set ${name}=\n`).join(""),
  );
  assertEquals(formatUnset("nushell"), `hide-env -i ${all}\n`);
});

Deno.test("formatCredentials() converts the expiry time to this machine's clock, in whole seconds", () => {
  const credentials = {
    ...CREDENTIALS,
    expiration: Date.UTC(2026, 0, 1, 12, 0, 0, 999),
    clockOffset: 3_600_000,
  };
  assertEquals(
    JSON.parse(formatSession({ credentials }, "process")).Expiration,
    "2026-01-01T11:00:00+00:00",
  );
});

Deno.test("formatForShell() quotes characters that a shell would interpret", () => {
  const cases: readonly (readonly [StdoutFormat, string, string])[] = [
    ["env-no-export", "a$b", "AWS_SESSION_TOKEN='a$b'"],
    ["env", "a$b", "export AWS_SESSION_TOKEN='a$b'"],
    ["env", "it's", "export AWS_SESSION_TOKEN='it'\\''s'"],
    ["env", "`a`", "export AWS_SESSION_TOKEN='`a`'"],
    ["env", "a!b", "export AWS_SESSION_TOKEN='a!b'"],
    ["env", "=a", "export AWS_SESSION_TOKEN='=a'"],
    ["env", "a:=b", "export AWS_SESSION_TOKEN='a:=b'"],
    ["env", "a=b%@,:c", "export AWS_SESSION_TOKEN=a=b%@,:c"],
    ["fish", 'a"$(b)\\', 'set -gx AWS_SESSION_TOKEN "a\\"\\$(b)\\\\"'],
    ["fish", "a'`%!&|;", 'set -gx AWS_SESSION_TOKEN "a\'`%!&|;"'],
    ["powershell", 'a"$(b)`', '$Env:AWS_SESSION_TOKEN="a`"`$(b)``"'],
    ["powershell", "a'\\%!&|;", '$Env:AWS_SESSION_TOKEN="a\'\\%!&|;"'],
    ["windows-cmd", "a&b|c<d>e^f", 'set "AWS_SESSION_TOKEN=a&b|c<d>e^f"'],
    ["windows-cmd", "a'$`;,b", "set AWS_SESSION_TOKEN=a'$`;,b"],
  ];
  for (const [format, token, line] of cases) {
    assertEquals(tokenLine(token, format), line);
  }
});

Deno.test("formatForShell() quotes values for nushell, in which only a backslash and a double quote have a meaning within double quotes", () => {
  const cases = [
    ['a"b', '"a\\"b"'],
    ["a\\nb", '"a\\\\nb"'],
    ['\\"', '"\\\\\\""'],
    ["$(a)($b)`c`'d'#{e}", "\"$(a)($b)`c`'d'#{e}\""],
  ] as const;
  for (const [token, quoted] of cases) {
    const line = tokenLine(token, "nushell");
    assertEquals(line.includes(`AWS_SESSION_TOKEN: ${quoted}, `), true, line);
  }
});

Deno.test("formatForShell() quotes every value that a shell would misread, also the role and the region", () => {
  const session = { ...BARE, roleArn: "a'$b", region: "c d" };
  const text = formatSession(session, "env");
  assertEquals(text.match(/^export (?:AWS_REGION|ASSUME_ROLE_ARN)=.*$/gm), [
    "export AWS_REGION='c d'",
    "export ASSUME_ROLE_ARN='a'\\''$b'",
  ]);
  assertThrows(
    () => formatSession({ ...BARE, roleArn: "50%" }, "windows-cmd"),
    Error,
    "ASSUME_ROLE_ARN contains a character that cmd may change",
  );
});

Deno.test("formatForShell() refuses characters that cmd may change", () => {
  for (const token of ["50%", "%PATH%", 'a"&b', "a!b!"]) {
    const { name, message } = assertThrows(
      () => tokenLine(token, "windows-cmd"),
      token,
    );
    assertEquals([name, message], [
      "AssumeRoleError",
      "Cannot print the credentials for cmd: AWS_SESSION_TOKEN contains a character that cmd may change",
    ]);
  }
});

Deno.test("formatCredentials() prints valid JSON for every character", () => {
  const sessionToken = Array.from(
    { length: 94 },
    (_, i) => String.fromCharCode(0x21 + i),
  ).join("");
  const text = formatSession(
    { credentials: { ...CREDENTIALS, sessionToken } },
    "process",
  );
  assertEquals(JSON.parse(text).SessionToken, sessionToken);
});
