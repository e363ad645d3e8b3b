import { assertEquals, assertThrows } from "@std/assert";
import { AssumeRoleError, ConfigError } from "../../lib/errors.ts";
import {
  blameUnread,
  formatUnread,
  refuseNewUnread,
} from "../../lib/credentials/report_unread.ts";
import type { UnreadFile } from "../../lib/config/unread.ts";
import { IS_WINDOWS } from "../../lib/system/path.ts";

const file = (path: string, reason: string): UnreadFile => ({
  path,
  reason,
  kind: "aws",
  mayDecide: true,
});

Deno.test("formatUnread() joins files with the same reason", () => {
  const cases = [
    [
      [file("/a", "denied")],
      "Cannot read /a: denied; going on without this file",
    ],
    [
      [file("/a", "denied"), file("/b", "a loop"), file("/c", "denied")],
      "Cannot read /a and /c: denied; Cannot read /b: a loop; going on without these files",
    ],
  ] as const;
  for (const [files, text] of cases) assertEquals(formatUnread(files), text);
});

Deno.test("refuseNewUnread() refuses a file that could be read before", () => {
  const [a, b] = [file("/a", "denied"), file("/b", "a loop")];
  refuseNewUnread([a], [a]);
  refuseNewUnread([a, b], []);
  assertThrows(
    () => refuseNewUnread([a], [a, b]),
    ConfigError,
    "Cannot read /b: a loop",
  );
});

Deno.test("blameUnread() changes only the hint of an error about missing credentials", () => {
  const missing = () => new AssumeRoleError("x", { isBaseMissing: true });
  const files = { unread: [file("/a", "denied")], home: "/home/alice" };
  const hint = (error: unknown) => (error as AssumeRoleError).hint;
  assertEquals(
    hint(blameUnread(missing(), files)),
    "make /a readable if the credentials are there, or set HOME to your home directory",
  );
  assertEquals(hint(blameUnread(missing(), { home: "/" })), undefined);
  assertEquals(
    hint(blameUnread(missing(), { home: undefined })),
    `set ${
      IS_WINDOWS ? "USERPROFILE" : "HOME"
    } to your home directory, because ~/.aws cannot be found without it`,
  );
  const other = new AssumeRoleError("x", { hint: "y" });
  assertEquals(hint(blameUnread(other, files)), "y");
});
