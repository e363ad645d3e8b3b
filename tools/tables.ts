/** The tables of the documents, made from the tables in the code. */
import { formatValue } from "../lib/cli/help.ts";
import {
  BASE_VARIABLES,
  IDENTITY_VARIABLES,
} from "../lib/command/environment.ts";
import { CONSOLE_SERVICES } from "../lib/settings/console_pages.ts";
import { keyName, optionName, variableName } from "../lib/settings/names.ts";
import { OPTION_HELP } from "../lib/settings/option_help.ts";
import { FORMATS, OPTIONS } from "../lib/settings/options.ts";
import { GROUPS, type SettingName } from "../lib/settings/setting_types.ts";
import { SETTING_NAMES, SETTINGS } from "../lib/settings/settings.ts";
import { hasVariable, OTHER_VARIABLES } from "../lib/settings/variables.ts";
import { formatErrorTable } from "./docs_errors.ts";
import { IDENTITY_TEXTS, PASSED_TEXTS } from "./environment_texts.ts";
import { formatTable, type Row } from "./markdown_table.ts";
import { PERMISSIONS } from "./permissions.ts";
import {
  EXIT_STATUSES,
  FOREIGN_VARIABLES,
  FORMAT_TEXTS,
  withoutValues,
} from "./reference.ts";

/** The tables by their names; each function formats the Markdown of a region. */
export const TABLES: Readonly<Record<string, () => string>> = {
  options: () =>
    Object.entries(GROUPS).map(([group, title]) => {
      const names = SETTING_NAMES.filter((name) =>
        OPTIONS[name]?.group === group
      );
      return `${title}:\n\n${
        formatTable(["option", "meaning"], names.map(optionRow))
      }`;
    }).join("\n\n"),
  variables: () =>
    formatTable(["variable", "meaning"], [
      ...SETTING_NAMES.filter(hasVariable).map((name) => [
        code(variableName(name)),
        `as ${code(optionName(name))}: ${OPTION_HELP[name]}`,
      ]),
      ...Object.entries(OTHER_VARIABLES).map(([name, meaning]) => [
        code(name),
        meaning,
      ]),
      ...FOREIGN_VARIABLES.map(([names, meaning]) => [
        names.map(code).join(" "),
        meaning,
      ]),
    ]),
  settings: () =>
    formatTable(["key", "place", "default", "meaning"], settingRows()),
  formats: () =>
    formatTable(
      ["format", "example", "for"],
      FORMATS.map((format) => {
        const { example, use } = FORMAT_TEXTS[format];
        return [code(format), code(example), use];
      }),
    ),
  environment: () =>
    formatTable(
      ["purpose", "variables", "reason"],
      joinTexts(BASE_VARIABLES, PASSED_TEXTS),
    ),
  identities: () =>
    formatTable(
      ["read by", "variables", "values"],
      joinTexts(IDENTITY_VARIABLES, IDENTITY_TEXTS),
    ),
  permissions: () =>
    formatTable(
      ["permission", "limited to", "for"],
      PERMISSIONS.map(({ flag, reason }) => {
        const [name = "", values] = flag.split("=");
        return [
          code(name),
          values?.split(",").map(code).join(" ") ?? "",
          reason,
        ];
      }),
    ),
  errors: formatErrorTable,
  "exit-statuses": () => formatTable(["status", "condition"], EXIT_STATUSES),
  "console-services": () =>
    formatTable(
      ["service", "page"],
      CONSOLE_SERVICES.map(({ names, path }) => [
        names.map(code).join(", "),
        code(path),
      ]),
    ),
};

function optionRow(name: SettingName): Row {
  const option = OPTIONS[name]!;
  const { short, completes } = option;
  const long = optionName(name) + formatValue(option);
  const names = [...(short ? [`-${short}`] : []), long];
  const values = typeof completes === "object"
    ? `: ${completes.map(code).join(", ")}`
    : "";
  return [
    names.map(code).join(", "),
    withoutValues(OPTION_HELP[name]!) + values,
  ];
}

/** Returns the rows of the keys of `assume-role.yaml`: key, place, default and meaning. */
export function settingRows(): readonly Row[] {
  const places = { file: "top level", role: "`roles`", both: "both" };
  const rows: Row[] = SETTING_NAMES.flatMap((name) => {
    const { key } = SETTINGS[name];
    if (key === undefined) return [];
    const limit = key.userFileOnly ? "; only in `~/.aws/assume-role.yaml`" : "";
    return [[
      keyName(name),
      places[key.in],
      key.default ?? "",
      key.meaning + limit,
    ]];
  });
  rows.push([
    "roles",
    places.file,
    "",
    "names for roles: the ARN alone (`ops: arn:...`), or a mapping of keys, such as `role_arn` and `duration`",
  ]);
  return rows.sort(([a], [b]) => a! < b! ? -1 : 1)
    .map(([name, ...cells]) => [code(name!), ...cells]);
}

/** Adds the texts of the documents to the rows of a table of variables. */
function joinTexts(
  variables: readonly string[],
  texts: readonly (readonly [firstName: string, left: string, right: string])[],
): readonly Row[] {
  if (texts.length !== variables.length) {
    throw new Error(
      "Cannot make the table: rows without texts, or texts without rows",
    );
  }
  return variables.map((text, at) => {
    const names = text.split(" ");
    const [firstName, left, right] = texts[at]!;
    if (firstName !== names[0]) {
      throw new Error(
        `Cannot make the table: no text for the row of ${names[0]}`,
      );
    }
    return [left, names.map(code).join(" "), right];
  });
}

function code(text: string): string {
  return `\`${text}\``;
}
