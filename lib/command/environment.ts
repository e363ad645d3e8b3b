// Pure: no I/O.
import { STARTED_BY } from "../settings/names.ts";
/** Variables that are always passed to the command; `*` matches any characters. */
export const BASE_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  "paths and user": [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "PWD",
    "MANPATH",
  ],
  "locale": ["LANG", "LANGUAGE", "LC_*"],
  "terminal": [
    "TERM",
    "TERMINFO",
    "TERMINFO_DIRS",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "GPG_TTY",
  ],
  "temporary directory": ["TMPDIR", "TMP", "TEMP"],
  "time zone": ["TZ", "TZDIR"],
  "XDG": ["XDG_*"],
  "proxies": [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
  ],
  "CA bundles": [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
  ],
  "SSH agent": ["SSH_AUTH_SOCK", "SSH_AGENT_PID"],
  "display": [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
  ],
  "CI": ["CI"],
  "AWS settings": [
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_*",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_CA_BUNDLE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_MAX_ATTEMPTS",
    "AWS_RETRY_MODE",
    "AWS_DEFAULTS_MODE",
    "AWS_DEFAULT_OUTPUT",
    "AWS_PAGER",
    "AWS_CLI_AUTO_PROMPT",
    "AWS_CLI_FILE_ENCODING",
    "AWS_SDK_LOAD_CONFIG",
    "AWS_SDK_UA_APP_ID",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
  ],
  "Windows": [
    "SystemRoot",
    "SystemDrive",
    "windir",
    "ComSpec",
    "PATHEXT",
    "PSModulePath",
    "OS",
    "ProgramFiles*",
    "ProgramW6432",
    "ProgramData",
    "CommonProgram*",
    "ALLUSERSPROFILE",
    "PUBLIC",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "USERNAME",
    "USERDOMAIN",
    "HOMEDRIVE",
    "HOMEPATH",
    "COMPUTERNAME",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_*",
  ],
};

/**
 * The variables from which AWS clients take an identity, an account or a credential, by
 * purpose. The user's values are never passed to the command, because some clients
 * would use them instead of the role's credentials. `*` stands for any characters.
 */
export const IDENTITY_VARIABLES: Readonly<Record<string, string>> = {
  "key pair": "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
  "session and account of the key pair":
    "AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_CREDENTIAL_SCOPE AWS_ACCOUNT_ID",
  "profile": "AWS_PROFILE AWS_DEFAULT_PROFILE",
  "web identity":
    "AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_WEB_IDENTITY_TOKEN_FILE",
  "container of ECS or EKS, CloudShell": "AWS_CONTAINER_*",
  "instance of EC2": "AWS_EC2_INSTANCE_PROFILE_NAME",
  "API keys, such as that of Bedrock": "AWS_BEARER_TOKEN AWS_BEARER_TOKEN_*",
  "SDKs for Java v1, Go v1, Ruby, PHP and .NET; s3cmd, Ansible":
    "AWS_ACCESS_KEY AWS_SECRET_KEY",
  "boto 2, botocore, s3cmd, PHP v2": "AWS_SECURITY_TOKEN",
  "key file of boto 2, botocore and s3cmd": "AWS_CREDENTIAL_FILE",
  "SDKs for JavaScript v2 and Ruby; awscred":
    "AMAZON_ACCESS_KEY_ID AMAZON_SECRET_ACCESS_KEY AMAZON_SESSION_TOKEN AMAZON_PROFILE",
  "EC2 API tools": "AWS_DELEGATION_TOKEN EC2_PRIVATE_KEY EC2_CERT",
  "Ansible": "EC2_ACCESS_KEY EC2_SECRET_KEY EC2_SECURITY_TOKEN",
  "object_store of Rust: polars, delta-rs, obstore": "AWS_TOKEN",
  "s3fs-fuse": "AWSACCESSKEYID AWSSECRETACCESSKEY AWSSESSIONTOKEN",
  "s3fs of Python":
    "FSSPEC_S3_KEY FSSPEC_S3_SECRET FSSPEC_S3_TOKEN FSSPEC_S3_PROFILE",
  "GDAL": "CPL_AWS_CREDENTIALS_FILE",
  "key pair and session of rclone":
    "RCLONE_S3_ACCESS_KEY_ID RCLONE_S3_SECRET_ACCESS_KEY RCLONE_S3_SESSION_TOKEN",
  "profile and role of rclone":
    "RCLONE_S3_PROFILE RCLONE_S3_SHARED_CREDENTIALS_FILE RCLONE_S3_ROLE_ARN",
  "restic": "RESTIC_AWS_ASSUME_ROLE_*",
  "ECS CLI, EB CLI; Serverless, by stage": "ECS_PROFILE AWS_*_PROFILE",
  "Serverless, by stage; django-storages":
    "AWS_*_ACCESS_KEY_ID AWS_*_SECRET_ACCESS_KEY AWS_*_SESSION_TOKEN",
  "token of GitHub Actions": "ACTIONS_ID_TOKEN_REQUEST_*",
  "our own code and session": "ASSUME_ROLE_MFA_TOKEN ASSUME_ROLE_SESSION",
};

