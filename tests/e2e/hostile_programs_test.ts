/**
 * Programs that try to control the terminal, to forge lines or to repeat secrets, and the whole
 * output of processes of assume-role.
 */
import { assert } from "@std/assert";
import {
  e2e,
  PREFIX,
  PREFIX_YAML,
  program,
  SERIAL,
  terminal,
  unix,
} from "../mod.ts";
import {
  check,
  hostileTest,
  PASSWORD,
  SECRET,
  URL_WITH_PASSWORD,
} from "./hostile/check.ts";
import {
  assertClean,
  FORGED,
  HOSTILE,
  HOSTILE_LINE,
  Secrets,
} from "./hostile/values.ts";
import { STARTS } from "./starting_points/starting_point.ts";

const NAME = `${HOSTILE_LINE}\n${FORGED}`;

hostileTest("messages of programs", async ({ home }) => {
  const forms = new Secrets([SECRET, PASSWORD]);
  const path = home.write("text", HOSTILE);
  const secrets = home.write(
    "secrets",
    Array.from({ length: forms.count }, (_, at) => forms.repeat(at)).join("\n"),
  );
  const output = home.write("output", `${HOSTILE} 123456 7`);
  const env = { https_proxy: `http://me:${PASSWORD}@127.0.0.1:2` };
  // A line that looks like a line of assume-role can arrive in pieces.
  const pieces = home.write(
    "pieces",
    `printf ' assume-' >&2; sleep 0.4; printf '${
      FORGED.slice("assume-".length)
    }\\n' >&2; cat ${output}\n`,
  );
  home.writeHome(
    ".aws/config",
    `[profile x]\ncredential_process = sh ${pieces}\n`,
  );
  await check(home, [["--profile", "x", "-r", "end", "true"]], "pieces");
  for (const end of ["exit 1", "sleep 0.4; exit 1", `cat ${output}; exit 0`]) {
    for (const file of [path, secrets]) {
      const program = home.write("program", `cat ${file} >&2; ${end}\n`);
      const line = `sh ${program} --token ${SECRET}`;
      for (
        const [args, config] of [
          [["--profile", "x"], `credential_process = ${line}`],
          [
            ["--profile", "x"],
            `role_arn = ${PREFIX}end\nweb_identity_token_process = ${line}`,
          ],
          [["--mfa-command", line, "--mfa-serial", SERIAL], ""],
        ] as const
      ) {
        home.writeHome(".aws/config", `[profile x]\n${config}\n`);
        const run = ["-v", ...args, "-r", "guarded", "true"];
        await check(home, [run], `${file}; ${end}`, env);
      }
    }
  }
});

e2e("a terminal shows no control character of the names of MFA devices", {
  ...terminal,
  world: STARTS,
}, async ({ aws, home }) => {
  aws.changeAnswers((action, answer) => {
    if (action !== "ListMFADevices") return Promise.resolve(answer);
    const member = `<member><SerialNumber>${
      HOSTILE.replaceAll("\0", "")
    }</SerialNumber></member>`;
    return Promise.resolve(
      new Response(
        `<ListMFADevicesResponse><ListMFADevicesResult><MFADevices>${member}${member}</MFADevices><IsTruncated>false</IsTruncated></ListMFADevicesResult></ListMFADevicesResponse>`,
      ),
    );
  });
  const { status, stdout } = await home.runOnTerminal("-v -r guarded true", []);
  const shown = stdout.replaceAll("\r\n", "\n");
  assertClean(shown, "devices");
  assert(status === 125 && shown.includes("no valid MFA devices"), shown);
});

e2e("processes of assume-role write no control character and no forged line", {
  ...unix,
  world: STARTS,
}, async ({ home }) => {
  const name = HOSTILE_LINE.replace(/\r.*/, "");
  home.writeHome(
    ".aws/config",
    `[profile "${name}"]\nrole_arn = ${PREFIX}end\nsource_profile = default\n`,
  );
  home.write(
    "assume-role.yaml",
    `${PREFIX_YAML}roles: { ${JSON.stringify(HOSTILE)}: ${
      JSON.stringify(`${PREFIX}end`)
    } }\n`,
  );
  const secrets = new Secrets([PASSWORD]);
  const env = {
    https_proxy: URL_WITH_PASSWORD,
    AWS_CA_BUNDLE: NAME,
    ASSUME_ROLE_EXTERNAL_ID: URL_WITH_PASSWORD,
    ASSUME_ROLE_X: HOSTILE,
  };
  for (
    const args of [
      ["--list"],
      ["--list", "--json"],
      ["--explain", "-r", HOSTILE],
      ["--explain", "-r", "end", "--json"],
      ["--doctor", "--json"],
      ["-v", "-r", "end", "--whoami"],
      ["-v", "-r", "end", "true"],
      ["-r", "end", HOSTILE],
      ["--doctor"],
      ["--clear-cache", "-r", PREFIX + HOSTILE],
      ["--completions", "roles"],
      [`--${HOSTILE}`],
    ]
  ) {
    for (const variables of [{}, env]) {
      const { stdout, stderr } = await home.run(args, { env: variables });
      assertClean(stdout, args.join(" "));
      assertClean(stderr, args.join(" "));
      secrets.refuse(stdout + stderr, args.join(" "));
    }
    const shown = await home.play([...program(), ...args], [], { env });
    assertClean(shown.stdout.replaceAll("\r\n", "\n"), args.join(" "));
  }
});
