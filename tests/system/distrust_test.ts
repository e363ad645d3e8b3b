import { assertEquals } from "@std/assert";
import { findDistrust, type User } from "../../lib/system/distrust.ts";

Deno.test("findDistrust() gives a remedy that the user can carry out", () => {
  const alice: User = { uid: 1000, gid: 1000, isWsl: false };
  const rootUser: User = { uid: 0, gid: 0, isWsl: false };
  const sudo = (uid: number) =>
    `run assume-role as user ${uid}, for example with 'sudo -u "#${uid}"' or 'docker run --user ${uid}'`;
  const cases: readonly {
    readonly user: User;
    readonly link?: number;
    readonly owner: number;
    readonly mode?: number;
    readonly isDirectory?: boolean;
    readonly found: readonly [reason: string, remedy: string] | undefined;
  }[] = [
    { user: alice, owner: 1000, found: undefined },
    { user: alice, owner: 0, found: undefined },
    { user: alice, link: 1000, owner: 0, found: undefined },
    {
      user: alice,
      owner: 2000,
      found: ["the file belongs to user 2000", "run: sudo chown 1000 '/a'"],
    },
    {
      user: alice,
      link: 2000,
      owner: 1000,
      found: [
        "the symbolic link at this path belongs to user 2000",
        "run: sudo chown -h 1000 '/a'",
      ],
    },
    {
      user: alice,
      link: 1000,
      owner: 2000,
      found: [
        "the file, to which the symbolic link leads, belongs to user 2000",
        "run: sudo chown 1000 '/a'",
      ],
    },
    {
      user: rootUser,
      owner: 1000,
      isDirectory: true,
      found: ["the directory belongs to user 1000", sudo(1000)],
    },
    {
      user: alice,
      owner: 1000,
      mode: 0o666,
      found: ["other users can write to the file", "run: chmod go-w '/a'"],
    },
    { user: alice, owner: 1000, mode: 0o664, found: undefined },
    {
      user: alice,
      owner: 0,
      mode: 0o664,
      found: ["other users can write to the file", "run: sudo chmod go-w '/a'"],
    },
    {
      user: { ...alice, isWsl: true },
      owner: 1000,
      mode: 0o777,
      found: [
        "other users can write to the file",
        `add the lines '[automount]' and 'options = "metadata"' to /etc/wsl.conf, run 'wsl --shutdown' in Windows, and run: chmod go-w '/a'`,
      ],
    },
    {
      user: { ...alice, isWsl: true },
      owner: 1000,
      mode: 0o666,
      found: ["other users can write to the file", "run: chmod go-w '/a'"],
    },
  ];
  for (const { user, link, owner, mode = 0o644, found, ...rest } of cases) {
    const distrust = findDistrust(
      "/a",
      { uid: link ?? owner, isSymlink: link !== undefined },
      { uid: owner, gid: owner, mode, isDirectory: rest.isDirectory ?? false },
      user,
    );
    const [reason, remedy] = found ?? [];
    assertEquals(distrust, found && { reason: reason!, remedy: remedy! });
  }
});

Deno.test("findDistrust() quotes a path that has a quote", () => {
  const found = findDistrust(
    "/it's",
    { uid: 1, isSymlink: false },
    { uid: 1, gid: 1, mode: 0o666, isDirectory: false },
    { uid: 1, gid: 1, isWsl: false },
  );
  assertEquals(found?.remedy, "run: chmod go-w '/it'\\''s'");
});
