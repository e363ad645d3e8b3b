import { assertEquals } from "@std/assert";
import type { Credentials } from "../../lib/aws/credentials.ts";
import {
  isOutdated,
  parseSavedProfile,
  separateSavedProfiles,
} from "../../lib/aws/separate_saved_profiles.ts";
import {
  formatAwsFile,
  parseAwsFile,
  setSection,
} from "../../lib/aws/ini_editor.ts";

const DEFAULT = "[default]\naws_access_key_id = AKIA1\n";
const SAVED = [
  "[111111111111-admin]",
  "aws_access_key_id = ASIA1",
  "aws_secret_access_key = s",
  "aws_session_token = t",
  "region = eu-west-1",
  "x_security_token_expires = 2026-11-25T12:00:00.000Z",
  "x_assume_role_arn = arn:aws:iam::111111111111:role/admin",
  "",
].join("\n");

/** Separates a text, and returns only the names of the saved profiles without other lines. */
function separate(text: string) {
  const { rest, savedProfiles } = separateSavedProfiles(text);
  const own = savedProfiles.filter(({ hasOtherLines }) => !hasOtherLines);
  return { rest, savedProfiles: own.map(({ name }) => name) };
}

Deno.test("separateSavedProfiles() separates the profiles that assume-role saved from the rest of the file", () => {
  const rest = DEFAULT.trimEnd();
  const savedProfiles = ["111111111111-admin"];
  const cases: readonly (readonly [string, unknown])[] = [
    ["", { rest: "", savedProfiles: [] }],
    [DEFAULT, { rest, savedProfiles: [] }],
    [`${DEFAULT}\n\n`, { rest, savedProfiles: [] }],
    [`${DEFAULT}\n${SAVED}`, { rest, savedProfiles }],
    [`${SAVED}\n${DEFAULT}`, { rest, savedProfiles }],
    [`${DEFAULT}\n${SAVED}`.replaceAll("\n", "\r\n"), {
      rest: rest.replaceAll("\n", "\r\n"),
      savedProfiles,
    }],
    // For Python, a carriage return alone ends a line.
    [`${DEFAULT.replaceAll("\n", "\r")}${SAVED}`, {
      rest: rest.replaceAll("\n", "\r"),
      savedProfiles,
    }],
    [`${SAVED.trimEnd()}\r${DEFAULT}`, {
      rest: `${SAVED.trimEnd()}\r${rest}`,
      savedProfiles: [],
    }],
    [`# x_assume_role_arn\n${DEFAULT}# x_assume_role_arn\n${SAVED}`, {
      rest: `# x_assume_role_arn\n${DEFAULT}# x_assume_role_arn`,
      savedProfiles,
    }],
  ];
  for (const [text, expected] of cases) {
    assertEquals(separate(text), expected, JSON.stringify(text));
  }
});

Deno.test("separateSavedProfiles() keeps a section with any line that assume-role does not write", () => {
  for (
    const line of [
      "role_arn = arn:aws:iam::111111111111:role/other",
      "# mine",
      " continued",
      "aws_access_key_id=AKIA2",
      "  [indented]",
    ]
  ) {
    const text = `${SAVED}${line}\n`;
    assertEquals(
      separate(text),
      { rest: text.trimEnd(), savedProfiles: [] },
      line,
    );
  }
  const unmarked = SAVED.replace(/x_assume_role_arn.*\n/, "");
  assertEquals(
    separateSavedProfiles(`${SAVED}${unmarked}`).rest,
    unmarked.trimEnd(),
  );
});

Deno.test("separateSavedProfiles() returns the same rest before and after setSection() adds a profile", () => {
  const entries = { x_assume_role_arn: "arn:aws:iam::111111111111:role/admin" };
  for (
    const text of [
      DEFAULT,
      `${DEFAULT}\n\n[work]\n# mine\n\nregion = eu-west-1\n\n`,
      `${DEFAULT}\n[work]\nregion = eu-west-1`,
      `${DEFAULT}\n[work]\n`.replaceAll("\n", "\r\n"),
    ]
  ) {
    const file = parseAwsFile(new TextEncoder().encode(text));
    const after = formatAwsFile(setSection(file, "1-admin", entries));
    assertEquals(
      separate(new TextDecoder().decode(after)),
      { rest: text.trimEnd(), savedProfiles: ["1-admin"] },
      JSON.stringify(text),
    );
  }
});

Deno.test("separateSavedProfiles() recognizes a profile that setSection() has written", () => {
  const entries = Object.fromEntries(
    SAVED.trim().split("\n").slice(1).map((line) => line.split(" = ")),
  );
  const before = new TextEncoder().encode(DEFAULT);
  const file = setSection(parseAwsFile(before), "111111111111-admin", entries);
  const text = new TextDecoder().decode(formatAwsFile(file));
  assertEquals(separate(text), {
    rest: DEFAULT.trimEnd(),
    savedProfiles: ["111111111111-admin"],
  });
});

Deno.test("separateSavedProfiles() also returns saved profiles that have other lines", () => {
  for (const text of [`${SAVED}# mine\n`, SAVED.replace("]", "] # mine")]) {
    const [found] = separateSavedProfiles(text).savedProfiles;
    assertEquals([found?.name, found?.hasOtherLines], [
      "111111111111-admin",
      true,
    ]);
    assertEquals(parseSavedProfile(found!)?.aws_access_key_id, "ASIA1");
  }
});

const SESSION: Credentials = {
  accessKeyId: "ASIA1",
  secretAccessKey: "s",
  sessionToken: "t",
  expiration: Date.UTC(2026, 10, 25, 12),
  roleArn: "arn:aws:iam::111111111111:role/admin",
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
  obtainedAt: 0,
  clockOffset: 0,
};

Deno.test("isOutdated() is true if the profile is missing, damaged or has an older session", () => {
  const now = Date.UTC(2026, 10, 25, 11);
  const check = (text: string, changes: Partial<Credentials> = {}) => {
    const [found] = separateSavedProfiles(text).savedProfiles;
    const entries = found && parseSavedProfile(found);
    return isOutdated(entries, { ...SESSION, ...changes }, now);
  };
  const other = { accessKeyId: "ASIA2" };
  const later = { ...other, expiration: SESSION.expiration + 1 };
  const earlier = { ...other, expiration: SESSION.expiration - 1 };
  assertEquals(check(SAVED), false);
  assertEquals(check(SAVED.replaceAll("\n", "\r\n")), false);
  assertEquals(check(SAVED, earlier), false, "a newer session");
  assertEquals(check(SAVED, other), false, "a session of the same age");
  assertEquals(check(SAVED, later), true, "an older session");
  assertEquals(check(DEFAULT), true, "a missing profile");
  assertEquals(check(SAVED.replace("= t\n", "= x\n")), true, "another token");
  assertEquals(check(SAVED.replace(/.*secret.*\n/, "")), true, "no secret");
  assertEquals(check(SAVED.replace(/.*expires.*\n/, "")), true, "no expiry");
  const role = { ...later, roleArn: `${SESSION.roleArn}2` };
  assertEquals(check(SAVED, role), false, "a valid session of another role");
  assertEquals(
    check(SAVED.replace("T12", "T10"), role),
    true,
    "an expired session of another role",
  );
});
