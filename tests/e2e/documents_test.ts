/** Runs the commands of the documents. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  type Block,
  blocksOf,
  inlineCodeOf,
  type Page,
  readPages,
} from "../documents.ts";
import {
  ALICE,
  FakeAws,
  has,
  keysOf,
  PREFIX_YAML,
  program,
  quote,
  role,
  TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";

/** Command lines that are not run, each with the reason. */
const EXCLUDED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/…|\.\.\.|\b(?:NAME|COMMAND|IMAGE|FILE|PID)\b/, "has a placeholder"],
  [/\bnpx -y deno@|\bdeno (?:run|task) /, "runs the tests, or needs a release"],
  [/^curl |^brew |^irm |^gh |^install -D dist\//, "needs a release"],
  [/^use-role$/, "asks on the terminal for a role"],
];

/** The shell of each language, and of command lines in the syntax of another shell. */
const SH = ["sh", "-euc"];
const PIPE = ["bash", "-euo", "pipefail", "-c"];
const ZSH = 'autoload -U compinit; compinit -u; eval "$1"';
const SHELLS: Readonly<Record<string, readonly string[]>> = {
  bash: ["bash", "-euc"],
  fish: ["fish", "-c"],
  nu: ["nu", "-c"],
  powershell: ["pwsh", "-NoProfile", "-Command"],
  zsh: ["zsh", "-fc", ZSH, "zsh"],
};
const SYNTAX: readonly (readonly [RegExp, keyof typeof SHELLS])[] = [
  [/\| (?:iex|Out-String)\b|^Invoke-Expression/, "powershell"],
  [/\| source$|\.fish$/, "fish"],
  [/^source <\(|shell-init zsh/, "zsh"],
  [/completions bash|shell-init bash/, "bash"],
];

/** A script of a page, and the shell that runs the script. */
interface Script {
  readonly text: string;
  readonly shell: readonly string[];
}

const NAMES = [
  "admin",
  "deploy",
  "deploy-prod",
  "prod",
  "prod-ops",
  "readonly",
];
const OPEN: World = { ...WORLD, roles: NAMES.map((name) => role(name)) };

/** Number of pages whose commands run at the same time. */
const PAGES_AT_ONCE = 3;

/** Matches a command of assume-role. */
const OWN_COMMAND = /(?<![\w./@:-])assume-role +[^\s[]|^use-role\b/m;

/** Matches a command that chooses a role or a profile, or that has no role. */
const NAMES_ROLE =
  /\s(?:-r|--role|--profile|--clear-cache|--init|--list)\b|^use-role\b|ASSUME_ROLE_ROLE/m;

/** Matches lines that belong together with the lines around them. */
const DEPENDENT =
  /^(?:export|use-role|eval|source|function)\b|^\w+=\S*$|[{\\]$/m;

/** Returns the scripts of a block: independent lines, or the whole block. */
function scriptsOf({ language, code }: Block): readonly Script[] {
  if (!/^(?:|sh|bash|zsh|fish|powershell|nu|console)$/.test(language)) {
    return [];
  }
  const lines = language === "console" || /^\$ /m.test(code)
    ? Array.from(code.matchAll(/^\$ (.*(?:\\\n.*)*)$/gm), ([, line]) => line!)
    : code.split("\n").map((line) => line.replace(/\s+# .*$/, ""))
      .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const kept = lines.filter((line) => !isExcluded(line));
  const text = kept.join("\n");
  const texts = DEPENDENT.test(text) ? [text] : kept;
  return texts.filter((text) => OWN_COMMAND.test(text) || /^aws /m.test(text))
    .map((text) => ({ text, shell: shellOf(text, language) }));
}

/** Returns the scripts of a page in order. */
function scriptsOfPage({ text }: Page): readonly Script[] {
  const inline = inlineCodeOf(text)
    .filter((line) => OWN_COMMAND.test(line) && !isExcluded(line))
    .map((line) => ({ text: line, shell: shellOf(line, "") }));
  return [...blocksOf(text).flatMap(scriptsOf), ...inline];
}

function isExcluded(line: string): boolean {
  return EXCLUDED.some(([pattern]) => pattern.test(line));
}

function shellOf(text: string, language: string): readonly string[] {
  if (/^use-role\b/m.test(text)) {
    const start = `eval "$(assume-role --shell-init bash)"; eval "$1"`;
    return ["bash", "-euc", start, "bash"];
  }
  const syntax = SYNTAX.find(([pattern]) => pattern.test(text))?.[1];
  return SHELLS[syntax ?? language] ?? (text.includes(" | ") ? PIPE : SH);
}

/** Creates a home with the programs and files that the pages mention. */
function createHome(aws: FakeAws): TestHome {
  const home = new TestHome(aws);
  const write = (path: string, text: string) =>
    Deno.chmodSync(home.write(path, `#!/bin/sh\n${text}\n`), 0o755);
  write("bin/assume-role", `exec ${quote(program())} "$@"`);
  const hasCredentials =
    `test -n "\${AWS_ACCESS_KEY_ID-}\${AWS_CONTAINER_CREDENTIALS_FULL_URI-}"`;
  for (
    const name of [
      "deploy.sh",
      "look.sh",
      "fix.sh",
      "migrate.sh",
      "x.sh",
      "x",
      "bin/terraform",
    ]
  ) {
    write(name, hasCredentials);
  }
  write(
    "bin/aws",
    `case $1 in
configure|login|sso) ;;
--profile) grep -q "^.*$2.$" ~/.aws/credentials ~/.aws/config ;;
*) ${hasCredentials} ;;
esac`,
  );
  write("bin/pbcopy", "grep -q SigninToken");
  home.write(
    "narrow.json",
    JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  );
  Deno.mkdirSync(join(home.path, ".config/fish/completions"), {
    recursive: true,
  });
  const profiles = ["default", "base", "dev", "prod-base"];
  home.writeHome(
    ".aws/credentials",
    profiles.map((name) => keysOf(ALICE, name)).join(""),
  );
  home.writeHome(
    ".aws/config",
    "[profile admin]\nregion = eu-west-1\n[profile prod-ops]\nrole_arn = arn:aws:iam::111111111111:role/prod-ops\nsource_profile = default\n",
  );
  return home;
}

/** The shells that this machine has; POSIX systems have `sh`, which may have no `--version`. */
const INSTALLED = await (async () => {
  const names = [PIPE, ...Object.values(SHELLS)].map(([name]) => name!);
  const found = await Promise.all(names.map(has));
  return new Set(["sh", ...names.filter((_, at) => found[at])]);
})();

/** Runs the scripts of a page, each until its end. */
async function runPage(path: string, scripts: readonly Script[]) {
  await using aws = new FakeAws(OPEN);
  await using home = createHome(aws);
  const env = {
    PATH: `${home.project}/bin:${Deno.env.get("PATH")}`,
    SHELL: "/bin/sh",
  };
  const config = join(home.project, "assume-role.yaml");
  for (const { text, shell } of scripts) {
    if (!INSTALLED.has(shell[0]!)) continue;
    const isInit = /\bassume-role --init\b/.test(text);
    if (isInit) Deno.removeSync(config); // --init overwrites no file
    const chosen = NAMES_ROLE.test(text) ? {} : { ASSUME_ROLE_ROLE: "admin" };
    const { status, stdout, stderr } = await home.exec([...shell, text], {
      env: { ...chosen, ...env },
    });
    assertEquals(status, 0, `${path}: ${text}\n${stdout}${stderr}`);
    if (isInit) home.write("assume-role.yaml", PREFIX_YAML);
  }
}

Deno.test({
  name: "every command of the documents succeeds",
  ...unix,
  fn: async (t) => {
    const seen = new Set<string>();
    const pages = readPages().map((page) => {
      const scripts = scriptsOfPage(page).filter(({ text }) => !seen.has(text));
      for (const { text } of scripts) seen.add(text);
      return { path: page.path, scripts };
    }).filter(({ scripts }) => scripts.length > 0);
    assert(seen.size > 30, [...seen].join("\n"));
    const runNext = async () => {
      for (let page; (page = pages.shift()) !== undefined;) {
        const { path, scripts } = page;
        await t.step({
          name: path,
          fn: () => runPage(path, scripts),
          sanitizeOps: false,
          sanitizeResources: false,
          sanitizeExit: false,
        });
      }
    };
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, runNext));
  },
});
