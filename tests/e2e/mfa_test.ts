import { e2e } from "../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import { HAS_TERMINAL, program, TestHome } from "./test_home.ts";
import { worldWith } from "./worlds.ts";

const SERIAL = "arn:aws:iam::111111111111:mfa/alice";
/** The message before the question if it was not known that the role requires MFA. */
const GUESSED =
  "AWS denied arn:aws:iam::111111111111:role/deploy; the role may require MFA. ";
const PHONE = ALICE.devices![0]!;
const terminal = { ignore: !HAS_TERMINAL };

const actions = (aws: FakeAws) => aws.calls.map(({ action }) => action);

e2e(
  "MFA is found out, asked for on the terminal, and remembered",
  terminal,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const question = `MFA code for ${SERIAL}: `;
    const first = await home.runOnTerminal(
      ["-r", "deploy", "printenv", "ASSUME_ROLE_ARN"],
      [[question, `${code}\n`]],
    );
    assertEquals(
      first.stdout,
      `${GUESSED}${question}\r\narn:aws:iam::111111111111:role/deploy\r\n`,
    );
    assertEquals(first.status, 0);
    // At most four requests the first time.
    assertEquals(actions(aws), [
      "GetCallerIdentity",
      "AssumeRole",
      "ListMFADevices",
      "AssumeRole",
    ]);

    // The next time it is known that this role wants MFA, and which device: one request.
    const next = await aws.code(ALICE, SERIAL, 1);
    const second = await home.runOnTerminal("-f -r deploy true", [[
      question,
      `${next}\n`,
    ]]);
    assertEquals([second.status, actions(aws).length], [0, 5]);
    assertEquals(aws.calls.at(-1)?.params.SerialNumber, SERIAL);
  },
);

e2e(
  "a device that the file names is asked for at once",
  terminal,
  async ({ aws, home }) => {
    home.write(
      "assume-role.yaml",
      `role_prefix: arn:aws:iam::111111111111:role/\nmfa_serial: ${SERIAL}\n`,
    );
    const code = await aws.code(ALICE);
    const result = await home.runOnTerminal("-r deploy true", [[
      "MFA code",
      `${code}\n`,
    ]]);
    assertEquals(result.status, 0);
    assertEquals(actions(aws), ["GetCallerIdentity", "AssumeRole"]);
  },
);

e2e(
  "the profile's mfa_serial is a known device",
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", `[default]\nmfa_serial = ${SERIAL}\n`);
    const result = await run([
      "-r",
      "deploy",
      "--mfa-token",
      await aws.code(ALICE),
      "true",
    ]);
    assertEquals([result.status, actions(aws)], [0, [
      "GetCallerIdentity",
      "AssumeRole",
    ]]);
  },
);

e2e(
  "a wrong code is asked for again, three times",
  terminal,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const [wrong, other] = ["000000", "111111", "222222"]
      .filter((wrong) => wrong !== code);
    const right = await home.runOnTerminal("-r deploy true", [
      ["MFA code for", `${wrong}\n`],
      ["That code was rejected. MFA code for", "12345\n"],
      ["A code has six digits. MFA code for", `${code}\n`],
    ]);
    assertEquals(right.status, 0);
    const never = await home.runOnTerminal("-f -r deploy true", [
      ["MFA code for", `${wrong}\n`],
      ["rejected. MFA code for", `${other}\n`],
      ["rejected. MFA code for", `${wrong}\n`],
    ]);
    assertEquals(never.status, 125);
    assertStringIncludes(
      never.stdout,
      `error: AWS rejected the MFA code for ${SERIAL}`,
    );
  },
);

// uber/assume-role-cli's buffered stdin swallowed half of the child's input.
e2e(
  "the question does not touch the child's stdin",
  terminal,
  async ({ aws, home }) => {
    const input = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(
      "",
    );
    const result = await home.runOnTerminal(
      ["-r", "deploy", "sh", "-c", "cksum"],
      [["MFA code", `${await aws.code(ALICE)}\n`]],
      { stdin: input },
    );
    const plain = await home.exec(["cksum"], { stdin: input });
    assertEquals(result.stdout.split("\r\n").at(-2), plain.stdout.trim());
  },
);

e2e(
  "the code is not shown, and the question is not in the output",
  terminal,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const out = `${home.root}/out`;
    const words = [...program(), "-r", "deploy"];
    const shown = await home.play(
      [
        "sh",
        "-c",
        'out=$1; shift; exec "$@" >"$out"',
        "sh",
        out,
        ...words,
      ],
      [["MFA code", `${code}\n`]],
    );
    assertEquals(shown.stdout, `${GUESSED}MFA code for ${SERIAL}: \r\n`);
    assertMatch(
      await Deno.readTextFile(out),
      /^AWS_ACCESS_KEY_ID=\w+\nAWS_SECRET_ACCESS_KEY=.+\nAWS_SESSION_TOKEN=.+\n$/,
    );
  },
);

