// Pure: no I/O.
import { buildEnvironment, IDENTITY_VARIABLES } from "./environment.ts";

/** Names that AWS clients know, of the patterns in {@linkcode IDENTITY_VARIABLES}. */
const KNOWN_NAMES = [
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_EB_PROFILE",
  "RESTIC_AWS_ASSUME_ROLE_ARN",
];

/**
 * Variables that alone give no SDK an identity, and that the shell still needs: a later run
 * of assume-role needs some to find the base credentials, and direnv and mise need their
 * own.
 */
const NO_IDENTITY =
  /^(?:(?:ASSUME_ROLE|ACTIONS_ID_TOKEN_REQUEST|AWS_CONTAINER_AUTHORIZATION)_|(?:AWS_LOGIN_CACHE_DIRECTORY|DIRENV_DIFF|__MISE_DIFF)$)/;

/**
 * Lists the variables by which an SDK or another AWS client takes another identity: all
 * known names, and the names in `env` that match a pattern or whose values set an identity.
 *
 * @param ignoreCase whether upper and lower case count as equal, as on Windows
 */
export function identityNames(
  env: Readonly<Record<string, string>>,
  ignoreCase: boolean,
): readonly string[] {
  const listed = IDENTITY_VARIABLES.join(" ").split(" ")
    .filter((name) => !name.includes("*"));
  const { forbidden } = buildEnvironment({
    env,
    preserve: { all: false, named: [], patterns: [] },
    credentialVariables: {},
    roleArn: undefined,
    region: undefined,
    ignoreCase,
  });
  return [...new Set([...listed, ...KNOWN_NAMES, ...forbidden])]
    // A shell cannot have a variable with another name.
    .filter((name) => /^[A-Za-z_]\w*$/.test(name) && !NO_IDENTITY.test(name));
}
