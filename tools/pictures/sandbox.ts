import { arrow, box, canvas, mark, text, WIDTH } from "./diagram.ts";
import { element, formatSvg } from "./svg.ts";
import type { Theme } from "./theme.ts";

const TRUSTED = [
  "reads files and variables",
  "asks for the MFA code",
  "checks every message",
  "saves the session",
  "starts the command",
];

/** Resources that a worker with the AWS SDK may use, or may not use. */
const WORKER: readonly (readonly [tone: "good" | "bad", what: string])[] = [
  ["good", "hosts of its task"],
  ["bad", "other hosts"],
  ["bad", "writing files"],
  ["bad", "starting programs"],
  ["bad", "stdin, stdout, stderr"],
];

const TO_WORKER = ["credentials to sign", "with, MFA code"];
const FROM_WORKER = ["requests to STS, IAM;", "the session"];
const SENT = "requests to STS and IAM, by HTTPS";

const COLUMNS = [
  { x: 26, width: 360 },
  { x: 396, width: 190 },
  { x: 586, width: 110 },
  { x: 710, width: 110 },
];
const TABLE: readonly (readonly string[])[] = [
  ["Task of the worker", "Hosts", "Reads files", "Variables"],
  ["Calls to STS and IAM", "none", "none", "none"],
  [
    "Base credentials of a sign-in, container or EC2",
    "that issue them",
    "token file",
    "all values",
  ],
  [
    "Sign-in to IAM Identity Center",
    "the sign-in service",
    "none",
    "all values",
  ],
];

const NOTES = [
  "The command starts after every worker has ended. With --server, new workers refresh its credentials.",
  "The library and deno run jsr:@x/assume-role have no sandbox.",
];

const MARGIN = 10;
const TOP = 10;
const HEIGHT = 438;
const BOX = 222;
const PARTS = {
  trusted: { x: MARGIN, y: TOP, width: 226, height: BOX },
  worker: { x: 410, y: TOP, width: 220, height: BOX - 36 },
  aws: { x: 700, y: TOP + 40, width: 120, height: BOX - 40 },
};
const ROW = 30;
const TABLE_Y = TOP + BOX + 24;

/** Draws what crosses the boundary of the sandbox of the AWS SDK. */
export function drawSandbox(theme: Theme): string {
  return formatSvg({
    width: WIDTH,
    height: HEIGHT,
    title: "The sandbox of the AWS SDK",
    description: [
      `assume-role ${TRUSTED.join(", ")}.`,
      `assume-role sends the worker: ${TO_WORKER.join(" ")}.`,
      `The worker sends assume-role: ${FROM_WORKER.join(" ")}.`,
      `assume-role sends AWS: ${SENT}.`,
      "The worker sends AWS other requests itself, by HTTPS.",
      ...WORKER.map(([tone, what]) =>
        `The worker ${tone === "good" ? "may" : "may not"} use: ${what}.`
      ),
      ...TABLE.slice(1).map((cells) =>
        cells.map((cell, at) => `${TABLE[0]![at]}: ${cell}`).join("; ")
      ),
      ...NOTES,
    ].join("\n"),
  }, [
    canvas(HEIGHT, theme),
    ...drawParts(theme),
    ...drawMessages(theme),
    ...drawTable(theme),
    ...NOTES.map((note, at) =>
      text(MARGIN + 2, TABLE_Y + 4 * ROW + 30 + at * 22, note, theme, {
        size: 13,
        colour: theme.muted,
      })
    ),
  ]);
}

function drawParts(theme: Theme): string[] {
  const { trusted, worker, aws } = PARTS;
  const title = { bold: true, size: 15 };
  const row = (at: number) => TOP + 60 + at * 26;
  const middle = { anchor: "middle", maxWidth: aws.width } as const;
  const center = aws.x + aws.width / 2;
  return [
    box(trusted, "accent", theme),
    text(trusted.x + 16, TOP + 28, "assume-role", theme, title),
    ...TRUSTED.map((what, at) =>
      text(trusted.x + 16, row(at), what, theme, {
        maxWidth: trusted.width - 20,
      })
    ),
    box(worker, "bad", theme, { dashed: true }),
    text(worker.x + 16, TOP + 28, "Worker: the AWS SDK", theme, {
      ...title,
      maxWidth: worker.width,
    }),
    ...WORKER.flatMap(([tone, what], at) => [
      mark(worker.x + 16, row(at) - 11, tone, theme),
      text(worker.x + 40, row(at), what, theme, {
        maxWidth: worker.width - 44,
      }),
    ]),
    box(aws, "neutral", theme),
    text(center, aws.y + 76, "AWS", theme, { ...title, ...middle }),
    text(center, aws.y + 100, "and its sign-in", theme, {
      size: 13,
      colour: theme.muted,
      ...middle,
    }),
  ];
}

function drawMessages(theme: Theme): string[] {
  const { trusted, worker, aws } = PARTS;
  const [left, right] = [trusted.x + trusted.width + 6, worker.x - 6];
  const label = (lines: readonly string[], bottom: number) =>
    lines.toReversed().map((line, at) =>
      text((left + right) / 2, bottom - at * 17, line, theme, {
        size: 12.5,
        anchor: "middle",
        maxWidth: right - left,
      })
    );
  const requests = aws.y + 45;
  const sent = trusted.y + trusted.height - 10;
  const [workerEnd, awsStart] = [worker.x + worker.width + 6, aws.x - 6];
  return [
    ...label(TO_WORKER, TOP + 70),
    arrow([left, TOP + 80], [right, TOP + 80], theme),
    ...label(FROM_WORKER, TOP + 130),
    arrow([right, TOP + 140], [left, TOP + 140], theme),
    text((workerEnd + awsStart) / 2, requests - 6, "HTTPS", theme, {
      size: 12.5,
      anchor: "middle",
      maxWidth: awsStart - workerEnd,
    }),
    arrow([workerEnd, requests + 6], [awsStart, requests + 6], theme),
    text((left + awsStart) / 2, sent - 10, SENT, theme, {
      size: 12.5,
      anchor: "middle",
      maxWidth: awsStart - left,
    }),
    arrow([left, sent], [awsStart, sent], theme),
  ];
}

function drawTable(theme: Theme): string[] {
  return [
    box(
      {
        x: MARGIN,
        y: TABLE_Y,
        width: WIDTH - 2 * MARGIN,
        height: TABLE.length * ROW + 6,
      },
      "neutral",
      theme,
    ),
    ...TABLE.flatMap((cells, row) => {
      const y = TABLE_Y + row * ROW + 23;
      return [
        ...(row === 0 ? [] : [element("line", {
          x1: MARGIN,
          x2: WIDTH - MARGIN,
          y1: y - 20,
          y2: y - 20,
          stroke: theme.tones.neutral.border,
        })]),
        ...cells.map((cell, at) =>
          text(COLUMNS[at]!.x, y, cell, theme, {
            size: 13,
            bold: row === 0,
            maxWidth: COLUMNS[at]!.width,
          })
        ),
      ];
    }),
  ];
}
