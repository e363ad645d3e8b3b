/** Files and directories that other users can write to, by their modes or by ACLs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  assertFails,
  e2e,
  fixture,
  OK,
  PREFIX_YAML,
  root,
  type TestHome,
  unix,
} from "../mod.ts";

const REASON = "an ACL may let other users write to the file";

/** Lets another user read or write a file by its ACL; the mode shows 0664. */
async function setAcl(home: TestHome, path: string, permissions = 6) {
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
