/**
 * The warning about access keys in `~/.aws/credentials` that programs use instead of the
 * session of `--server`, such as boto 2, awscurl and polars.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  e2e,
  keysInEnv,
  keysOf,
  OK,
  type TestHome,
  unix,
} from "../mod.ts";

const keysIn = (home: TestHome) =>
  `access keys in ${
    join(home.path, ".aws/credentials")
  }, which boto 2, awscurl, polars and other programs that read this file directly use instead of the session of '--server'`;

e2e("--server warns once about access keys that programs read directly", {
  ...unix,
}, async ({ home, run }) => {
  const first = await run("--server -r admin true");
  const warning = `The profile 'default' has ${keysIn(home)}`;
  assertEquals(first, {
    ...OK,
    stderr: `assume-role: warning: ${warning}\n`,
  });
  assertEquals(await run("--server -r admin true"), OK);
  // Another key is no reason for another warning, because some tools renew keys hourly.
  const text = home.readHome(".aws/credentials");
  home.writeHome(".aws/credentials", text.replace("[default]", "[old]"));
  const env = keysInEnv(ALICE);
  assertEquals(await run("--server -r admin true", { env }), OK);
  home.writeHome(
    ".aws/credentials",
    keysOf({ ...ALICE, accessKeyId: "AKIAFAKEOTHER0000001" }),
  );
  assertEquals(await run("--server -r admin true", { env }), OK);
});

e2e(
  "--server does not warn about access keys of another profile, or without --server",
  { ...unix },
  async ({ home, run }) => {
    assertEquals(await run("-r admin true"), OK);
    home.writeHome(".aws/credentials", keysOf(ALICE, "mine"));
    assertEquals(await run("--profile mine --server -r admin true"), OK);
  },
);

e2e(
  "--server warns at each run if there is no cache directory",
  { ...unix },
  async ({ home, run }) => {
    home.writeHome(".aws/assume-role", "a file in place of the directory");
    for (let i = 0; i < 2; i++) {
      const { stderr } = await run("--server -r admin true");
      assertStringIncludes(stderr, "boto 2, awscurl, polars");
    }
  },
);

e2e(
  "--doctor warns about access keys that programs read directly only if ASSUME_ROLE_SERVER switches the server on",
  {
    ...unix,
  },
  async ({ home, run }) => {
    const text = `profile 'default': has ${keysIn(home)}`;
    const expected =
      `warning  ${text}; run such programs without '--server', or give the profile another name\n`;
    const env = { ASSUME_ROLE_SERVER: "1" };
    const served = await run("--doctor", { env });
    assertEquals(served.status, 0);
    assertStringIncludes(served.stdout, expected);
    assertEquals((await run("--doctor")).stdout.includes("polars"), false);
    assertStringIncludes(
      (await run("--doctor -v")).stdout,
      `ok       ${text}\n`,
    );
    home.writeHome(".aws/credentials", keysOf(ALICE, "mine"));
    const { stdout } = await run("--profile mine --doctor", { env });
    assertEquals(stdout.includes("polars"), false);
  },
);
