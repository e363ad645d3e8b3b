/**
 * Files, variables and options that try to control the terminal, to forge lines or
 * to repeat secrets. The tables are made from the names in `lib/`, so that a new setting or
 * variable is covered by itself. `hostile_files_test.ts` and `hostile_programs_test.ts` have other
 * inputs.
 */
import { assert } from "@std/assert";
import { join } from "@std/path/join";
import { ALICE, keysOf, PREFIX, PREFIX_YAML, ROOT, TestHome } from "../mod.ts";
import { exists } from "../../lib/system/files.ts";
import { keyName, optionName } from "../../lib/settings/names.ts";
import { OPTIONS } from "../../lib/settings/options.ts";
import { SETTING_NAMES, SETTINGS } from "../../lib/settings/settings.ts";
import {
  check,
  hostileTest,
  SECRET,
  URL_WITH_PASSWORD,
} from "./hostile/check.ts";
import { isChosen, observe } from "./hostile/observe.ts";
import {
  assertClean,
  FORGED,
  HOSTILE,
  HOSTILE_LINE,
} from "./hostile/values.ts";

/** A name for files and directories. */
const NAME = `${HOSTILE_LINE}\n${FORGED}`;
const RUNS = [
  "--explain",
  "--explain --json",
  "-r end true",
  "-r end --whoami",
  "--list",
  "--list --json",
]
  .map((line) => ["-v", ...line.split(" ")]);

/** Lists the words in the code of `lib/` that match a pattern. */
function wordsInCode(pattern: RegExp): readonly string[] {
  const words = new Set<string>();
  const walk = (directory: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(directory)) {
      const path = join(directory, name);
      if (isDirectory) walk(path);
      else {
        const text = Deno.readTextFileSync(path);
        for (const [word] of text.matchAll(pattern)) words.add(word);
      }
    }
  };
  walk(join(ROOT, "lib"));
  return [...words].sort();
}

/** Names of variables in the code. */
const VARIABLES = [
  ...wordsInCode(
    /\b(?:AWS|ASSUME_ROLE|ACTIONS|GITHUB|BOTO|SSL|REQUESTS|XDG|DENO|WSL|HTTPS?|NO)_[A-Z0-9_]+\b/g,
  ),
  ...["HOME", "PATH", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "DISPLAY"],
  ...["https_proxy", "http_proxy", "no_proxy", "all_proxy", "BROWSER", "CI"],
];
/** Names of keys of AWS's files, and of other things, in the code. */
const KEYS = wordsInCode(/\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b|\bregion\b/g);

hostileTest("variables", async ({ home }) => {
  assert(VARIABLES.includes("AWS_ENDPOINT_URL_STS"));
  assert(VARIABLES.includes("ASSUME_ROLE_MFA_TOKEN"));
  for (const [index, name] of VARIABLES.entries()) {
    if (!isChosen(index)) continue;
    const isSecret = /SECRET|TOKEN$|PASSWORD/.test(name);
    const values = isSecret
      ? [SECRET + HOSTILE, SECRET]
      : [HOSTILE, URL_WITH_PASSWORD];
    for (const value of values) {
      const runs = [RUNS[0]!, RUNS[2]!];
      await check(home, runs, `$${name}`, { [name]: value });
    }
  }
});

hostileTest("all variables together", async ({ home }) => {
  for (const value of [HOSTILE, URL_WITH_PASSWORD]) {
    const env = Object.fromEntries(
      VARIABLES.filter((name) => name !== "PATH").map((name) => [name, value]),
    );
    for (const name of SETTING_NAMES) {
      const option = OPTIONS[name];
      if (option?.group !== "commands") continue;
      const shell = option.placeholder === undefined ? [] : ["bash"];
      await check(home, [[optionName(name), ...shell]], "variables", env);
    }
  }
});

hostileTest("arguments", async ({ home }) => {
  const options = SETTING_NAMES.filter((name) => OPTIONS[name]?.placeholder);
  assert(options.length > 15);
  for (const value of [HOSTILE, URL_WITH_PASSWORD]) {
    for (const [index, name] of options.entries()) {
      if (!isChosen(index)) continue;
      const given = [`${optionName(name)}=${value}`];
      if (OPTIONS[name]?.group === "commands") await check(home, [given], name);
      else await check(home, RUNS.map((run) => [...given, ...run]), name);
    }
    const words = [[value], ["--", value], ["-r", "end", value], [`-${value}`]];
    await check(home, [...words, [`--${value}=${value}`]], "words");
  }
  for (const secret of ["1234567", "12345x"]) {
    for (const option of ["--mfa-token", "--mfa-tokne", "-mfa-token"]) {
      const { stdout, stderr } = await observe(home, [
        `${option}=${secret}`,
        "-r",
        "end",
        "true",
      ]);
      assert(!(stdout + stderr).includes(secret), stderr);
    }
  }
});

