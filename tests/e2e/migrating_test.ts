/**
 * Files and variables of other tools: what `docs/migrating/` says about them. The keys of
 * aws-vault are in `aws_vault_test.ts`, and the programs in `credential_process_test.ts`.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  type FakeAws,
  keysOf,
  OK,
  PREFIX,
  role,
  SERIAL,
  type TestHome,
  unix,
  WORLD,
  type World,
} from "../mod.ts";

const OTHERS: World = {
  ...WORLD,
  roles: [
    role("admin"),
    role("deploy", { requiresMfa: true }),
    role("next", { trusts: [ADMIN_ARN] }),
  ],
};

/** Returns variables with the keys of a session of `admin`, as another tool sets them. */
function sessionOfAnotherTool(aws: FakeAws): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = aws.issue(
    ADMIN_ARN,
    "alice",
    3600,
  );
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** Formats variables with keys as a profile of `~/.aws/credentials`. */
function profileOf(env: Record<string, string>, name: string): string {
  const lines = Object.entries(env)
    .map(([variable, value]) => `${variable.toLowerCase()} = ${value}\n`);
  return `[${name}]\n${lines.join("")}`;
}

/** Removes the `role_prefix` of the test's project, because all roles are profiles. */
function useProfilesOnly(home: TestHome): void {
  home.write("assume-role.yaml", "");
}

e2e(
  "a profile that saml2aws has saved is the base of roles, but is never handed out",
  { world: OTHERS },
  async ({ aws, home, run }) => {
    useProfilesOnly(home);
    const saved = profileOf(sessionOfAnotherTool(aws), "saml") +
      `x_principal_arn = arn:aws:sts::111111111111:assumed-role/admin/alice\nx_security_token_expires = 2036-08-19T15:00:56-06:00\n`;
    home.writeHome(".aws/credentials", saved);
    home.writeHome(
      ".aws/config",
      `[profile next]\nsource_profile = saml\nrole_arn = ${PREFIX}next\nrole_session_name = me\n`,
    );
    assertFails(await run("--profile saml true"), {
      error:
        "Cannot hand out the credentials of the AWS profile 'saml': the profile has the keys of a session, but no expiry time",
      hint:
        "name a role to assume with the profile: '--role ROLE --profile saml'",
    });
    const result = await run("-r next printenv ASSUME_ROLE_ARN");
    assertEquals(result, { ...OK, stdout: `${PREFIX}next\n` });
    assertEquals(aws.calls.at(-1)?.params.RoleSessionName, "me");
    assert(home.readHome(".aws/credentials").startsWith(saved));
  },
);

e2e(
  "the first assume-role's profiles stay, with a warning unless profile_name_prefix gives another name",
  { world: OTHERS },
  async ({ home, run }) => {
    const path = join(home.path, ".aws/credentials");
    const saved = keysOf(ALICE) +
      "[111111111111-admin]\naws_access_key_id = ASIAOLD\naws_secret_access_key = old\naws_session_token = old\n";
    home.writeHome(".aws/credentials", saved);
    home.writeHome(
      ".aws/config",
      `[profile 111111111111-admin]\nexpiration = 2020-01-01T00:00:00Z\nmfa_serial = \nsource_profile = \nrole_arn = ${ADMIN_ARN}\nrole_session_name = old\n`,
    );
    assertEquals(await run("--role admin true"), {
      ...OK,
      stderr:
        `assume-role: warning: Cannot save the profile '111111111111-admin' in ${path}: a profile of that name exists that assume-role did not write; remove or rename that profile, or set profile_name_prefix in assume-role.yaml\n`,
    });
    assertEquals(home.readHome(".aws/credentials"), saved);
    home.write(
      "assume-role.yaml",
      `role_prefix: ${PREFIX}\nprofile_name_prefix: acme\nrefresh_before_expiry: 15m\n`,
    );
    assertEquals(await run("--role admin true"), OK);
    assertMatch(home.readHome(".aws/credentials"), /^\[acme-admin\]$/m);
    home.write(
      "assume-role.yaml",
      `role_prefix: ${PREFIX}\nrefresh_before_expiry: 900000000000\n`,
    );
    assertFails(await run("--role admin true"), {
      error:
        /'refresh_before_expiry' is invalid: write a duration like 15m, 1h30m, 90s or 3600$/,
    });
  },
);

e2e(
  "as in the AWS CLI, a role does not inherit region and mfa_serial of its source_profile",
  { ...unix, world: OTHERS },
  async ({ aws, home, run }) => {
    useProfilesOnly(home);
    home.writeHome(".aws/credentials", keysOf(ALICE, "dev"));
    home.writeHome(
      ".aws/config",
      `[default]\nregion = eu-north-1\n[profile dev]\nregion = eu-west-1\nmfa_serial = ${SERIAL}\n` +
        `[profile deploy]\nrole_arn = ${PREFIX}deploy\nsource_profile = dev\n`,
    );
    const code = await aws.code(ALICE);
    const show = "echo region=$AWS_REGION";
    const result = await run(
      argv`--mfa-token ${code} -r deploy sh -c ${show}`,
    );
    assertEquals(result, { ...OK, stdout: "region=\n" });
    // The device is found, although the role's profile does not name the device.
    const { SerialNumber } = aws.calls.at(-1)!.params;
    assertEquals([aws.count("ListMFADevices"), SerialNumber], [1, SERIAL]);
  },
);

e2e(
  "in a shell of another tool, its session is the base, and its variables are not passed on",
  { ...unix, world: OTHERS },
  async ({ aws, home, run }) => {
    useProfilesOnly(home);
    home.writeHome(
      ".aws/config",
      `[profile g]\nrole_arn = ${ADMIN_ARN}\nsource_profile = default\n`,
    );
    const session = sessionOfAnotherTool(aws);
    const env = {
      ...session,
      AWS_SECURITY_TOKEN: session.AWS_SESSION_TOKEN!,
      AWS_PROFILE: "g",
      AWS_SSO_PROFILE: "g",
      AWS_VAULT: "g",
      AWSUME_PROFILE: "g",
      GRANTED_SSO: "true",
    };
    const names =
      "env | cut -d= -f1 | grep -E 'PROFILE|VAULT|GRANTED|SECURITY'";
    const result = await run(
      argv`-E -r ${PREFIX}next sh -c ${`echo $ASSUME_ROLE_ARN; ${names}; true`}`,
      { env },
    );
    assertEquals(result, { ...OK, stdout: `${PREFIX}next\n` });
    assertEquals(aws.calls.at(-1)?.accessKeyId, session.AWS_ACCESS_KEY_ID);
  },
);