/** Matches words in the names of AWS variables that may hold an identity. */
const IDENTITY_WORDS =
  /TOKEN|KEY|SECRET|CREDENTIAL|ROLE|PROFILE|ACCOUNT|IDENTITY/i;

/** Input of {@linkcode buildEnvironment}. */
export interface EnvironmentInput {
  readonly env: Readonly<Record<string, string>>;
  /** Patterns of variables to pass in addition to {@linkcode BASE_VARIABLES}. */
  readonly preserve: readonly string[];
  /** The variables through which the command gets its credentials. */
  readonly credentialVariables: Readonly<Record<string, string>>;
  readonly roleArn: string | undefined;
  readonly region: string | undefined;
  /** Whether upper and lower case count as equal in names of variables, as on Windows. */
  readonly ignoreCase: boolean;
}

/** Environment of the command, and the names of the variables that are not passed. */
export interface CommandEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** The variables that are not passed, but would pass if `-E` or `env_keep` matched them. */
  readonly heldBack: readonly string[];
  /** The variables that would pass only if `-E` or `env_keep` had the full name, not a pattern. */
  readonly onlyByName: readonly string[];
  /** The variables that are never passed. */
  readonly forbidden: readonly string[];
}

/** Builds the command's environment from the user's variables and those of the role. */
export function buildEnvironment(input: EnvironmentInput): CommandEnvironment {
  const { credentialVariables, roleArn, region, ignoreCase } = input;
  const own: Record<string, string> = {
    ...credentialVariables,
    ...(region !== undefined &&
      { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(roleArn !== undefined && { ASSUME_ROLE_ARN: roleArn }),
  };
  const named = input.preserve.filter((pattern) => !pattern.includes("*"));
  const listed = Object.values(BASE_VARIABLES).flat();
  const isNamed = createMatcher([...listed, ...named], ignoreCase);
  const isPreserved = createMatcher(input.preserve, ignoreCase);
  const isIdentity = createIdentityMatcher(ignoreCase);
  // Always drop the variables that an outer assume-role set for this process.
  const dropped = ["ASSUME_ROLE_ARN", STARTED_BY];
  const replaced = createMatcher([...Object.keys(own), ...dropped], ignoreCase);
  const env: Record<string, string> = {};
  const heldBack: string[] = [];
  const onlyByName: string[] = [];
  const forbidden: string[] = [];
  for (const [name, value] of Object.entries(input.env)) {
    if (replaced(name)) continue;
    if (isIdentity(name)) forbidden.push(name);
    else if (isNamed(name)) env[name] = value;
    else if (mayBeIdentity(name, ignoreCase)) onlyByName.push(name);
    else if (isPreserved(name)) env[name] = value;
    else heldBack.push(name);
  }
  return {
    env: { ...env, ...own },
    heldBack: heldBack.sort(),
    onlyByName: onlyByName.sort(),
    forbidden: forbidden.sort(),
  };
}

/** Creates a function that matches the names of {@linkcode IDENTITY_VARIABLES}. */
function createIdentityMatcher(ignoreCase: boolean): (name: string) => boolean {
  const patterns = Object.values(IDENTITY_VARIABLES).join(" ").split(" ");
  const matches = createMatcher(patterns, ignoreCase);
  // Like the Rust crate object_store, ignore upper and lower case after the prefix `AWS_`.
  return (name) =>
    matches(name) || name.startsWith("AWS_") && matches(name.toUpperCase());
}

/** Whether the name of an AWS variable suggests that the variable holds an identity. */
function mayBeIdentity(name: string, ignoreCase: boolean): boolean {
  const isAws = name.startsWith("AWS_") || ignoreCase && /^AWS_/i.test(name);
  return isAws && IDENTITY_WORDS.test(name);
}

function createMatcher(
  patterns: readonly string[],
  ignoreCase: boolean,
): (name: string) => boolean {
  const fold = (name: string) => ignoreCase ? name.toUpperCase() : name;
  // Most patterns are plain names, for which a set is faster than regular expressions.
  const names = new Set<string>();
  const prefixes: string[] = [];
  const expressions: RegExp[] = [];
  for (const pattern of patterns.map(fold)) {
    if (!pattern.includes("*")) names.add(pattern);
    else if (/^[^*]*\*$/.test(pattern)) prefixes.push(pattern.slice(0, -1));
    else expressions.push(toExpression(pattern));
  }
  return (name) => {
    const folded = fold(name);
    return names.has(folded) ||
      prefixes.some((prefix) => folded.startsWith(prefix)) ||
      expressions.some((expression) => expression.test(folded));
  };
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) =>
    part.replace(/[^\w]/g, "\\$&")
  );
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
