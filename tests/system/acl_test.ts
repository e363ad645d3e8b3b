import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { ConfigError } from "../../lib/errors.ts";
import { checkAcl } from "../../lib/system/acl.ts";
import { quote } from "../../lib/system/distrust.ts";
import { readTrusted } from "../../lib/system/trusted_file.ts";
import { root } from "../guards.ts";

/** Creates a file that its group can write to, and the paths of some programs. */
function makeFiles(): Disposable & {
  path: string;
  script: (text: string) => string;
} {
  const directory = Deno.makeTempDirSync();
  const path = join(directory, "it's.yaml");
  Deno.writeTextFileSync(path, "text\n");
  Deno.chmodSync(path, 0o664);
  return {
    path,
    script: (text) => {
      const path = join(directory, "ls");
      Deno.writeTextFileSync(path, `#!/bin/sh\n${text}\n`);
      Deno.chmodSync(path, 0o700);
      return path;
    },
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

// The group of root's files counts as root's private group.
const linuxRoot = { ignore: root.ignore || Deno.build.os !== "linux" };

Deno.test("checkAcl() accepts a file without an ACL", linuxRoot, async () => {
  using files = makeFiles();
  const file = (await readTrusted(files.path))!;
  assertEquals(typeof file.aclStamp, "string");
  await checkAcl(files.path, file);
  Deno.chmodSync(files.path, 0o644);
  assertEquals(await readTrusted(files.path), { text: "text\n" });
});

Deno.test(
  "checkAcl() refuses a file if ls cannot tell whether there is an ACL",
  linuxRoot,
  async () => {
    using files = makeFiles();
    const { path } = files;
    const file = (await readTrusted(path))!;
    const inode = Deno.statSync(path).ino!;
    const rows: readonly (readonly [string, string])[] = [
      ["/nowhere/ls", "there is no 'ls' in /usr/bin or /bin"],
      // busybox
      [
        `[ "$1" = --version ] || echo "${inode} -rw-rw-r--    1 root root 5 x"`,
        "LS does not show ACLs",
      ],
      [
        `echo "${inode + 1} -rw-rw-r-- 1 root root 5 x (GNU coreutils)"`,
        "LS does not show the file",
      ],
      ["exit 1", "LS does not show the file"],
      ["kill -9 $$", "LS does not show the file"],
    ];
    for (const [text, reason] of rows) {
      const ls = text.startsWith("/") ? text : files.script(text);
      const error = await assertRejects(
        () => checkAcl(path, file, [ls]),
        ConfigError,
      );
      assertEquals([error.message, error.hint], [
        `Cannot use ${path}: the group can write to the file, and assume-role cannot check whether an ACL lets other users write: ${
          reason.replace("LS", ls)
        }`,
        `check the contents of the file, then run: chmod g-w ${quote(path)}`,
      ]);
    }
  },
);
