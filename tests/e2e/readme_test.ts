/** Runs every command of the README. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  e2e,
  type FakeAws,
  has,
  PREFIX_YAML,
  program,
  quote,
  role,
  ROOT,
  TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";

const README = Deno.readTextFileSync(join(ROOT, "README.md"));

/** Skipped commands, which need a release, a cloud or another system, or run this test. */
const EXCLUDED = [
  /^npx -y deno@/,
  /^install -D dist\/assume-role /,
  /^curl .* \| sh$/,
  /^brew /,
  /^irm .* \| iex$/,
  /^gh attestation verify /,
  /^deno run -A (?:jsr:|\/path\/to\/clone\/)/,
  /^for \/f /,
];

/** The shell for each kind of command line that is not in POSIX syntax. */
const SHELLS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\| (?:iex|Out-String)\b/, ["pwsh", "-NoProfile", "-Command"]],
  [/\| source$|\.fish$/, ["fish", "-c"]],
  [
    /^source <\(/,
    ["zsh", "-fc", 'autoload -U compinit; compinit -u; eval "$1"', "zsh"],
  ],
  [/completions bash/, ["bash", "-c"]],
];
const SH = ["sh", "-euc"];

const NAMES = ["admin", "deploy", "deploy-prod", "prod", "prod-ops"];
const OPEN: World = { ...WORLD, roles: NAMES.map((name) => role(name)) };

/** The commands of the README in order; a block with `export` is one command. */
function readCommands(): string[] {
  const found = README.matchAll(
    /^ *```(sh|console|powershell|bat)\n([^]*?)^ *```|`([^`\n]*\bassume-role [^`\n]*)`|^ {4}(assume-role .*)$/gm,
  );
  return Array.from(found).flatMap(([, kind, block, inline, indented]) => {
    if (kind === "console") {
      return Array.from(block!.matchAll(/^\$ (.*)$/gm), ([, line]) => line!);
    }
    if (block === undefined) {
      const line = (inline ?? indented)!.replaceAll("\\|", "|");
      return /^(?:aws-vault|awsume) /.test(line) ? [] : [line];
    }
    const lines = block.split("\n").map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
    return lines[0]?.startsWith("export ") ? [lines.join("\n")] : lines;
  });
}

/** Creates a home with the programs and files that the README mentions. */
function readmeHome(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  const write = (path: string, text: string) =>
    Deno.chmodSync(home.write(path, `#!/bin/sh\n${text}\n`), 0o755);
  write("bin/assume-role", `exec ${quote(program())} "$@"`);
  const hasCredentials =
    `test -n "\${AWS_ACCESS_KEY_ID-}\${AWS_CONTAINER_CREDENTIALS_FULL_URI-}"`;
  for (const name of ["deploy", "look", "fix", "migrate", "x"]) {
    write(`${name}.sh`, hasCredentials);
  }
  write("x", hasCredentials);
  write(
    "bin/aws",
    `case $1 in --profile) grep -q "^.*$2.$" ~/.aws/credentials ~/.aws/config ;; *) ${hasCredentials} ;; esac`,
  );
  write("bin/pbcopy", "grep -q SigninToken");
  home.write(
    "narrow.json",
    JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  );
  Deno.mkdirSync(join(home.path, ".config/fish/completions"), {
    recursive: true,
  });
  home.writeHome(
    ".aws/config",
    "[profile admin]\nregion = eu-west-1\n[profile prod-ops]\nrole_arn = arn:aws:iam::111111111111:role/prod-ops\nsource_profile = default\n",
  );
  return home;
}

e2e("every command of the README succeeds", {
  ...unix,
  world: OPEN,
  home: readmeHome,
}, async ({ home }) => {
  const all = readCommands();
  const lines = all.filter((line) => !EXCLUDED.some((kind) => kind.test(line)));
  assert(lines.length > 30, all.join("\n"));
  const env = {
    PATH: `${home.project}/bin:${Deno.env.get("PATH")}`,
    SHELL: "/bin/sh",
  };
  const config = join(home.project, "assume-role.yaml");
  for (const line of lines) {
    const [shell, ...flags] = SHELLS.find(([kind]) => kind.test(line))?.[1] ??
      SH;
    if (!await has(shell!)) continue;
    const isInit = line === "assume-role --init";
    if (isInit) Deno.removeSync(config); // --init overwrites no file
    const words = [shell!, ...flags, line];
    const { status, stdout, stderr } = await home.exec(words, { env });
    assertEquals(status, 0, `${line}\n${stdout}${stderr}`);
    if (isInit) home.write("assume-role.yaml", PREFIX_YAML);
  }
});
