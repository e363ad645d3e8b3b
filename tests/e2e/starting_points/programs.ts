/** Starting points that are programs in `credential_process`. */
import {
  ALICE,
  type E2e,
  fixture,
  PREFIX,
  processOutput,
  quote,
  unix,
  type User,
} from "../../mod.ts";
import {
  BOB,
  by,
  BY_ALICE,
  BY_BOB,
  BY_SESSION,
  PROFILE_SESSION_TEST,
  SESSIONS,
  type Start,
  STARTING_POINTS_TEST,
  type StartingPoint,
  writeConfig,
} from "./starting_point.ts";

const PROCESS = "credential_process_test.ts";
/** Runs a step with a profile whose `credential_process` prints the keys of a user. */
function processStart(context: E2e, user: User, steps: Start["steps"]): Start {
  const { name } = user;
  const path = context.home.writeHome(`${name}.json`, processOutput(user));
  writeConfig(context, `[profile x]\ncredential_process = cat ${path}\n`);
  return { profile: "x", steps };
}

/** The command lines of the programs, as their documents show them. */
const TOOLS = {
  "aws-vault": "export --format=json work",
  "granted": "credential-process --profile work",
  "aws-sso": "process --account 111111111111 --role 'the role'",
  "saml2aws": "login --credential-process --skip-prompt",
};

function toolStart(context: E2e, name: keyof typeof TOOLS): Start {
  const { aws, home } = context;
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = aws.issue(
    `${PREFIX}first`,
    "alice",
    2700,
  );
  home.writeHome(
    "session.json",
    JSON.stringify({
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: new Date(expiration).toISOString(),
    }),
  );
  const program = quote(["python3", fixture("credential_program.py"), name]);
  const path = home.writeHome(
    `bin/${name}`,
    `#!/bin/sh\nexec ${program} "$@"\n`,
  );
  Deno.chmodSync(path, 0o700);
  writeConfig(
    context,
    `[profile x]\ncredential_process = ${path} ${TOOLS[name]}\n`,
  );
  return { profile: "x", steps: BY_SESSION };
}

/** The rows of the table for these starting points. */
export const PROGRAMS: readonly StartingPoint[] = [
  {
    ...unix,
    name: "credential_process",
    elsewhere: {
      base: by([
        STARTING_POINTS_TEST,
        "base credentials can come from credential_process, also through source_profile",
      ]),
      session: by([
        PROFILE_SESSION_TEST,
        "--profile caches the session that credential_process prints",
      ]),
      refresh: by([
        "base_test.ts",
        "--force-refresh uses the access keys that credential_process prints now, even if another user's keys were printed before",
      ]),
    },
    start: (context) => processStart(context, ALICE, BY_ALICE),
    change: (context) => processStart(context, BOB, BY_BOB),
  },
  ...(Object.keys(TOOLS) as (keyof typeof TOOLS)[]).map((
    name,
  ): StartingPoint => {
    const supplies = by([
      PROCESS,
      "credential_process: ${name} supplies a session and base credentials",
    ]);
    return {
      ...unix,
      name,
      elsewhere: {
        base: supplies,
        session: supplies,
        MFA: by([
          PROCESS,
          "credential_process: the program asks on the terminal if assume-role prints credentials or is a source_profile",
        ]),
        chain: supplies,
        cache: supplies,
      },
      start: (context) => toolStart(context, name),
      session: `${SESSIONS}first/alice`,
      renew: (context) => void toolStart(context, name),
      renewal: ["AssumeRole"],
    };
  }),
];
