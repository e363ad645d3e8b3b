import { assertEquals, assertThrows } from "@std/assert";
import { formatDuration, parseDuration } from "../../lib/settings/duration.ts";

Deno.test("parseDuration() parses hours, minutes and seconds in this order", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["90s", 90],
    ["15m", 900],
    ["1h", 3600],
    ["1h30m", 5400],
    ["1h30m5s", 5405],
    ["2h5s", 7205],
    ["0m", 0],
    ["90m", 5400],
    ["0", 0],
    ["3600", 3600],
    ["0900", 900],
  ];
  for (const [text, seconds] of cases) {
    assertEquals(parseDuration(text), seconds, text);
  }
});

Deno.test("parseDuration() refuses all other text", () => {
  for (
    const text of [
      "",
      " ",
      "h",
      "1d",
      "1 h",
      " 1h",
      "1h ",
      "1.5h",
      "-1h",
      "+1h",
      "1H",
      "30m1h",
      "1h1h",
      "1e3",
      "0x10",
      "12345678901234567890",
      "1h\n",
      "١h",
    ]
  ) {
    const { name, message } = assertThrows(() => parseDuration(text), text);
    assertEquals(
      [name, message],
      [
        "InvalidValueError",
        "write a duration like 15m, 1h30m, 90s or 3600",
      ],
    );
  }
});

Deno.test("formatDuration() writes whole seconds with the largest units", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [1, "1s"],
    [59.6, "1m"],
    [60, "1m"],
    [3600, "1h"],
    [5405, "1h30m5s"],
    [7205, "2h5s"],
    [43_200, "12h"],
    [-5, "0s"],
    [0.4, "0s"],
  ];
  for (const [seconds, text] of cases) {
    assertEquals(formatDuration(seconds), text);
  }
});

Deno.test("parseDuration() parses the output of formatDuration()", () => {
  for (let seconds = 0; seconds < 100_000; seconds += 7) {
    assertEquals(parseDuration(formatDuration(seconds)), seconds);
  }
});