hostileTest("assume-role.yaml", async ({ home }) => {
  const runs = [...RUNS, ["-v", "true"], ["--doctor"]];
  const text = JSON.stringify(HOSTILE);
  const url = JSON.stringify(URL_WITH_PASSWORD);
  const keys = SETTING_NAMES.filter((name) => SETTINGS[name].key !== undefined);
  for (const [index, name] of keys.entries()) {
    if (!isChosen(index)) continue;
    const key = keyName(name);
    for (const value of [text, url, `[${text}]`, `{${text}: ${text}}`]) {
      home.write("assume-role.yaml", `${PREFIX_YAML}${key}: ${value}\n`);
      await check(home, runs.slice(0, 2), key);
      home.write(
        "assume-role.yaml",
        `${PREFIX_YAML}roles: { end: { ${key}: ${value} } }\n`,
      );
      await check(home, runs.slice(0, 2), `${key} of a role`);
    }
    const secret = JSON.stringify(`corp --token ${SECRET}`);
    home.write("assume-role.yaml", PREFIX_YAML);
    home.writeHome(".aws/assume-role.yaml", `${key}: [${secret}]\n`);
    if (key === "mfa_command") await check(home, runs, `${key} of the user`);
    Deno.removeSync(join(home.path, ".aws/assume-role.yaml"));
  }
  for (
    const whole of [
      `roles: { ${text}: { role_arn: ${JSON.stringify(PREFIX + HOSTILE)} } }`,
      `roles: { ${text}: ${
        JSON.stringify(`${PREFIX}end`)
      }, b: { via: ${text} } }`,
      `${text}: 1`,
      `role: "q${HOSTILE}`,
      `role: ${HOSTILE_LINE}`,
      `- ${HOSTILE}`,
      HOSTILE,
    ]
  ) {
    home.write("assume-role.yaml", `${whole}\n`);
    await check(home, runs, whole);
    const { stdout } = await observe(home, ["--completions", "roles"]);
    assertClean(stdout, whole);
  }
});

hostileTest("AWS's files", async ({ home }) => {
  const runs = RUNS.map((run) => ["--profile", "x", ...run]);
  const keys = keysOf(ALICE);
  assert(KEYS.includes("credential_process"));
  for (const [index, key] of KEYS.entries()) {
    if (!isChosen(index)) continue;
    for (
      const value of [HOSTILE_LINE, URL_WITH_PASSWORD.replace(/\s.*/s, "")]
    ) {
      home.writeHome(".aws/config", `[profile x]\n${key} = ${value}\n`);
      await check(home, [runs[0]!, runs[1]!], key);
    }
    home.writeHome(
      ".aws/config",
      `[profile x]\nrole_arn = ${PREFIX}end\nsource_profile = default\n${key} = ${HOSTILE_LINE}\n`,
    );
    await check(home, [runs[0]!, ["--list"]], `${key} beside a role`);
  }
  const name = HOSTILE_LINE.replace(/\r.*/, "");
  for (
    const config of [
      `[profile "${name}"]\nrole_arn = ${PREFIX}end\nsource_profile = default\n`,
      `[profile ${name}]\nregion = eu-west-1\n`,
      `[sso-session ${name}]\n[profile x]\nsso_session = ${name}\n`,
      `[profile x]\nrole_arn = ${PREFIX}end\nsource_profile = ${name}\n`,
      `[profile x]\n${HOSTILE_LINE}\n`,
      `[${HOSTILE_LINE}\n`,
      HOSTILE,
    ]
  ) {
    for (const file of [".aws/config", ".aws/credentials"]) {
      home.writeHome(".aws/config", "");
      home.writeHome(".aws/credentials", keys);
      home.writeHome(file, config + keys);
      const more = [["--list"], ["--init"], ["--clear-cache"], ["--doctor"]];
      await check(home, [...runs, ...more], config);
      for (const what of ["roles", "profiles"]) {
        const { stdout } = await observe(home, ["--completions", what]);
        assertClean(stdout, config);
      }
      home.write("assume-role.yaml", PREFIX_YAML);
      Deno.removeSync(join(home.project, "assume-role.yaml"));
      await check(home, [["--init"]], config);
    }
  }
});

hostileTest("names of directories and files", async ({ aws }) => {
  const home = new TestHome(aws);
  try {
    const directory = join(home.root, NAME);
    Deno.renameSync(home.path, directory);
    const env = { HOME: directory };
    await check(home, [...RUNS, ["--doctor"], ["--clear-cache"]], "home", env);
    for (
      const name of VARIABLES.filter((name) => /FILE|DIR|BUNDLE/.test(name))
    ) {
      const file = join(home.project, `${name}-${NAME}`);
      await check(home, [RUNS[2]!], name, { [name]: file });
      if (exists(file)) continue; // assume-role has created the directory
      Deno.writeTextFileSync(file, `${HOSTILE}\n`);
      await check(home, RUNS, name, { [name]: file });
    }
    const policy = join(home.project, NAME);
    Deno.writeTextFileSync(policy, HOSTILE);
    await check(home, [["-r", "end", "--policy", policy, "true"]], "policy");
    await check(home, [["--config", policy, "--explain"]], "configuration");
  } finally {
    await home[Symbol.asyncDispose]();
  }
});
