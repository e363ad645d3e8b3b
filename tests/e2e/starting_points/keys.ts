/** Starting points that are access keys: in variables, in files, with a role or a session. */
import {
  ALICE,
  type E2e,
  keysInEnv,
  keysOf,
  PREFIX,
  type User,
} from "../../mod.ts";
import {
  AWS_VAULT_TEST,
  BOB,
  by,
  BY_ALICE,
  BY_BOB,
  BY_SESSION,
  firstBy,
  NO_DEVICE,
  NO_PROFILE,
  obtainKeys,
  PROFILE_SESSION_TEST,
  ROLE_SOURCES_TEST,
  roleProfile,
  type Start,
  STARTING_POINTS_TEST,
  type StartingPoint,
  writeConfig,
  writeKeys,
} from "./starting_point.ts";

const OWN_SESSION = "own_session_test.ts";
const MFA_SESSION = "mfa_session_test.ts";
const NEVER_HANDED_OUT = by([
  PROFILE_SESSION_TEST,
  "--profile without a role never gives long-term keys to the command or the console",
]);
const LEGACY_FILES = by([
  "variables_test.ts",
  "AWS_CREDENTIAL_FILE and BOTO_CONFIG supply keys if the profile has no keys",
]);

/** Temporary keys in variables. */
function temporaryVariables(context: E2e): Start {
  const user = obtainKeys(context);
  const env = { ...keysInEnv(user), AWS_SESSION_TOKEN: user.sessionToken };
  return { env, steps: BY_SESSION };
}

/** Temporary keys in a profile, which another program writes. */
function temporaryKeys(context: E2e): Start {
  writeKeys(context, obtainKeys(context), "x");
  writeConfig(context, "[profile x]\n");
  return { profile: "x", steps: BY_SESSION };
}

/** Keys in the file that `AWS_CREDENTIAL_FILE` names. */
function ec2File({ home }: E2e, user: User): Start {
  const { accessKeyId, secretAccessKey, name } = user;
  home.writeHome(
    "ec2",
    `AWSAccessKeyId=${accessKeyId}\nAWSSecretKey=${secretAccessKey}\n`,
  );
  return {
    env: { AWS_CREDENTIAL_FILE: "~/ec2" },
    steps: [`user/${name} > end`],
  };
}

/** Keys in a file of boto. */
function botoFile({ home }: E2e, user: User): Start {
  home.writeHome(".boto", keysOf(user, "Credentials"));
  return { steps: [`user/${user.name} > end`] };
}

async function mfaSessionStart(context: E2e, user: User): Promise<Start> {
  const { aws, home } = context;
  home.writeHome(".aws/assume-role.yaml", "mfa_session: 12h\n");
  writeKeys(context, user, "default");
  return {
    options: ["--mfa-token", await aws.code(user)],
    steps: [`user/${user.name} > end`],
  };
}

