/**
 * Writes the man page `dist/assume-role.1`: `deno task man`. The options, variables
 * and keys come from the table of settings.
 */
import { formatValue } from "../lib/cli/help.ts";
import { OPTION_HELP } from "../lib/settings/option_help.ts";
import { OPTIONS } from "../lib/settings/options.ts";
import config from "../deno.json" with { type: "json" };
import { optionName, variableName } from "../lib/settings/names.ts";
import { GROUPS, type SettingName } from "../lib/settings/setting_types.ts";
import { SETTING_NAMES } from "../lib/settings/settings.ts";
import { hasVariable, OTHER_VARIABLES } from "../lib/settings/variables.ts";
import {
  EXIT_STATUSES,
  FOREIGN_VARIABLES,
  withoutValues,
} from "./reference.ts";
import { settingRows } from "./tables.ts";

const DESCRIPTION = [
  "runs a command with temporary credentials of an AWS role. It asks for an MFA code only if AWS requires MFA, and caches the session for later runs. The command gets the session only; long-term keys stay out of the command's environment.",
  "The first word that is not an option starts the command; this word and everything after it is passed on unchanged. Put -- before a command whose name starts with a dash. Without a command, the credentials are printed.",
  "The command gets a minimal environment, as with sudo(8): --preserve-env and the key env_keep pass on more variables.",
];

const FILES: readonly (readonly [path: string, meaning: string])[] = [
  [
    "assume-role.yaml",
    "the project's settings, in the working directory or a directory above it",
  ],
  [
    "~/.aws/assume-role.yaml",
    "the user's settings; the project's settings override these settings",
  ],
  [
    "~/.aws/assume-role/cache/",
    "cached sessions, one file each, readable only by their owner",
  ],
  [
    "~/.aws/credentials",
    "the last session of each role, as the profile <account ID>-<role name>",
  ],
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
    ...Object.entries(OTHER_VARIABLES).flatMap(([name, meaning]) =>
      tagged(name, meaning)
    ),
    ...FOREIGN_VARIABLES.flatMap(([names, meaning]) =>
      tagged(names.join(", "), meaning)
    ),
    ".SH FILES",
    ...FILES.flatMap(([path, meaning]) => tagged(path, meaning)),
    ".SH SETTINGS",
    escape(
      "The keys of assume-role.yaml, at the top level and in an entry of roles:",
    ),
    ...settingRows().flatMap((row) => tagged(row[0]!, formatSetting(row))),
    ".SH EXIT STATUS",
    ...EXIT_STATUSES.flatMap(([status, when]) => tagged(status, when)),
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
  const { short, completes } = option;
  const value = formatValue(option, (name) => `\\fI${escape(name)}\\fR`);
  const names = [...(short ? [`-${short}`] : []), optionName(name)];
  const values = typeof completes === "object"
    ? `; one of ${completes.join(", ")}`
    : "";
  return [
    ".TP",
    names.map((name) => `\\fB${escape(name)}\\fR`).join(", ") + value,
    escape(withoutValues(OPTION_HELP[name]!) + values),
  ];
}

function tagged(tag: string, text: string): readonly string[] {
  const [bold, plain] = [tag, text].map((part) =>
    escape(part.replaceAll("`", ""))
  );
  return [".TP", `\\fB${bold}\\fR`, plain!];
}

/** Formats a row of the table of keys as a sentence. */
function formatSetting([, place, initial, meaning]: readonly string[]): string {
  const limit = place === "top level"
    ? "; not in an entry of roles"
    : place === "both"
    ? ""
    : "; only in an entry of roles";
  return meaning + (initial === "" ? "" : `; default: ${initial}`) + limit;
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
