import { assertEquals } from "@std/assert";
import { separateSavedProfiles } from "../../lib/aws/separate_saved_profiles.ts";
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
  ];
  for (const [text, expected] of cases) {
    assertEquals(separateSavedProfiles(text), expected, JSON.stringify(text));
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
      separateSavedProfiles(text),
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
      separateSavedProfiles(new TextDecoder().decode(after)),
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
  assertEquals(separateSavedProfiles(text), {
    rest: DEFAULT.trimEnd(),
    savedProfiles: ["111111111111-admin"],
  });
});
