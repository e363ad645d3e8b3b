/** Configuration files that an ACL lets other users write to. */
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
