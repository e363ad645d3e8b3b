import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path/join";
import { buildEnvironment } from "../../lib/command/environment.ts";
import type { Config, ConfigValues } from "../../lib/config/config.ts";
import { SettingResolver } from "../../lib/plan/setting_resolver.ts";
import type { Source } from "../../lib/plan/source.ts";
import { drawDiagrams, drawSession } from "../../tools/pictures.ts";
import { text } from "../../tools/pictures/diagram.ts";
import { type Group, HELD_BACK, PASSED } from "../../tools/pictures/flow.ts";
import { SCOPES } from "../../tools/pictures/precedence.ts";
import {
  drawTerminal,
  parseTerminalText,
} from "../../tools/pictures/terminal.ts";
import { THEMES } from "../../tools/pictures/theme.ts";
import { formatChart } from "../bench/chart.ts";
import { ROOT, terminalOnLinux } from "../mod.ts";

const DIRECTORY = join(ROOT, "docs", "pictures");
const read = (name: string) => Deno.readTextFileSync(join(DIRECTORY, name));
const names = Array.from(Deno.readDirSync(DIRECTORY), ({ name }) => name);

Deno.test("docs/pictures has the diagrams that 'deno task pictures' draws", () => {
  for (const [name, text] of Object.entries(drawDiagrams())) {
    assertEquals(read(name), text, `run 'deno task pictures': ${name}`);
  }
});

Deno.test(
  "docs/pictures shows the session that a run has now",
  terminalOnLinux,
  async () => {
    for (const [name, text] of Object.entries(await drawSession())) {
      assertEquals(read(name), text, `run 'deno task pictures': ${name}`);
    }
  },
);

Deno.test("every picture has a light and a dark form", () => {
  const forms = (theme: string) =>
    names.filter((name) => name.endsWith(`-${theme}.svg`))
      .map((name) => name.replace(/-\w+\.svg$/, "")).sort();
  assertEquals(forms("light"), forms("dark"));
  assertEquals(names.length, 2 * forms("light").length);
  assert(names.length >= 8);
});

