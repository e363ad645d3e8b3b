/** MFA: finding the device, the prompt, `--mfa-token` and `--mfa-command`. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  ALICE,
  argv,
  ARN,
  assertFails,
  e2e,
  OK,
  PREFIX,
  PREFIX_YAML,
  program,
  SERIAL,
  terminal,
  WITHOUT_TERMINAL,
  worldWith,
} from "../mod.ts";

/** The text before the prompt if AWS denied a first AssumeRole without MFA. */
const DENIED = `AWS denied ${PREFIX}deploy; the role may require MFA. `;
const ASKED_AFTER_DENIAL =
  "AWS denied the role; the role may require MFA.\r\nMFA code for alice (role deploy): ";
/** The reason why assume-role cannot ask. */
const NO_TERMINAL = Deno.build.os === "windows"
  ? "stdin is not the console, so assume-role cannot ask"
  : "there is no terminal to ask on";
const FIDO_KEY = { serial: `${ARN}:u2f/user/alice/key-ABC` };
const TABLET = { serial: `${ARN}:mfa/alice-tablet`, secret: "another secret" };

e2e(
  "a role that requires MFA causes a prompt on the terminal, and the device is cached",
  terminal,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const question = "MFA code for alice (role deploy): ";
    const first = await home.runOnTerminal(
      "-r deploy printenv ASSUME_ROLE_ARN",
      [[question, `${code}\n`]],
    );
    assertEquals(
      first.stdout,
      `${ASKED_AFTER_DENIAL}\r\narn:aws:iam::111111111111:role/deploy\r\n`,
    );
    assertEquals(first.status, 0);
    // The first run makes four requests.
    assertEquals(aws.actions(), [
      "GetCallerIdentity",
      "AssumeRole",
      "ListMFADevices",
      "AssumeRole",
    ]);

    // The next run knows that the role requires MFA, and makes one request.
    const next = await aws.code(ALICE, SERIAL, 1);
    const second = await home.runOnTerminal("-f -r deploy true", [[
      question,
      `${next}\n`,
    ]]);
    assertEquals([second.status, aws.actions().length], [0, 5]);
    assertEquals(aws.calls.at(-1)?.params.SerialNumber, SERIAL);
  },
);

e2e(
  "with mfa_serial in assume-role.yaml, no AssumeRole without MFA is tried",
  terminal,
  async ({ aws, home }) => {
    home.write("assume-role.yaml", `${PREFIX_YAML}mfa_serial: ${SERIAL}\n`);
    const code = await aws.code(ALICE);
    const result = await home.runOnTerminal("-r deploy true", [[
      "MFA code",
      `${code}\n`,
    ]]);
    assertEquals(result.status, 0);
    assertEquals(aws.actions(), ["GetCallerIdentity", "AssumeRole"]);
  },
);

e2e(
  "with mfa_serial in the profile, no AssumeRole without MFA is tried",
  async ({ aws, home, run }) => {
    home.writeHome(".aws/config", `[default]\nmfa_serial = ${SERIAL}\n`);
    const code = await aws.code(ALICE);
    assertEquals(await run(`-r deploy --mfa-token ${code} true`), OK);
    assertEquals(aws.actions(), ["GetCallerIdentity", "AssumeRole"]);
  },
);

