import { assertEquals, assertMatch } from "@std/assert";
import {
  AssumeRoleError,
  AwsError,
  CommandError,
  ConfigError,
  MfaError,
  UsageError,
} from "../../lib/errors.ts";
import { errorStatus, formatError } from "../../lib/output/error_message.ts";
import {
  formatNote,
  formatNotice,
  formatWarning,
} from "../../lib/output/messages.ts";

Deno.test("formatError() prints one line and at most one hint", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [new UsageError("No"), "assume-role: error: No\n"],
    [
      new ConfigError("No", { hint: "try" }),
      "assume-role: error: No\nassume-role: hint: try\n",
    ],
    [
      new MfaError("No", { hint: "try", cause: new Error("hidden") }),
      "assume-role: error: No\nassume-role: hint: try\n",
    ],
    [
      new AwsError("No", { code: "AccessDenied", requestId: "r-1" }),
      "assume-role: error: No\n",
    ],
    [new Error("unforeseen"), "assume-role: error: unforeseen\n"],
    [new TypeError(), "assume-role: error: TypeError\n"],
    ["a text", "assume-role: error: a text\n"],
    [undefined, "assume-role: error: undefined\n"],
  ];
  for (const [error, expected] of cases) {
    assertEquals(formatError(error, false), expected);
  }
});

Deno.test("formatError() does not quote invalid JSON", () => {
  for (const text of ["S3cret", '{"a": S3cret}', `[${"1,".repeat(99)}S3cret`]) {
    let cause: unknown;
    try {
      JSON.parse(text);
    } catch (error) {
      cause = error;
    }
    const shown = formatError(new AssumeRoleError("No", { cause }), true);
    assertMatch(shown, /cause: Unexpected token 'S' in JSON\n$/);
  }
});

Deno.test("formatError() adds AWS's error code, the request id and the causes if verbose is true", () => {
  const cause = new Error("middle", { cause: new Error("deep", { cause: 7 }) });
  const cases: readonly (readonly [unknown, string[]])[] = [
    [
      new AwsError("No", {
        code: "AccessDenied",
        requestId: "r-1",
        hint: "try",
        cause,
      }),
      [
        "error: No",
        "AWS: AccessDenied, request r-1",
        "cause: middle",
        "cause: deep",
        "cause: 7",
        "hint: try",
      ],
    ],
    [new AwsError("No", { code: "NoAnswer" }), ["error: No", "AWS: NoAnswer"]],
    [new Error("No", { cause }), [
      "error: No",
      "cause: middle",
      "cause: deep",
      "cause: 7",
    ]],
    [new UsageError("No"), ["error: No"]],
  ];
  for (const [error, lines] of cases) {
    assertEquals(
      formatError(error, true),
      lines.map((line) => `assume-role: ${line}\n`).join(""),
    );
  }
});

Deno.test("formatError() prints each cause of a cycle once", () => {
  const one = new Error("one");
  one.cause = new Error("two", { cause: one });
  assertEquals(
    formatError(one, true),
    ["error: one", "cause: two", "cause: one"]
      .map((line) => `assume-role: ${line}\n`).join(""),
  );
});

Deno.test("formatError(), formatWarning(), formatNotice() and formatNote() remove control characters", () => {
  const text = "a\nassume-role: hint: b\r\x1b[31mc\0\x7f\n";
  const clean = "a assume-role: hint: b [31mc";
  assertEquals(
    [
      formatError(new UsageError(text, { hint: text }), false),
      formatError(new Error("x", { cause: text }), true),
      formatWarning(text),
      formatNotice(text),
      formatNote(text),
    ],
    [
      `assume-role: error: ${clean}\nassume-role: hint: ${clean}\n`,
      `assume-role: error: x\nassume-role: cause: ${clean}\n`,
      `assume-role: warning: ${clean}\n`,
      `assume-role: note: ${clean}\n`,
      `assume-role: ${clean}\n`,
    ],
  );
});

// U+009B starts an escape sequence, like ESC [, and U+0085 ends a line.
Deno.test("formatWarning() removes C1 control characters", () => {
  assertEquals(
    formatWarning("a\x9b31mb\x85c"),
    "assume-role: warning: a 31mb c\n",
  );
});

Deno.test("errorStatus() returns 125, or 126 or 127 if a command cannot be started", () => {
  const cases: readonly (readonly [unknown, number])[] = [
    [new AssumeRoleError("x"), 125],
    [new UsageError("x"), 125],
    [new AwsError("x", { code: "y" }), 125],
    [new CommandError("x", { status: 126 }), 126],
    [new CommandError("x", { status: 127 }), 127],
    [new Error("x"), 125],
    ["x", 125],
  ];
  for (const [error, status] of cases) {
    assertEquals(errorStatus(error), status);
  }
});
