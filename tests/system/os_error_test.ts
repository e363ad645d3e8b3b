import { assertEquals } from "@std/assert";
import { reasonOf } from "../../lib/system/os_error.ts";

Deno.test("reasonOf() returns the reason of an error without the text that Deno adds", () => {
  const { errors } = Deno;
  const cases: readonly (readonly [unknown, string])[] = [
    [new errors.NotFound("x"), "no such file or directory"],
    [new errors.PermissionDenied("x"), "permission denied"],
    [new errors.IsADirectory("x"), "is a directory"],
    [new errors.NotADirectory("x"), "a part of the path is not a directory"],
    [new errors.AlreadyExists("x"), "already exists"],
    [new errors.FilesystemLoop("x"), "too many levels of symbolic links"],
    [
      new Error("No space left on device (os error 28): write 'x'"),
      "no space left on device",
    ],
    [
      new Error("Failed to spawn '/My/Tool': File name too long (os error 36)"),
      "file name too long",
    ],
    [
      new Error("TLS handshake with AWS failed"),
      "TLS handshake with AWS failed",
    ],
    [new Error("Odd"), "odd"],
    ["text", "text"],
    [undefined, "undefined"],
  ];
  for (const [error, reason] of cases) {
    assertEquals(reasonOf(error), reason);
  }
});

Deno.test("reasonOf() recognizes the errors that Deno throws", async () => {
  const directory = Deno.makeTempDirSync();
  const reason = (work: () => Promise<unknown>) => work().catch(reasonOf);
  assertEquals(
    [
      await reason(() => Deno.readFile(`${directory}/none`)),
      await reason(() => Deno.mkdir(directory)),
    ],
    ["no such file or directory", "already exists"],
  );
  Deno.removeSync(directory);
});
