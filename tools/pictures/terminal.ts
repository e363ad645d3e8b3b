import { element, escapeXml, formatSvg, type Picture } from "./svg.ts";
import { MONO, type Theme } from "./theme.ts";

/** Characters of a line in one style. */
export interface Span {
  readonly text: string;
  readonly bold: boolean;
  readonly dim: boolean;
  /** The number of the colour in a control sequence, such as 32 for green. */
  readonly colour: number | undefined;
}

/** A command line at the prompt, and the output with the control sequences of a terminal. */
export interface Command {
  readonly command: string;
  readonly text: string;
}

const PLAIN: Omit<Span, "text"> = {
  bold: false,
  dim: false,
  colour: undefined,
};

// deno-lint-ignore no-control-regex
const SEQUENCE = /\x1b\[([\d;]*)m/;

/**
 * Splits the output of a terminal into lines of spans.
 *
 * @throws {Error} If the output has a control character that the picture cannot show.
 */
export function parseTerminalText(text: string): Span[][] {
  let style = PLAIN;
  return text.replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n").map(
    (line) => {
      const spans: Span[] = [];
      // With a group in the pattern, every second part is the sequence's numbers.
      for (const [at, part] of line.split(SEQUENCE).entries()) {
        if (at % 2 === 1) style = applyNumbers(style, part);
        else if (part !== "") spans.push({ ...style, text: checkText(part) });
      }
      return spans;
    },
  );
}

function applyNumbers(
  style: typeof PLAIN,
  numbers: string,
): typeof PLAIN {
  return numbers.split(";").map(Number).reduce((style, number) => {
    if (number === 0) return PLAIN;
    if (number === 1) return { ...style, bold: true };
    if (number === 2) return { ...style, dim: true };
    if (number >= 31 && number <= 36) return { ...style, colour: number };
    throw new Error(`Cannot draw the style ${number} of a terminal`);
  }, style);
}

/** Refuses characters that are not exactly one column wide. */
function checkText(text: string): string {
  const wrong = /[^\x20-\x7e]/.exec(text)?.[0];
  if (wrong === undefined) return text;
  throw new Error(`Cannot draw the character ${JSON.stringify(wrong)}`);
}

/** Returns a line as the reader sees it, without styles. */
function plainText(line: readonly Span[]): string {
  return line.map(({ text }) => text).join("");
}

const COLUMNS = 80;
const SIZE = 15;
const COLUMN = 9;
const LINE = 22;
/** The space between the output of a command and the next prompt. */
const GAP = 11;
const MARGIN = 24;
const BAR = 36;

/** The place of a line in a picture. */
interface Row {
  readonly spans: readonly Span[];
  readonly y: number;
}

/**
 * Draws a window of a terminal in which commands were run.
 *
 * @throws {Error} If a line is wider than the terminal.
 */
export function drawTerminal(
  commands: readonly Command[],
  { title, summary }: { readonly title: string; readonly summary: string },
  theme: Theme,
): string {
  const steps = commands.map(({ command, text }) => [
    promptLine(command),
    ...parseTerminalText(text),
  ]);
  const rows: Row[] = [];
  let y = BAR;
  for (const step of steps) {
    for (const spans of step) rows.push({ spans, y: y += LINE });
    y += GAP;
  }
  const size = {
    width: COLUMNS * COLUMN + 2 * MARGIN,
    height: y - GAP + MARGIN - 4,
  };
  const lines = steps.flat().map(plainText);
  const tooWide = lines.find((line) => line.trimEnd().length > COLUMNS);
  if (tooWide !== undefined) throw new Error(`Cannot fit the line ${tooWide}`);
  const picture: Picture = {
    ...size,
    title,
    description: [summary, ...lines.map((line) => line.trimEnd())].join("\n"),
  };
  return formatSvg(picture, [
    ...drawWindow(picture, theme),
    element("g", {
      "font-family": MONO,
      "font-size": SIZE,
      fill: theme.text,
    }, rows.flatMap((row) => drawRow(row, theme))),
  ]);
}

/** Returns the line of a prompt with a command, of which the comment is dim. */
function promptLine(command: string): readonly Span[] {
  const [, typed = "", comment = ""] = /^(.*?)( *#.*)?$/.exec(command) ?? [];
  return [
    { ...PLAIN, text: "$ ", bold: true, colour: 32 },
    { ...PLAIN, text: typed, bold: true },
    { ...PLAIN, text: comment, dim: true },
  ];
}

function drawWindow(
  { width, height }: Picture,
  { tones: { neutral } }: Theme,
): string[] {
  const frame = { rx: 10, fill: neutral.surface, stroke: neutral.border };
  return [
    element("rect", {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      ...frame,
    }),
    ...[0, 1, 2].map((at) =>
      element("circle", {
        cx: MARGIN + 6 + at * 20,
        cy: 21,
        r: 6,
        fill: neutral.border,
      })
    ),
  ];
}

/**
 * Draws the words of a line, each at its column and in its width, because the fonts of
 * readers differ in width.
 */
function drawRow({ spans, y }: Row, theme: Theme): string[] {
  let column = 0;
  const words = spans.flatMap(({ text, bold, dim, colour }) => {
    const start = column;
    column += text.length;
    return [...text.matchAll(/\S+(?: \S+)*/g)].map((found) =>
      element("tspan", {
        x: MARGIN + (start + found.index) * COLUMN,
        textLength: found[0].length * COLUMN,
        "font-weight": bold ? "bold" : undefined,
        fill: dim
          ? theme.muted
          : colour === undefined
          ? undefined
          : theme.terminal[colour],
      }, escapeXml(found[0]))
    );
  });
  return words.length === 0 ? [] : [element("text", { y }, words)];
}
