/**
 * Files, variables, options and programs that try to control the terminal, to forge lines or
 * to repeat secrets. The tables are made from the names in `lib/`, so that a new setting or
 * variable is covered by itself.
 */
import { assert } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  type E2e,
  e2e,
  keysOf,
  PREFIX,
  PREFIX_YAML,
  program,
  ROOT,
  SERIAL,
  terminal,
  TestHome,
  unix,
} from "../mod.ts";
import { exists } from "../../lib/system/files.ts";
import { keyName, optionName } from "../../lib/settings/names.ts";
import { OPTIONS } from "../../lib/settings/options.ts";
import { SETTING_NAMES, SETTINGS } from "../../lib/settings/settings.ts";
import { findLeaves } from "./hostile/leaves.ts";
import { isChosen, observe } from "./hostile/observe.ts";
import {
  assertClean,
  FORGED,
  HOSTILE,
  HOSTILE_LINE,
  Secrets,
} from "./hostile/values.ts";
import { ROWS } from "./starting_points/rows.ts";
import { STARTS } from "./starting_points/starting_point.ts";

const PASSWORD = "S3cret-of-the-proxy";
const SECRET = "the+Secret/of-a-file/0123456789";
/** A URL with a password, and hostile text at its end. */
const URL_WITH_PASSWORD = `http://me:${PASSWORD}@127.0.0.1:2/${HOSTILE}`;
/** A name for files and directories. */
const NAME = `${HOSTILE_LINE}\n${FORGED}`;
const SECRET_NAME = /secret|token$|dpopkey/i;
const RUNS = [
  "--explain",
  "--explain --json",
  "-r end true",
  "-r end --whoami",
  "--list",
  "--list --json",
]
  .map((line) => ["-v", ...line.split(" ")]);

/** Runs each command, and checks everything that the command shows. */
async function check(
  home: TestHome,
  runs: readonly (readonly string[])[],
  what: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const secrets = new Secrets([PASSWORD, SECRET, ALICE.secretAccessKey]);
  for (const args of runs) {
    home.removeCache();
    const { stdout, stderr } = await observe(home, args, env);
    const context = `${what}, ${args.join(" ")}`;
    assertClean(stdout, context);
    assertClean(stderr, context);
    secrets.refuse(stdout + stderr, context);
  }
}

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

function hostileTest(
  name: string,
  test: (context: E2e) => Promise<void>,
): void {
  e2e(`no input controls the terminal or shows a secret: ${name}`, {
    ...unix,
    world: STARTS,
  }, test);
}

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

/** Lists the JSON files below a directory. */
function jsonFiles(directory: string): readonly string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return jsonFiles(path);
    return name.endsWith(".json") ? [path] : [];
  });
}

/** Rows whose files are read in the same way as those of other rows. */
const SAME_FILES =
  /^(?:granted|aws-sso|saml2aws|.* with spaces and quotes .*)$/;

for (const { name, ignore, start } of ROWS) {
  if (ignore || SAME_FILES.test(name)) continue;
  hostileTest(`files of ${name}`, async (context) => {
    const { home } = context;
    const { env = {}, profile, options = [] } = await start(context);
    const named = profile === undefined ? [] : ["--profile", profile];
    const args = [...options, ...named, "-v", "-r", "end"];
    const runs = [[...args, "--whoami"], [...args, "--list"], [
      ...args,
      "true",
    ]];
    await observe(home, runs[0]!, env);
    const credentials = home.readHome(".aws/credentials");
    for (const path of jsonFiles(home.path)) {
      const text = Deno.readTextFileSync(path);
      const { names, replace } = findLeaves(text);
      for (const [index, leaf] of names.entries()) {
        if (!isChosen(index)) continue;
        const secret = SECRET_NAME.test(leaf) ? SECRET : "";
        home.writeHome(".aws/credentials", credentials);
        for (const args of runs) {
          Deno.writeTextFileSync(path, replace(index, () => secret + HOSTILE));
          const { stdout, stderr } = await observe(home, args, env);
          const what = `${leaf} of ${path}, ${args}`;
          assertClean(stdout, what);
          assertClean(stderr, what);
          new Secrets([SECRET]).refuse(stdout + stderr, what);
        }
      }
      Deno.writeTextFileSync(path, text);
    }
  });
}

