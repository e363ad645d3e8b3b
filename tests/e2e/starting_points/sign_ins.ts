/** Starting points that are sign-ins of the AWS CLI. */
import { type E2e, PREFIX } from "../../mod.ts";
import {
  LOGIN_ARN,
  loginPath,
  saveLoginToken,
  saveSsoToken,
  ssoConfig,
} from "../sign_ins.ts";
import {
  by,
  BY_SESSION,
  NO_DEVICE,
  obtainKeys,
  PROFILE_SESSION_TEST,
  SESSIONS,
  type Start,
  STARTING_POINTS_TEST,
  type StartingPoint,
  writeConfig,
} from "./starting_point.ts";

const SIGN_IN = "sign_in_test.ts";
const HOUR_MS = 3_600_000;
/** Signs in to IAM Identity Center, for the section of a session or a legacy profile. */
async function ssoStart(
  context: E2e,
  config: string,
  session: string,
  roleName = "Reader",
  profile = "reader",
): Promise<Start> {
  writeConfig(context, config.replace("Reader", roleName));
  await saveSsoToken(context.home, session, Date.now() + HOUR_MS);
  return {
    profile,
    steps: [
      `assumed-role/AWSReservedSSO_${roleName}_0123456789abcdef/alice@example.com > end`,
    ],
  };
}

const START_URL = "https://example.awsapps.com/start";
const LEGACY_SSO =
  `[profile reader]\nsso_start_url = ${START_URL}\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = Reader\n`;
const SSO = ssoConfig("work", "sso-session work");
const QUOTED_SSO = ssoConfig(
  `it's "My Corp"`,
  `sso-session "it's \\"My Corp\\""`,
  "'my reader'",
);
const READER =
  `${SESSIONS}AWSReservedSSO_Reader_0123456789abcdef/alice@example.com`;

/** Uses a sign-in of `aws login` that is still valid. */
async function loginStart(
  context: E2e,
  session: string,
): Promise<Start> {
  const { accessKeyId, secretAccessKey, sessionToken } = obtainKeys(context);
  writeConfig(context, `[profile x]\nlogin_session = ${session}\n`);
  saveLoginToken(
    context.home,
    await loginPath(undefined, session),
    Date.now() + HOUR_MS,
    {},
    { accessKeyId, secretAccessKey, sessionToken },
  );
  return { profile: "x", steps: BY_SESSION };
}

/** The rows of the table for these starting points. */
export const SIGN_INS: readonly StartingPoint[] = [
  {
    name: "IAM Identity Center with a start URL",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "IAM Identity Center supplies base credentials through ${kind}",
      ]),
      MFA: NO_DEVICE,
    },
    start: (context) => ssoStart(context, LEGACY_SSO, START_URL),
    change: (context) => ssoStart(context, LEGACY_SSO, START_URL, "Writer"),
    session: READER,
    renewal: ["GetRoleCredentials", "AssumeRole"],
  },
  {
    name: "IAM Identity Center with an sso-session",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "IAM Identity Center supplies base credentials through ${kind}",
      ]),
      session: by([
        PROFILE_SESSION_TEST,
        "IAM Identity Center: --profile runs the command with the profile's session",
      ]),
      refresh: by([
        SIGN_IN,
        "an expired token of IAM Identity Center is refreshed and saved as the AWS CLI does",
      ]),
      MFA: NO_DEVICE,
    },
    start: (context) => ssoStart(context, SSO, "work"),
    change: (context) => ssoStart(context, SSO, "work", "Writer"),
    session: READER,
  },
  {
    name: "IAM Identity Center with spaces and quotes in its names",
    elsewhere: {
      session: by([
        SIGN_IN,
        "the sso-session of the header [${header}] gives base credentials and sessions",
      ]),
      MFA: NO_DEVICE,
    },
    start: (context) =>
      ssoStart(context, QUOTED_SSO, `it's "My Corp"`, "Reader", "my reader"),
    change: (context) =>
      ssoStart(context, QUOTED_SSO, `it's "My Corp"`, "Writer", "my reader"),
    session: READER,
    renew: async ({ home }) => {
      await saveSsoToken(home, `it's "My Corp"`, Date.now() - 1000);
    },
    renewal: [
      "CreateToken",
      "GetRoleCredentials",
      "AssumeRole",
    ],
  },
  {
    name: "login_session",
    elsewhere: {
      base: by([
        SIGN_IN,
        "login_session: an expired token is refreshed and saved as the AWS CLI does",
      ]),
      refresh: by([
        SIGN_IN,
        "login_session: an expired token is refreshed and saved as the AWS CLI does",
      ]),
      MFA: NO_DEVICE,
    },
    start: (context) => loginStart(context, LOGIN_ARN),
    change: (context) => loginStart(context, `${PREFIX}other`),
    session: `${SESSIONS}first/alice`,
  },
];
