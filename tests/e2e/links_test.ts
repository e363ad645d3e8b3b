/** Symbolic links in `~/.aws` that lead to no file, and directories that vanish. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  e2e,
  keysInEnv,
  OK,
  program,
  type Result,
  type TestHome,
  unix,
} from "../mod.ts";

const RAN: Result = { ...OK, stdout: "ran\n" };
const env = keysInEnv(ALICE);

/** Makes a symbolic link in an `~/.aws` without other files. */
async function link(home: TestHome, name: string, target: string) {
  const folder = join(home.path, ".aws");
  await Deno.remove(folder, { recursive: true });
  await Deno.mkdir(folder);
  await Deno.symlink(target, join(folder, name));
}

e2e(
  "a link to a missing file counts as a missing file, and a profile is saved where the link leads",
  unix,
  async ({ home, run }) => {
    for (const target of ["../new", join(home.path, "new"), "../old/../new"]) {
      await Deno.mkdir(join(home.path, "old"), { recursive: true });
      await link(home, "credentials", target);
      assertEquals(await run("-r admin echo ran", { env }), RAN, target);
      assertEquals(await run("-r admin echo ran", { env }), RAN, target);
      assertStringIncludes(home.readHome("new"), "[111111111111-admin]\n");
      const path = join(home.path, ".aws", "credentials");
      assertEquals(await Deno.readLink(path), target);
      await Deno.remove(join(home.path, "new"));
    }
    for (const name of ["config", "assume-role.yaml"]) {
      await link(home, name, "../new");
      assertEquals(await run("-r admin echo ran", { env }), RAN, name);
    }
    await link(home, "credentials", "../new");
    const served = await run("-r admin --server echo ran", { env });
    assertEquals([served.status, served.stdout], [0, "ran\n"]);
    await link(home, "named", "../missing");
    const named = {
      ...env,
      AWS_SHARED_CREDENTIALS_FILE: join(home.path, ".aws", "named"),
    };
    assertEquals(await run("-r admin echo ran", { env: named }), RAN);
    const { stdout } = await run("--doctor", { env });
    assertEquals(stdout.includes("symbolic links"), false, stdout);
  },
);

e2e(
  "if a link leads into a missing directory, a warning says so, and the command runs",
  unix,
  async ({ home, run }) => {
    await link(home, "credentials", "../missing/new");
    const { status, stdout, stderr } = await run("-r admin echo ran", { env });
    assertEquals([status, stdout], [0, "ran\n"]);
    assertMatch(
      stderr,
      /^assume-role: warning: Cannot save the profile '111111111111-admin' in \S+\/\.aws\/credentials: no such file or directory\n$/,
    );
  },
);

e2e(
  "a link to itself is reported, and the command runs",
  unix,
  async ({ home, run }) => {
    await link(home, "credentials", "credentials");
    const { status, stdout, stderr } = await run("-r admin echo ran", { env });
    assertEquals([status, stdout], [0, "ran\n"]);
    assertMatch(stderr, /credentials: too many levels of symbolic links/);
  },
);

e2e(
  "a home that vanishes while a command runs harms neither the command nor the run",
  unix,
  async ({ home }) => {
    for (const flags of [[], ["--server"]]) {
      await Deno.mkdir(join(home.path, ".aws"), { recursive: true });
      const script = 'rm -rf "$HOME"; echo ran; exit 7';
      const result = await home.exec(
        argv`${program()} -q -r ${ADMIN_ARN} ${flags} sh -c ${script}`,
        { env },
      );
      assertEquals([result.status, result.stdout], [7, "ran\n"]);
      await Deno.mkdir(home.path, { recursive: true });
    }
  },
);

e2e(
  "a working directory that vanishes while a command runs does not change its exit status",
  unix,
  async ({ home }) => {
    for (const flags of [[], ["--server"]]) {
      const cwd = join(home.root, "gone");
      await Deno.mkdir(cwd);
      const script = "rmdir ../gone; exit 7";
      const { status, stderr } = await home.exec(
        argv`${program()} -q -r ${ADMIN_ARN} ${flags} sh -c ${script}`,
        { env, cwd },
      );
      assertEquals([status, stderr], [7, ""]);
    }
  },
);
