/**
 * Demonstrates how assume-role runs a program under a role on a machine without
 * configuration. Uses a temporary fake AWS, home directory and project directory.
 */
import { join } from "@std/path/join";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";

const HERE = import.meta.dirname!;
const MAIN = join(HERE, "..", "..", "main.ts");
const ROLE = "arn:aws:iam::111111111111:role/admin";

const deno = Deno.execPath();
const script = (
  name: string,
  ...args: string[]
) => [deno, "run", "--quiet", "-A", join(HERE, name), ...args];
const assumeRole = (
  ...args: string[]
) => [deno, "run", "--quiet", "-A", MAIN, ...args];

const plain = Deno.noColor || !Deno.stdout.isTerminal();
const style = (code: number) => (text: string) =>
  plain ? text : `\x1b[${code}m${text}\x1b[0m`;
const [bold, dim, green] = [style(1), style(2), style(32)];

function say(text = ""): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

function showFile(name: string, text: string): void {
  say(`\n${bold(name)}`);
  for (const line of text.trimEnd().split("\n")) say(dim("  │ ") + line);
}

/** Runs a step, and shows its output, its time and its requests. */
async function step(
  aws: FakeAws,
  home: string,
  title: string,
  shown: string,
  words: readonly string[],
): Promise<void> {
  say(`\n${bold(title)}\n${dim("  $")} ${shown}`);
  const calls = aws.calls.length;
  const started = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(words[0]!, {
    args: words.slice(1),
    cwd: join(home, "project"),
    env: { ...await environment(home), AWS_ENDPOINT_URL: aws.url },
    clearEnv: true,
  }).output();
  const milliseconds = Math.round(performance.now() - started);
  const text = new TextDecoder().decode(stdout) +
    new TextDecoder().decode(stderr);
  for (const line of text.trimEnd().split("\n")) {
    if (line) say(`  ${green(line)}`);
  }
  const made = aws.calls.slice(calls);
  const codes = made.filter(({ params }) => params.TokenCode).length;
  const actions = made.map(({ action }) => action).join(", ") || "none";
  say(
    dim(
      `  exit status ${code} · ${milliseconds} ms · MFA codes: ${codes} · requests to AWS: ${actions}`,
    ),
  );
}

async function environment(home: string): Promise<Record<string, string>> {
  const info = await new Deno.Command(deno, { args: ["info", "--json"] })
    .output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(info.stdout));
  const { PATH = "", SystemRoot = "", ComSpec = "" } = Deno.env.toObject();
  return {
    PATH,
    HOME: home,
    DENO_DIR: denoDir,
    ...(SystemRoot && { SystemRoot, ComSpec, USERPROFILE: home }),
  };
}

const home = Deno.makeTempDirSync({ prefix: "assume-role-demo-" });
try {
  await using aws = new FakeAws({
    users: [ALICE],
    roles: [{
      arn: ROLE,
      trusts: ["arn:aws:iam::111111111111:user/alice"],
      requiresMfa: true,
    }],
  });
  const write = (path: string, text: string) => {
    Deno.writeTextFileSync(join(home, path), text, { mode: 0o600 });
    return text;
  };
  Deno.mkdirSync(join(home, ".aws"));
  Deno.mkdirSync(join(home, "project"));
  write("phone", ALICE.devices![0]!.secret!);
  const quoted = script("authenticator.ts", join(home, "phone")).map((word) =>
    `"${word}"`
  ).join(" ");

  say(
    bold(
      "assume-role: a demonstration on a fake AWS, without your credentials",
    ),
  );
  write(
    ".aws/credentials",
    `[default]\naws_access_key_id = ${ALICE.accessKeyId}\naws_secret_access_key = ${ALICE.secretAccessKey}\n`,
  );
  showFile(
    "~/.aws/credentials: alice's long-lived keys",
    `[default]\naws_access_key_id = ${ALICE.accessKeyId}\naws_secret_access_key = ****************\n`,
  );
  write(
    ".aws/assume-role.yaml",
    `mfa_command: >-\n  ${quoted}\n`,
  );
  showFile(
    "~/.aws/assume-role.yaml: where her MFA codes come from",
    "mfa_command: authenticator ~/phone   # the role below wants MFA; without this she would be asked\n",
  );
  showFile(
    "project/assume-role.yaml",
    write(
      "project/assume-role.yaml",
      "role_prefix: arn:aws:iam::111111111111:role/\n",
    ),
  );

  const whoami = script("whoami.ts");
  await step(
    aws,
    home,
    "1  A program without support for roles runs as alice",
    "./whoami",
    whoami,
  );
  await step(
    aws,
    home,
    "2  Under assume-role, the program runs as the role; assume-role detects that MFA is required",
    "assume-role --role admin ./whoami",
    assumeRole("--role", "admin", ...whoami),
  );
  await step(
    aws,
    home,
    "3  Again: the session is cached, so that the program makes the only request",
    "assume-role --role admin ./whoami",
    assumeRole("--role", "admin", ...whoami),
  );
  await step(
    aws,
    home,
    "4  The command's exit status is passed on",
    "assume-role --role admin -- sh -c 'exit 42'",
    assumeRole("--role", "admin", "--", deno, "eval", "Deno.exit(42)"),
  );
  await step(
    aws,
    home,
    "5  Without a command, the credentials are printed",
    "assume-role --role admin",
    assumeRole("--role", "admin"),
  );
  say(
    `\nSee the README for more. The session was also saved as the profile ${
      bold("111111111111-admin")
    }:`,
  );
  say(
    "aws --profile 111111111111-admin works with every AWS tool until it expires.",
  );
} finally {
  Deno.removeSync(home, { recursive: true });
}
