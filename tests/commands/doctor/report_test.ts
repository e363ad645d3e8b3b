import { assertEquals } from "@std/assert";
import {
  ok,
  problemOf,
  warning,
} from "../../../lib/commands/doctor/finding.ts";
import { formatReport } from "../../../lib/commands/doctor/report.ts";
import { UsageError } from "../../../lib/errors.ts";

const PIPE = { isColoured: false, isVerbose: false };
const FINDINGS = [
  ok("a\nb"),
  warning(
    "/home/alice/.aws/credentials: other users can read the credentials of this file",
    "run: chmod go-rwx '/home/alice/.aws/credentials'",
  ),
  problemOf("e", new UsageError("f", { hint: "g" })),
  problemOf("h", new Error("i")),
];

Deno.test("formatReport() prints problems, then warnings, then the counts", () => {
  assertEquals(
    formatReport(FINDINGS, PIPE),
    `problem  e: f; g
problem  h: i
warning  /home/alice/.aws/credentials: other users can read the credentials of this file; run: chmod go-rwx '/home/alice/.aws/credentials'
2 problems, 1 warning, 1 check passed
`,
  );
  assertEquals(
    formatReport([ok("a")], { ...PIPE, isVerbose: true }),
    "ok  a\nno problems, 1 check passed\n",
  );
});

Deno.test("formatReport() fits into the terminal, with each advice on its own lines", () => {
  const screen = { ...PIPE, columns: 80, home: "/home/alice" };
  assertEquals(
    formatReport(FINDINGS, { ...screen, isVerbose: true }),
    `problem  e: f
         g
problem  h: i
warning  ~/.aws/credentials: other users can read the credentials of this file
         run: chmod go-rwx '/home/alice/.aws/credentials'
ok       a b
2 problems, 1 warning, 1 check passed
`,
  );
});
