import { assertEquals } from "@std/assert";
import type { Config, ConfigValues } from "../../lib/config/config.ts";
import type { Source } from "../../lib/plan/source.ts";
import {
  type SettingLayers,
  SettingResolver,
} from "../../lib/plan/setting_resolver.ts";

function config(
  path: string,
  values: ConfigValues,
  role: ConfigValues = {},
): Config {
  return {
    owner: path.startsWith("user") ? "user" : "project",
    path,
    values,
    roles: new Map([["admin", role]]),
    locate: () => ({ line: 1, column: 1 }),
  };
}

const file = (path: string, ...keys: string[]): Source => ({
  kind: "file",
  path,
  keys,
});
const PROFILE: Source = { kind: "profile", profile: "p", key: "region" };
const DEFAULT: Source = { kind: "default" };

Deno.test("resolve() prefers the option, then the variable, the role's entry, the project file, the user file, the fallbacks", () => {
  const layers = (firstLayer: number): SettingLayers => ({
    options: firstLayer > 0 ? {} : { region: "r-option" },
    variables: firstLayer > 1 ? {} : { region: "r-variable" },
    configs: [
      config(
        "project.yaml",
        firstLayer > 4 ? {} : { region: "r-project" },
        firstLayer > 2 ? {} : { region: "r-project-role" },
      ),
      config(
        "user.yaml",
        firstLayer > 5 ? {} : { region: "r-user" },
        firstLayer > 3 ? {} : { region: "r-user-role" },
      ),
    ],
  });
  const expected: readonly (readonly [string, Source])[] = [
    ["r-option", { kind: "option", name: "--region" }],
    ["r-variable", { kind: "variable", name: "ASSUME_ROLE_REGION" }],
    ["r-project-role", file("project.yaml", "roles", "admin", "region")],
    ["r-user-role", file("user.yaml", "roles", "admin", "region")],
    ["r-project", file("project.yaml", "region")],
    ["r-user", file("user.yaml", "region")],
    ["r-profile", PROFILE],
  ];
  for (const [firstLayer, [value, source]] of expected.entries()) {
    const resolver = new SettingResolver(layers(firstLayer), "admin");
    assertEquals(
      resolver.resolve("region", ["r-profile", PROFILE], ["r-last", DEFAULT]),
      value,
    );
    assertEquals(resolver.sources, { region: source });
  }
});

Deno.test("resolve() ignores entries of other roles, and ignores all entries of 'roles' if no role is given", () => {
  const layers: SettingLayers = {
    options: {},
    variables: {},
    configs: [config("f.yaml", { duration: 900 }, { duration: 3600 })],
  };
  for (const role of ["other", undefined, "", "constructor"]) {
    assertEquals(new SettingResolver(layers, role).resolve("duration"), 900);
  }
});

Deno.test("resolve() returns no value and no source if no source has a value", () => {
  const resolver = new SettingResolver(
    { options: {}, variables: {}, configs: [] },
    "admin",
  );
  assertEquals(
    [
      resolver.resolve("region"),
      resolver.resolve("region", [undefined, PROFILE]),
      resolver.resolve("envKeep"),
      resolver.sources,
    ],
    [undefined, undefined, undefined, {}],
  );
});

Deno.test("resolve() accepts false, zero and an empty text as values", () => {
  const resolver = new SettingResolver({
    options: {},
    variables: {},
    configs: [
      config("a.yaml", {
        writeProfile: false,
        refreshBeforeExpiry: 0,
        rolePrefix: "",
      }),
      config("b.yaml", {
        writeProfile: true,
        refreshBeforeExpiry: 60,
        rolePrefix: "x",
      }),
    ],
  }, undefined);
  assertEquals(
    [
      resolver.resolve("writeProfile", [true, DEFAULT]),
      resolver.resolve("refreshBeforeExpiry"),
      resolver.resolve("rolePrefix"),
    ],
    [false, 0, ""],
  );
});

Deno.test("resolve() combines the lists of several sources, and names the first of these sources", () => {
  const resolver = new SettingResolver({
    options: { preserveEnv: ["A"] },
    variables: { preserveEnv: ["B", "C"] },
    configs: [
      config("a.yaml", { envKeep: ["F"] }, { envKeep: ["D"] }),
      config("user.yaml", { envKeep: ["G"] }, { envKeep: ["E"] }),
    ],
  }, "admin");
  assertEquals(resolver.resolve("preserveEnv"), ["A", "B", "C"]);
  assertEquals(resolver.resolve("envKeep"), ["D", "E", "F", "G"]);
  assertEquals(resolver.combineFromFiles("envKeep", "project"), ["D", "F"]);
  assertEquals(resolver.combineFromFiles("envKeep", "user"), ["E", "G"]);
  assertEquals(resolver.sources, {
    preserveEnv: { kind: "option", name: "--preserve-env" },
    envKeep: file("a.yaml", "roles", "admin", "env_keep"),
  });
});
