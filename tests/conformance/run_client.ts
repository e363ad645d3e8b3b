/** Runs a client of the matrix with credentials that assume-role supplies. */
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  argv,
  FakeAws,
  program,
  quote,
  type Result,
  TestHome,
  WORLD,
} from "../mod.ts";
import type { Condition, Way } from "./client_matrix.ts";
import type { Calls, Start } from "./clients.ts";

/** The actions that clients call; assume-role calls none of them for a named session. */
const ACTIONS = ["GetCallerIdentity", "ListBuckets", "ListObjectsV2"];
const SESSION = "tester";
const SESSION_ARN = `arn:aws:sts::111111111111:assumed-role/admin/${SESSION}`;
const SAVED_PROFILE = "111111111111-admin";
const TWO_CALLS: Calls = { count: 2, seconds: 0 };
/** The duration of a session under `--server`, in milliseconds. */
const SESSION_LIFE = 8000;
/** Calls that take longer than a session under `--server`. */
const MANY_CALLS: Calls = { count: 6, seconds: 2 };

/** A run of a client: the home, the client's argv, and the client's variables. */
interface ClientRun {
  readonly home: TestHome;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly isInCredentials: boolean;
}

const RUN: Readonly<Record<Way, (run: ClientRun) => Promise<Result>>> = {
  variables: ({ home, words, env }) =>
    home.run(argv`-r admin ${words}`, { env }),
  server: ({ home, words, env }) =>
    home.run(argv`--server -r admin ${words}`, { env }),
  process: ({ home, words, env, isInCredentials }) => {
    const path = installProgram(home);
    const line =
      `credential_process = assume-role -r ${ADMIN_ARN} --profile default --format process\n`;
    if (isInCredentials) {
      const text = home.readHome(".aws/credentials");
      home.writeHome(".aws/credentials", `${text}[admin]\n${line}`);
    } else home.writeHome(".aws/config", `[profile admin]\n${line}`);
    return home.exec(words, {
      env: { ...env, AWS_PROFILE: "admin", PATH: path },
    });
  },
  profile: async ({ home, words, env }) => {
    await home.run("-r admin true");
    return await home.exec(words, {
      env: { ...env, AWS_PROFILE: SAVED_PROFILE },
    });
  },
};

/**
 * Runs a client in one way, with the user's access keys in `~/.aws/credentials`.
 *
 * @returns "role" if the client makes all calls with sessions of the role; otherwise
 * what happened
 */
export async function runClient(
  start: Start,
  way: Way,
  { env = {}, isInCredentials = false }: Partial<Condition> = {},
): Promise<string> {
  const isServer = way === "server";
  const calls = isServer ? MANY_CALLS : TWO_CALLS;
  const options = isServer ? { sessionLife: SESSION_LIFE } : {};
  await using aws = new FakeAws(WORLD, options);
  await using home = new TestHome(aws);
  home.writeHome(".aws/assume-role.yaml", `role_session_name: ${SESSION}\n`);
  const result = await RUN[way]({
    home,
    words: start(home.path, calls),
    env: {
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      ...env,
    },
    isInCredentials,
  });
  const keys = aws.calls.filter(({ action }) => ACTIONS.includes(action))
    .map(({ accessKeyId }) => accessKeyId);
  const signers = new Set(keys.map((key) => aws.sessionOf(key)?.arn ?? key));
  signers.delete(SESSION_ARN);
  if (signers.size > 0) return `used by ${[...signers].join()}`;
  if (result.status !== 0 || keys.length < calls.count) {
    return `${keys.length} calls: ${result.stderr}`;
  }
  return isServer && new Set(keys).size < 2 ? "no refresh" : "role";
}

/** Writes a program `assume-role`, and returns a PATH with the program. */
function installProgram(home: TestHome): string {
  const bin = join(home.root, "bin");
  Deno.mkdirSync(bin);
  Deno.writeTextFileSync(
    join(bin, "assume-role"),
    `#!/bin/sh\nexec ${quote(program())} "$@"\n`,
    { mode: 0o755 },
  );
  return `${bin}:${Deno.env.get("PATH")}`;
}
