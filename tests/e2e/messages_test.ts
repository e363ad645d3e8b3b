/** Messages for mistakes in AWS's files and variables; each names the cause and the remedy. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  assertFails,
  e2e,
  type Failure,
  keysOf,
  NOBODY,
  TestHome,
  unix,
} from "../mod.ts";

/** Files, variables and arguments with one mistake. */
interface Mistake extends Failure {
  readonly config?: string;
  readonly credentials?: string;
  readonly yaml?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The arguments; by default, assume `admin` with the base credentials of the profile `x`. */
  readonly args?: string;
}

const { accessKeyId, secretAccessKey } = ALICE;
const KEYS = keysOf(ALICE);
const ROLE = `role_arn = ${ADMIN_ARN}\n`;
const X_AS_BASE = `-r ${ADMIN_ARN} --profile x true`;
const NO_SOURCE = {
  error:
    "Cannot use the AWS profile 'x': the profile has role_arn, but no source_profile, credential_source or web_identity_token_file",
  hint: "add 'source_profile = <base profile>' to the profile",
};
const NO_PROFILE_WORD = {
  error:
    "Cannot find the AWS profile 'x': the header [x] in ~/.aws/config lacks the word 'profile'",
  hint: "write the header as [profile x]",
};
const PROFILE_WORD = {
  error:
    "Cannot find the AWS profile 'x': the header [profile x] in ~/.aws/credentials must not have the word 'profile'",
  hint: "write the header as [x]",
};
const SET_AGAIN = {
  hint: "set the value again, without spaces, quotes and line breaks",
};
const SSO =
  "[profile x]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = R\n";
const NO_SIGN_IN = {
  error:
    "Cannot find base credentials from the profile 'x': the sign-in to IAM Identity Center is missing or has expired",
  hint: "sign in with 'aws sso login --profile x'",
};
const JSON_HINT =
  'let the program print {"Version": 1, "AccessKeyId": …, "SecretAccessKey": …}';

const processFails = (reason: string | RegExp, hint: string) => ({
  error: typeof reason === "string"
    ? `Cannot find base credentials from the profile 'x': credential_process ${reason}`
    : reason,
  hint,
});
const process = (command: string) =>
  `[profile x]\ncredential_process = ${command}\n`;

const MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  "role_arn without a source": [
    { config: `[profile x]\n${ROLE}`, ...NO_SOURCE },
    { config: `[profile x]\n${ROLE}`, args: "--profile x true", ...NO_SOURCE },
    {
      config: `[profile x]\n${ROLE}`,
      args: `-r ${ADMIN_ARN} true`,
      env: { AWS_PROFILE: "x" },
      ...NO_SOURCE,
    },
    {
      config: `[profile y]\n${ROLE}source_profile = x\n[profile x]\n${ROLE}`,
      args: `-r ${ADMIN_ARN} --profile y true`,
      ...NO_SOURCE,
    },
    {
      config: `[default]\n${ROLE}`,
      credentials: "",
      args: `-r ${ADMIN_ARN} true`,
      error: NO_SOURCE.error.replace("'x'", "'default'"),
      hint: NO_SOURCE.hint,
    },
  ],
  // The keys of a user of aws-vault are in a keychain only.
  "a source_profile without credentials": [
    {
      config:
        `[profile y]\n${ROLE}source_profile = x\n[profile x]\nregion = eu-west-1\n`,
      args: "--profile y true",
      error:
        "Cannot use the AWS profile 'y': its source_profile 'x' has no credentials",
      hint:
        "add access keys, or a credential_process that prints access keys, to the profile 'x'",
    },
  ],
  "a header without the word 'profile'": [
    { config: `[x]\n${ROLE}`, ...NO_PROFILE_WORD },
    { config: `[x]\n${ROLE}`, args: "--profile x true", ...NO_PROFILE_WORD },
    {
      config: "[x]\nregion = eu-west-1\n",
      args: "-r admin true",
      env: { AWS_PROFILE: "x" },
      ...NO_PROFILE_WORD,
    },
    {
      config: `[x]\n${ROLE}`,
      yaml: "",
      args: "-r x true",
      error:
        "Cannot find the role 'x': 'roles' has no such entry, the header [x] in ~/.aws/config lacks the word 'profile', and 'role_prefix' is not set",
      hint: NO_PROFILE_WORD.hint,
    },
  ],
  "the word 'profile' in a header of the credentials file": [
    { credentials: KEYS.replace("default", "profile x"), ...PROFILE_WORD },
    {
      config: `[profile y]\n${ROLE}source_profile = x\n`,
      credentials: KEYS.replace("default", "profile x"),
      args: "--profile y true",
      error: PROFILE_WORD.error.replace(
        "'x':",
        "'x', the source_profile of 'y':",
      ),
      hint: PROFILE_WORD.hint,
    },
  ],
  "a name that role_prefix cannot complete": [
    {
      args: "-r o'dd true",
      error:
        "Cannot use the role 'o'dd': role_prefix makes the name 'arn:aws:iam::111111111111:role/o'dd', which is not the ARN of a role",
      hint:
        "correct the name: a role's name has only letters, digits and the characters _+=,.@-",
    },
  ],
  "a profile without credentials": [
    {
      yaml: "",
      config: "[profile x]\nregion = eu-west-1\n",
      args: "-r x true",
      error:
        "Cannot find the role 'x': 'roles' has no such entry, the AWS profile of this name has no credentials, and 'role_prefix' is not set",
    },
    {
      config: "[profile x]\nregion = eu-west-1\n",
      error:
        "Cannot find base credentials from the profile 'x': the profile has no credentials",
      hint:
        "add credentials to the profile; 'assume-role --doctor' checks the headers in AWS's files",
    },
  ],
  "IAM Identity Center": [
    {
      config: SSO,
      error:
        "Cannot use the AWS profile 'x': the section [sso-session corp] does not exist",
      hint:
        "correct or remove sso_session, or add the section to ~/.aws/config; the AWS CLI refuses the profile, too",
    },
    {
      config: SSO,
      args: "--profile x true",
      error:
        "Cannot use the AWS profile 'x': the section [sso-session corp] does not exist",
      hint:
        "correct or remove sso_session, or add the section to ~/.aws/config; the AWS CLI refuses the profile, too",
    },
    {
      config: `${SSO}[sso-session corp]\nsso_region = us-east-1\n`,
      error:
        "Cannot use the AWS profile 'x': the section [sso-session corp] has no sso_start_url",
      hint:
        "add sso_start_url to the section; the AWS CLI refuses the profile, too",
    },
    {
      config:
        `${SSO}[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://x\n`,
      ...NO_SIGN_IN,
    },
    {
      config:
        "[profile x]\nsso_account_id = 111111111111\nsso_role_name = R\nsso_region = us-east-1\nsso_start_url = https://x\n",
      ...NO_SIGN_IN,
    },
  ],
  "credential_process": [
    {
      config: process(
        "sh -c 'echo token expired, run corp-login >&2; exit 1' --password S3cret",
      ),
      ...processFails(
        "failed: token expired, run corp-login",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process(
        `sh -c 'echo "$0 $1: no such user" >&2; exit 1' --password S3cret`,
      ),
      ...processFails(
        "failed: --password ***: no such user",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process("false --token S3cret"),
      ...processFails(
        "failed without a message",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      // The program shows its arguments, once as a line and once as a list of Python.
      config: process(
        `sh -c 'echo "cannot run: sh -c $1 --password S3cret positional" >&2; exit 1' --password S3cret`,
      ),
      ...processFails(
        "failed: cannot run: sh -c *** --password *** positional",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process(
        `python3 -c "import sys; sys.exit('bad: ' + ' '.join(sys.orig_argv[1:]))" --password=S3cret`,
      ),
      ...processFails(
        /^Cannot find base credentials from the profile 'x': credential_process failed: bad: -c .* --password=\*\*\*$/,
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process(
        `python3 -c "raise ValueError('token S3cret expired')" --token S3cret`,
      ),
      ...processFails(
        "failed: ValueError: token *** expired",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process(
        `sh -c 'printf "\\033[31mdenied\\033[0m by \\033]0;x\\007corp\\033[2J\\r\\n" >&2; exit 1'`,
      ),
      ...processFails(
        "failed: denied by corp",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process("corp-login --password S3cret"),
      error:
        "Cannot find base credentials from the profile 'x': the program 'corp-login' of credential_process was not found",
      hint: "install the program, or correct credential_process in the profile",
    },
    ...["~/corp-login", "$HOME/corp-login"].map((path): Mistake => ({
      config: process(path),
      error:
        `Cannot find base credentials from the profile 'x': the program '${path}' of credential_process was not found`,
      hint:
        "write the whole path without '~' and variables, because no shell runs the command line",
    })),
    {
      config: process("/etc/passwd --password S3cret"),
      error:
        "Cannot find base credentials from the profile 'x': the program '/etc/passwd' of credential_process cannot be executed",
      hint: "install the program, or correct credential_process in the profile",
    },
    {
      // The interpreter in the first line of the script does not exist.
      config: process("SCRIPT --password S3cret"),
      error:
        "Cannot find base credentials from the profile 'x': the program '~/script' of credential_process cannot be executed",
      hint: "install the program, or correct credential_process in the profile",
    },
    {
      config: process("sh -c 'exit 127' --password S3cret"),
      ...processFails(
        "failed without a message",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process("sh -c 'kill -KILL $$'"),
      ...processFails(
        "was ended by SIGKILL",
        "correct credential_process in the profile, or the program's setup",
      ),
    },
    {
      config: process("yes S3cret"),
      ...processFails(
        "printed more than 64 KiB",
        "let the program print only JSON",
      ),
    },
    {
      config: process("sh -c 'sleep 30 & echo; echo {}'"),
      ...processFails('printed JSON without "Version": 1', JSON_HINT),
    },
    {
      config: process("corp-login 'S3cret"),
      error:
        "Cannot use the AWS profile 'x': credential_process has a quote that is not closed",
      hint: "close the quote in credential_process",
    },
    {
      config: process(
        `echo '{"Version": "1", "AccessKeyId": "A", "SecretAccessKey": "s"}'`,
      ),
      ...processFails('printed JSON without "Version": 1', JSON_HINT),
    },
    {
      config: process(
        `echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": "2020-01-01T00:00:00Z"}'`,
      ),
      ...processFails(
        "printed credentials that have expired",
        "sign in again with the program of credential_process",
      ),
    },
    {
      config: process("echo hello"),
      ...processFails("printed no JSON", JSON_HINT),
    },
    {
      config: process("echo null"),
      ...processFails('printed JSON without "Version": 1', JSON_HINT),
    },
    {
      config: process(`echo '{"Version": 1, "AccessKeyId": "A"}'`),
      ...processFails(
        "printed JSON without AccessKeyId or SecretAccessKey",
        JSON_HINT,
      ),
    },
    {
      config: process(
        `echo '{"Version": 1, "AccessKeyId": 1, "SecretAccessKey": 2}'`,
      ),
      ...processFails(
        "printed JSON without AccessKeyId or SecretAccessKey",
        JSON_HINT,
      ),
    },
    {
      config: process(
        `echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": "never"}'`,
      ),
      ...processFails(
        "printed an Expiration that is not a time",
        "let the program print a time such as 2030-12-31T23:59:59Z",
      ),
    },
  ],
  "credentials of a machine": [
    {
      credentials: "",
      args: "-r admin true",
      env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${NOBODY}/creds` },
      error:
        /^Cannot find base credentials: the container endpoint http:\/\/127\.0\.0\.1:2 gave no credentials: .*onnect/,
      hint: "check the variables AWS_CONTAINER_*",
    },
    {
      credentials: "",
      args: "-r admin true",
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${NOBODY}/creds`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: "S3cret\nS3cret",
      },
      error:
        "Cannot find base credentials: the container's authorization token has a line break or another character that cannot be sent",
      hint:
        "correct AWS_CONTAINER_AUTHORIZATION_TOKEN, or the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names",
    },
    {
      credentials: "",
      args: "-r admin true",
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${NOBODY}/creds`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/",
      },
      error:
        "Cannot find base credentials: cannot read the file with the container's authorization token: is a directory",
      hint: "correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    },
    {
      credentials: "",
      args: "-r admin true",
      env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "nowhere" },
      error: "Cannot find base credentials: 'nowhere' is not a URL",
      hint: "correct AWS_CONTAINER_CREDENTIALS_FULL_URI",
    },
    {
      config: `[profile x]\n${ROLE}credential_source = EcsContainer\n`,
      error:
        "Cannot find base credentials from the profile 'x': no container endpoint is set",
      hint:
        "run assume-role in a container with a role, which sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    },
    {
      config: `[profile x]\n${ROLE}credential_source = Ec2InstanceMetadata\n`,
      error:
        "Cannot find base credentials from the profile 'x': AWS_EC2_METADATA_DISABLED forbids the EC2 instance metadata service",
      hint: "unset AWS_EC2_METADATA_DISABLED, or use other base credentials",
    },
  ],
};

for (const [title, mistakes] of Object.entries(MISTAKES)) {
  e2e(
    `the message says the cause and what to do: ${title}`,
    unix,
    async ({ aws }) => {
      for (const { error, hint, ...mistake } of mistakes) {
        await using home = new TestHome(aws);
        const result = await runWith(home, mistake);
        const stderr = result.stderr.replaceAll(home.path, "~");
        assertFails({ ...result, stderr }, {
          error,
          ...(hint !== undefined && { hint }),
        });
        if (!JSON.stringify(mistake).includes("S3cret")) continue;
        const args = `-v ${mistake.args ?? X_AS_BASE}`;
        const verbose = await runWith(home, { ...mistake, args });
        assert(!verbose.stderr.includes("S3cret"), verbose.stderr);
      }
      assertEquals(aws.calls, []);
    },
  );
}

/** Writes the files of a mistake, and runs assume-role with its variables and arguments. */
async function runWith(
  home: TestHome,
  { config, credentials, yaml, env = {}, args = X_AS_BASE }: Omit<
    Mistake,
    "error"
  >,
) {
  const script = home.writeHome("script", "#!/no/interpreter\n");
  Deno.chmodSync(script, 0o700);
  if (config !== undefined) {
    home.writeHome(".aws/config", config.replace("SCRIPT", () => script));
  }
  if (credentials !== undefined) {
    home.writeHome(".aws/credentials", credentials);
  }
  if (yaml !== undefined) home.write("assume-role.yaml", yaml);
  return await home.run(args, { env });
}

e2e(
  "the error for access keys with an invalid character names the variable or the key of the file",
  async ({ aws, home, run }) => {
    const pair = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const cases: readonly (readonly [string, string, string])[] = [
      ["AWS_ACCESS_KEY_ID", `${accessKeyId}\n`, "a line break at its end"],
      [
        "AWS_ACCESS_KEY_ID",
        `${accessKeyId}\r\n`,
        "a carriage return at its end",
      ],
      ["AWS_ACCESS_KEY_ID", `${accessKeyId} `, "a space at its end"],
      ["AWS_ACCESS_KEY_ID", `${accessKeyId}\t`, "a tab at its end"],
      ["AWS_ACCESS_KEY_ID", `AKIA\x1bX`, "a control character"],
      ["AWS_ACCESS_KEY_ID", `AKIA–X`, "a character that is not ASCII"],
      ["AWS_ACCESS_KEY_ID", `"${accessKeyId}"`, "a quote"],
      [
        "AWS_SECRET_ACCESS_KEY",
        `${secretAccessKey}\n`,
        "a line break at its end",
      ],
      ["AWS_SESSION_TOKEN", "a\nb", "a line break"],
      ["AWS_SECURITY_TOKEN", "a ", "a space at its end"],
    ];
    for (const [name, value, character] of cases) {
      assertFails(
        await run("-r admin true", { env: { ...pair, [name]: value } }),
        {
          error: `Cannot use ${name}: the value has ${character}`,
          ...SET_AGAIN,
        },
      );
    }
    const inFile = {
      error:
        "Cannot use aws_access_key_id of the AWS profile 'default': the value has a line break",
      ...SET_AGAIN,
    };
    home.writeHome(".aws/credentials", KEYS.replace(accessKeyId, "AKIA\n  X"));
    assertFails(await run("-r admin true"), inFile);
    home.writeHome(
      ".aws/config",
      `[profile y]\n${ROLE}source_profile = default\n`,
    );
    assertFails(await run("--profile y true"), inFile);
    home.writeHome(
      ".aws/config",
      process(
        `echo '{"Version": 1, "AccessKeyId": "AKIA\\nX", "SecretAccessKey": "secret"}'`,
      ),
    );
    assertFails(await run(X_AS_BASE), {
      error:
        "Cannot use the access key ID that the AWS profile 'x' gives: the value has a line break",
    });
    assertEquals(aws.calls, []);
  },
);

/** Encodes a text in UTF-16, little-endian. */
function toUtf16(text: string, mark = "\uFEFF"): Uint8Array {
  const codes = Array.from(mark + text, (char) => char.charCodeAt(0));
  return new Uint8Array(codes.flatMap((code) => [code & 0xff, code >> 8]));
}

e2e(
  "a file that is not UTF-8 is refused, and the message says what to do",
  async ({ home, run }) => {
    const path = join(home.path, ".aws/config");
    const text = "# M\u00fcller\n[profile M\u00fcller]\nregion = eu-west-1\n";
    const latin1 = Uint8Array.from(text, (char) => char.charCodeAt(0));
    const hint = "save the file as UTF-8 without a byte order mark (BOM)";
    for (
      const [content, reason] of [
        [toUtf16(text), "the file is in UTF-16"],
        [toUtf16(text, ""), "the file is in UTF-16"],
        [latin1, "line 1 has bytes that are not UTF-8"],
      ] as const
    ) {
      Deno.writeFileSync(path, content);
      assertFails(await run("-r admin true"), {
        error: `Cannot read ${path}: ${reason}`,
        hint,
      });
    }
    // U+FFFD in a comment is valid UTF-8.
    Deno.writeTextFileSync(path, text.replace("\u00fc", "\uFFFD"));
    assertEquals((await run("-r admin true")).status, 0);

    const yaml = home.write("assume-role.yaml", "");
    for (const content of [toUtf16("role: x\n"), toUtf16("role: x\n", "")]) {
      Deno.writeFileSync(yaml, content);
      assertFails(await run("-r admin true"), {
        error: `Cannot read ${yaml}: the file is not UTF-8 text`,
        hint: "save the file as UTF-8",
      });
    }
  },
);

e2e(
  "if the profile of AWS_PROFILE has only a region, the access keys in the environment are used",
  async ({ aws, home }) => {
    home.writeHome(".aws/config", "[profile x]\nregion = eu-west-1\n");
    home.writeHome(".aws/credentials", "");
    const { stdout, status } = await home.run(
      argv`-r admin printenv AWS_REGION ASSUME_ROLE_ARN`,
      {
        env: {
          AWS_PROFILE: "x",
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
        },
      },
    );
    assertEquals([status, stdout], [0, `eu-west-1\n${ADMIN_ARN}\n`]);
    assertEquals(aws.count("AssumeRole"), 1);
  },
);

e2e(
  "--doctor warns about headers that the AWS CLI ignores",
  async ({ home, run }) => {
    home.writeHome(
      ".aws/config",
      `[my dev]\n${ROLE}[plugins]\nendpoint = x\n[preview]\ncloudfront = true\n`,
    );
    home.writeHome(".aws/credentials", `${KEYS}[profile y]\n`);
    const { stdout } = await run("--doctor");
    assertStringIncludes(
      stdout,
      `profile 'y': the header [profile y] in ${
        join(home.path, ".aws", "credentials")
      } must not have the word 'profile'`,
    );
    assertStringIncludes(stdout, 'write the header as [profile "my dev"]');
    assert(!stdout.includes("plugins") && !stdout.includes("preview"), stdout);
  },
);
