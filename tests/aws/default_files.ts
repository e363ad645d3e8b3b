import fc from "fast-check";

const KEYS =
  "aws_access_key_id = AKIADEFAULT\naws_secret_access_key = secret\n";
const lines = (change: (line: string) => string) =>
  KEYS.trimEnd().split("\n").map(change).join("\n") + "\n";
const OTHER_PROFILES =
  "[profile other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = secret\nregion = eu-west-1\n";

/**
 * A config or credentials file in which some SDK finds access keys of the profile
 * `default`.
 */
export interface DefaultFile {
  readonly file: "config" | "credentials";
  readonly text: string;
}

const both = (text: string): DefaultFile[] => [
  { file: "config", text },
  { file: "credentials", text },
];

/** Files with every syntax in which some SDK finds access keys of the profile `default`. */
export const DEFAULT_FILES: readonly DefaultFile[] = [
  ...both(`[default]\n${KEYS}`),
  ...both(`[DEFAULT]\n${KEYS}[default]\nregion = us-east-1\n`),
  ...both(`[default]\nregion = us-east-1\n[DEFAULT]\n${KEYS}`),
  ...both(`[default]\nregion = us-east-1\n${lines((line) => `  ${line}`)}`),
  ...both(`[default]\nregion = us-east-1\n  [other]\n${KEYS}`),
  ...both(`[default]\ns3 =\n  x = y\n${lines((line) => ` ${line}`)}`),
  ...both(`[default]\n${lines((line) => `\u00a0${line}`)}`),
  ...both(`[default]\n${lines((line) => `\u3000${line}`)}`),
  ...both(`[default]\n${lines((line) => line.replace(" =", "\u00a0="))}`),
  ...both(`[default]\n${lines((line) => line.toUpperCase())}`),
  ...both(`[default]\n${lines((line) => line.replace("key", "\u212aey"))}`),
  ...both(`[default]\n${lines((line) => line.replace(" = ", ": "))}`),
  ...both(`[default]\n${KEYS}`.replaceAll("\n", "\r\n")),
  ...both(`[default]\n${KEYS}`.replaceAll("\n", "\r")),
  ...both(`[default]\n${lines((line) => `${line}\u2028`)}`),
  ...both(`[default] # x ]\n${KEYS}`),
  ...both(`[default] ; x\n${KEYS}`),
  ...both(`[default];x\n${KEYS}`),
  ...both(`[default]x\n${KEYS}`),
  ...both(`  [default]\n${KEYS}`),
  ...both(`\u00a0[default]\u00a0\n${KEYS}`),
  ...both(`\ufeff[default]\n${KEYS}`),
  ...both(`[default]\nregion = us-east-1\n[other];x\n${KEYS}`),
  ...both(`[default]\nregion = us-east-1\n[other]\x1f\n${KEYS}`),
  ...both(`[default]\nregion = us-east-1\r[other]\n${KEYS}`),
  ...both(`[default]\nregion = us-east-1\n[other]\r${KEYS}`),
  ...both(`[default]\nregion = us-east-1\n[a] x]\n${KEYS}`),
  ...both(`[default]\nregion = us-east-1\n[other\n[default]\n${KEYS}`),
  ...both(`[default]\nregion = us-east-1\n # [other]\n${KEYS}`),
  ...both(`[default]\ncredential_process =\n  echo '{"Version":1}'\n`),
  ...[
    "profile default",
    "profiles default",
    'profile "default"',
    'profile def"ault"',
    "profile 'default'",
    "profile def\\ault",
    'profile" x" default',
    "profile\\ x default",
    "profile\tdefault",
    "profile  default",
    "profile\u00a0default",
    "profile\u00a0x default",
    "profile.default",
  ].map((name) => ({
    file: "config" as const,
    text: `[${name}]\n${KEYS}`,
  })),
].map(({ file, text }) => ({ file, text: text + OTHER_PROFILES }));

/**
 * Files in which no SDK finds access keys of `default`, so that `--server` creates no
 * copies of these files.
 */
export const OTHER_FILES: readonly string[] = [
  "",
  "[default]\nregion = us-east-1\ns3 =\n  addressing_style = path\n",
  `[other]\n${KEYS}`,
  `[profile my default]\n${KEYS}`,
  `[profile "my default"]\n${KEYS}`,
  `[profile defaults]\n${KEYS}[my profile]\n${KEYS}`,
  `[sso-session default]\nsso_region = us-east-1\n`,
  `[other] # [default]\n${KEYS}`,
  `[default]\n# ${KEYS}`.replace("\naws_s", "\n; aws_s"),
  `[other]\nregion = us-east-1\n  [third]\n${KEYS}`,
  `\ufeff[default]\r\nregion = us-east-1\r\n[other]\r\n${KEYS}`,
];

const space = fc.constantFrom(
  "",
  "",
  "",
  " ",
  "\t",
  "    ",
  "\u00a0",
  "\u3000",
  "\x1f",
  "\x85",
  "\u2028",
  "\v",
  "\ufeff",
);
const header = fc.tuple(
  fc.constantFrom(
    "default",
    "DEFAULT",
    "other",
    "profile default",
    "profiles default",
    'profile def"ault"',
    "profile.default",
    "profile\rdefault",
    "profile x",
    "a] x",
    "",
  ),
  space,
  space,
  fc.constantFrom("]", "]", "]", "] # ]", "];x", "]x", "]]", ""),
).map(([name, before, after, end]) => `[${before}${name}${after}${end}`);
const option = fc.tuple(
  fc.constantFrom(
    "aws_access_key_id",
    "AWS_SECRET_ACCESS_KEY",
    "aws_secret_access_key",
    "region",
    "s3",
    "role_arn",
  ),
  space,
  fc.constantFrom("=", ":", "=\n "),
  space,
  fc.constantFrom("v", "v", "", "[default]", "v\u2028aws_access_key_id=v"),
).map((parts) => parts.join(""));
const line = fc.tuple(
  space,
  fc.oneof(header, option, option, fc.constantFrom("# c", "", "; [x]", "x")),
  space,
  fc.constantFrom("\n", "\n", "\n", "\r\n", "\r"),
).map((parts) => parts.join(""));

/** Generated files whose lines some SDKs read differently than other SDKs do. */
export const ANY_FILE: fc.Arbitrary<string> = fc.array(line, { maxLength: 12 })
  .map((lines) => "[default]\n" + lines.join(""));
