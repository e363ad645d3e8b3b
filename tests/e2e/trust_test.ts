/** Files and directories that other users can write to, by their modes or by ACLs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  argv,
  assertFails,
  e2e,
  eventually,
  fixture,
  OK,
  PREFIX_YAML,
  program,
  root,
  type TestHome,
  unix,
} from "../mod.ts";
import { AS_USER, closed, succeeds } from "./closed.ts";

const REASON = "an ACL may let other users write to the file";

/**
 * Waits until the next change of a file has another time: Deno's `ctime` has whole seconds, and
 * the clock of the file system lags behind by some milliseconds.
 */
async function outlastChange(path: string) {
  const { ctime } = Deno.statSync(path);
  await eventually(() => Date.now() >= ctime!.getTime() + 1100);
}

/** Lets another user read or write a file by its ACL; the mode shows 0664. */
async function setAcl(home: TestHome, path: string, permissions = 6) {
  await outlastChange(path);
  const script = fixture("set_acl.py");
  const result = await home.exec(
    argv`python3 ${script} ${path} 12345 ${permissions}`,
  );
  assertEquals(result, OK);
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o664);
}

/** Whether root runs the tests, and the file system has ACLs. */
async function canSetAcl(): Promise<boolean> {
  if (root.ignore || Deno.build.os !== "linux") return false;
  const path = await Deno.makeTempFile();
  try {
    const args = [fixture("set_acl.py"), path, "12345", "6"];
    const { code } = await new Deno.Command("python3", { args }).output();
    return code === 0;
  } catch {
    return false; // there is no Python
  } finally {
    await Deno.remove(path);
  }
}

// The group of root's files counts as root's private group.
const withAcl = { ignore: !await canSetAcl() };

e2e(
  "assume-role.yaml is refused if an ACL lets another user write, also after runs with a stored plan",
  withAcl,
  async ({ home, run }) => {
    const path = join(home.project, "assume-role.yaml");
    const show = () => run("-r admin echo ran");
    const ran = { ...OK, stdout: "ran\n" };
    const refuses = async () =>
      assertFails(await show(), {
        error: `Cannot use ${path}: ${REASON}`,
        hint: `check the contents of the file, then run: chmod g-w '${path}'`,
      });
    Deno.chmodSync(path, 0o664);
    for (const _ of [1, 2, 3]) assertEquals(await show(), ran);
    await setAcl(home, path);
    for (const _ of [1, 2]) await refuses();
    // An ACL whose mask lets the group write can be changed without a visible change.
    await setAcl(home, path, 4);
    await refuses();
    // The hint helps.
    assertEquals(await home.exec(argv`chmod g-w ${path}`), OK);
    assertEquals(await show(), ran);
  },
);

e2e(
  "files of the user and programs of ~/.aws/config are refused if an ACL lets another user write",
  withAcl,
  async ({ home, run }) => {
    const own = home.writeHome(".aws/assume-role.yaml", PREFIX_YAML);
    await setAcl(home, own);
    assertFails(await run("-r admin true"), {
      error: `Cannot use ${own}: ${REASON}`,
    });
    Deno.removeSync(own);
    const config = home.writeHome(
      ".aws/config",
      "[default]\nmfa_process = echo 123456\n",
    );
    await setAcl(home, config);
    assertFails(await run("-r admin true"), {
      error: `Cannot use ${config}: ${REASON}`,
    });
    const doctor = await run("--doctor");
    assertStringIncludes(doctor.stdout, `${config}: ${REASON}; `);
  },
);

/** Whether tests can put files in the place of files of the system, for one program. */
const canMount = await succeeds(["unshare", "-m", "true"]);
const AS_STRANGER = argv`setpriv --reuid 12345 --regid 12345 --clear-groups`;
const isLinuxRoot = !root.ignore && Deno.build.os === "linux";

/** Runs a program with other lists of groups and accounts. */
async function runWithLists(
  home: TestHome,
  lists: Record<"group" | "passwd", string>,
  command: readonly string[],
) {
  const mounts = Object.entries(lists).map(([name, text]) => {
    const path = join(home.root, name);
    Deno.writeTextFileSync(path, text);
    return `mount --bind ${path} /etc/${name} && `;
  });
  return await home.exec(
    argv`unshare -m sh -c ${`${mounts.join("")} exec "$@"`} sh ${command}`,
  );
}

/** Changes a file: until then, the stored plan of an earlier run stays in use. */
async function change(path: string) {
  await outlastChange(path);
  Deno.utimeSync(path, 1, 1);
}

const groupRefusal = (path: string, reason: string) => ({
  error: `Cannot use ${path}: the group can write to the file, and ${reason}`,
  hint: `check the contents of the file, then run: chmod g-w '${path}'`,
});

