/**
 * The messages for all errors that the AWS SDK's credential providers throw. One test
 * compares the list with the source of the pinned SDK version.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { toBaseError } from "../../lib/credentials/base_error.ts";
import type { MachineSource } from "../../lib/aws/sdk_interface.ts";
import type { SignInToken } from "../../lib/aws/sign_in_token.ts";
import type { Base } from "../../lib/plan/plan.ts";

const SSO = "aws sso login --profile x";
const SSO_HINT = `sign in with '${SSO}'`;
const LOGIN_HINT = "sign in with 'aws login --profile x'";
const REFRESH =
  "To refresh this SSO session run 'aws sso login' with the corresponding profile.";
const NO_SIGN_IN =
  "the sign-in to IAM Identity Center is missing or has expired";
const DAMAGED_SSO = "the stored sign-in to IAM Identity Center is damaged";
const DAMAGED = "the file with the sign-in of 'aws login' is damaged";
const NO_REFRESH = "the sign-in of 'aws login' cannot be refreshed";
const NO_CONTAINER = "no container endpoint is set";
const NO_CONTAINER_HINT =
  "run assume-role in a container with a role, which sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const NO_INSTANCE = "the EC2 instance metadata service gave no credentials";
const NO_INSTANCE_HINT =
  "run assume-role on an EC2 instance that has a role, or use other base credentials";
const NO_CREDENTIALS = "the container endpoint did not answer with credentials";
const URI_HINT = "check AWS_CONTAINER_CREDENTIALS_FULL_URI";
const CONTAINER_HINT = "check the variables AWS_CONTAINER_*";
const BAD_TOKEN =
  "the container's authorization token has a line break or another character that cannot be sent";
const BAD_TOKEN_HINT =
  "correct AWS_CONTAINER_AUTHORIZATION_TOKEN, or the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names";
const URL_HINT = "correct AWS_CONTAINER_CREDENTIALS_FULL_URI";
const OWN = "the AWS SDK failed with an error of its own";
const OWN_HINT = "use '-v' to see the error of the AWS SDK";
const NETWORK_HINT =
  "check the network, HTTPS_PROXY, AWS_CA_BUNDLE and AWS_ENDPOINT_URL";

/** An error that the SDK throws, and the reason and the hint that users see. */
type Row = readonly [thrown: string | Error, reason: string, hint: string];

const named = (name: string, message: string) =>
  Object.assign(new Error(message), { name });
const login = (path: string, reason: string) =>
  `Failed to load token from ${path}: ${reason}`;
