import { decodeByte, type Key, NOTHING } from "../picker/keys.ts";
import { formatNumbered } from "../picker/list_rows.ts";
import { pageLength, renderPicker } from "../picker/render.ts";
import {
  type Cells,
  createState,
  type Outcome,
  type PickerState,
  pressKey,
} from "../picker/state.ts";
import { joinLines } from "../settings/terminal_text.ts";
import type { Screen } from "../system/screen.ts";
import type { AskOptions, NoTerminal } from "../system/terminal.ts";

/** The number of times that the numbered list asks. */
const MAX_ATTEMPTS = 3;

/** The index of the chosen row, or the reason why the user chose no row. */
export type Picked =
  | { readonly kind: "chosen"; readonly index: number }
  | { readonly kind: "cancelled" }
  | NoTerminal;

/** Options of {@linkcode pickRow}. */
export interface PickOptions {
  /** Whether the terminal can move the cursor. */
  readonly canDraw: boolean;
  readonly hasColor: boolean;
  /** The signals that were ignored when assume-role started. */
  readonly ignored?: AskOptions["ignored"];
}

/**
 * Lets the user choose a row on the terminal: with a picker, or with a numbered list if the
 * terminal cannot move the cursor.
 *
 * @throws {InterruptedError} If a signal ended the wait
 */
export async function pickRow(
  rows: readonly Cells[],
  { canDraw, hasColor, ignored }: PickOptions,
): Promise<Picked> {
  if (!canDraw) {
    return await pickNumber(rows, { ignored, inBackground: "refuse" });
  }
  const { useScreen } = await import("../system/screen.ts");
  const result = await useScreen(
    async (screen) => await pickOnScreen(rows, screen),
    { hasColor, ignored },
  );
  return result.kind === "done" ? result.value : result;
}

async function pickOnScreen(
  rows: readonly Cells[],
  screen: Screen,
): Promise<Exclude<Picked, NoTerminal>> {
  const state = await skipTypedKeys(createState(rows), screen);
  let size = await screen.size();
  let outcome: Outcome = { kind: "state", state };
  let pending = NOTHING;
  let isDrawn = false;
  while (outcome.kind === "state") {
    const { state } = outcome;
    if (!isDrawn) await screen.draw(renderPicker(state, size));
    isDrawn = true;
    const byte = await screen.readByte(pending.length > 0 ? "soon" : "wait");
    if (byte === "redraw") {
      size = await screen.size();
      isDrawn = false;
      continue;
    }
    const decoded = decodeByte(pending, byte);
    pending = decoded.pending;
    if (decoded.key === undefined) continue;
    if (decoded.key.kind === "suspend") {
      await screen.suspend();
      continue;
    }
    outcome = pressKey(state, decoded.key, pageLength(size));
    isDrawn = false;
  }
  return outcome;
}

/**
 * Applies the keys that the user typed before the picker was drawn to the filter, but not
 * Enter: the user has not seen which role Enter would choose.
 */
async function skipTypedKeys(
  state: PickerState,
  screen: Screen,
): Promise<PickerState> {
  let pending = NOTHING;
  let result = state;
  for (;;) {
    const byte = await screen.readByte("now");
    if (byte === undefined) return result;
    if (byte === "redraw") continue;
    const decoded = decodeByte(pending, byte);
    pending = decoded.pending;
    if (decoded.key !== undefined) result = applyFilterKey(result, decoded.key);
  }
}

function applyFilterKey(state: PickerState, key: Key): PickerState {
  const outcome = pressKey(state, key, 1);
  return outcome.kind === "state" ? outcome.state : state;
}

async function pickNumber(
  rows: readonly Cells[],
  options: AskOptions,
): Promise<Picked> {
  const { askOnTerminal } = await import("../system/terminal.ts");
  const prompt = rows.length === 1 ? "1: " : `1-${rows.length}: `;
  let question = joinLines(["Which role?", ...formatNumbered(rows), prompt]);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const answer = await askOnTerminal(question, "show", options);
    if (answer.kind !== "answer") return answer;
    const text = answer.text.trim();
    const named = rows.findIndex(([name]) => name === text);
    const index = named >= 0 ? named : Number(text || "0") - 1;
    if (rows[index] !== undefined) return { kind: "chosen", index };
    question = joinLines([
      `Please type a number from 1 to ${rows.length}: `,
    ]);
  }
  return { kind: "cancelled" };
}
