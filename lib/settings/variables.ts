// Pure: no I/O.
import {
  keyName,
  SESSION_VARIABLE,
  STARTED_BY,
  variableName,
} from "./names.ts";
import { OPTIONS } from "./options.ts";
import type { SettingName } from "./setting_types.ts";
import { SETTING_NAMES, SETTINGS } from "./settings.ts";
import { suggest } from "./suggest.ts";

const PREFIX = "ASSUME_ROLE_";

/** The switches that change what a run does, and that a variable can set. */
const SWITCHES: readonly SettingName[] = [
  "forceRefresh",
  "noInput",
  "server",
  "verbose",
  "quiet",
];

/** Variables of assume-role that set no option, with their meanings for the documents. */
export const OTHER_VARIABLES: Readonly<Record<string, string>> = {
  [`${PREFIX}ARN`]: "set for the command: the ARN of the role",
  [`${PREFIX}CACHE_DIR`]: "the directory of the cache",
  [`${PREFIX}INSTALL_URL`]:
    "the address of a mirror of the releases, for the installers",
  [SESSION_VARIABLE]:
    "set by printed credentials: the name of the cache entry, which reveals no secret",
  [STARTED_BY]:
    "set for programs that supply credentials or MFA codes: the chain of programs that led to the program",
};

/** Whether an `ASSUME_ROLE_*` variable can set the value of a setting. */
export function hasVariable(name: SettingName): boolean {
  const option = OPTIONS[name];
  return SWITCHES.includes(name) ||
    option?.placeholder !== undefined && option.group !== "commands";
}

/** A variable whose name starts with `ASSUME_ROLE_`, and that assume-role does not know. */
export interface UnknownVariable {
  readonly name: string;
  /** The remedy, if the user probably meant another name or a key of `assume-role.yaml`. */
  readonly remedy?: string;
}

/** Finds the variables that look like variables of assume-role, but have another name. */
export function findUnknownVariables(
  env: Readonly<Record<string, string>>,
): readonly UnknownVariable[] {
  const names = Object.keys(env).filter((name) => name.startsWith(PREFIX));
  if (names.length === 0) return [];
  const known = [
    ...SETTING_NAMES.filter(hasVariable).map(variableName),
    ...Object.keys(OTHER_VARIABLES),
  ];
  return names.filter((name) => !known.includes(name)).sort().map((name) => {
    const remedy = findRemedy(name.slice(PREFIX.length), known);
    return { name, ...(remedy !== undefined && { remedy }) };
  });
}

function findRemedy(
  end: string,
  known: readonly string[],
): string | undefined {
  const key = SETTING_NAMES.find((name) =>
    SETTINGS[name].key !== undefined && keyName(name) === end.toLowerCase()
  );
  const ends = known.map((name) => name.slice(PREFIX.length));
  const singular = end.replace(/S$/, "");
  const near = ends.includes(singular) ? singular : suggest(end, ends);
  if (key !== undefined && near !== singular) {
    return `set the key '${keyName(key)}' of assume-role.yaml instead`;
  }
  return near === undefined ? undefined : `did you mean ${PREFIX}${near}?`;
}

/** Formats the warning about a variable whose name is probably a mistake. */
export function formatUnknownVariable(
  { name, remedy }: UnknownVariable,
): string {
  return `No variable of assume-role has the name ${name}${
    remedy === undefined ? "" : `: ${remedy}`
  }`;
}

/** Whether an option or a variable switches a setting on. */
export function isOn(
  name: SettingName,
  { options, variables }: {
    readonly options: { readonly [K in SettingName]?: unknown };
    readonly variables: { readonly [K in SettingName]?: unknown };
  },
): boolean {
  return (options[name] ?? variables[name]) === true;
}
