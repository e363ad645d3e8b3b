import { box, canvas, text, WIDTH } from "./diagram.ts";
import { element, formatSvg } from "./svg.ts";
import type { Theme, Tone } from "./theme.ts";

/** A source of settings, with an example. */
export interface Layer {
  readonly source: string;
  readonly example: string;
}

/** Sources that count for the same runs, highest precedence first. */
export interface Scope {
  readonly title: string;
  readonly tone: Tone;
  readonly layers: readonly Layer[];
}

/** The sources of settings, highest precedence first. */
export const SCOPES: readonly Scope[] = [
  {
    title: "for this run",
    tone: "accent",
    layers: [
      { source: "Option", example: "--duration 2h" },
      { source: "Variable", example: "ASSUME_ROLE_DURATION=2h" },
    ],
  },
  {
    title: "for one role",
    tone: "good",
    layers: [
      {
        source: "Entry in roles, project file",
        example: "roles: { admin: { duration: 2h } }",
      },
      {
        source: "Entry in roles, your file",
        example: "roles: { admin: { duration: 2h } }",
      },
      {
        source: "AWS profile of the role",
        example: "duration_seconds = 7200",
      },
    ],
  },
  {
    title: "for all roles",
    tone: "warn",
    layers: [
      { source: "Project file", example: "duration: 2h" },
      { source: "Your file", example: "duration: 2h" },
    ],
  },
  {
    title: "otherwise",
    tone: "neutral",
    layers: [
      { source: "Settings of AWS", example: "AWS_REGION, AWS_PROFILE, …" },
      { source: "Default", example: "1h" },
    ],
  },
];

const NOTES = [
  "Project file: assume-role.yaml in the working directory or above. Your file: ~/.aws/assume-role.yaml.",
  "AWS_REGION comes before the region of the AWS profile, as in the AWS CLI.",
  "Tags, transitive tags, -E and env_keep combine the values of all sources.",
  "assume-role --explain shows the source of every setting.",
];

const MARGIN = 10;
const ROW = 38;
const GAP = 10;
const SCOPE_WIDTH = 120;
const TOP = 40;

/** Draws which source of a setting has precedence. */
export function drawPrecedence(theme: Theme): string {
  const content: string[] = [];
  let y = TOP;
  let number = 0;
  for (const { title, tone, layers } of SCOPES) {
    const height = layers.length * ROW;
    content.push(
      box({ x: MARGIN, y, width: WIDTH - 2 * MARGIN, height }, tone, theme),
      text(
        WIDTH - MARGIN - SCOPE_WIDTH / 2,
        y + height / 2 + 5,
        title,
        theme,
        {
          bold: true,
          anchor: "middle",
          colour: theme.tones[tone].text,
          maxWidth: SCOPE_WIDTH,
        },
      ),
    );
    for (const { source, example } of layers) {
      number++;
      const baseline = y + ROW / 2 + 5;
      content.push(
        text(MARGIN + 34, baseline, `${number}`, theme, {
          bold: true,
          anchor: "end",
          colour: theme.tones[tone].text,
        }),
        text(MARGIN + 54, baseline, source, theme, { maxWidth: 260 }),
        text(340, baseline, example, theme, {
          mono: true,
          size: 13,
          maxWidth: WIDTH - 340 - SCOPE_WIDTH - MARGIN,
        }),
      );
      y += ROW;
    }
    y += GAP;
  }
  for (const note of NOTES) {
    y += 20;
    content.push(
      text(MARGIN + 2, y - 2, note, theme, { size: 13, colour: theme.muted }),
    );
  }
  const height = y + MARGIN;
  const first = "The first source that has the setting wins.";
  return formatSvg({
    width: WIDTH,
    height,
    title: "Precedence of settings",
    description: [
      first,
      ...SCOPES.flatMap(({ title, layers }) =>
        layers.map(({ source, example }) => `${source} (${title}): ${example}`)
      ).map((line, at) => `${at + 1}. ${line}`),
      ...NOTES,
    ].join("\n"),
  }, [
    canvas(height, theme),
    text(MARGIN + 2, 26, first, theme, { bold: true, size: 15 }),
    element("g", {}, content),
  ]);
}
