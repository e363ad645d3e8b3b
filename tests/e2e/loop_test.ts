/**
 * Loops: a `credential_process` or an `mfa_command` runs assume-role, which needs the same
 * program again.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  e2e,
  type E2eOptions,
  keysOf,
  OK,
  PREFIX,
  program,
  quote,
  role,
  SERIAL,
  type TestHome,
  unix,
  WORLD,
} from "../mod.ts";

const TRUSTS = [ALICE_ARN, `${PREFIX}one`, `${PREFIX}two`];
/**
 * A world in which alice and the roles `one` and `two` may assume `admin`, `one` and `two`.
 * The tests do not run on Windows, because they need `sh`.
 */
const CIRCLES: E2eOptions = {
  ...unix,
  world: {
    ...WORLD,
    roles: [
      role("deploy", { requiresMfa: true }),
      ...["admin", "one", "two"].map((name) => role(name, { trusts: TRUSTS })),
    ],
  },
};
/** The error if `-r admin` runs the program of the profile `work`, which runs `-r admin` again. */
const LEADS_BACK = {
  error:
    `Cannot get the credentials of ${ADMIN_ARN}: the credential_process of the profile 'work' leads back to itself`,
  hint:
    "let credential_process use another profile: add '--profile' with the base profile",
};

/** Writes a shell script in which the function `assume_role` runs assume-role. */
function wrapper(home: TestHome, name: string, script: string): string {
  const path = home.writeHome(
    `bin/${name}`,
    `#!/bin/sh\nassume_role() { ${quote(program())} "$@"; }\n${script}\n`,
  );
  Deno.chmodSync(path, 0o700);
  return path;
}

function writeProfiles(
  home: TestHome,
  processes: Readonly<Record<string, string>>,
): void {
  const profiles = Object.entries(processes).map(([name, script]) =>
    `[profile ${name}]\ncredential_process = ${wrapper(home, name, script)}\n`
  );
  home.writeHome(".aws/config", profiles.join(""));
}

const AS_WORK = { env: { AWS_PROFILE: "work" } };

e2e(
  "a credential_process that runs assume-role with the same profile is an error",
  CIRCLES,
  async ({ aws, home, run }) => {
    writeProfiles(home, {
      work: "assume_role --role admin --format process",
    });
    assertFails(await run("-r admin true", AS_WORK), LEADS_BACK);
    assertFails(await run("-r admin", AS_WORK), LEADS_BACK);
    assertEquals(aws.calls, []);
  },
);

e2e(
  "a credential_process with the command line of its own run is an error with one reason",
  CIRCLES,
  async ({ aws, home, run }) => {
    const path = wrapper(home, "assume-role", 'assume_role "$@"');
    home.writeHome(
      ".aws/config",
      `[profile work]\ncredential_process = ${path} --profile work --format process\n`,
    );
    for (const args of ["--profile work true", "--profile work --whoami"]) {
      assertFails(await run(args), {
        error:
          "Cannot get base credentials from the profile 'work': its credential_process runs this same command",
        hint: "add '--profile' with the base profile to credential_process",
      });
    }
    assertEquals(aws.calls, []);
  },
);

e2e(
  "a loop is detected although each run requests a different session name",
  CIRCLES,
  async ({ aws, home, run }) => {
    writeProfiles(home, {
      work: "assume_role -r admin --role-session-name s$$ --format process",
    });
    assertFails(await run("-r admin true", AS_WORK), {
      ...LEADS_BACK,
      error:
        "Cannot get the credentials of the AWS profile 'work': the credential_process of the profile 'work' leads back to itself",
    });
    assertEquals(aws.calls, []);
  },
);

e2e(
  "the error about a loop through two profiles names both profiles",
  CIRCLES,
  async ({ home, run }) => {
    writeProfiles(home, {
      work: "AWS_PROFILE=jump assume_role -r one --format process",
      jump: "AWS_PROFILE=work assume_role -r two --format process",
    });
    assertFails(await run("-r admin true", AS_WORK), {
      ...LEADS_BACK,
      error:
        "Cannot get the credentials of the AWS profile 'work': the credential_process of the profile 'work' leads back to itself through the credential_process of the profile 'jump'",
    });
  },
);

e2e(
  "a credential_process that runs assume-role again is refused for the profile 'default', for a source_profile, and with --whoami",
  CIRCLES,
  async ({ home, run }) => {
    const path = wrapper(home, "w", "assume_role -r admin --format process");
    Deno.removeSync(`${home.path}/.aws/credentials`);
    home.writeHome(
      ".aws/config",
      `[default]\ncredential_process = ${path}\n[profile team]\nrole_arn = ${ADMIN_ARN}\nsource_profile = default\n`,
    );
    const failure = {
      error:
        /^Cannot get the credentials of .*: the credential_process of the profile 'default' leads back to itself$/,
      hint: LEADS_BACK.hint,
    };
    assertFails(await run("-r admin true"), failure);
    assertFails(await run("--profile team true"), failure);
    assertFails(await run("--whoami"), failure);
  },
);

