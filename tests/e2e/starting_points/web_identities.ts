/** Starting points that are web identity tokens. */
import { type E2e, PREFIX, unix } from "../../mod.ts";
import {
  AWS_VAULT_TEST,
  by,
  NO_PROFILE,
  OTHER_SUBJECT,
  otherUrl,
  PROFILE_SESSION_TEST,
  REQUEST_TOKEN,
  ROLE_SOURCES_TEST,
  type Start,
  STARTING_POINTS_TEST,
  type StartingPoint,
  SUBJECT,
  writeConfig,
} from "./starting_point.ts";

/** Writes a web identity token; a second token of the same subject has another text. */
async function writeToken({ aws, home }: E2e, sub = SUBJECT): Promise<string> {
  const token = await aws.idToken({ sub, jti: crypto.randomUUID() });
  return home.write("token", token);
}

/** Formats a profile whose role is assumed with a web identity token. */
const tokenProfile = (line: string) =>
  `[profile x]\nrole_arn = ${PREFIX}ci\nrole_session_name = run\n${line}\n`;
const BY_CI = ["a token > ci", "assumed-role/ci/run > end"];
const BY_TOKEN = ["a token > end"];

const gitHub = ({ aws }: E2e, url = aws.url): Start => ({
  env: {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/actions/id-token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  },
  steps: BY_TOKEN,
});

/** The rows of the table for these starting points. */
export const WEB_IDENTITIES: readonly StartingPoint[] = [
  {
    name: "a web identity token of variables",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "a web identity token assumes the role, and a new token of the same subject uses the cached session",
      ]),
      session: NO_PROFILE,
      MFA: { none: "a web identity token has no MFA device" },
      cache: by([
        STARTING_POINTS_TEST,
        "a web identity token assumes the role, and a new token of the same subject uses the cached session",
      ]),
    },
    start: async (context) => ({
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: await writeToken(context) },
      steps: BY_TOKEN,
    }),
    renew: writeToken,
    renewal: ["AssumeRoleWithWebIdentity"],
  },
  {
    name: "a web identity token of a profile",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "base credentials can be a profile's role, assumed with a web identity token or keys in the environment",
      ]),
      session: by([
        PROFILE_SESSION_TEST,
        "web identity: --profile uses the role and token of the profile",
      ]),
      MFA: { none: "a web identity token has no MFA device" },
      chain: by([
        ROLE_SOURCES_TEST,
        "roles in the middle of a source_profile chain keep their own keys, with any credentials",
      ]),
    },
    start: async (context) => {
      const path = await writeToken(context);
      writeConfig(context, tokenProfile(`web_identity_token_file = ${path}`));
      return { profile: "x", steps: BY_CI };
    },
    change: async (context) => {
      await writeToken(context, OTHER_SUBJECT);
      return { profile: "x", steps: BY_CI };
    },
    session: `${PREFIX}ci`,
    renew: writeToken,
    renewal: ["AssumeRoleWithWebIdentity", "AssumeRole"],
  },
  {
    name: "a token of GitHub Actions",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "GitHub Actions: the token of the job assumes the role",
      ]),
      session: NO_PROFILE,
      MFA: { none: "a web identity token has no MFA device" },
    },
    start: (context) => gitHub(context),
    change: (context) => gitHub(context, otherUrl(context)),
    renewal: ["GetIdToken", "AssumeRoleWithWebIdentity"],
  },
  {
    ...unix,
    name: "web_identity_token_process",
    elsewhere: {
      session: by([
        AWS_VAULT_TEST,
        "web_identity_token_process prints the token that assumes the profile's role",
      ]),
      MFA: { none: "a web identity token has no MFA device" },
    },
    start: async (context) => {
      const path = await writeToken(context);
      writeConfig(
        context,
        tokenProfile(`web_identity_token_process = cat ${path}`),
      );
      return { profile: "x", steps: BY_CI };
    },
    change: async (context) => {
      const path = await writeToken(context, OTHER_SUBJECT);
      writeConfig(
        context,
        tokenProfile(`web_identity_token_process = cat '${path}'`),
      );
      return { profile: "x", steps: BY_CI };
    },
    session: `${PREFIX}ci`,
    renewal: ["AssumeRoleWithWebIdentity", "AssumeRole"],
  },
];
