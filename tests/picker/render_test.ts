import { assert, assertEquals } from "@std/assert";
import { displayWidth } from "../../lib/output/display_width.ts";
import { pageLength, renderPicker } from "../../lib/picker/render.ts";
import { type Cells, createState, pressKey } from "../../lib/picker/state.ts";
import type { Frame, Size } from "../../lib/system/frame.ts";

const ROWS: readonly Cells[] = [
  ["admin", "111111111111", "admin", "fresh, 3h57m"],
  ["ops", "222222222222", "operations", "-"],
  ["billing", "333333333333", "billing-reader", "expired"],
];
const NORMAL: Size = { rows: 24, columns: 80 };

/** Creates the state after a text is typed and the selection is moved down. */
function stateOf(rows: readonly Cells[], filter = "", downs = 0) {
  let state = createState(rows);
  const keys = [
    ...[...filter].map((text) => ({ kind: "character" as const, text })),
    ...Array.from({ length: downs }, () => ({ kind: "down" as const })),
  ];
  for (const key of keys) {
    const outcome = pressKey(state, key, 1);
    if (outcome.kind === "state") state = outcome.state;
  }
  return state;
}

function textsOf({ lines }: Frame): string[] {
  return lines.map((spans) => spans.map(({ text }) => text).join(""));
}

const render = (
  size: Partial<Size>,
  rows: readonly Cells[],
  filter = "",
  downs = 0,
) =>
  textsOf(renderPicker(stateOf(rows, filter, downs), { ...NORMAL, ...size }));

const HELP = "type to filter, ↑ ↓ to move, Enter to use, Esc to cancel";

Deno.test("renderPicker() shows the filter, the table and the keys", () => {
  assertEquals(render({}, ROWS, "", 1), [
    "Role: ",
    "  NAME     ACCOUNT       ROLE            SESSION",
    "  admin    111111111111  admin           fresh, 3h57m",
    "> ops      222222222222  operations      -",
    "  billing  333333333333  billing-reader  expired",
    `  2/3  ${HELP}`,
  ]);
  assertEquals(render({}, ROWS, "333"), [
    "Role: 333",
    "  NAME     ACCOUNT       ROLE            SESSION",
    "> billing  333333333333  billing-reader  expired",
    `  1/1 of 3  ${HELP}`,
  ]);
  assertEquals(render({}, ROWS, "zz"), [
    "Role: zz",
    "  NAME     ACCOUNT       ROLE            SESSION",
    "  no role matches; Backspace or Ctrl-U to change the filter",
  ]);
});

Deno.test("renderPicker() marks the letters that match, and the selected row", () => {
  const { lines } = renderPicker(stateOf(ROWS, "bl"), NORMAL);
  assertEquals(
    lines[2]!.map(({ text, style }) => [text, style]),
    [
      ["> ", "bold"],
      ["b", "bold match"],
      ["i", "bold"],
      ["l", "bold match"],
      ["ling", "bold"],
      ["  ", undefined],
      ["333333333333", "bold"],
      ["  ", undefined],
      ["billing-reader", "bold"],
      ["  ", undefined],
      ["expired", "bold"],
    ],
  );
});

Deno.test("renderPicker() cuts and leaves out columns if the terminal is narrow", () => {
  const rows: readonly Cells[] = [
    [
      "customer-with-a-long-name",
      "111111111111",
      "organisation-administrator",
      "fresh, 3h57m",
    ],
  ];
  const row = (columns: number) => render({ columns }, rows)[2];
  assertEquals(
    row(90),
    "> customer-with-a-long-name  111111111111  organisation-administrator  fresh, 3h57m",
  );
  assertEquals(
    row(80),
    "> customer-with-a-long-name  111111111111  organisation-administ…  fresh, 3h57m",
  );
  assertEquals(
    row(60),
    "> customer-with-a…  111111111111  organisati…  fresh, 3h57m",
  );
  assertEquals(row(50), "> customer-w…  111111111111  organ…  fresh, 3h57m");
  assertEquals(row(42), "> customer-…  111111111111  fresh, 3h57m");
  assertEquals(row(30), "> customer-…  fresh, 3h57m");
  assertEquals(row(12), "> customer…");
});

Deno.test("renderPicker() aligns columns by the width of the characters on the terminal", () => {
  const rows: readonly Cells[] = [
    ["営業部", "111111111111", "sales", "-"],
    ["é", "222222222222", "ops", "-"],
  ];
  assertEquals(render({}, rows).slice(1, 4), [
    "  NAME    ACCOUNT       ROLE   SESSION",
    "> 営業部  111111111111  sales  -",
    "  é       222222222222  ops    -",
  ]);
});

Deno.test("renderPicker() scrolls a long list, so that the selected row is shown", () => {
  const rows = Array.from({ length: 30 }, (_, i): Cells => [
    `role${i}`,
    "111111111111",
    "r",
    "-",
  ]);
  const shown = (downs: number) =>
    render({ rows: 9 }, rows, "", downs).slice(2, -1)
      .map((line) => line.slice(0, 8).trimEnd());
  assertEquals(shown(0), [
    "> role0",
    "  role1",
    "  role2",
    "  role3",
    "  role4",
  ]);
  assertEquals(shown(10), [
    "  role8",
    "  role9",
    "> role10",
    "  role11",
    "  role12",
  ]);
  assertEquals(shown(29), [
    "  role25",
    "  role26",
    "  role27",
    "  role28",
    "> role29",
  ]);
});

Deno.test("renderPicker() fits into a terminal of any size, also with characters of double width", () => {
  const rows = Array.from({ length: 50 }, (_, i): Cells => [
    i % 2 === 0 ? "営業部".repeat(i) : "role-".repeat(i),
    "111111111111",
    "r".repeat(i),
    "fresh, 3h57m",
  ]);
  for (let columns = 4; columns < 100; columns++) {
    for (const height of [1, 2, 3, 5, 6, 7, 24]) {
      const size = { rows: height, columns };
      const frame = renderPicker(stateOf(rows, "営業部", 3), size);
      const lines = textsOf(frame);
      const most = Math.max(...lines.map(displayWidth));
      assert(most < columns, `${most} of ${columns}`);
      assert(lines.length <= Math.max(height, 2), `${lines.length} lines`);
      assert(
        frame.column <= Math.max(columns - 1, 0),
        `column ${frame.column}`,
      );
      assert(lines.some((line) => line.startsWith("> ")), "nothing selected");
    }
  }
});

Deno.test("pageLength() is the number of rows that renderPicker() shows", () => {
  const rows = Array.from({ length: 50 }, (): Cells => ["a", "b", "c", "d"]);
  for (const height of [2, 5, 6, 10, 24, 50]) {
    const lines = render({ rows: height }, rows);
    const shown = lines.filter((line) => /^[> ] a /.test(line)).length;
    assertEquals(
      shown,
      Math.min(50, pageLength({ rows: height, columns: 80 })),
    );
  }
});