e2e(
  "the prompt appears up to three times for wrong codes",
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

// uber/assume-role-cli buffers stdin, so that the command loses half of its input.
e2e(
  "the prompt does not read the command's stdin",
  terminal,
  async ({ aws, home }) => {
    const input = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(
      "",
    );
    const result = await home.runOnTerminal(
      "-r deploy sh -c cksum",
      [["MFA code", `${await aws.code(ALICE)}\n`]],
      { stdin: input },
    );
    const plain = await home.exec(["cksum"], { stdin: input });
    assertEquals(result.stdout.split("\r\n").at(-2), plain.stdout.trim());
  },
);

e2e(
  "the typed code is not shown, and the prompt is not written to stdout",
  terminal,
  async ({ aws, home }) => {
    const code = await aws.code(ALICE);
    const out = `${home.root}/out`;
    const script = 'out=$1; shift; exec "$@" >"$out"';
    const shown = await home.play(
      argv`sh -c ${script} sh ${out} ${program()} -r deploy`,
      [["MFA code", `${code}\n`]],
    );
    assertEquals(shown.stdout, `${ASKED_AFTER_DENIAL}\r\n`);
    assertMatch(
      await Deno.readTextFile(out),
      /^AWS_ACCESS_KEY_ID=\w+\nAWS_SECRET_ACCESS_KEY=.+\nAWS_SESSION_TOKEN=.+\n$/,
    );
  },
);

e2e(
  "Ctrl-Z at the prompt changes nothing if no shell can continue the run",
  terminal,
  async ({ aws, home }) => {
    const { status, stdout } = await home.play(
      argv`${program()} -r deploy echo done`,
      [["MFA code", "\x1a"], ["", `${await aws.code(ALICE)}\n`, 1]],
    );
    assertEquals([status, stdout.split("\r\n").at(-2)], [0, "done"]);
  },
);

e2e(
  "the user chooses from the MFA devices on all pages of ListMFADevices; FIDO keys are not offered",
  {
    ...terminal,
    ...worldWith({ devices: [FIDO_KEY, ...ALICE.devices!, TABLET] }),
    aws: { pageSize: 1 },
  },
  async ({ aws, home }) => {
    const user = { ...ALICE, devices: [TABLET] };
    const code = await aws.code(user, TABLET.serial);
    const result = await home.runOnTerminal("-r deploy true", [
      [`1  ${SERIAL}\r\n  2  ${TABLET.serial}\r\n1-2: `, "7\n"],
      ["Please type a number from 1 to 2: ", "2\n"],
      ["MFA code for alice (device alice-tablet, role deploy): ", `${code}\n`],
    ]);
    assertEquals(result.status, 0, result.stdout);
    assert(!result.stdout.includes("never shown"), result.stdout);
    assertEquals(aws.count("ListMFADevices"), 3);
    assert(!result.stdout.includes("u2f"));
  },
);

e2e("a user with only FIDO keys gets an error and a hint", {
  ...worldWith({ devices: [FIDO_KEY] }),
}, async ({ run }) => {
  assertFails(await run("-r deploy true"), {
    error: "Cannot use MFA: you have no device that shows codes",
    hint:
      "register an authenticator app or a TOTP token: AssumeRole accepts no FIDO keys",
  });
});

// In 99designs/aws-vault#486, a prompt hangs a run without a terminal.
e2e(
  "without a terminal, a run that needs a code fails at once",
  async ({ home }) => {
    const result = await home.exec(
      argv`${WITHOUT_TERMINAL} ${program()} -r deploy cat`,
      {
        stdin: "123456\n",
      },
    );
    assertFails(result, {
      error: `${DENIED}An MFA code for ${SERIAL} is needed, and ${NO_TERMINAL}`,
      hint:
        "give a code with '--mfa-token', or set '--mfa-command' to a program that prints codes",
    });
  },
);

e2e(
  "without a terminal and without a command, the code is read from stdin",
  async ({ aws, home }) => {
    const stdin = `${await aws.code(ALICE)}\n`;
    const result = await home.exec(
      argv`${WITHOUT_TERMINAL} ${program()} -r deploy`,
      { stdin },
    );
    assertEquals([result.status, result.stderr], [0, ""]);
  },
);

e2e("--no-input never prompts", async ({ run }) => {
  const result = await run("--no-input -r deploy", { stdin: "123456\n" });
  assertFails(result, {
    error:
      /^AWS denied \S+; the role may require MFA\. An MFA code .* is needed, and '--no-input' forbids asking$/,
  });
});

e2e(
  "the program of --mfa-command may print other text beside the code",
  async ({ aws, run }) => {
    const command = `echo "AWS:alice  ${await aws.code(ALICE)}"`;
    const result = await run(argv`--mfa-command ${command} -r deploy cat`, {
      stdin: "for the command",
    });
    assertEquals(result, { ...OK, stdout: "for the command" });
  },
);

e2e(
  "if a code is rejected and there is no prompt, the error does not show the code",
  async ({ aws, run }) => {
    const wrong = await aws.code(ALICE) === "000000" ? "111111" : "000000";
    for (
      const option of [
        `--mfa-token=${wrong}`,
        `--mfa-command=echo ${wrong}`,
      ]
    ) {
      const result = await run(argv`--no-input -v ${option} -r deploy true`);
      assertEquals([result.status, result.stdout], [125, ""]);
      assertStringIncludes(
        result.stderr,
        `error: AWS rejected the MFA code for ${SERIAL}\n`,
      );
      assert(!result.stderr.includes(wrong));
    }
  },
);

e2e(
  "Ctrl-C at the prompt ends the run and restores the terminal",
  terminal,
  async ({ home }) => {
    const script =
      'trap : INT; stty -a >before; "$@"; echo "status $?"; stty -a >after; cmp before after && echo same';
    const result = await home.play(
      argv`sh -c ${script} sh ${program()} -r deploy true`,
      [["MFA code", "12\x03"]],
    );
    assertStringIncludes(result.stdout, "status 130");
    assertStringIncludes(result.stdout, "same");
  },
);

e2e("a caller who may not list MFA devices gets a hint", {
  ...worldWith({ denied: ["iam:ListMFADevices"] }),
}, async ({ run }) => {
  assertFails(await run("-r deploy true"), {
    error: /AWS denies access, and your MFA devices cannot be listed$/,
    hint: /--mfa-serial/,
  });
});