e2e(
  "a loop is detected if the credential_process clears its environment",
  CIRCLES,
  async ({ home, run }) => {
    writeProfiles(home, {
      work:
        `exec env -i PATH="$PATH" HOME="$HOME" DENO_DIR="$DENO_DIR" AWS_PROFILE=work AWS_ENDPOINT_URL="$AWS_ENDPOINT_URL" ${
          quote([...program(), "-r", "admin", "--format", "process"])
        }`,
    });
    const result = await run("-r admin true", AS_WORK);
    // A line of another assume-role is a line of a program.
    // The inner run waits for two seconds before it looks who holds the lock.
    const notice =
      "program: assume-role: note: waiting for another assume-role, which may ask for a code: admin\n";
    assertEquals(result.stderr.slice(0, notice.length), notice);
    const stderr = result.stderr.slice(notice.length);
    assertFails({ ...result, stderr }, {
      error:
        `Cannot get the credentials of ${ADMIN_ARN}: a program that gets them leads back to itself`,
      hint:
        "let credential_process or mfa_command use another profile: add '--profile' with the base profile",
    });
  },
);

e2e(
  "a chain of profiles works if each credential_process runs assume-role with the next profile",
  CIRCLES,
  async ({ aws, home, run }) => {
    home.writeHome(".aws/credentials", keysOf(ALICE, "keys"));
    writeProfiles(home, {
      work: "AWS_PROFILE= assume_role -r one --profile jump --format process",
      jump: "AWS_PROFILE= assume_role -r two --profile deep --format process",
      deep: "AWS_PROFILE= assume_role -r one --profile keys --format process",
    });
    const result = await run("-r admin printenv ASSUME_ROLE_ARN", AS_WORK);
    assertEquals(result, { ...OK, stdout: `${ADMIN_ARN}\n` });
    assertEquals(aws.count("AssumeRole"), 4);
    // The sessions of `one` and `two` come from the cache.
    assertEquals(await run("-f -r admin true", AS_WORK), OK);
    assertEquals(aws.count("AssumeRole"), 5);
  },
);

e2e(
  "assume-role shows the error of another assume-role that it runs as credential_process",
  CIRCLES,
  async ({ home, run }) => {
    writeProfiles(home, {
      work: "assume_role -r one --profile none --format process",
    });
    assertFails(await run("-r admin true", AS_WORK), {
      error:
        "Cannot find base credentials from the profile 'work': Cannot find the AWS profile 'none'",
      hint:
        "choose one of the profiles in ~/.aws/config and ~/.aws/credentials",
    });
  },
);

e2e(
  "an mfa_command that runs assume-role with the same MFA device is an error",
  CIRCLES,
  async ({ home, run }) => {
    const path = wrapper(
      home,
      "code",
      `assume_role -r admin --mfa-serial ${SERIAL} sh -c 'echo 123456'`,
    );
    const args = argv`-r deploy --mfa-serial ${SERIAL}`;
    const result = await run([...args, "true"], {
      env: { ASSUME_ROLE_MFA_COMMAND: path },
    });
    assertFails(result, {
      error:
        `Cannot get an MFA code: the MFA command failed: Cannot get the credentials of ${ADMIN_ARN}: mfa_command leads back to itself`,
      hint:
        "let mfa_command use credentials that need no code of the same device",
    });
  },
);

e2e(
  "neither the command nor the printed credentials get ASSUME_ROLE_STARTED_BY",
  CIRCLES,
  async ({ home, run }) => {
    const seen = `${home.path}/seen`;
    home.writeHome(".aws/credentials", keysOf(ALICE, "keys"));
    writeProfiles(home, {
      work:
        `env >${seen}; AWS_PROFILE= assume_role -r one --profile keys -E sh -c 'env >${seen}.command'; AWS_PROFILE= assume_role -r one --profile keys --format process`,
    });
    const { status, stdout } = await run("-E -r admin env", AS_WORK);
    assertEquals(status, 0);
    const name = /ASSUME_ROLE_STARTED_BY/;
    assertMatch(Deno.readTextFileSync(seen), name);
    assert(!name.test(stdout));
    assert(!name.test(Deno.readTextFileSync(`${seen}.command`)));
    assert(!name.test((await run("-r admin", AS_WORK)).stdout));
  },
);

e2e(
  "ASSUME_ROLE_STARTED_BY has no effect if the run that set the variable has ended, or if the value is damaged",
  CIRCLES,
  async ({ home, run }) => {
    const variable = `${home.path}/variable`;
    home.writeHome(".aws/credentials", keysOf(ALICE, "keys"));
    const script =
      'printenv ASSUME_ROLE_STARTED_BY >"$HOME/variable" && AWS_PROFILE= assume_role -r one --profile keys --format process';
    writeProfiles(home, { work: script });
    assertEquals(await run("-r admin true", AS_WORK), OK);
    const env = {
      ...AS_WORK.env,
      ASSUME_ROLE_STARTED_BY: Deno.readTextFileSync(variable).trim(),
    };
    assertEquals(await run("-f -r admin true", { env }), OK);
    for (const damaged of ["x", "{}", '[{"program":1}]', "[null]"]) {
      const env = { ...AS_WORK.env, ASSUME_ROLE_STARTED_BY: damaged };
      assertEquals(await run("-f -r admin true", { env }), OK);
    }
  },
);