const refresh = (reason: string) =>
  `Failed to refresh token: ${reason}. Please re-authenticate using aws login`;

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "profiles": [
    [
      "Could not resolve credentials using profile: [x] in configuration/credentials file(s).",
      "the profile has no credentials",
      "add credentials to the profile; 'assume-role --doctor' checks the headers in AWS's files",
    ],
  ],
  "IAM Identity Center": [
    [`Token is expired. ${REFRESH}`, NO_SIGN_IN, SSO_HINT],
    [
      `The SSO session token associated with profile=x was not found or is invalid. ${REFRESH}`,
      NO_SIGN_IN,
      SSO_HINT,
    ],
    [
      `The SSO session associated with this profile is invalid. ${REFRESH}`,
      NO_SIGN_IN,
      SSO_HINT,
    ],
    [
      `The SSO session associated with this profile has expired. ${REFRESH}`,
      NO_SIGN_IN,
      SSO_HINT,
    ],
    [
      `Value not present for 'refreshToken' in SSO Token. Cannot refresh. ${REFRESH}`,
      NO_SIGN_IN,
      SSO_HINT,
    ],
    // The file with the sign-in has the JSON value `null`, or `expiresAt` is not a time.
    [
      "Cannot read properties of null (reading 'accessToken')",
      DAMAGED_SSO,
      SSO_HINT,
    ],
    [
      named(
        "TypeError",
        "Cannot read properties of null (reading 'expiresAt')",
      ),
      DAMAGED_SSO,
      SSO_HINT,
    ],
    ["Invalid time value", DAMAGED_SSO, SSO_HINT],
    [
      "cannot read the stored sign-in /h/t.json: permission denied",
      "cannot read the stored sign-in /h/t.json: permission denied",
      `make the file readable, or ${SSO_HINT}`,
    ],
    [
      "TypeError: Failed to construct 'Headers': Argument 1 is not a valid ByteString",
      DAMAGED_SSO,
      SSO_HINT,
    ],
    [
      "invalid time of expiry",
      "IAM Identity Center gave no credentials",
      "try again in a minute",
    ],
    [
      "UnauthorizedException: Session token not found or invalid",
      "IAM Identity Center does not accept the sign-in",
      SSO_HINT,
    ],
    [
      "ForbiddenException: No access",
      "IAM Identity Center denies the role to this user",
      "check sso_account_id and sso_role_name of the profile, or ask your administrator for this permission set in IAM Identity Center",
    ],
    [
      "TooManyRequestsException: HTTP 429 Unknown Code",
      "IAM Identity Center is throttling the requests",
      "try again in a minute",
    ],
    [
      "InvalidRequestException: bad",
      "IAM Identity Center does not accept the request",
      "check sso_account_id and sso_role_name of the profile",
    ],
    [
      "SSO returns an invalid temporary credential.",
      "IAM Identity Center gave no credentials",
      "try again in a minute",
    ],
  ],
  "login_session": [
    [
      login(
        "/h/t.json",
        "Error: ENOENT: no such file or directory, open '/h/t.json'",
      ),
      "the sign-in of 'aws login' is missing",
      LOGIN_HINT,
    ],
    [
      "Failed to load a token for session arn:aws:iam::1:user/a, please re-authenticate using aws login",
      "the sign-in of 'aws login' is missing",
      LOGIN_HINT,
    ],
    [
      "cannot read the stored sign-in /h/t.json: permission denied",
      "cannot read the stored sign-in /h/t.json: permission denied",
      `make the file readable, or ${LOGIN_HINT}`,
    ],
    [
      login(
        "/h/t.json",
        "TypeError: Cannot read properties of null (reading 'accessToken')",
      ),
      DAMAGED,
      LOGIN_HINT,
    ],
    [
      login(
        "/h/t.json",
        "CredentialsProviderError: Token validation failed, missing fields: dpopKey",
      ),
      DAMAGED,
      LOGIN_HINT,
    ],
    [
      login(
        "/h/t.json",
        "SyntaxError: Unexpected token 'x', \"x\" is not valid JSON",
      ),
      DAMAGED,
      LOGIN_HINT,
    ],
    ["invalid time of expiry", DAMAGED, LOGIN_HINT],
    ["invalid credentials", DAMAGED, LOGIN_HINT],
    [
      "Your session has expired. Please reauthenticate.",
      "the sign-in of 'aws login' has expired",
      LOGIN_HINT,
    ],
    [
      "Unable to refresh credentials because of a change in your password. Please reauthenticate with your new password.",
      "the sign-in of 'aws login' has ended, because the password changed",
      LOGIN_HINT,
    ],
    [
      "Unable to refresh credentials due to insufficient permissions. You may be missing permission for the 'CreateOAuth2Token' action.",
      "AWS denies access to signin:CreateOAuth2Token",
      "ask your administrator for the managed policy SignInLocalDevelopmentAccess",
    ],
    [
      refresh(
        "CredentialsProviderError: Token refresh response missing required fields",
      ),
      NO_REFRESH,
      LOGIN_HINT,
    ],
    [
      refresh(
        "CredentialsProviderError: Failed to generate Dpop proof: Invalid DER signature",
      ),
      DAMAGED,
      LOGIN_HINT,
    ],
    [
      refresh("TypeError: Cannot read properties of undefined (reading 'x')"),
      NO_REFRESH,
      LOGIN_HINT,
    ],
  ],
  "containers": [
    [
      "No HTTP credential provider host provided.\nSet AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.",
      NO_CONTAINER,
      NO_CONTAINER_HINT,
    ],
    [
      "URL not accepted. It must either be HTTPS or match one of the following:\n  - loopback CIDR 127.0.0.0/8 or [::1/128]\n  - ECS container host 169.254.170.2\n  - EKS container host 169.254.170.23 or [fd00:ec2::23]",
      "the container endpoint has neither https: nor an address of this machine",
      "correct AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ],
    [
      named("TypeError", "Invalid URL: 'nowhere'"),
      "'nowhere' is not a URL",
      URL_HINT,
    ],
    [
      "Authorization token contains invalid \\r\\n sequence.",
      BAD_TOKEN,
      BAD_TOKEN_HINT,
    ],
    [
      named(
        "TypeError",
        'Invalid character in header content ["Authorization"]',
      ),
      BAD_TOKEN,
      BAD_TOKEN_HINT,
    ],
    [
      "ENOENT: no such file or directory, open '/token'",
      "the file /token does not exist",
      "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ],
    [
      "EACCES: permission denied, open '/token'",
      "cannot read the file with the container's authorization token: permission denied",
      "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ],
    [
      "CredentialsProviderError: Server responded with status: 404",
      "the container endpoint answered HTTP status 404",
      CONTAINER_HINT,
    ],
    [
      "CredentialsProviderError: HTTP credential provider response not of the required format, an object matching: { AccessKeyId: string, SecretAccessKey: string, Token: string, Expiration: string(rfc3339) }",
      NO_CREDENTIALS,
      URI_HINT,
    ],
    [
      "SyntaxError: Unexpected token 'h', \"hello\" is not valid JSON",
      NO_CREDENTIALS,
      URI_HINT,
    ],
    [
      "TypeError: Cannot read properties of null (reading 'AccessKeyId')",
      NO_CREDENTIALS,
      URI_HINT,
    ],
    [
      "container endpoint http://127.0.0.1:2: Unexpected end of JSON input",
      NO_CREDENTIALS,
      URI_HINT,
    ],
    [
      "container endpoint http://127.0.0.1:2: HTTP status 500",
      "the container endpoint http://127.0.0.1:2 gave no credentials: HTTP status 500",
      CONTAINER_HINT,
    ],
    [
      "container endpoint https://127.0.0.1:2: self-signed certificate",
      "the certificate of the container endpoint https://127.0.0.1:2 is not trusted",
      "use a certificate of a public CA, or http on loopback; AWS_CA_BUNDLE does not apply to this endpoint, as in the AWS CLI",
    ],
    [
      "container endpoint https://127.0.0.1:2: Http: connection error",
      "cannot connect to the container endpoint https://127.0.0.1:2; its certificate may not be trusted",
      "use a certificate of a public CA, or http on loopback; AWS_CA_BUNDLE does not apply to this endpoint, as in the AWS CLI",
    ],
  ],
  "EC2 instances": [
    [
      "EC2 Instance Metadata Service access disabled",
      NO_INSTANCE,
      NO_INSTANCE_HINT,
    ],
    [
      "Unable to connect to instance metadata service",
      NO_INSTANCE,
      NO_INSTANCE_HINT,
    ],
    [
      "TimeoutError from instance metadata service",
      NO_INSTANCE,
      NO_INSTANCE_HINT,
    ],
    [
      "Error response received from instance metadata service",
      NO_INSTANCE,
      NO_INSTANCE_HINT,
    ],
    [
      "Invalid response received from instance metadata service.",
      NO_INSTANCE,
      NO_INSTANCE_HINT,
    ],
    [
      "AWS EC2 Metadata v1 fallback has been blocked by AWS SDK configuration in the following: [process environment variable (AWS_EC2_METADATA_V1_DISABLED)].",
      "the EC2 instance metadata service has no version 2, and AWS_EC2_METADATA_V1_DISABLED forbids version 1",
      "allow IMDSv2 on the instance, or unset AWS_EC2_METADATA_V1_DISABLED",
    ],
    [
      named(
        "SyntaxError",
        "Unexpected token '<', \"<html>\" is not valid JSON",
      ),
      "the EC2 instance metadata service did not answer with credentials",
      "check AWS_EC2_METADATA_SERVICE_ENDPOINT",
    ],
  ],
  "errors of the SDK itself": [
    [
      named(
        "TypeError",
        "Cannot read properties of undefined (reading 'sso_region')",
      ),
      OWN,
      OWN_HINT,
    ],
    ["Cannot read properties of undefined (reading 'x')", OWN, OWN_HINT],
    ["TypeError: x.y is not a function", OWN, OWN_HINT],
    [named("RangeError", "Maximum call stack size exceeded"), OWN, OWN_HINT],
    [
      "something new\nsecond line",
      "something new",
      "check the profile in ~/.aws/config and ~/.aws/credentials",
    ],
  ],
};

/** Errors that no run meets, because assume-role checks or does these things itself. */
const UNREACHABLE = [
  /^Could not load credentials from any providers/, // aws/machine_credentials.ts
  /^Unable to find environment variable credentials/,
  /^Unsupported endpoint mode/, // plan/metadata_settings.ts
  /^Unsupported credential source in profile/,
  /requires multi-factor authentication/,
  /^The container metadata credential provider cannot be used/,
  /is not a valid container metadata service/,
  /^AWS_PROFILE is set, skipping fromEnv/, // the default chain tries the next provider
  /^Skipping SSO provider in default chain/,
  /does not contain login_session/,
  /^Detected a cycle attempting/, // plan/resolve_provider.ts
  /^Profile .* (?:was not found|is not configured with SSO)/,
  /^Conflicting SSO (?:region|start_url)/, // aws/profile_provider.ts
  /^Incomplete configuration\. The fromSSO/,
  /^Profile is configured with invalid SSO credentials/,
  /^Profile .* (?:did not contain credential_process|could not be found)/,
  /^Web identity configuration not specified/,
  /^Please pass '?(?:signingName|a valid token)/,
  /^Token not present in /,
  /^Sso session .* (?:could not be found|is missing required property)/,
  /^Profile .* is missing required property/,
  /^Could not load token from any providers/,
  /not set in env, checking config file next/,
];

const base = (
  section: Record<string, string>,
  profile = "x",
  kind?: SignInToken["kind"],
): Base => ({
  kind: "profile",
  profile,
  fingerprint: "f",
  permissions: {
    sections: { identity: { [`profile.${profile}`]: section }, config: "" },
    read: [],
    net: [],
    ...(kind && { token: { kind, directory: "/h", session: "s" } }),
  },
});
const machine = (source: MachineSource): Base => ({
  ...base({}) as Extract<Base, { kind: "profile" }>,
  kind: "machine",
  source,
  isNamed: true,
});
/** The base credentials of the rows with these titles. */
const BASES: Readonly<Record<string, Base>> = {
  "IAM Identity Center": base({}, "x", "sso"),
  "login_session": base({}, "x", "login"),
  "containers": machine("EcsContainer"),
  "EC2 instances": machine("Ec2InstanceMetadata"),
};

for (const [title, rows] of Object.entries(ROWS)) {
  Deno.test(`toBaseError() explains the errors of the AWS SDK: ${title}`, () => {
    for (const [thrown, reason, hint] of rows) {
      const cause = typeof thrown === "string"
        ? named("CredentialsProviderError", thrown)
        : thrown;
      const error = toBaseError(BASES[title] ?? base({}), cause);
      assertEquals(
        [error.message, error.hint, (error.cause as Error).message],
        [
          `Cannot find base credentials from the profile 'x': ${reason}`,
          hint,
          cause.message,
        ],
      );
    }
  });
}

Deno.test("toBaseError() names the service that did not answer", () => {
  const lost = named("NoAnswer", "error sending request: connection refused");
  const wrapped = (message: string) =>
    named("CredentialsProviderError", message);
  const cases = [
    [lost, { sso_region: "eu-west-1" }, "IAM Identity Center in eu-west-1"],
    [wrapped("NoAnswer: refused"), { sso_session: "s" }, "IAM Identity Center"],
    [
      wrapped(refresh("NoAnswer: refused")),
      { login_session: "s" },
      "AWS Sign-In",
    ],
    [lost, {}, "AWS"],
  ] as const;
  for (const [thrown, section, service] of cases) {
    const { message, hint } = toBaseError(base(section), thrown);
    assertEquals(
      [message, hint],
      [
        `Cannot get base credentials from the profile 'x': cannot reach ${service}`,
        NETWORK_HINT,
      ],
    );
  }
});

Deno.test("toBaseError() quotes the profile's name in the command to sign in", () => {
  const cause = new Error(`Token is expired. ${REFRESH}`);
  assertEquals(
    toBaseError(base({}, "my $x"), cause).hint,
    "sign in with 'aws sso login --profile='my $x''",
  );
});

Deno.test("toBaseError() shows no secret, also not in the chain of causes", () => {
  const shown = (error: unknown): string =>
    error instanceof Error
      ? `${error.message} ${(error as { hint?: string }).hint} ${
        shown(error.cause)
      }`
      : "";
  const inner = new Error("the portal said: S3cret-token");
  for (
    const thrown of [
      named("NewException", "bad S3cret-token"),
      named("TypeError", 'Invalid header value: "S3cret-\ntoken"'),
      new Error("x", { cause: inner }),
      Object.assign(named("NewException", "bad S3cret-token"), {
        $fault: "client",
      }),
    ]
  ) {
    const error = toBaseError(base({}, "x", "sso"), thrown, ["S3cret-token"]);
    assertEquals(/S3cret|token"/.exec(shown(error)), null, shown(error));
  }
});

/** Lists the messages in the source of the SDK's credential providers. */
async function sdkMessages(): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  const root = join(import.meta.dirname!, "..", "..");
  const { npm } = JSON.parse(Deno.readTextFileSync(join(root, "deno.lock")));
  const messages: string[] = [];
  for (const id of Object.keys(npm)) {
    const [, name, version] =
      /^(@aws-sdk\/(?:credential-provider-[a-z-]+|token-providers)|@smithy\/credential-provider-imds)@([\d.]+)/
        .exec(id) ?? [];
    if (name === undefined) continue;
    const folder = join(npmCache, "registry.npmjs.org", name, version!);
    for (const path of walk(join(folder, "dist-es"))) {
      const text = Deno.readTextFileSync(path);
      const literal = /"[^"\n]*"|`[^`]*`/.source;
      const thrown = text.matchAll(
        new RegExp(
          `new \\w*Error\\(\\s*((?:${literal})(?:\\s*\\+\\s*(?:${literal}))*)`,
          "g",
        ),
      );
      for (const [, literals] of thrown) {
        messages.push(
          Array.from(
            literals!.matchAll(new RegExp(literal, "g")),
            ([part]) => part.slice(1, -1).replaceAll("\\\\", "\\"),
          ).join(""),
        );
      }
    }
  }
  return messages;
}

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* walk(join(folder, name));
    else if (name.endsWith(".js") && !name.includes("browser")) {
      yield join(folder, name);
    }
  }
}

Deno.test("the table has every error that the AWS SDK's credential providers throw", async () => {
  const rows = Object.values(ROWS).flat().map(([thrown]) =>
    typeof thrown === "string" ? thrown : thrown.message
  );
  const messages = await sdkMessages();
  assert(messages.length > 40, `${messages.length} messages`);
  const missing = messages.filter((message) => {
    // A placeholder such as ${profileName} stands for any text.
    const pattern = message.split(/\$\{[^}]*\}/)
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[^]*");
    const known = new RegExp(pattern);
    const plain = message.replace(/\$\{[^}]*\}/g, "x");
    return !rows.some((row) => known.test(row)) &&
      !UNREACHABLE.some((when) => when.test(plain));
  });
  assertEquals(missing, []);
});