Deno.test(
  "of several devices one is chosen; FIDO keys are left out, pages are followed",
  terminal,
  async () => {
    const tablet = {
      serial: "arn:aws:iam::111111111111:mfa/alice-tablet",
      secret: "another secret",
    };
    const { world, user } = worldWith({
      devices: [
        { serial: "arn:aws:iam::111111111111:u2f/user/alice/key-ABC" },
        PHONE,
        tablet,
      ],
    });
    await using aws = new FakeAws(world, { pageSize: 1 });
    await using home = new TestHome(aws, user);
    const result = await home.runOnTerminal("-r deploy true", [
      [`1  ${SERIAL}\r\n  2  ${tablet.serial}\r\n1-2: `, "7\n"],
      ["Please type a number from 1 to 2: ", "2\n"],
      [
        `MFA code for ${tablet.serial}: `,
        `${await aws.code(user, tablet.serial)}\n`,
      ],
    ]);
    assertEquals([result.status, result.stdout.includes("never asked")], [
      0,
      false,
    ]);
    assertEquals(aws.count("ListMFADevices"), 3);
    assert(!result.stdout.includes("u2f"));
  },
);

Deno.test("with FIDO keys alone, it is said what is missing", async () => {
  const { world, user } = worldWith({
    devices: [{ serial: "arn:aws:iam::111111111111:u2f/user/alice/key-ABC" }],
  });
  await using aws = new FakeAws(world);
  await using home = new TestHome(aws, user);
  assertEquals((await home.run("-r deploy true")).stderr.split("\n"), [
    "assume-role: error: Cannot use MFA: you have no device that shows codes",
    "assume-role: hint: register an authenticator app or a TOTP token: AssumeRole accepts no FIDO keys",
    "",
  ]);
});

// 99designs/aws-vault#486: a prompt that hangs a headless run.
e2e(
  "without a terminal, it fails at once and says what it needs",
  async ({ home }) => {
    const result = await home.exec([
      "setsid",
      "-w",
      ...program(),
      "-r",
      "deploy",
      "cat",
    ], {
      stdin: "123456\n",
    });
    assertEquals(result, {
      status: 125,
      signal: null,
      stdout: "",
      stderr:
        `assume-role: error: ${GUESSED}An MFA code for ${SERIAL} is needed, and there is no terminal to ask on\n` +
        "assume-role: hint: give a code with '--mfa-token', or a program that prints one with '--mfa-command'\n",
    });
  },
);

e2e(
  "without a terminal and without a command, the code is read from stdin",
  async ({ aws, home }) => {
    const result = await home.exec(
      ["setsid", "-w", ...program(), "-r", "deploy"],
      {
        stdin: `${await aws.code(ALICE)}\n`,
      },
    );
    assertEquals([result.status, result.stderr], [0, ""]);
  },
);

e2e("--no-input never asks", async ({ run }) => {
  const result = await run("--no-input -r deploy", {
    stdin: "123456\n",
  });
  assertEquals(result.status, 125);
  assertMatch(
    result.stderr,
    /^assume-role: error: AWS denied \S+; the role may require MFA\. An MFA code .* is needed, and '--no-input' forbids asking\n/,
  );
});

e2e(
  "--mfa-command prints the code, whatever else its line says",
  async ({ aws, run }) => {
    const code = await aws.code(ALICE);
    const result = await run([
      "--mfa-command",
      `echo "AWS:alice  ${code}"`,
      "-r",
      "deploy",
      "cat",
    ], {
      stdin: "the child's own",
    });
    assertEquals(result, {
      status: 0,
      signal: null,
      stdout: "the child's own",
      stderr: "",
    });
  },
);

e2e(
  "a code that is rejected without anybody to ask is said so, and not shown",
  async ({ aws, run }) => {
    const wrong = await aws.code(ALICE) === "000000" ? "111111" : "000000";
    for (
      const option of [["--mfa-token", wrong], [
        "--mfa-command",
        `echo ${wrong}`,
      ]]
    ) {
      const result = await run([
        "--no-input",
        "-v",
        ...option,
        "-r",
        "deploy",
        "true",
      ]);
      assertEquals(result.status, 125);
      assertStringIncludes(
        result.stderr,
        `error: AWS rejected the MFA code for ${SERIAL}\n`,
      );
      assert(!result.stderr.includes(wrong));
    }
  },
);

e2e(
  "Ctrl-C at the question ends as by SIGINT and leaves the terminal as it was",
  terminal,
  async ({ home }) => {
    const quoted = [...program(), "-r", "deploy", "true"].map((word) =>
      `'${word}'`
    ).join(" ");
    const script =
      `trap : INT; stty -a >before\n${quoted}\necho "status $?"\nstty -a >after\ncmp before after && echo same\n`;
    home.write("script", script);
    const words = ["sh", "-c", ". ./script"];
    const result = await home.play(words, [["MFA code", "12\x03"]]);
    assertStringIncludes(result.stdout, "status 130");
    assertStringIncludes(result.stdout, "same");
  },
);

Deno.test("a caller whose devices cannot be listed learns what to do", async () => {
  const { world, user } = worldWith({ denied: ["iam:ListMFADevices"] });
  await using aws = new FakeAws(world);
  await using home = new TestHome(aws, user);
  const { status, stderr } = await home.run("-r deploy true");
  assertEquals(status, 125);
  assertMatch(
    stderr,
    /AWS denies access, and your MFA devices cannot be listed\n.*hint: .*--mfa-serial/s,
  );
});
