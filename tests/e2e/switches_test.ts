/** End-to-end tests of switches that variables set, and of unknown variables. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertFails, e2e, OK, SERIAL } from "../mod.ts";

e2e("ASSUME_ROLE_NO_INPUT=1 forbids questions", async ({ run }) => {
  for (const value of ["1", "true"]) {
    assertFails(
      await run(["-r", "deploy", "--mfa-serial", SERIAL, "true"], {
        env: { ASSUME_ROLE_NO_INPUT: value },
      }),
      { error: /'--no-input' forbids asking/ },
    );
  }
});

e2e(
  "the variable of a switch may be 1, true, 0, false or empty; any other value is an error, also after a cached run",
  async ({ run }) => {
    assertEquals(await run("-r admin true"), OK);
    for (
      const name of ["NO_INPUT", "VERBOSE", "QUIET", "FORCE_REFRESH", "SERVER"]
    ) {
      const variable = `ASSUME_ROLE_${name}`;
      for (const value of ["0", "false", ""]) {
        for (const _ of ["first", "cached"]) {
          const env = { [variable]: value };
          assertEquals(await run("-r admin true", { env }), OK, name);
        }
      }
      for (const args of ["-r admin true", "-r admin", "-r admin --whoami"]) {
        assertFails(await run(args, { env: { [variable]: "yes" } }), {
          error:
            `Cannot use ${variable} 'yes': the value must be 1, true, 0 or false`,
          hint: null,
        });
      }
    }
  },
);

e2e(
  "ASSUME_ROLE_FORCE_REFRESH=1 gets a fresh session each time",
  async ({ aws, run }) => {
    const env = { ASSUME_ROLE_FORCE_REFRESH: "1" };
    for (const _ of [1, 2, 3]) await run("-r admin true", { env });
    const made = aws.actions().filter((action) => action === "AssumeRole");
    assertEquals(made.length, 3);
  },
);

e2e(
  "ASSUME_ROLE_SERVER=1 serves credentials to a command, and does not affect printing",
  async ({ run }) => {
    const env = { ASSUME_ROLE_SERVER: "1" };
    for (const _ of ["first", "cached"]) {
      const printed = await run("-r admin", { env });
      assertStringIncludes(printed.stdout, "AWS_ACCESS_KEY_ID=");
      const { stdout } = await run(
        "-r admin printenv AWS_CONTAINER_CREDENTIALS_FULL_URI",
        { env },
      );
      assertMatch(stdout, /^http:\/\/127\.0\.0\.1:\d+\/.*\n$/);
    }
    const off = { ASSUME_ROLE_SERVER: "0" };
    const { stdout } = await run(
      "--server -r admin printenv AWS_CONTAINER_CREDENTIALS_FULL_URI",
      { env: off },
    );
    assertMatch(stdout, /^http:/, "the option overrides the variable");
  },
);

e2e(
  "ASSUME_ROLE_VERBOSE=1 reports each step, also of a cached session",
  async ({ run }) => {
    const env = { ASSUME_ROLE_VERBOSE: "1" };
    for (const state of ["fresh", "cached", "cached"]) {
      const { status, stderr } = await run("-r admin true", { env });
      assertEquals(status, 0);
      assertMatch(
        stderr,
        new RegExp(`^assume-role: ${state} credentials of`, "m"),
      );
    }
  },
);

e2e(
  "ASSUME_ROLE_QUIET=1 hides warnings, also of a cached session; '-v' overrides it",
  async ({ home, run }) => {
    home.writeHome(
      ".aws/credentials",
      home.readHome(".aws/credentials") +
        "\n[111111111111-admin]\naws_access_key_id = AKIAOTHER\n",
    );
    const env = { ASSUME_ROLE_QUIET: "1" };
    assertMatch((await run("-r admin true")).stderr, /^assume-role: warning: /);
    home.removeCache();
    assertEquals(await run("-r admin true", { env }), OK);
    assertEquals(await run("-r admin true", { env }), OK);
    const { stderr } = await run("-v -r admin true", { env });
    assertMatch(stderr, /^assume-role: cached credentials of/m);
  },
);

e2e(
  "'-q' and '-v' exclude each other, also as variables; an option overrides both variables",
  async ({ run }) => {
    const env = { ASSUME_ROLE_QUIET: "1", ASSUME_ROLE_VERBOSE: "1" };
    assertFails(await run("-q -v -r admin true"), {
      error: "Options '--quiet' and '--verbose' exclude each other",
    });
    const result = await run("-r admin true", { env });
    assertEquals(result.status, 125);
    assertStringIncludes(
      result.stderr,
      "error: Variables ASSUME_ROLE_QUIET and ASSUME_ROLE_VERBOSE exclude each other\n",
    );
    assertEquals(await run("-q -r admin true", { env }), OK);
  },
);

e2e(
  "--explain shows the variable of a switch as the source",
  async ({ run }) => {
    const { stdout } = await run("-v -r admin --explain", {
      env: {
        ASSUME_ROLE_NO_INPUT: "1",
        ASSUME_ROLE_SERVER: "true",
        ASSUME_ROLE_FORCE_REFRESH: "1",
      },
    });
    for (const name of ["NO_INPUT", "SERVER", "FORCE_REFRESH"]) {
      assertMatch(
        stdout,
        new RegExp(`${name.toLowerCase()} +true +.*ASSUME_ROLE_${name}`),
      );
    }
  },
);

e2e(
  "a mistyped variable of assume-role is a warning in every run, also with a cached session",
  async ({ run }) => {
    const rows = [
      ["DURTION", "did you mean ASSUME_ROLE_DURATION?"],
      ["TAGS", "did you mean ASSUME_ROLE_TAG?"],
      ["REGON", "did you mean ASSUME_ROLE_REGION?"],
      ["ROLE_PREFIX", "set the key 'role_prefix' of assume-role.yaml instead"],
      ["MFA_SESSION", "set the key 'mfa_session' of assume-role.yaml instead"],
    ];
    for (const [name, remedy] of rows) {
      const env = { [`ASSUME_ROLE_${name}`]: "1h" };
      const stderr =
        `assume-role: warning: No variable of assume-role has the name ASSUME_ROLE_${name}: ${remedy}\n`;
      for (const _ of ["first", "cached", "cached"]) {
        assertEquals(await run("-r admin true", { env }), { ...OK, stderr });
      }
      assertEquals((await run("-r admin", { env })).stderr, stderr);
      assertEquals((await run("-r admin --explain", { env })).stderr, stderr);
      assertEquals(await run("-q -r admin true", { env }), OK);
    }
  },
);

e2e(
  "a foreign or known variable of the same prefix is no warning; --doctor names the unknown one",
  async ({ run }) => {
    const env = {
      ASSUME_ROLE_CIRCUS: "x",
      ASSUME_ROLE_ARN: "arn:aws:iam::111111111111:role/admin",
      ASSUME_ROLE_INSTALL_URL: "https://example.com",
    };
    assertEquals(await run("-r admin true", { env }), OK);
    const { stdout } = await run("--doctor", {
      env: { ...env, ASSUME_ROLE_DURTION: "1h" },
    });
    assertStringIncludes(
      stdout,
      "No variable of assume-role has the name ASSUME_ROLE_CIRCUS",
    );
    assertStringIncludes(stdout, "did you mean ASSUME_ROLE_DURATION?");
    assertEquals(stdout.includes("ASSUME_ROLE_INSTALL_URL"), false);
  },
);
