/** Runs the prompts of docs/shell.md in real shells, at a fixed time. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { has } from "./e2e/test_home.ts";
import { unix } from "./guards.ts";

const PAGE = Deno.readTextFileSync(
  join(import.meta.dirname!, "..", "docs", "shell.md"),
).replaceAll("\r\n", "\n");

/** Returns the code blocks of a language, in the order of the page. */
function blocks(language: string): string[] {
  const all = PAGE.matchAll(
    new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"),
  );
  return Array.from(all, ([, text]) => text!);
}

/** Expiry, time, and the expected text. */
const CASES: readonly (readonly [string, number, string])[] = [
  ["2026-01-02T03:04:05+00:00", "2026-01-02T02:04:06Z", "admin 59m"],
  ["2026-01-02T03:04:05+00:00", "2026-01-02T02:04:05Z", "admin 1h0m"],
  ["2026-01-02T03:04:05+00:00", "2026-01-01T15:04:06Z", "admin 11h59m"],
  ["2026-01-02T03:04:05+00:00", "2026-01-02T03:03:05Z", "admin 1m"],
  ["2026-01-02T03:04:05+00:00", "2026-01-02T03:03:06Z", "admin <1m"],
  ["2026-01-02T03:04:05+00:00", "2026-01-02T03:04:04Z", "admin <1m"],
  ["2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z", "admin expired"],
  ["2026-01-02T03:04:05+00:00", "2026-01-03T03:04:05Z", "admin expired"],
  ["2024-02-29T23:59:59+00:00", "2024-02-29T23:58:58Z", "admin 1m"],
  ["2024-03-01T00:00:30+00:00", "2024-02-29T23:59:00Z", "admin 1m"],
  ["2026-03-08T08:09:08+00:00", "2026-03-08T06:08:08Z", "admin 2h1m"],
  ["2100-03-01T08:09:08+00:00", "2100-02-28T23:09:08Z", "admin 9h0m"],
].map(([expiry, now, text]) => [expiry!, Date.parse(now!) / 1000, text!]);

/** A `date` whose `+%s` has the fixed time `$NOW`, with the options of GNU. */
const GNU_DATE = `#!/bin/sh
[ "$*" = +%s ] && exec echo "$NOW"
PATH=$REAL_PATH exec date "$@"
`;

/** As `GNU_DATE`, with the options of BSD. */
const BSD_DATE = `#!/bin/sh
case "$*" in
  +%s) exec echo "$NOW" ;;
  '-j -u -f %Y-%m-%dT%H:%M:%S '*) PATH=$REAL_PATH exec date -u -d "$5" +%s ;;
esac
exit 1
`;

