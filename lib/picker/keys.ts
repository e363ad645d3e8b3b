// Pure: no I/O.

/** A key of the picker: a typed character, or a key with a meaning. */
export type Key =
  | { readonly kind: "character"; readonly text: string }
  | { readonly kind: KeyName };

type KeyName =
  | "enter"
  | "cancel"
  | "end of input"
  | "suspend"
  | "backspace"
  | "delete word"
  | "delete all"
  | "up"
  | "down"
  | "page up"
  | "page down"
  | "home"
  | "end";

/** Bytes of a key that has not arrived completely. */
export type Pending = readonly number[];

/** No byte of a key. */
export const NOTHING: Pending = [];

const ESCAPE = 0x1b;

const CONTROLS: { readonly [byte: number]: KeyName } = {
  0x01: "home", // Ctrl-A
  0x03: "cancel", // Ctrl-C, if the terminal sends no signal
  0x04: "end of input", // Ctrl-D
  0x05: "end", // Ctrl-E
  0x07: "cancel", // Ctrl-G
  0x08: "backspace",
  0x0a: "enter",
  0x0d: "enter",
  0x0e: "down", // Ctrl-N
  0x10: "up", // Ctrl-P
  0x15: "delete all", // Ctrl-U
  0x17: "delete word", // Ctrl-W
  0x1a: "suspend", // Ctrl-Z
  0x7f: "backspace",
};

/** The ends of escape sequences: a letter, or a number before `~`. */
const SEQUENCES: { readonly [end: string]: KeyName } = {
  A: "up",
  B: "down",
  H: "home",
  F: "end",
  "1~": "home",
  "4~": "end",
  "5~": "page up",
  "6~": "page down",
  "7~": "home",
  "8~": "end",
};

/** The key that a byte completes, if any, and the bytes of a key that is not complete. */
export interface Decoded {
  readonly key?: Key;
  readonly pending: Pending;
}

/**
 * Decodes the next byte from the terminal. Keys without a meaning are left out.
 *
 * @param byte `undefined` if no byte arrived for a while: an escape byte alone is then
 * the key Escape
 */
export function decodeByte(
  pending: Pending,
  byte: number | undefined,
): Decoded {
  if (byte === undefined) {
    const isEscape = pending.length === 1 && pending[0] === ESCAPE;
    return complete(isEscape ? "cancel" : undefined);
  }
  if (pending[0] === ESCAPE) return decodeSequence([...pending, byte]);
  if (byte === ESCAPE) return { pending: [byte] };
  const control = CONTROLS[byte];
  if (control !== undefined) return complete(control);
  if (byte < 0x20) return complete(undefined);
  return decodeCharacter([...pending, byte]);
}

function complete(kind: KeyName | undefined): Decoded {
  return { pending: NOTHING, ...(kind !== undefined && { key: { kind } }) };
}

function decodeSequence(bytes: Pending): Decoded {
  const [, introducer, ...rest] = bytes;
  const last = bytes.at(-1)!;
  if (introducer === ESCAPE) return complete("cancel");
  const text = String.fromCharCode(...rest);
  if (introducer !== 0x5b && introducer !== 0x4f) return complete(undefined);
  if (rest.length === 0) return { pending: bytes };
  // A letter or "~" ends a sequence; numbers before it also say which Shift or Ctrl key is held.
  if (last < 0x40 || last > 0x7e) return { pending: bytes };
  const [, number = "", letter = ""] = /^(\d*)(?:;\d+)*(.)$/.exec(text) ?? [];
  return complete(SEQUENCES[letter === "~" ? `${number}~` : letter]);
}

function decodeCharacter(bytes: Pending): Decoded {
  const [first = 0] = bytes;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (bytes.length < length) return { pending: bytes };
  const text = new TextDecoder().decode(new Uint8Array(bytes));
  return { pending: NOTHING, key: { kind: "character", text } };
}
