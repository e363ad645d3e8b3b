import { assertEquals, assertThrows } from "@std/assert";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { formatCredentials } from "../../lib/output/credentials.ts";
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

/** The lines of each format; all except `env-no-export` are copied from AWS CLI v2. */
const EXACT: Readonly<Record<Format, readonly string[]>> = {
  "env-no-export": [
    "AWS_ACCESS_KEY_ID=ASIA1",
    "AWS_SECRET_ACCESS_KEY=a/b+c=",
    "AWS_SESSION_TOKEN=d//e==",
  ],
  "env": [
    "export AWS_ACCESS_KEY_ID=ASIA1",
    "export AWS_SECRET_ACCESS_KEY=a/b+c=",
    "export AWS_SESSION_TOKEN=d//e==",
    "export AWS_CREDENTIAL_EXPIRATION=2026-01-01T12:34:56+00:00",
  ],
  "fish": [
    'set -gx AWS_ACCESS_KEY_ID "ASIA1"',
    'set -gx AWS_SECRET_ACCESS_KEY "a/b+c="',
    'set -gx AWS_SESSION_TOKEN "d//e=="',
    'set -gx AWS_CREDENTIAL_EXPIRATION "2026-01-01T12:34:56+00:00"',
  ],
  "powershell": [
    '$Env:AWS_ACCESS_KEY_ID="ASIA1"',
    '$Env:AWS_SECRET_ACCESS_KEY="a/b+c="',
    '$Env:AWS_SESSION_TOKEN="d//e=="',
    '$Env:AWS_CREDENTIAL_EXPIRATION="2026-01-01T12:34:56+00:00"',
  ],
  "windows-cmd": [
    "set AWS_ACCESS_KEY_ID=ASIA1",
    "set AWS_SECRET_ACCESS_KEY=a/b+c=",
    "set AWS_SESSION_TOKEN=d//e==",
    "set AWS_CREDENTIAL_EXPIRATION=2026-01-01T12:34:56+00:00",
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

/** Returns the line that assigns the session token. */
function tokenLine(sessionToken: string, format: Format): string {
  return formatCredentials({ ...CREDENTIALS, sessionToken }, format)
    .split("\n").find((line) => line.includes("AWS_SESSION_TOKEN"))!;
}

for (const format of FORMATS) {
  Deno.test(`formatCredentials() prints exactly these lines in the format ${format}`, () => {
    assertEquals(
      formatCredentials(CREDENTIALS, format),
      EXACT[format].map((line) => `${line}\n`).join(""),
    );
  });
}

Deno.test("formatCredentials() adds ASSUME_ROLE_SESSION only to the shell formats that export variables", () => {
  const added = FORMATS.map((format) => [
    format,
    formatCredentials(CREDENTIALS, format, "0123abcd")
      .slice(formatCredentials(CREDENTIALS, format).length),
  ]);
  assertEquals(Object.fromEntries(added), {
    "env-no-export": "",
    "env": "export ASSUME_ROLE_SESSION=0123abcd\n",
    "fish": 'set -gx ASSUME_ROLE_SESSION "0123abcd"\n',
    "powershell": '$Env:ASSUME_ROLE_SESSION="0123abcd"\n',
    "windows-cmd": "set ASSUME_ROLE_SESSION=0123abcd\n",
    "process": "",
  });
});

Deno.test("formatCredentials() converts the expiry time to this machine's clock, in whole seconds", () => {
  const credentials = {
    ...CREDENTIALS,
    expiration: Date.UTC(2026, 0, 1, 12, 0, 0, 999),
    clockOffset: 3_600_000,
  };
  assertEquals(
    JSON.parse(formatCredentials(credentials, "process")).Expiration,
    "2026-01-01T11:00:00+00:00",
  );
});

Deno.test("formatCredentials() quotes characters that a shell would interpret", () => {
  const cases: readonly (readonly [Format, string, string])[] = [
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

Deno.test("formatCredentials() refuses characters that cmd may change", () => {
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
  const text = formatCredentials({ ...CREDENTIALS, sessionToken }, "process");
  assertEquals(JSON.parse(text).SessionToken, sessionToken);
});