async function output(
  words: readonly string[],
  expiry: string | undefined,
  now: number,
  date = GNU_DATE,
): Promise<string> {
  const directory = await Deno.makeTempDir();
  try {
    const real = Deno.env.get("PATH")!;
    await Deno.writeTextFile(join(directory, "date"), date, { mode: 0o700 });
    const { stdout, stderr, success } = await new Deno.Command(words[0]!, {
      args: words.slice(1),
      clearEnv: true,
      env: {
        PATH: `${directory}:${real}`,
        HOME: directory,
        TZ: "America/New_York",
        NOW: `${now}`,
        REAL_PATH: real,
        ...(expiry !== undefined && {
          ASSUME_ROLE_ARN: "arn:aws:iam::111111111111:role/team/admin",
          AWS_CREDENTIAL_EXPIRATION: expiry,
        }),
      },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals([success, decode(stderr)], [true, ""]);
    return decode(stdout).trim();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function check(words: readonly string[], prefix = "", suffix = "") {
  for (const [expiry, now, text] of CASES) {
    assertEquals(
      await output(words, expiry, now),
      `${prefix}${text}${suffix}`,
      `${expiry} ${now}`,
    );
  }
  const [, now] = CASES[0]!;
  for (const expiry of [undefined, "", "soon", "a[$(touch planted)]"]) {
    assertEquals(
      await output(words, expiry, now),
      `${prefix}${suffix}`.trim(),
    );
  }
}

const [BASH = ""] = blocks("bash");
const [ZSH = "", P10K = ""] = blocks("zsh");
const [FISH = ""] = blocks("fish");
const [TOML = ""] = blocks("toml");

/** Fixes the time of zsh, which has the time in a variable of a module. */
const FIXED_ZSH =
  "zmodload() { builtin zmodload -F zsh/datetime b:strftime; typeset -gi EPOCHSECONDS=$NOW }\n";

for (const sh of [["bash"], ["bash", "--posix"]]) {
  Deno.test({
    name: `docs/shell.md: the prompt of ${
      sh.join(" ")
    } shows the role and the time that is left`,
    ignore: unix.ignore || !await has("bash"),
    fn: async () => {
      // The prompt expands `PS1` in the same way; bash before 4.4 has no `@P`.
      const show = `eval "printf '%s\\\\n' \\"$PS1\\""`;
      const script = (fix: string) =>
        `set -u; PS1='$'; ${fix}\n${BASH}\n${show}`;
      await check([...sh, "-c", script("unset EPOCHSECONDS")], "", " $");
      await check(
        [...sh, "-c", script("unset EPOCHSECONDS; EPOCHSECONDS=$NOW")],
        "",
        " $",
      );
    },
  });
}

Deno.test({
  name:
    "docs/shell.md: the prompt of zsh shows the role and the time that is left",
  ignore: unix.ignore || !await has("zsh"),
  fn: async () => {
    const script =
      `set -u; PROMPT='$'; ${FIXED_ZSH}${ZSH}\nprint -rP -- "$PROMPT"`;
    await check(["zsh", "-f", "-c", script], "", " $");
  },
});

Deno.test({
  name:
    "docs/shell.md: the segment of powerlevel10k shows the role and the time that is left",
  ignore: unix.ignore || !await has("zsh"),
  fn: async () => {
    const script =
      `p10k() { print -r -- "$*" }\n${FIXED_ZSH}${ZSH}\n${P10K}\nprompt_aws_role`;
    for (const [expiry, now, text] of CASES) {
      assertEquals(
        await output(["zsh", "-f", "-c", script], expiry, now),
        `segment -f yellow -i ☁ -t ${text}`,
      );
    }
    const [, now] = CASES[0]!;
    assertEquals(
      await output(["zsh", "-f", "-c", script], undefined, now),
      "",
    );
  },
});

Deno.test({
  name:
    "docs/shell.md: the prompt of fish shows the role and the time that is left",
  ignore: unix.ignore || !await has("fish"),
  fn: async () => {
    await check(["fish", "--no-config", "-c", `${FISH}\nfish_right_prompt`]);
  },
});

/** Reads the strings and the arrays of strings of a table of TOML, as far as the page uses them. */
function parseToml(text: string): Record<string, string> {
  const rows = text.matchAll(
    /^(\w+) = (?:'''\n(.*?)'''|'([^'\n]*)'|"([^"\\\n]*)"|(\[.*\]))$/gms,
  );
  const values: Record<string, string> = {};
  let rest = text;
  for (const [row, name, ...found] of rows) {
    values[name!] = found.find((value) => value !== undefined)!;
    rest = rest.replace(row, () => "");
  }
  assertEquals(rest.trim(), "[custom.aws_role]");
  return values;
}

Deno.test({
  name:
    "docs/shell.md: the commands of starship show the role and the time that is left",
  ignore: unix.ignore,
  fn: async () => {
    const { command = "", when = "", shell, format } = parseToml(TOML);
    assertEquals([shell, format], ['["sh"]', "[$symbol($output )]($style)"]);
    const words = ["sh", "-c", `if ${when}; then ${command}\nfi`];
    await check(words);
    for (const [expiry, now, text] of CASES) {
      assertEquals(await output(words, expiry, now, BSD_DATE), text);
    }
  },
});
