// Pure: no I/O.
import { isUnsafe } from "../settings/terminal_text.ts";
import { matchTerm } from "./fuzzy.ts";
import type { Key } from "./keys.ts";

/** Limit of the filter, in characters. */
const MAX_FILTER_LENGTH = 200;

/** The cells of a row: name, account, role and session. */
export type Cells = readonly [
  name: string,
  account: string,
  role: string,
  session: string,
];

/** The number of cells that the filter searches: all but the session. */
const SEARCHED_CELLS = 3;
/** Points of a match in the name, because a name says more than an account. */
const NAME_POINTS = 4;

/** A row that matches the filter. */
export interface Found {
  /** Index in the list of all rows. */
  readonly index: number;
  /** For each cell, the indexes of the characters that match the filter. */
  readonly positions: readonly (readonly number[])[];
}

/** The state of the picker between two keys. */
export interface PickerState {
  readonly rows: readonly Cells[];
  readonly filter: string;
  /** The rows that match the filter, the best first. */
  readonly found: readonly Found[];
  /** Index of the selected row in `found`. */
  readonly selected: number;
}

/** The result of a key: a new state, or the end of the picker. */
export type Outcome =
  | { readonly kind: "state"; readonly state: PickerState }
  /** The user chose the row with this index in the list of all rows. */
  | { readonly kind: "chosen"; readonly index: number }
  | { readonly kind: "cancelled" };

/** Creates the state of a picker with an empty filter. */
export function createState(rows: readonly Cells[]): PickerState {
  return { rows, filter: "", found: findRows(rows, ""), selected: 0 };
}

/**
 * Returns the result of a key.
 *
 * @param pageLength the number of rows that the terminal shows
 */
export function pressKey(
  state: PickerState,
  key: Key,
  pageLength: number,
): Outcome {
  const { filter, found, selected } = state;
  const last = found.length - 1;
  const go = (to: number): Outcome => ({
    kind: "state",
    state: { ...state, selected: Math.max(0, Math.min(last, to)) },
  });
  switch (key.kind) {
    case "enter": {
      const chosen = found[selected];
      return chosen === undefined
        ? go(0)
        : { kind: "chosen", index: chosen.index };
    }
    case "cancel":
      return { kind: "cancelled" };
    case "end of input":
      return filter === "" ? { kind: "cancelled" } : go(selected);
    case "up":
      return go(selected === 0 ? last : selected - 1);
    case "down":
      return go(selected === last ? 0 : selected + 1);
    case "page up":
      return go(selected - pageLength);
    case "page down":
      return go(selected + pageLength);
    case "home":
      return go(0);
    case "end":
      return go(last);
    case "character":
      return isUnsafe(key.text) || filter.length >= MAX_FILTER_LENGTH
        ? go(selected)
        : filterBy(state, filter + key.text);
    case "backspace":
      return filterBy(state, [...filter].slice(0, -1).join(""));
    case "delete word":
      return filterBy(state, filter.replace(/\S*\s*$/, ""));
    case "delete all":
      return filterBy(state, "");
    case "suspend":
      return go(selected);
  }
}

function filterBy(state: PickerState, filter: string): Outcome {
  if (filter === state.filter) return { kind: "state", state };
  const found = findRows(state.rows, filter);
  return { kind: "state", state: { ...state, filter, found, selected: 0 } };
}

/** Finds the rows that match every term of the filter; sorts the rows by their score. */
function findRows(rows: readonly Cells[], filter: string): readonly Found[] {
  const terms = filter.split(/\s+/).filter((term) => term !== "");
  const scored: (Found & { readonly score: number })[] = [];
  for (const [index, cells] of rows.entries()) {
    const matches = terms.map((term) => matchCells(term, cells));
    if (matches.some((match) => match === undefined)) continue;
    const known = matches.filter((match) => match !== undefined);
    scored.push({
      index,
      score: known.reduce((sum, { score }) => sum + score, 0),
      positions: cells.map((_, cell) =>
        known.flatMap((match) => match.cell === cell ? match.positions : [])
      ),
    });
  }
  scored.sort((a, b) => b.score - a.score || a.index - b.index);
  return scored.map(({ index, positions }) => ({ index, positions }));
}

interface CellMatch {
  readonly cell: number;
  readonly score: number;
  readonly positions: readonly number[];
}

/** Finds the cell of a row that matches a term best. */
function matchCells(term: string, cells: Cells): CellMatch | undefined {
  let best: CellMatch | undefined;
  for (const [cell, text] of cells.slice(0, SEARCHED_CELLS).entries()) {
    const match = matchTerm(term, text);
    if (match === undefined) continue;
    const score = match.score + (cell === 0 ? NAME_POINTS : 0);
    if (best === undefined || score > best.score) {
      best = { cell, score, positions: match.positions };
    }
  }
  return best;
}
