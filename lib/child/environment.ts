// Pure: no I/O.
/** The variables that every child gets, where they are set; `*` stands for any characters. */
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

/** The variables that no child gets from outside, whatever is asked for. */
export const FORBIDDEN_VARIABLES: readonly string[] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_ACCESS_KEY",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SECRET_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_CREDENTIAL_FILE",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_*",
  "ACTIONS_ID_TOKEN_REQUEST_*",
  "ASSUME_ROLE_MFA_TOKEN",
];

/** What the child's environment is made from. */
export interface EnvironmentInput {
  readonly env: Readonly<Record<string, string>>;
  /** Patterns of variables to let through beyond the base list. */
  readonly preserve: readonly string[];
  /** How the child gets at its credentials. */
  readonly supplied: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly region: string | undefined;
  /** Whether names are the same whatever their case, as on Windows. */
  readonly ignoreCase: boolean;
}

/** The child's environment, and the names of the variables that were held back. */
export interface ChildEnvironment {
  readonly env: Readonly<Record<string, string>>;
  readonly heldBack: readonly string[];
  /** The names of those that nothing lets through. */
  readonly forbidden: readonly string[];
}

/** Makes the child's environment: the base list, what is let through, the role. */
export function childEnvironment(input: EnvironmentInput): ChildEnvironment {
  const { supplied, roleArn, region, ignoreCase } = input;
  const own: Record<string, string> = {
    ...supplied,
    ...(region !== undefined &&
      { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ASSUME_ROLE_ARN: roleArn,
  };
  const allowed = matcher([
    ...Object.values(BASE_VARIABLES).flat(),
    ...input.preserve,
  ], ignoreCase);
  const forbidden = matcher(FORBIDDEN_VARIABLES, ignoreCase);
  const replaced = matcher(Object.keys(own), ignoreCase);
  const env: Record<string, string> = {};
  const heldBack: string[] = [];
  const never: string[] = [];
  for (const [name, value] of Object.entries(input.env)) {
    if (replaced(name)) continue;
    if (forbidden(name)) never.push(name);
    else if (allowed(name)) env[name] = value;
    else heldBack.push(name);
  }
  return {
    env: { ...env, ...own },
    heldBack: heldBack.sort(),
    forbidden: never.sort(),
  };
}

function matcher(
  patterns: readonly string[],
  ignoreCase: boolean,
): (name: string) => boolean {
  const fold = (name: string) => ignoreCase ? name.toUpperCase() : name;
  // Most are plain names, and found as such.
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