Deno.test("pictures have a title and a description, and neither scripts nor links", () => {
  for (const name of names) {
    const svg = read(name);
    assert(/<title id="title">[^<]+<\/title>/.test(svg), name);
    assert(/<desc id="description">[^<]+<\/desc>/.test(svg), name);
    const rest = svg.replace('xmlns="http://www.w3.org/2000/svg"', "");
    const wrong =
      /<(?:script|style|image|use|foreignObject|a)\b|https?:|url\(|\bon\w+=|href/
        .exec(rest);
    assertEquals(wrong?.[0], undefined, name);
  }
});

/** Returns the contrast of two colours by WCAG 2. */
function contrast(first: string, second: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [dark, light] = [luminance(first), luminance(second)]
    .sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

Deno.test("texts have the contrast of WCAG AA on every surface", () => {
  for (const theme of Object.values(THEMES)) {
    const tones = Object.values(theme.tones);
    const colours = [
      theme.text,
      theme.muted,
      ...tones.map(({ text }) => text),
      ...Object.values(theme.terminal),
    ];
    for (const surface of [theme.canvas, ...tones.map((it) => it.surface)]) {
      for (const colour of colours) {
        const ratio = contrast(colour, surface);
        assert(
          ratio >= 4.5,
          `${theme.name}: ${colour} on ${surface}: ${ratio}`,
        );
      }
    }
  }
});

Deno.test("borders and bars have the contrast of WCAG AA on the canvas", () => {
  for (const { name, canvas, tones } of Object.values(THEMES)) {
    const { neutral: _, ...meaningful } = tones; // the neutral border has no meaning
    for (const { border } of Object.values(meaningful)) {
      const ratio = contrast(border, canvas);
      assert(ratio >= 3, `${name}: ${border}: ${ratio}`);
    }
  }
});

Deno.test("the picture of the flow names variables that the command gets, and that it does not get", () => {
  const namesOf = (groups: readonly Group[]) =>
    groups.flatMap(({ names }) => names).join(" ").split(" ")
      .filter((name) => /^[A-Z_]{4,}\d?[A-Z_]*\*?$/.test(name))
      .map((name) => name.replace("*", "EXAMPLE"));
  const own = (name: string) => [name, "own"] as const;
  const keys = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
  ];
  const all = [...namesOf(PASSED), ...namesOf(HELD_BACK)];
  const { env } = buildEnvironment({
    env: Object.fromEntries(all.map(own)),
    preserve: { all: false, named: [], patterns: [] },
    credentialVariables: Object.fromEntries(
      keys.map((name) => [name, "session"]),
    ),
    roleArn: "arn:aws:iam::111111111111:role/admin",
    region: "eu-west-1",
    ignoreCase: false,
  });
  assertEquals(Object.keys(env).sort(), [...new Set(namesOf(PASSED))].sort());
  for (const name of namesOf(HELD_BACK)) {
    assert(env[name] !== "own", name);
  }
  assert(all.length > 20);
});

Deno.test("the picture of the precedence has the order in which settings are resolved", () => {
  const config = (
    owner: "project" | "user",
    own: ConfigValues,
    role: ConfigValues,
  ): Config => ({
    owner,
    path: owner,
    values: own,
    roles: new Map([["admin", role]]),
    locate: () => ({ line: 1, column: 1 }),
  });
  const labels = SCOPES.flatMap(({ layers }) => layers)
    .map(({ source }) => source);
  const profile: Source = { kind: "profile", profile: "p", key: "region" };
  const variable: Source = { kind: "variable", name: "AWS_REGION" };
  const region = (at: number, first: number) =>
    at < first ? {} : { region: labels[at]! };
  for (const [first, label] of labels.entries()) {
    const resolver = new SettingResolver(
      {
        options: region(0, first),
        variables: region(1, first),
        configs: [
          config("project", region(5, first), region(2, first)),
          config("user", region(6, first), region(3, first)),
        ],
      },
      "admin",
      { region: [[region(4, first).region, profile]] },
    );
    assertEquals(
      resolver.resolve(
        "region",
        [region(7, first).region, variable],
        [labels[8], { kind: "default" }],
      ),
      label,
    );
  }
  assertEquals(labels, [
    "Option",
    "Variable",
    "Entry in roles, project file",
    "Entry in roles, your file",
    "AWS profile of the role",
    "Project file",
    "Your file",
    "Settings of AWS",
    "Default",
  ]);
});

Deno.test("parseTerminalText() splits lines into spans of one style", () => {
  const plain = { bold: false, dim: false, colour: undefined };
  assertEquals(
    parseTerminalText(
      "\x1b[1mA\x1b[0m b\r\n\x1b[32mc\x1b[0m\x1b[2md\x1b[0m\r\n",
    ),
    [
      [{ ...plain, bold: true, text: "A" }, { ...plain, text: " b" }],
      [{ ...plain, colour: 32, text: "c" }, { ...plain, dim: true, text: "d" }],
    ],
  );
});

Deno.test("parseTerminalText() refuses what the picture cannot show", () => {
  for (const text of ["a\tb", "a\rb", "\x1b[K", "\x1b[7ma", "\u4e2d"]) {
    assertThrows(() => parseTerminalText(text), Error, "Cannot draw");
  }
});

Deno.test("drawTerminal() refuses a line that is wider than the terminal", () => {
  const draw = (text: string) =>
    drawTerminal(
      [{ command: "true", text }],
      { title: "A title", summary: "A summary." },
      THEMES.light,
    );
  assertStringIncludes(draw("x".repeat(80)), "x".repeat(80));
  assertThrows(() => draw("x".repeat(81)), Error, "Cannot fit");
});

Deno.test("text() escapes markup, and refuses a text that does not fit", () => {
  const { light } = THEMES;
  assertStringIncludes(
    text(0, 0, '<a> & "b"', light),
    "&lt;a&gt; &amp; &quot;b&quot;",
  );
  assertThrows(
    () => text(0, 0, "x".repeat(20), light, { maxWidth: 100 }),
    Error,
    "Cannot fit",
  );
});

const ROWS = [
  { label: "cached run", ratio: 1.42, limit: 1.15 },
  { label: "first run", ratio: 0.575, limit: 1.15 },
  { label: "size & files", ratio: 0.66, limit: 4, unit: "MiB" },
];

Deno.test("formatChart() draws each figure in the scale of its unit, with its limit as a line", () => {
  const svg = formatChart(ROWS);
  const widths = [...svg.matchAll(/<rect x="380"[^>]*width="([\d.]+)"/g)]
    .map(([, width]) => Number(width));
  const lines = [...svg.matchAll(/<line x1="([\d.]+)"/g)]
    .map(([, x]) => Number(x) - 380);
  assertEquals(widths[0], 275);
  assertEquals(lines[0], lines[1]);
  assertEquals(lines[2], 275);
  assert(Math.abs(widths[1]! - lines[1]! / 2) < 0.1);
  assertStringIncludes(svg, "size &amp; files: 0.66 MiB, limit 4 MiB");
});

Deno.test("formatChart() marks the figures above their limit", () => {
  const { good, warn } = THEMES.dark.tones;
  const fills = [
    ...formatChart(ROWS, THEMES.dark)
      .matchAll(/<rect x="380"[^>]*fill="([^"]+)"/g),
  ].map(([, fill]) => fill);
  assertEquals(fills, [warn.border, good.border, good.border]);
});

Deno.test("formatChart() refuses figures that have no bar", () => {
  assertThrows(() => formatChart([]), Error, "without figures");
  for (const ratio of [0, -1, NaN, Infinity]) {
    const row = { label: "cached run", ratio, limit: 1 };
    assertThrows(() => formatChart([row]), Error, "cached run");
  }
});
