import { assertEquals } from "@std/assert";
import {
  describeFailure,
  readLastWords,
} from "../../lib/credentials/program_failure.ts";

Deno.test("readLastWords() finds the line that says why a program failed", () => {
  for (
    const [text, reason, others] of [
      ["token expired\n", "token expired", ""],
      ["warning\n\ntoken expired", "token expired", "warning\n"],
      [
        'Traceback (most recent call last):\n  File "x", line 1\n    f()\nValueError: no token\n',
        "ValueError: no token",
        "",
      ],
      [
        'hello\nTraceback (most recent call last):\n  File "x"\nbotocore.Error: a\nsecond line\n',
        "botocore.Error: a",
        "hello\nsecond line\n",
      ],
      [
        "/x.js:1\nError: no token\n    at f (/x.js:1:1)\n    at g\n\nNode.js v22.1.0\n",
        "Error: no token",
        "/x.js:1\n",
      ],
      [
        'Exception in thread "main" E: no token\n\tat a.B.c(B.java:1)\n\t... 3 more\n',
        'Exception in thread "main" E: no token',
        "",
      ],
      [
        "usage: aws\naws: error: argument command: Invalid choice\nlist | get\n",
        "aws: error: argument command: Invalid choice",
        "usage: aws\nlist | get\n",
      ],
      ["\n \n", undefined, ""],
    ] as const
  ) {
    assertEquals(readLastWords(text), {
      ...(reason !== undefined && { reason }),
      others,
    });
  }
});

Deno.test("readLastWords() finds the error and the hint of another assume-role", () => {
  assertEquals(
    readLastWords(
      "assume-role: warning: slow\nassume-role: error: no role\nassume-role: hint: name one\n",
    ),
    {
      reason: "no role",
      hint: "name one",
      isOwn: true,
      others: "assume-role: warning: slow\n",
    },
  );
});

Deno.test("describeFailure() says how a program ended", () => {
  const failure = {
    name: "credential_process",
    path: "/bin/corp",
    status: 1,
    showsStatus: false,
  };
  const cases = [
    [
      { lastWords: { reason: "expired", others: "" } },
      "credential_process failed: expired",
    ],
    [
      { showsStatus: true, status: 3 },
      "credential_process failed with status 3",
    ],
    [{}, "credential_process failed without a message"],
    [{ signal: "SIGKILL" }, "credential_process was ended by SIGKILL"],
    [{ isTooLong: true }, "credential_process printed more than 64 KiB"],
    [
      { notStarted: "not found" },
      "the program '/bin/corp' of credential_process was not found",
    ],
    [
      { notStarted: "not executable" },
      "the program '/bin/corp' of credential_process cannot be executed",
    ],
    [
      { notStarted: "not found", path: "/bin/corp --password S3cret" },
      "the program of credential_process was not found",
    ],
    [
      { notStarted: "not found", path: "TOKEN=S3cret" },
      "the program of credential_process was not found",
    ],
  ] as const;
  for (const [details, text] of cases) {
    assertEquals(describeFailure({ ...failure, ...details }), text);
  }
});
