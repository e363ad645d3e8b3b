// Pure: no I/O.
// @ts-types="../types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import { ConfigError, InvalidValueError } from "../errors.ts";
import { suggest } from "../settings/suggest.ts";
import { keyName } from "../settings/names.ts";
import type { SettingName } from "../settings/setting_types.ts";
import { SETTING_NAMES, SETTINGS } from "../settings/settings.ts";
import type { Config, ConfigOwner, ConfigValues } from "./config.ts";
import { hasTooManyValues } from "./check_expansion.ts";
import { KeyLocator } from "./key_position.ts";

/**
 * Parses an `assume-role.yaml`. All scalars are read as strings, so that an account ID
 * does not become a number.
 *
 * @throws {ConfigError} If the text has a syntax error, an unknown key, a value of
 * the wrong type or an invalid value; the message has file, line and column.
 */
export function parseConfig(
  text: string,
  path: string,
  owner: ConfigOwner,
): Config {
  try {
    return parseText(text, path, owner);
  } catch (error) {
    throw explainTab(error, text, path);
  }
}

/**
 * Replaces an error about a file that has a line with a tab in its indentation: YAML does not
 * allow the tab there, and the parser takes the line for another one.
 */
function explainTab(error: unknown, text: string, path: string): unknown {
  const at = text.split("\n").findIndex((line) => /^ *\t\s*[^\s#]/.test(line));
  if (!(error instanceof ConfigError) || at < 0) return error;
  return new ConfigError(
    `Cannot read ${path}:${at + 1}:1: line ${at + 1} is indented with a tab`,
    { hint: "indent with spaces, because YAML needs spaces", cause: error },
  );
}

function parseText(text: string, path: string, owner: ConfigOwner): Config {
  const locator = new KeyLocator(text);
  const locate = (keys: readonly string[]) => locator.locate(keys);
  const fail: Fail = (keys, reason, hint) => {
    const { line, column } = locate(keys);
    return new ConfigError(`Cannot use ${path}:${line}:${column}: ${reason}`, {
      hint,
    });
  };
  const { roles: rolesNode, ...top } = readMapping(
    parseYaml(text, path),
    [],
    fail,
  );
  const roles = new Map<string, ConfigValues>();
  for (
    const [name, node] of Object.entries(
      readMapping(rolesNode, ["roles"], fail),
    )
  ) {
    const keys = ["roles", name];
    roles.set(name, readEntry(node, keys, owner, fail));
  }
  const values = readValues(top, [], owner, fail);
  return { owner, path, values, roles, locate };
}

type Fail = (
  keys: readonly string[],
  reason: string,
  hint?: string,
) => ConfigError;

function parseYaml(text: string, path: string): unknown {
  try {
    const value = parse(text, { schema: "failsafe" });
    if (!hasTooManyValues(value)) return value;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new ConfigError(
        `Cannot read ${path}: the YAML is nested too deeply`,
      );
    }
    if (!(error instanceof SyntaxError)) throw error;
    const { line = 1, column = 1 } = error as {
      line?: number;
      column?: number;
    };
    // Keep only the reason: remove the position and the excerpt of the file.
    const reason = error.message.split(/ at line \d|\n/)[0]!;
    const isDouble = reason.includes("duplicated key");
    throw new ConfigError(
      `Cannot read ${path}:${line}:${column}: ${
        isDouble ? "a key occurs twice before this place" : reason
      }`,
      {
        hint: isDouble
          ? "remove one of the two lines"
          : "write the file as YAML, one 'key: value' per line",
        cause: error,
      },
    );
  }
  throw new ConfigError(`Cannot read ${path}: the YAML has too many values`, {
    hint: "write values instead of aliases such as '*name'",
  });
}

function readMapping(
  node: unknown,
  keys: readonly string[],
  fail: Fail,
): Record<string, unknown> {
  if (node === null || node === undefined) return {};
  if (typeof node !== "object" || Array.isArray(node)) {
    const subject = keys.length === 0 ? "the file" : `'${keys.join(".")}'`;
    throw fail(
      keys,
      `${subject} must be a mapping of 'key: value' lines`,
      Array.isArray(node) && keys[0] === "roles" && keys.length === 1
        ? "write 'NAME: ARN' lines below 'roles:', without '-'"
        : undefined,
    );
  }
  return node as Record<string, unknown>;
}

/** Reads an entry of `roles`: a mapping or, as the short form, the ARN alone. */
function readEntry(
  node: unknown,
  keys: readonly string[],
  owner: ConfigOwner,
  fail: Fail,
): ConfigValues {
  if (typeof node === "string") {
    return { roleArn: readArn(node, keys, fail) };
  }
  return readValues(readMapping(node, keys, fail), keys, owner, fail);
}

function readArn(
  text: string,
  keys: readonly string[],
  fail: Fail,
): string {
  try {
    return SETTINGS.roleArn.parse(text);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    throw fail(
      keys,
      `'${
        keys.join(".")
      }' must be the ARN of a role or a mapping of 'key: value' lines`,
      error.message,
    );
  }
}

function readValues(
  mapping: Record<string, unknown>,
  parents: readonly string[],
  owner: ConfigOwner,
  fail: Fail,
): ConfigValues {
  const scope = parents.length === 0 ? "file" : "role";
  const allowed = SETTING_NAMES.filter((name) =>
    [scope, "both"].includes(SETTINGS[name].key?.in ?? "")
  );
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [key, node] of Object.entries(mapping)) {
    const keys = [...parents, key];
    const name = allowed.find((name) => keyName(name) === key);
    if (name === undefined) {
      const names = allowed.map(keyName);
      const near = suggestKey(
        key,
        scope === "file" ? [...names, "roles"] : names,
      );
      throw fail(
        keys,
        `unknown key '${key}'`,
        near === undefined
          ? `use one of the keys ${names.join(", ")}`
          : `did you mean '${near}'?`,
      );
    }
    if (SETTINGS[name].key?.userFileOnly && owner !== "user") {
      throw fail(
        keys,
        `'${key}' runs a program and is not accepted from this file`,
        `move '${key}' to ~/.aws/assume-role.yaml`,
      );
    }
    values[name] = readValue(name, node, keys, fail);
  }
  return values as ConfigValues;
}

/**
 * Finds the known key that a user probably means: a similar key, or the only known key
 * that ends in `_` and the given key.
 */
function suggestKey(key: string, known: readonly string[]): string | undefined {
  const [longer, ...others] = known.filter((name) => name.endsWith(`_${key}`));
  return suggest(key, known) ?? (others.length === 0 ? longer : undefined);
}

function readValue(
  name: SettingName,
  node: unknown,
  keys: readonly string[],
  fail: Fail,
): unknown {
  const { parse, list, parseMapping } = SETTINGS[name];
  const parseNode = <T>(parse: (node: T) => unknown, node: T): unknown => {
    try {
      return parse(node);
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      throw fail(
        keys,
        `the value of '${keys.at(-1)}' is invalid: ${error.message}`,
      );
    }
  };
  const isMapping = typeof node === "object" && node !== null &&
    !Array.isArray(node);
  if (parseMapping && isMapping) {
    return parseNode(parseMapping, node as Record<string, unknown>);
  }
  const texts = list && Array.isArray(node) ? node : [node ?? ""];
  const values = texts.map((text) => {
    if (typeof text === "string") return parseNode(parse, text);
    const kind = list ? "text or a list of texts" : "text";
    throw fail(keys, `the value of '${keys.at(-1)}' must be ${kind}`);
  });
  return list ? values.flat() : values[0];
}
