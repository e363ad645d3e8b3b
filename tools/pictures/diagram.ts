/** Boxes, arrows and texts of diagrams. */
import { element, escapeXml } from "./svg.ts";
import { MONO, SANS, type Theme, type Tone } from "./theme.ts";

/** The width of a picture in the documents, as that of a page on GitHub. */
export const WIDTH = 830;

/** The style of a text. */
export interface TextStyle {
  /** The size in pixels; default: 14. */
  readonly size?: number;
  readonly bold?: boolean;
  /** Whether the text is code. */
  readonly mono?: boolean;
  /** The colour; default: the theme's text. */
  readonly colour?: string;
  /** The part of the text that is at `x`; default: the start. */
  readonly anchor?: "start" | "middle" | "end";
  /** The width in which the text must fit with every font. */
  readonly maxWidth?: number;
}

/** Widths of a character of the widest fonts in `SANS` and `MONO`, as parts of the size. */
const CHARACTER = { sans: 0.58, bold: 0.64, mono: 0.61 };

/**
 * Draws a text on a baseline.
 *
 * @throws {Error} If the text can be wider than `maxWidth`.
 */
export function text(
  x: number,
  y: number,
  content: string,
  theme: Theme,
  { size = 14, bold, mono, colour, anchor, maxWidth = WIDTH }: TextStyle = {},
): string {
  const width = content.length * size *
    (mono ? CHARACTER.mono : bold ? CHARACTER.bold : CHARACTER.sans);
  if (width > maxWidth) {
    throw new Error(`Cannot fit ${Math.ceil(width)} px: ${content}`);
  }
  return element("text", {
    x,
    y,
    "font-family": mono ? MONO : SANS,
    "font-size": size,
    "font-weight": bold ? 600 : undefined,
    "text-anchor": anchor,
    fill: colour ?? theme.text,
  }, escapeXml(content));
}

/** A place and a size. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws the background of a picture. */
export function canvas(height: number, theme: Theme): string {
  return element("rect", { width: WIDTH, height, fill: theme.canvas });
}

/** Draws a box; the border of a restricted part is dashed. */
export function box(
  { x, y, width, height }: Rectangle,
  tone: Tone,
  theme: Theme,
  { dashed = false }: { readonly dashed?: boolean } = {},
): string {
  const { border, surface } = theme.tones[tone];
  return element("rect", {
    x,
    y,
    width,
    height,
    rx: 8,
    fill: surface,
    stroke: border,
    "stroke-width": 1.5,
    "stroke-dasharray": dashed ? "6 4" : undefined,
  });
}

/** A point of a picture. */
export type Point = readonly [x: number, y: number];

/** Draws a horizontal or vertical arrow; its head is at `to`. */
export function arrow(from: Point, to: Point, theme: Theme): string {
  const [x, y] = to;
  const along = (size: number): Point => [
    x - Math.sign(x - from[0]) * size,
    y - Math.sign(y - from[1]) * size,
  ];
  const [backX, backY] = along(9);
  const isHorizontal = from[1] === y;
  const [sideX, sideY] = isHorizontal ? [0, 5] : [5, 0];
  const stroke = theme.tones.neutral.text;
  return [
    element("line", {
      x1: from[0],
      y1: from[1],
      x2: backX,
      y2: backY,
      stroke,
      "stroke-width": 2,
    }),
    element("path", {
      d: `M${x} ${y}L${backX - sideX} ${backY - sideY}L${backX + sideX} ${
        backY + sideY
      }Z`,
      fill: stroke,
    }),
  ].join("\n");
}

/** Draws a check mark or a cross of 12 pixels, which no font needs to have. */
export function mark(
  x: number,
  y: number,
  tone: "good" | "bad",
  theme: Theme,
): string {
  const d = tone === "good"
    ? `M${x} ${y + 6}l4 5l8 -10`
    : `M${x + 1} ${y + 1}l10 10m0 -10l-10 10`;
  return element("path", {
    d,
    fill: "none",
    stroke: theme.tones[tone].text,
    "stroke-width": 2.2,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });
}
