// Pure: no I/O.
import { OPTIONS } from "./options.ts";
import type { SettingName } from "./setting.ts";

/** `roleSessionName` as an option: `--role-session-name`. */
export function optionName(name: SettingName): string {
  return "--" + (OPTIONS[name]?.name ??
    name.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase()));
}

/** `roleSessionName` as a key of `assume-role.yaml`: `role_session_name`. */
export function keyName(name: SettingName): string {
  return name.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase());
}

/** Whether a variable can stand for the option: it has a value, and asks for no mode. */
export function hasVariable(name: SettingName): boolean {
  const option = OPTIONS[name];
  return option?.placeholder !== undefined && option.group !== "modes";
}

/** `roleSessionName` as a variable: `ASSUME_ROLE_ROLE_SESSION_NAME`. */
export function variableName(name: SettingName): string {
  return "ASSUME_ROLE_" +
    optionName(name).slice(2).replaceAll("-", "_").toUpperCase();
}