e2e(
  "assume-role.yaml is refused if its group can write to the file and has another member",
  { ignore: !isLinuxRoot || !canMount },
  async ({ home }) => {
    const path = join(home.project, "assume-role.yaml");
    Deno.chmodSync(path, 0o664);
    const passwd = "root:x:0:0::/root:/bin/sh\nsync:x:4:0::/:/bin/sync\n";
    const show = (group: string) =>
      runWithLists(
        home,
        { group, passwd },
        argv`${program()} -r ${ADMIN_ARN} echo ran`,
      );
    const ran = { ...OK, stdout: "ran\n" };
    assertEquals(await show("root:x:0:root\nother:x:7:mallory\n"), ran);
    for (
      const [group, reason] of [
        ["root:x:0:\nalias:x:0:mallory\n", "mallory"],
        ["root:x:0:root,mallory\n", "mallory"],
      ] as const
    ) {
      await change(path);
      assertFails(
        await show(group),
        groupRefusal(path, `the group has another member, '${reason}'`),
      );
    }
    Deno.chmodSync(path, 0o644);
    assertEquals(await show("root:x:0:root,mallory\n"), ran);
  },
);

e2e(
  "assume-role.yaml is refused if its group is the main group of another user, or is not known",
  {
    ignore: !isLinuxRoot || !canMount ||
      !await succeeds([...AS_STRANGER, ...program(), "--version"]),
  },
  async ({ home }) => {
    const path = join(home.project, "assume-role.yaml");
    Deno.chmodSync(path, 0o664);
    assertEquals(await home.exec(argv`chown -R 12345:12345 ${home.root}`), OK);
    const show = (passwd: string, group = "alice:x:12345:\n") =>
      runWithLists(
        home,
        { group, passwd },
        argv`${AS_STRANGER} ${program()} -r ${ADMIN_ARN} echo ran`,
      );
    const alice = "alice:x:12345:12345::/:/bin/sh\n";
    assertEquals(await show(alice), { ...OK, stdout: "ran\n" });
    await change(path);
    assertFails(
      await show(`${alice}bob:x:12346:12345::/:/bin/sh\n`),
      groupRefusal(path, "the group has another member, 'bob'"),
    );
    assertFails(
      await show(alice, "other:x:7:\n"),
      groupRefusal(path, "the members of the group are not known"),
    );
  },
);

e2e(
  "the ls that shows ACLs is not searched in PATH",
  withAcl,
  async ({ home, run }) => {
    const path = join(home.project, "assume-role.yaml");
    await setAcl(home, path);
    const bin = join(home.project, "bin");
    home.write("bin/ls", `#!/bin/sh\ntouch ${home.root}/used\n`);
    Deno.chmodSync(join(bin, "ls"), 0o700);
    const env = { PATH: `${bin}:${Deno.env.get("PATH")}` };
    assertFails(await run("-r admin true", { env }), {
      error: `Cannot use ${path}: ${REASON}`,
    });
    const names = Array.from(Deno.readDirSync(home.root), ({ name }) => name);
    assert(!names.includes("used"), names.join());
  },
);

e2e(
  "a cache directory of another user is not used",
  root,
  async ({ aws, home, run }) => {
    const shared = join(home.root, "shared");
    const named = join(shared, "cache");
    Deno.mkdirSync(named, { recursive: true });
    Deno.chmodSync(shared, 0o1777);
    Deno.chownSync(named, 12345, 12345);
    assertFails(
      await run("-r admin true", { env: { ASSUME_ROLE_CACHE_DIR: named } }),
      {
        error:
          `Cannot use the cache directory ${named}: the directory belongs to user 12345`,
        hint:
          /^set ASSUME_ROLE_CACHE_DIR to a directory that only you can write to/,
      },
    );
    const path = join(home.path, ".aws/assume-role/cache");
    Deno.mkdirSync(path, { recursive: true });
    Deno.chownSync(path, 12345, 12345);
    for (const calls of [1, 2]) {
      const { status, stderr } = await run("-r admin true");
      assertEquals(status, 0);
      assertStringIncludes(
        stderr,
        `${path}: the directory belongs to user 12345`,
      );
      assertEquals(aws.count("AssumeRole"), calls);
    }
    assertEquals([...Deno.readDirSync(named), ...Deno.readDirSync(path)], []);
  },
);

e2e(
  "a hard link to a cache entry keeps the old session, and gets no new one",
  unix,
  async ({ home, run }) => {
    await run("-r admin true");
    const directory = join(home.path, ".aws/assume-role/cache");
    const name = Array.from(Deno.readDirSync(directory), ({ name }) => name)
      .find((name) => /^[0-9a-f]{64}\.json$/.test(name))!;
    const link = join(home.root, "link");
    Deno.linkSync(join(directory, name), link);
    const before = Deno.readTextFileSync(link);
    assertEquals(await run("-f -r admin true"), OK);
    assertEquals(Deno.readTextFileSync(link), before);
    assert(Deno.readTextFileSync(join(directory, name)) !== before);
  },
);

e2e(
  "a ~/.aws that others may write to is used as by the AWS CLI, and --doctor reports it",
  unix,
  async ({ home, run }) => {
    const path = join(home.path, ".aws");
    Deno.chmodSync(path, 0o777);
    assertEquals(await run("-r admin true"), OK);
    const { status, stdout } = await run("--doctor");
    assertEquals(status, 125);
    assertStringIncludes(
      stdout,
      `${path}: other users can write to the directory; `,
    );
  },
);

