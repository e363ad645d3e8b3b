/** Every command of the README runs, as it stands there. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import type { World } from "../fake_aws/world.ts";
import { has, program, TestHome } from "./test_home.ts";
import { role, WORLD } from "./worlds.ts";

const README = Deno.readTextFileSync(
  join(import.meta.dirname!, "..", "..", "README.md"),
);

/** What needs a release, a cloud or another system; or is what runs this test. */
const ELSEWHERE = [
  /^npx -y deno@/,
  /^install -D dist\/assume-role /,
  /^curl .* \| sh$/,
  /^brew /,
  /^irm .* \| iex$/,
  /^gh attestation verify /,
  /^deno run -A (?:jsr:|\/path\/to\/clone\/)/,
  /^for \/f /,
];

/** The shell of a command line that has not the syntax of every shell. */
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

/** The commands of the README, in its order: a line, or a block of them. */
function commands(): string[] {
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

/** A home and a project in which the README's commands have something to do. */
function furnish(aws: FakeAws): { home: TestHome; path: string } {
  const home = new TestHome(aws);
  const write = (path: string, text: string) =>
    Deno.chmodSync(home.write(path, `#!/bin/sh\n${text}\n`), 0o755);
  const words = program().map((word) => `'${word}'`).join(" ");
  write("bin/assume-role", `exec ${words} "$@"`);
  const isSomebody =
    `test -n "\${AWS_ACCESS_KEY_ID-}\${AWS_CONTAINER_CREDENTIALS_FULL_URI-}"`;
  for (const name of ["deploy", "look", "fix", "migrate", "x"]) {
    write(`${name}.sh`, isSomebody);
  }
  write("x", isSomebody);
  write(
    "bin/aws",
    `case $1 in --profile) grep -q "^.*$2.$" ~/.aws/credentials ~/.aws/config ;; *) ${isSomebody} ;; esac`,
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
  return { home, path: `${home.project}/bin:${Deno.env.get("PATH")}` };
}

Deno.test({
  name: "every command of the README runs, as it stands there",
  ignore: Deno.build.os === "windows",
  async fn() {
    const all = commands();
    const here = all.filter((line) =>
      !ELSEWHERE.some((kind) => kind.test(line))
    );
    assert(here.length > 30, all.join("\n"));
    await using aws = new FakeAws(OPEN);
    const { home, path } = furnish(aws);
    await using _ = home;
    for (const line of here) {
      const [program, ...flags] = SHELLS.find(([kind]) =>
        kind.test(line)
      )?.[1] ?? SH;
      if (!await has(program!)) continue;
      // The file that it writes is there already, from another part of the README.
      if (line === "assume-role --init") {
        Deno.removeSync(join(home.project, "assume-role.yaml"));
      }
      const { status, stdout, stderr } = await home.exec(
        [program!, ...flags, line],
        { env: { PATH: path, SHELL: "/bin/sh" } },
      );
      assertEquals(status, 0, `${line}\n${stdout}${stderr}`);
      if (line === "assume-role --init") {
        home.write(
          "assume-role.yaml",
          "role_prefix: arn:aws:iam::111111111111:role/\n",
        );
      }
    }
  },
});
