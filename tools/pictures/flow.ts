import { arrow, box, canvas, mark, text, WIDTH } from "./diagram.ts";
import { formatSvg } from "./svg.ts";
import type { Theme } from "./theme.ts";

/** A part of a run: a title and short lines. */
interface Stage {
  readonly title: string;
  readonly lines: readonly string[];
}

const STAGES: readonly Stage[] = [
  {
    title: "Your credentials",
    lines: ["access keys,", "IAM Identity Center,", "any AWS profile"],
  },
  {
    title: "AWS STS",
    lines: ["AssumeRole, with an", "MFA code only if", "AWS requires MFA"],
  },
  {
    title: "A session",
    lines: ["temporary keys of", "the role, cached", "for later runs"],
  },
  {
    title: "Your command",
    lines: ["./deploy.sh,", "terraform, aws,", "any program"],
  },
];

/** A group of variables that reach the command, or that do not. */
export interface Group {
  readonly title: string;
  readonly names: readonly string[];
}

/** Variables that reach the command. */
export const PASSED: readonly Group[] = [
  {
    title: "The session of the role",
    names: [
      "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
    ],
  },
  {
    title: "Its expiry, its role, a region if known",
    names: [
      "AWS_CREDENTIAL_EXPIRATION ASSUME_ROLE_ARN",
      "AWS_REGION AWS_DEFAULT_REGION",
    ],
  },
  {
    title: "Settings of the system and of programs",
    names: ["PATH HOME LANG TERM KUBECONFIG GIT_* …"],
  },
  { title: "Variables that you name", names: ["-E=NAME or the key env_keep"] },
];

/** Variables that do not reach the command. */
export const HELD_BACK: readonly Group[] = [
  {
    title: "Your own keys and sessions: never",
    names: ["AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  },
  {
    title: "Any other identity: never",
    names: [
      "AWS_PROFILE AWS_ROLE_ARN AWS_SSO_*",
      "AWS_VAULT RCLONE_S3_PROFILE …",
    ],
  },
  {
    title: "Likely credentials, unless you name them",
    names: ["GITHUB_TOKEN DATABASE_URL …"],
  },
  { title: "Other variables, unless you name them", names: ["MY_SETTING …"] },
];

/** The limit of the environment as a protection; see SECURITY.md. */
const NOTE =
  "The environment prevents accidents only: the command runs as you, and can read your files.";

const HEIGHT = 462;
const MARGIN = 10;
const STAGE = { width: 173, height: 112, gap: 39 };
const PANEL = { y: 146, width: 398, height: 274 };

/** Draws the way from credentials to the command, and the environment of the command. */
export function drawFlow(theme: Theme): string {
  const middle = MARGIN + STAGE.height / 2;
  const stages = STAGES.flatMap(({ title, lines }, at) => {
    const x = MARGIN + at * (STAGE.width + STAGE.gap);
    const isLast = at === STAGES.length - 1;
    const maxWidth = STAGE.width - 18;
    return [
      box(
        { x, y: MARGIN, width: STAGE.width, height: STAGE.height },
        isLast ? "accent" : "neutral",
        theme,
      ),
      text(x + 12, 36, title, theme, { bold: true, size: 15, maxWidth }),
      ...lines.map((line, at) =>
        text(x + 12, 62 + at * 20, line, theme, {
          size: 13,
          colour: theme.muted,
          maxWidth,
        })
      ),
      ...(isLast ? [] : [arrow(
        [x + STAGE.width + 5, middle],
        [x + STAGE.width + STAGE.gap - 5, middle],
        theme,
      )]),
    ];
  });
  return formatSvg({
    width: WIDTH,
    height: HEIGHT,
    title: "From your credentials to the command",
    description: [
      ...STAGES.map(({ title, lines }) => `${title}: ${lines.join(" ")}.`),
      ...describe("The environment of the command has:", PASSED),
      ...describe("The environment of the command does not have:", HELD_BACK),
      NOTE,
    ].join("\n"),
  }, [
    canvas(HEIGHT, theme),
    ...stages,
    ...drawPanel(MARGIN, "The command gets", "good", PASSED, theme),
    ...drawPanel(
      WIDTH - MARGIN - PANEL.width,
      "The command does not get",
      "bad",
      HELD_BACK,
      theme,
    ),
    text(MARGIN + 2, HEIGHT - 18, NOTE, theme, {
      size: 13,
      colour: theme.muted,
    }),
  ]);
}

function describe(title: string, groups: readonly Group[]): string[] {
  return [
    title,
    ...groups.map(({ title, names }) => `- ${title}: ${names.join(" ")}`),
  ];
}

function drawPanel(
  x: number,
  title: string,
  tone: "good" | "bad",
  groups: readonly Group[],
  theme: Theme,
): string[] {
  let y = PANEL.y + 28;
  const content = [
    text(x + 16, y, title, theme, {
      bold: true,
      size: 15,
      colour: theme.tones[tone].text,
    }),
  ];
  y += 12;
  for (const { title, names } of groups) {
    y += 20;
    content.push(
      mark(x + 16, y - 11, tone, theme),
      text(x + 40, y, title, theme, { maxWidth: PANEL.width - 48 }),
    );
    for (const name of names) {
      y += 18;
      content.push(
        text(x + 40, y, name, theme, {
          mono: true,
          size: 12.5,
          colour: theme.muted,
          maxWidth: PANEL.width - 48,
        }),
      );
    }
    y += 8;
  }
  return [box({ x, ...PANEL }, tone, theme), ...content];
}
