/** Draws the figures of the bench as bars, for the documents. */
import {
  canvas,
  text,
  type TextStyle,
  WIDTH,
} from "../../tools/pictures/diagram.ts";
import { element, formatSvg } from "../../tools/pictures/svg.ts";
import { type Theme, THEMES } from "../../tools/pictures/theme.ts";

/** A figure of the bench. */
export interface ChartRow {
  readonly label: string;
  readonly ratio: number;
  /** The greatest allowed value of the figure. */
  readonly limit: number;
  /** The unit of `ratio` and `limit`; default: `x`, a ratio to a reference program. */
  readonly unit?: string;
}

const MARGIN = 10;
const ROW = 34;
const BAR = 16;
const LABEL_WIDTH = 360;
const VALUE_WIDTH = 165;
const START = MARGIN + LABEL_WIDTH + 10;
const BAR_WIDTH = WIDTH - START - VALUE_WIDTH - MARGIN;
const TOP = 34;
const LEGEND =
  "Bar: the figure. Line: the limit of the figure. Amber: above the limit.";

const SMALL = { size: 13 } satisfies TextStyle;

/**
 * Formats a picture with a bar for each figure, and a line for its limit. Figures of the
 * same unit have the same scale. Make one file for each theme.
 *
 * @throws {Error} If there is no figure, a figure is no positive number, or a label does not
 * fit.
 */
export function formatChart(
  rows: readonly ChartRow[],
  theme: Theme = THEMES.light,
): string {
  if (rows.length === 0) throw new Error("Cannot draw a chart without figures");
  const wrong = rows.find(({ ratio, limit }) =>
    ![ratio, limit].every((value) => value > 0 && Number.isFinite(value))
  );
  if (wrong !== undefined) {
    throw new Error(`Cannot draw the figure '${wrong.label}': not above 0`);
  }
  const height = TOP + rows.length * ROW + MARGIN;
  return formatSvg({
    width: WIDTH,
    height,
    title: "Figures of the bench and their limits",
    description: rows.map((row) => `${row.label}: ${formatValues(row)}`)
      .join("\n"),
  }, [
    canvas(height, theme),
    text(MARGIN, 22, LEGEND, theme, { ...SMALL, colour: theme.muted }),
    ...rows.map((row, at) => drawRow(row, TOP + at * ROW, rows, theme)),
  ]);
}

function drawRow(
  row: ChartRow,
  y: number,
  rows: readonly ChartRow[],
  theme: Theme,
): string {
  const { label, ratio, limit } = row;
  const tone = theme.tones[ratio > limit ? "warn" : "good"];
  const greatest = Math.max(
    ...rows.filter(({ unit }) => unit === row.unit)
      .flatMap(({ ratio, limit }) => [ratio, limit]),
  );
  const scale = BAR_WIDTH / greatest;
  const line = START + limit * scale;
  const baseline = y + ROW / 2 + 5;
  return element("g", {}, [
    text(MARGIN, baseline, label, theme, { ...SMALL, maxWidth: LABEL_WIDTH }),
    element("rect", {
      x: START,
      y: y + (ROW - BAR) / 2,
      width: ratio * scale,
      height: BAR,
      rx: 3,
      fill: tone.border,
    }),
    element("line", {
      x1: line,
      x2: line,
      y1: y + 4,
      y2: y + ROW - 4,
      stroke: theme.text,
      "stroke-width": 2,
    }),
    text(
      WIDTH - MARGIN,
      baseline,
      formatValues(row),
      theme,
      {
        ...SMALL,
        anchor: "end",
        colour: tone.text,
        maxWidth: VALUE_WIDTH,
      },
    ),
  ]);
}

function formatValues({ ratio, limit, unit = "x" }: ChartRow): string {
  const [figure, most] = [ratio, limit].map((value) =>
    `${Number(value.toFixed(2))}${unit === "x" ? "" : " "}${unit}`
  );
  return `${figure}, limit ${most}`;
}
