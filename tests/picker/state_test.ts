import { assertEquals } from "@std/assert";
import type { Key } from "../../lib/picker/keys.ts";
import {
  type Cells,
  createState,
  type PickerState,
  pressKey,
} from "../../lib/picker/state.ts";

const ROWS: readonly Cells[] = [
  ["admin", "111111111111", "admin", "fresh, 3h57m"],
  ["ops", "222222222222", "operator", "-"],
  ["billing", "333333333333", "billing-reader", "expired"],
  ["admin-prod", "222222222222", "admin", "-"],
  ["sso-dev", "444444444444", "Developer", "-"],
];
const PAGE = 2;

const letter = (text: string): Key => ({ kind: "character", text });
const key = (kind: Exclude<Key["kind"], "character">): Key => ({ kind });

/** Presses keys; a string is typed letter by letter. */
function press(...keys: readonly (Key | string)[]) {
  const all = keys.flatMap((key) =>
    typeof key === "string" ? [...key].map(letter) : [key]
  );
  let state: PickerState = createState(ROWS);
  for (const [i, key] of all.entries()) {
    const outcome = pressKey(state, key, PAGE);
    if (outcome.kind !== "state") {
      assertEquals(i, all.length - 1, "the picker ended before the last key");
      return outcome;
    }
    state = outcome.state;
  }
  const { filter, found, selected } = state;
  const names = found.map(({ index }) => ROWS[index]![0]);
  return { filter, names, selected: names[selected] };
}

const ALL = ROWS.map(([name]) => name);

Deno.test("pressKey() moves the selection, and goes around at both ends", () => {
  const rows: readonly [Key[], string][] = [
    [[], "admin"],
    [[key("down")], "ops"],
    [[key("down"), key("up")], "admin"],
    [[key("up")], "sso-dev"],
    [[key("up"), key("down")], "admin"],
    [[key("page down")], "billing"],
    [[key("page down"), key("page down"), key("page down")], "sso-dev"],
    [[key("page down"), key("page up"), key("page up")], "admin"],
    [[key("end")], "sso-dev"],
    [[key("end"), key("home")], "admin"],
    [[key("down"), key("suspend")], "ops"],
  ];
  for (const [keys, selected] of rows) {
    assertEquals(press(...keys), { filter: "", names: ALL, selected });
  }
});

Deno.test("pressKey() filters by name, account and role, with the best match first and selected", () => {
  const rows: readonly [string, readonly string[]][] = [
    ["adm", ["admin", "admin-prod"]],
    ["prod", ["admin-prod"]],
    ["222", ["ops", "admin-prod"]],
    ["222 adm", ["admin-prod"]],
    ["reader", ["billing"]],
    ["dev", ["sso-dev"]],
    ["fresh", []],
    ["zz", []],
    [" ", ALL],
  ];
  for (const [filter, names] of rows) {
    assertEquals(press(filter), { filter, names, selected: names[0] });
  }
});

Deno.test("pressKey() edits the filter, and selects the first match again", () => {
  const state = (filter: string, names = ALL, selected = names[0]) => ({
    filter,
    names,
    selected,
  });
  assertEquals(press("opsx", key("backspace")), state("ops", ["ops"]));
  assertEquals(press("x🙂", key("backspace"), key("backspace")), state(""));
  assertEquals(press(key("backspace")), state(""));
  assertEquals(press("zz", key("delete all")), state(""));
  assertEquals(press("ops zz ", key("delete word")), state("ops ", ["ops"]));
  assertEquals(
    press(key("down"), "d", key("backspace"), key("down")),
    state("", ALL, "ops"),
  );
  assertEquals(press(key("down"), "\x1b\u202e"), state("", ALL, "ops"));
});

Deno.test("pressKey() ends with the selected row, or without a row", () => {
  const chosen = (index: number) => ({ kind: "chosen" as const, index });
  const cancelled = { kind: "cancelled" as const };
  assertEquals(press(key("enter")), chosen(0));
  assertEquals(press("prod", key("enter")), chosen(3));
  assertEquals(press("222", key("down"), key("enter")), chosen(3));
  assertEquals(press(key("cancel")), cancelled);
  assertEquals(press(key("end of input")), cancelled);
  assertEquals(
    press("ops", key("end of input")),
    { filter: "ops", names: ["ops"], selected: "ops" },
  );
  assertEquals(
    press("zz", key("enter"), key("down"), key("up"), key("end")),
    { filter: "zz", names: [], selected: undefined },
  );
});

Deno.test("pressKey() limits the length of the filter", () => {
  const outcome = press("a".repeat(300));
  assertEquals("filter" in outcome && outcome.filter.length, 200);
});
