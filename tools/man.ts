/**
 * Writes the man page `dist/assume-role.1`: `deno task man`. The options, variables
 * and keys come from the table of settings.
 */
import { OPTIONS } from "../lib/settings/options.ts";
import config from "../deno.json" with { type: "json" };
import { keyName, optionName, variableName } from "../lib/settings/names.ts";
import { GROUPS, type SettingName } from "../lib/settings/setting_types.ts";
import { SETTING_NAMES, SETTINGS } from "../lib/settings/settings.ts";
import { hasVariable } from "../lib/settings/variables.ts";

const DESCRIPTION = [
  "runs a command with temporary credentials of an AWS role. It asks for an MFA code only if AWS requires MFA, and caches the session for later runs. The command gets the session only; long-term keys stay out of the command's environment.",
  "The first word that is not an option starts the command; this word and everything after it is passed on unchanged. Put -- before a command whose name starts with a dash. Without a command, the credentials are printed.",
  "The command gets a minimal environment, as with sudo(8): --preserve-env and the key env_keep pass on more variables.",
];

const VARIABLES: readonly (readonly [names: string, meaning: string])[] = [
  ["ASSUME_ROLE_CACHE_DIR", "the directory of the cache"],
  [
    "AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_REGION, AWS_DEFAULT_REGION, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_ENDPOINT_URL, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, HTTPS_PROXY, NO_PROXY",
    "as for the AWS CLI",
  ],
  ["BROWSER", "the commands that open the browser for --console"],
  [
    "SSL_CERT_FILE",
    "the file of CA certificates, if no variable above names one",
  ],
];

const FILES: readonly (readonly [path: string, meaning: string])[] = [
  [
    "assume-role.yaml",
    "the project's settings, in the working directory or a directory above it",
  ],
  [
    "~/.aws/assume-role.yaml",
    "the user's settings; the project's settings override these",
  ],
  [
    "~/.aws/assume-role/cache/",
    "cached sessions, one file each, readable only by their owner",
  ],
  [
    "~/.aws/credentials",
    "the last session of each role, as the profile <account id>-<role name>",
  ],
];

const STATUSES: readonly (readonly [status: string, when: string])[] = [
  ["the command's own", "the command ran and exited"],
  ["128 + n", "signal n ended the command"],
  ["125", "assume-role itself failed"],
  ["126, 127", "the command cannot be executed, or was not found"],
  ["0", "printing, or a command of assume-role's own, succeeded"],
];

const EXAMPLES: readonly (readonly [command: string, does: string])[] = [
  ["assume-role -r admin ./deploy.sh", "Run a command under a role:"],
  [
    'eval "$(assume-role -r admin --format env)"',
    "Set the credentials in the current shell:",
  ],
  [
    "assume-role --server -r deploy ./migrate.sh",
    "Run a command that takes longer than a session lasts:",
  ],
  ["assume-role --console -r admin", "Sign in to the console:"],
];

/** Formats the page in the markup of man(7). */
export function formatManPage(): string {
  return [
    `.TH ASSUME-ROLE 1 "" ${quoted(`assume-role ${config.version}`)}`,
    ".SH NAME",
    escape("assume-role - run a command with credentials of an AWS role"),
    ".SH SYNOPSIS",
    ".B assume\\-role",
    "[\\fIoptions\\fR] [\\fB\\-\\-\\fR] \\fIcommand\\fR [\\fIargument\\fR ...]",
    ".br",
    ".B assume\\-role",
    "[\\fIoptions\\fR]",
    ".SH DESCRIPTION",
    ".B assume\\-role",
    DESCRIPTION.map(escape).join("\n.PP\n"),
    ".SH OPTIONS",
    ...Object.entries(GROUPS).flatMap(([group, title]) => [
      `.SS ${quoted(title)}`,
      ...SETTING_NAMES.filter((name) => OPTIONS[name]?.group === group)
        .flatMap(formatOption),
    ]),
    ".SH ENVIRONMENT",
    "Each variable sets the option of the same name; the option overrides the variable.",
    ...SETTING_NAMES.filter(hasVariable).flatMap((name) =>
      tagged(variableName(name), optionName(name))
    ),
    ...VARIABLES.flatMap(([names, meaning]) => tagged(names, meaning)),
    ".SH FILES",
    ...FILES.flatMap(([path, meaning]) => tagged(path, meaning)),
    ".PP",
    escape(`The keys of assume-role.yaml: ${keys("file")}.`),
    ".PP",
    escape(`The keys of an entry in roles: ${keys("role")}.`),
    ".SH EXIT STATUS",
    ...STATUSES.flatMap(([status, when]) => tagged(status, when)),
    ".SH EXAMPLES",
    ...EXAMPLES.flatMap(([command, does]) => [
      ".PP",
      escape(does),
      ".PP",
      ".RS 4",
      ".nf",
      escape(command),
      ".fi",
      ".RE",
    ]),
    ".SH SEE ALSO",
    ".BR aws (1),",
    ".BR sudo (8)",
    "",
  ].join("\n");
}

function formatOption(name: SettingName): readonly string[] {
  const option = OPTIONS[name];
  if (option === undefined) return [];
  const { short, placeholder, alone, help, completes } = option;
  const value = placeholder === undefined
    ? ""
    : alone === undefined
    ? ` \\fI${escape(placeholder)}\\fR`
    : `[=\\fI${escape(placeholder)}\\fR]`;
  const names = [...(short ? [`-${short}`] : []), optionName(name)];
  const values = typeof completes === "object"
    ? `; one of ${completes.join(", ")}`
    : "";
  return [
    ".TP",
    names.map((name) => `\\fB${escape(name)}\\fR`).join(", ") + value,
    escape(help + values),
  ];
}

function tagged(tag: string, text: string): readonly string[] {
  return [".TP", `\\fB${escape(tag)}\\fR`, escape(text)];
}

function keys(place: "file" | "role"): string {
  const names = SETTING_NAMES.filter((name) =>
    [place, "both"].includes(SETTINGS[name].key?.in ?? "")
  ).map(keyName);
  return (place === "file" ? [...names, "roles"] : names).join(", ");
}

/** Escapes a text, so that roff prints every character unchanged. */
function escape(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll('"', "\\(dq")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll("`", "\\(ga")
    .replace(/^\./, "\\&.");
}

function quoted(text: string): string {
  return `"${escape(text)}"`;
}

if (import.meta.main) {
  const dist = new URL("../dist/", import.meta.url);
  await Deno.mkdir(dist, { recursive: true });
  await Deno.writeTextFile(new URL("assume-role.1", dist), formatManPage());
}
