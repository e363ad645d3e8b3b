// Pure: no I/O.
import { displayWidth } from "../output/display_width.ts";
import { joinLines } from "../settings/terminal_text.ts";
import type { Frame, Size, Span, Style } from "../system/frame.ts";
import {
  type Column,
  cut,
  cutStart,
  fitColumns,
  GAP,
  HEAD,
  padding,
} from "./columns.ts";
import type { Found, PickerState } from "./state.ts";

const QUESTION = "Role: ";
const SELECTED = "> ";
const NOT_SELECTED = "  ";
const KEYS = "type to filter, ↑ ↓ to move, Enter to use, Esc to cancel";
/** The lines beside the rows: the filter, the head of the table and the help. */
const OTHER_LINES = 3;
/** The least height, in lines, at which the head of the table and the help are shown. */
const LEAST_HEIGHT = 6;

/** Returns the number of rows that a terminal can show; at least one. */
export function pageLength({ rows }: Size): number {
  const most = rows < LEAST_HEIGHT ? rows - 2 : rows - 1 - OTHER_LINES;
  return Math.max(1, most);
}

/**
 * Renders a state as lines that fit into a terminal: the filter, the table, and a line of
 * help. If not all rows fit, the table shows the rows around the selected row.
 */
export function renderPicker(state: PickerState, size: Size): Frame {
  const { rows, filter, found, selected } = state;
  // Many terminals move the cursor to the next line after a character in the last column.
  const width = Math.max(1, size.columns - 1);
  const page = pageLength(size);
  const start = Math.max(
    0,
    Math.min(selected - Math.floor(page / 2), found.length - page),
  );
  const columns = fitColumns(rows, width - SELECTED.length);
  const table = found.slice(start, start + page).map((row, i) =>
    renderRow(row, state, columns, start + i === selected)
  );
  const question = cut(QUESTION, width);
  const typed = cutStart(filter, width - displayWidth(question));
  return {
    lines: [
      [span(question, "bold"), span(typed)],
      ...size.rows < LEAST_HEIGHT ? table : [
        [span(cut(renderHead(columns), width), "dim")],
        ...table,
        [span(cut(renderHelp(state), width), "dim")],
      ],
    ],
    column: displayWidth(question) + displayWidth(typed),
  };
}

function renderHead(columns: readonly Column[]): string {
  const cells = columns.map(({ cell, width }) =>
    HEAD[cell]! + padding(HEAD[cell]!, width)
  );
  return NOT_SELECTED + cells.join(" ".repeat(GAP)).trimEnd();
}

function renderHelp({ rows, found, selected }: PickerState): string {
  if (found.length === 0) {
    return `${NOT_SELECTED}no role matches; Backspace or Ctrl-U to change the filter`;
  }
  const count = found.length === rows.length
    ? `${selected + 1}/${found.length}`
    : `${selected + 1}/${found.length} of ${rows.length}`;
  return `${NOT_SELECTED}${count}  ${KEYS}`;
}

function renderRow(
  { index, positions }: Found,
  { rows }: PickerState,
  columns: readonly Column[],
  isSelected: boolean,
): readonly Span[] {
  const cells = rows[index]!;
  const style = isSelected ? "bold" : undefined;
  return [
    span(isSelected ? SELECTED : NOT_SELECTED, style),
    ...columns.flatMap(({ cell, width }, i) => {
      const text = cut(cells[cell]!, width);
      const isLast = i === columns.length - 1;
      return [
        ...renderCell(text, positions[cell] ?? [], isSelected),
        ...(isLast ? [] : [span(padding(text, width) + " ".repeat(GAP))]),
      ];
    }),
  ];
}

/** Renders the text of a cell; letters that match the filter have another style. */
function renderCell(
  text: string,
  positions: readonly number[],
  isSelected: boolean,
): readonly Span[] {
  const parts: { text: string; isMatch: boolean }[] = [];
  for (const [at, letter] of [...text].entries()) {
    const isMatch = positions.includes(at);
    const last = parts.at(-1);
    if (last?.isMatch === isMatch) last.text += letter;
    else parts.push({ text: letter, isMatch });
  }
  return parts.map(({ text, isMatch }) =>
    span(text, styleOf(isMatch, isSelected))
  );
}

function styleOf(isMatch: boolean, isSelected: boolean): Style | undefined {
  if (isSelected) return isMatch ? "bold match" : "bold";
  return isMatch ? "match" : undefined;
}

function span(text: string, style?: Style): Span {
  return { text: joinLines([text]), ...(style !== undefined && { style }) };
}