e2e(
  "assume-role.yaml is refused if any symbolic link of the chain to the file belongs to another user",
  root,
  async ({ home, run }) => {
    const path = join(home.project, "assume-role.yaml");
    const [first, second] = [
      join(home.root, "first"),
      join(home.root, "second"),
    ];
    Deno.renameSync(path, join(home.root, "file"));
    Deno.symlinkSync("file", second);
    Deno.symlinkSync(second, first);
    Deno.symlinkSync("../first", path);
    const ran = { ...OK, stdout: "ran\n" };
    for (const _ of [1, 2]) assertEquals(await run("-r admin echo ran"), ran);
    // The same text is not checked again.
    home.write("../other", `${PREFIX_YAML}region: eu-west-1\n`);
    Deno.removeSync(second);
    Deno.symlinkSync("other", second);
    await home.exec(argv`chown -h 12345 ${second}`);
    assertFails(await run("-r admin echo ran"), {
      error:
        `Cannot use ${second}: the symbolic link at this path belongs to user 12345`,
    });
  },
);

/** Lets alice's keys and profiles be in a directory of several users; returns the lock's path. */
function shareDirectory(home: TestHome, mode: number) {
  const directory = join(home.root, "shared");
  const credentials = join(directory, "credentials");
  const lock = join(directory, ".assume-role-credentials.lock");
  Deno.mkdirSync(directory);
  Deno.copyFileSync(join(home.path, ".aws/credentials"), credentials);
  Deno.chmodSync(credentials, 0o600);
  Deno.chmodSync(directory, mode);
  const env = { AWS_SHARED_CREDENTIALS_FILE: credentials };
  const refusal = (reason: string) =>
    `assume-role: warning: Cannot save the profile '111111111111-admin' in ${credentials}: ${reason}\n`;
  return { directory, lock, env, refusal };
}

e2e(
  "another user who replaces a held lock again and again delays a run for five seconds at most",
  root,
  async ({ home, run }) => {
    const { directory, lock, env, refusal } = shareDirectory(home, 0o1777);
    const create = (path: string) => {
      const file = Deno.openSync(path, { createNew: true, write: true });
      Deno.chownSync(path, 12345, 12345);
      Deno.chmodSync(path, 0o666);
      file.lockSync(true);
      return file;
    };
    let held = create(lock);
    let left = 6;
    const timer = setInterval(() => {
      const next = left-- > 0 ? create(join(directory, "next")) : undefined;
      if (next !== undefined) Deno.renameSync(join(directory, "next"), lock);
      if (left >= 0) held.close();
      held = next ?? held;
      if (left < 0) held.unlockSync();
    }, 3000);
    const { status, stdout, stderr } = await run("-r admin echo ran", { env });
    clearInterval(timer);
    held.close();
    assertEquals([status, stdout], [0, "ran\n"]);
    // One of two limits of five seconds ends the wait.
    const reasons = [
      `another process holds the lock file ${lock}`,
      `the lock file ${lock} belongs to another user, and a process holds the file`,
    ].map(refusal);
    assert(reasons.some((reason) => stderr.endsWith(reason)), stderr);
  },
);

e2e(
  "another user who renames a file of the user to the path of the lock neither empties the file nor holds a run",
  unix,
  async ({ home, run }) => {
    const { lock, env, refusal } = shareDirectory(home, 0o777);
    Deno.writeTextFileSync(lock, "notes");
    const held = Deno.openSync(lock);
    held.lockSync(true);
    // Without a limit, the wait ends when the lock is released.
    const timer = setTimeout(() => held.unlockSync(), 15_000);
    const { status, stderr } = await run("-r admin true", { env });
    assertEquals(status, 0);
    assertStringIncludes(
      stderr,
      refusal(`another process holds the lock file ${lock}`),
    );
    assertFails(await run("--clear-cache", { env }), {
      error:
        `Cannot clear ${env.AWS_SHARED_CREDENTIALS_FILE}: another process holds the lock file ${lock}`,
    });
    clearTimeout(timer);
    held.close();
    assertEquals(
      (await run("-r admin true", { env })).stderr,
      refusal(`the lock file ${lock} has text; remove the file`),
    );
    assertEquals(Deno.readTextFileSync(lock), "notes");
  },
);

e2e(
  "a warning names the file of a lock that another user lets nobody open",
  { ignore: closed.ignore || root.ignore },
  async ({ home }) => {
    const { lock, env, refusal } = shareDirectory(home, 0o1777);
    Deno.writeTextFileSync(lock, "");
    Deno.chmodSync(lock, 0o600);
    Deno.chownSync(lock, 12345, 12345);
    const { status, stderr } = await home.exec(
      argv`${AS_USER} ${program()} -r ${ADMIN_ARN} true`,
      { env },
    );
    assertEquals(
      [status, stderr],
      [0, refusal(`the lock file ${lock} belongs to another user`)],
    );
  },
);