/** The rows of the table for these starting points. */
export const KEYS: readonly StartingPoint[] = [
  {
    name: "keys in variables",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "base credentials can be keys in variables or in AWS's files",
      ]),
      session: NO_PROFILE,
      refresh: { none: "long-term keys do not expire" },
    },
    start: () => ({ env: keysInEnv(ALICE), steps: BY_ALICE }),
    change: () => ({ env: keysInEnv(BOB), steps: BY_BOB }),
  },
  {
    name: "temporary keys in variables",
    elsewhere: {
      session: NO_PROFILE,
      refresh: by([
        "variables_test.ts",
        "keys in the environment are refused after the time in AWS_CREDENTIAL_EXPIRATION, unless a session is cached",
      ]),
      MFA: NO_DEVICE,
    },
    start: temporaryVariables,
    change: temporaryVariables,
  },
  {
    name: "keys in AWS's files",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "base credentials can be keys in variables or in AWS's files",
      ]),
      session: NEVER_HANDED_OUT,
      refresh: { none: "long-term keys do not expire" },
      MFA: by(
        [
          "mfa_test.ts",
          "a role that requires MFA causes a prompt on the terminal, and the device is cached",
        ],
        [
          "mfa_test.ts",
          "with mfa_serial in the profile, no AssumeRole without MFA is tried",
        ],
      ),
      chain: by(
        [
          "chain_test.ts",
          "a chain of three roles: each AssumeRole has the settings of its role",
        ],
        [STARTING_POINTS_TEST, "source_profile: each hop is cached separately"],
      ),
      cache: by(
        [
          "main_job_test.ts",
          "a command runs under the role; the second run makes no request",
        ],
        [
          "files_test.ts",
          "a cached session is used only with the base credentials that it was obtained with",
        ],
      ),
    },
    start: (context) => {
      writeKeys(context, ALICE, "default");
      return { steps: BY_ALICE };
    },
  },
  {
    name: "temporary keys in AWS's files",
    elsewhere: {
      session: NEVER_HANDED_OUT,
      MFA: NO_DEVICE,
    },
    start: temporaryKeys,
    change: temporaryKeys,
    renew: (context) => void temporaryKeys(context),
    renewal: ["AssumeRole"],
  },
  {
    name: "the file of AWS_CREDENTIAL_FILE",
    elsewhere: {
      base: LEGACY_FILES,
      session: NO_PROFILE,
      refresh: { none: "long-term keys do not expire" },
    },
    start: (context) => ec2File(context, ALICE),
    change: (context) => ec2File(context, BOB),
  },
  {
    name: "a file of boto",
    elsewhere: {
      base: LEGACY_FILES,
      session: NO_PROFILE,
      refresh: { none: "long-term keys do not expire" },
    },
    start: (context) => botoFile(context, ALICE),
    change: (context) => botoFile(context, BOB),
  },
  {
    name: "source_profile",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "source_profile: each hop is cached separately",
      ]),
      session: by([
        ROLE_SOURCES_TEST,
        "roles in the middle of a source_profile chain keep their own keys, with any credentials",
      ]),
      MFA: by([
        STARTING_POINTS_TEST,
        "source_profile: mfa_serial prompts once, for the profile's role",
      ]),
      chain: by([
        STARTING_POINTS_TEST,
        "source_profile: each hop is cached separately",
      ]),
    },
    start: (context) => {
      writeKeys(context, ALICE, "default");
      writeConfig(context, roleProfile("source_profile = default"));
      return { profile: "x", steps: firstBy("user/alice") };
    },
    change: (context) => {
      writeKeys(context, BOB, "default");
      return { profile: "x", steps: firstBy("user/bob") };
    },
    session: `${PREFIX}first`,
    renewal: ["AssumeRole", "AssumeRole"],
  },
  {
    name: "credential_source = Environment",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "base credentials can be a profile's role, assumed with a web identity token or keys in the environment",
      ]),
      session: by([
        PROFILE_SESSION_TEST,
        "credential_source: --profile assumes the role with keys of the environment or of a container",
      ]),
      MFA: by(
        [
          ROLE_SOURCES_TEST,
          "credential_source with mfa_serial takes the code of --mfa-token",
        ],
        [
          ROLE_SOURCES_TEST,
          "credential_source with mfa_serial asks for a code once, and the session is cached",
        ],
      ),
    },
    start: (context) => {
      writeConfig(context, roleProfile("credential_source = Environment"));
      return {
        profile: "x",
        env: keysInEnv(ALICE),
        steps: firstBy("user/alice"),
      };
    },
    change: () => ({
      profile: "x",
      env: keysInEnv(BOB),
      steps: firstBy("user/bob"),
    }),
    session: `${PREFIX}first`,
    renewal: ["AssumeRole", "AssumeRole"],
  },
  {
    name: "include_profile",
    elsewhere: {
      session: by([
        AWS_VAULT_TEST,
        "include_profile fills in source_profile, mfa_serial, region and duration_seconds: ${style}",
      ]),
      MFA: by(
        [
          AWS_VAULT_TEST,
          "include_profile fills in source_profile, mfa_serial, region and duration_seconds: ${style}",
        ],
        [
          AWS_VAULT_TEST,
          "mfa_process supplies the code; options come before it, and assume-role.yaml after it",
        ],
      ),
    },
    start: (context) => {
      writeKeys(context, ALICE, "root");
      writeConfig(
        context,
        `[profile common]\nsource_profile = root\n${
          roleProfile("include_profile = common")
        }`,
      );
      return { profile: "x", steps: firstBy("user/alice") };
    },
    change: (context) => {
      writeKeys(context, BOB, "root");
      return { profile: "x", steps: firstBy("user/bob") };
    },
    session: `${PREFIX}first`,
    renewal: ["AssumeRole", "AssumeRole"],
  },
  {
    name: "a session of assume-role in the environment",
    elsewhere: {
      base: by([
        OWN_SESSION,
        "a shell with a session can switch to another role",
      ]),
      session: NO_PROFILE,
      refresh: by([
        OWN_SESSION,
        "if the session in the environment has expired, a run uses the base credentials that the session was obtained with",
      ]),
      chain: by([
        OWN_SESSION,
        "a shell with the session of a role chain can switch to roles inside and outside of the chain",
      ]),
      cache: by(
        [
          OWN_SESSION,
          "in a shell with a session, a run can use a session that another shell cached, and can get a session of more than 1h",
        ],
        [
          OWN_SESSION,
          "a stored plan is used only if the environment has the same session as when the plan was stored",
        ],
      ),
    },
    start: async (context) => {
      writeKeys(context, ALICE, "default");
      const { stdout } = await context.run(`-r ${PREFIX}first --format env`);
      const lines = stdout.matchAll(/^export (\w+)=(.*)$/gm);
      const env = Object.fromEntries(
        Array.from(lines, ([, name, value]) => [name!, value!]),
      );
      context.aws.calls.length = 0;
      return { env, steps: BY_ALICE };
    },
  },
  {
    name: "mfa_session",
    elsewhere: {
      base: by([MFA_SESSION, "one MFA code is enough for several roles"]),
      session: by([
        MFA_SESSION,
        "the role of a profile is assumed from the MFA session, too",
      ]),
      refresh: by([MFA_SESSION, "an expired MFA session needs a new code"]),
      MFA: by([MFA_SESSION, "one MFA code is enough for several roles"]),
      chain: by([
        MFA_SESSION,
        "after a wrong code, a second code gives the MFA session that assumes the first role of a chain",
      ]),
    },
    start: (context) => mfaSessionStart(context, ALICE),
    change: (context) => mfaSessionStart(context, BOB),
  },
];