hostileTest("messages of programs", async ({ home }) => {
  const forms = new Secrets([SECRET, PASSWORD]);
  const path = home.write("text", HOSTILE);
  const secrets = home.write(
    "secrets",
    Array.from({ length: forms.count }, (_, at) => forms.repeat(at)).join("\n"),
  );
  const output = home.write("output", `${HOSTILE} 123456 7`);
  const env = { https_proxy: `http://me:${PASSWORD}@127.0.0.1:2` };
  // A line that looks like a line of assume-role can arrive in pieces.
  const pieces = home.write(
    "pieces",
    `printf ' assume-' >&2; sleep 0.4; printf '${
      FORGED.slice("assume-".length)
    }\\n' >&2; cat ${output}\n`,
  );
  home.writeHome(
    ".aws/config",
    `[profile x]\ncredential_process = sh ${pieces}\n`,
  );
  await check(home, [["--profile", "x", "-r", "end", "true"]], "pieces");
  for (const end of ["exit 1", "sleep 0.4; exit 1", `cat ${output}; exit 0`]) {
    for (const file of [path, secrets]) {
      const program = home.write("program", `cat ${file} >&2; ${end}\n`);
      const line = `sh ${program} --token ${SECRET}`;
      for (
        const [args, config] of [
          [["--profile", "x"], `credential_process = ${line}`],
          [
            ["--profile", "x"],
            `role_arn = ${PREFIX}end\nweb_identity_token_process = ${line}`,
          ],
          [["--mfa-command", line, "--mfa-serial", SERIAL], ""],
        ] as const
      ) {
        home.writeHome(".aws/config", `[profile x]\n${config}\n`);
        const run = ["-v", ...args, "-r", "guarded", "true"];
        await check(home, [run], `${file}; ${end}`, env);
      }
    }
  }
});

e2e("a terminal shows no control character of the names of MFA devices", {
  ...terminal,
  world: STARTS,
}, async ({ aws, home }) => {
  aws.changeAnswers((action, answer) => {
    if (action !== "ListMFADevices") return Promise.resolve(answer);
    const member = `<member><SerialNumber>${
      HOSTILE.replaceAll("\0", "")
    }</SerialNumber></member>`;
    return Promise.resolve(
      new Response(
        `<ListMFADevicesResponse><ListMFADevicesResult><MFADevices>${member}${member}</MFADevices><IsTruncated>false</IsTruncated></ListMFADevicesResult></ListMFADevicesResponse>`,
      ),
    );
  });
  const { status, stdout } = await home.runOnTerminal("-v -r guarded true", []);
  const shown = stdout.replaceAll("\r\n", "\n");
  assertClean(shown, "devices");
  assert(status === 125 && shown.includes("no valid MFA devices"), shown);
});

e2e("processes of assume-role write no control character and no forged line", {
  ...unix,
  world: STARTS,
}, async ({ home }) => {
  const name = HOSTILE_LINE.replace(/\r.*/, "");
  home.writeHome(
    ".aws/config",
    `[profile "${name}"]\nrole_arn = ${PREFIX}end\nsource_profile = default\n`,
  );
  home.write(
    "assume-role.yaml",
    `${PREFIX_YAML}roles: { ${JSON.stringify(HOSTILE)}: ${
      JSON.stringify(`${PREFIX}end`)
    } }\n`,
  );
  const secrets = new Secrets([PASSWORD]);
  const env = {
    https_proxy: URL_WITH_PASSWORD,
    AWS_CA_BUNDLE: NAME,
    ASSUME_ROLE_EXTERNAL_ID: URL_WITH_PASSWORD,
    ASSUME_ROLE_X: HOSTILE,
  };
  for (
    const args of [
      ["--list"],
      ["--list", "--json"],
      ["--explain", "-r", HOSTILE],
      ["--explain", "-r", "end", "--json"],
      ["--doctor", "--json"],
      ["-v", "-r", "end", "--whoami"],
      ["-v", "-r", "end", "true"],
      ["-r", "end", HOSTILE],
      ["--doctor"],
      ["--clear-cache", "-r", PREFIX + HOSTILE],
      ["--completions", "roles"],
      [`--${HOSTILE}`],
    ]
  ) {
    for (const variables of [{}, env]) {
      const { stdout, stderr } = await home.run(args, { env: variables });
      assertClean(stdout, args.join(" "));
      assertClean(stderr, args.join(" "));
      secrets.refuse(stdout + stderr, args.join(" "));
    }
    const shown = await home.play([...program(), ...args], [], { env });
    assertClean(shown.stdout.replaceAll("\r\n", "\n"), args.join(" "));
  }
});
