/**
 * Answers that try to control the terminal, forge lines or repeat secrets. The table has
 * every value of every answer of the fake AWS from every starting point: a new value is
 * covered by itself.
 */
import { assert } from "@std/assert";
import {
  ALICE,
  type E2e,
  e2e,
  PREFIX_YAML,
  SERIAL,
  TestHome,
  unix,
} from "../mod.ts";
import { FORMATS } from "../../lib/settings/options.ts";
import { findLeaves } from "./hostile/leaves.ts";
import { isChosen, observe } from "./hostile/observe.ts";
import { assertClean, HOSTILE, Secrets, secretsIn } from "./hostile/values.ts";
import { ROWS } from "./starting_points/rows.ts";
import { type Start, STARTS } from "./starting_points/starting_point.ts";

const HEADERS = ["x-amzn-requestid", "x-amzn-errortype"];
const PROXY_PASSWORD = "S3cret/of+the&proxy";
/** Requests to loopback do not use the proxy, but its password is a secret. */
const PROXY = {
  https_proxy: `http://me:${encodeURIComponent(PROXY_PASSWORD)}@127.0.0.1:2`,
};
/** Names of values that are printed if the user asks for credentials. */
const CREDENTIALS = /^(?:AccessKeyId|SecretAccessKey|SessionToken)$/;
/** Rows whose answers are the same as those of other rows. */
const SAME_ANSWERS =
  /^(?:aws-vault|granted|aws-sso|saml2aws|include_profile|.* with spaces and quotes .*|a file of boto|.* AWS_CREDENTIAL_FILE|temporary keys in AWS's files)$/;

/** An answer of the fake AWS. */
interface Answer {
  readonly action: string;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Returns an answer with another value in its body or, after all values, in a header. */
function changeValue(
  { status, headers, body }: Answer,
  index: number,
  value: (old: string) => string,
): Response {
  const leaves = findLeaves(body);
  const all = new Headers(headers.map(([name, value]) => [name, value]));
  const name = HEADERS[index - leaves.names.length];
  // A header can have C1 control characters, but no others.
  if (name !== undefined) {
    all.set(name, value("").replace(/[^ -~\x80-\xff]/g, "\x9b"));
  }
  const text = index < 0 || name !== undefined
    ? body
    : leaves.replace(index, value);
  return new Response(text, { status, headers: all });
}

/** Creates errors of a service in the format of its successful answer. */
function errorsOf({ action, body, headers }: Answer): readonly Answer[] {
  const isXml = body.startsWith("<");
  return ["AccessDenied", "Unforeseen"].map((code) => ({
    action,
    status: 403,
    headers,
    body: isXml
      ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`
      : JSON.stringify({ __type: code, code, error: code, message: "no" }),
  }));
}

/** Records the answers to all actions of a run. */
async function record(
  { aws, home }: E2e,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  aws.changeAnswers(async (action, answer) => {
    const { status } = answer;
    const headers = [...answer.headers]
      .filter(([name]) => name !== "content-length");
    const body = await answer.text();
    if (!answers.some((known) => known.action === action)) {
      answers.push({ action, status, headers, body });
    }
    return new Response(body, { status, headers: new Headers(answer.headers) });
  });
  await observe(home, args, env);
  return answers;
}

/** Runs with each change of each value of each answer; returns the number of runs. */
async function changeEach(
  context: E2e,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const { aws, home } = context;
  const credentials = home.readHome(".aws/credentials");
  const answers = await record(context, args, env);
  let count = 0;
  for (const answer of answers.flatMap((a) => [a, ...errorsOf(a)])) {
    const names = [...findLeaves(answer.body).names, ...HEADERS];
    for (const [index, name] of names.entries()) {
      for (const kind of ["control", "secret"]) {
        if (!isChosen(count++)) continue;
        home.removeCache();
        home.writeHome(".aws/credentials", credentials);
        let secrets = new Secrets([PROXY_PASSWORD]);
        let isChanged = false;
        aws.changeAnswers((action, original, sent) => {
          if (action !== answer.action) {
            // A code works only once: later runs get the answer of the first run.
            const recorded = answers.find((a) => a.action === action);
            const isRefused = original.status >= 400 && recorded !== undefined;
            return Promise.resolve(
              isRefused ? changeValue(recorded, -1, String) : original,
            );
          }
          isChanged = true;
          secrets = new Secrets([...secretsIn(sent), PROXY_PASSWORD]);
          const value = (old: string) =>
            kind === "control" ? old + HOSTILE : secrets.repeat(count);
          return Promise.resolve(changeValue(answer, index, value));
        });
        const { stdout, stderr } = await observe(home, args, env);
        const what = `${name} of ${answer.action} (${answer.status}), ${kind}`;
        assert(isChanged, what);
        assertClean(stdout, what);
        assertClean(stderr, what);
        // The credentials that were asked for can have any text.
        const isAsked = CREDENTIALS.test(name) && args.includes("--format");
        secrets.refuse(isAsked ? stderr : stdout + stderr, what);
      }
    }
  }
  aws.changeAnswers(undefined);
  return count;
}

function row(
  name: string,
  args: readonly string[],
  start: (context: E2e) => Start | Promise<Start>,
): void {
  e2e(`no answer controls the terminal or shows a secret: ${name}`, {
    ...unix,
    world: STARTS,
    home: (aws) => {
      const home = new TestHome(aws);
      const roles = "roles:\n  far: { via: end }\n";
      home.write("assume-role.yaml", PREFIX_YAML + roles);
      return home;
    },
  }, async (context) => {
    const { env = {}, profile, options = [] } = await start(context);
    const named = profile === undefined ? [] : ["--profile", profile];
    const all = [...options, ...named, "-v", ...args];
    const count = await changeEach(context, all, { ...env, ...PROXY });
    assert(count > 8, `${count} runs`);
  });
}

for (const { name, ignore, start } of ROWS) {
  if (ignore || SAME_ANSWERS.test(name)) continue;
  row(name, ["-r", "end", "--whoami"], start);
}
row("a command", ["-r", "end", "true"], () => ({ steps: [] }));
row("a role chain", ["-r", "far", "--whoami"], () => ({ steps: [] }));
row("--console", ["-r", "end", "--console"], ({ aws }) => ({
  env: { AWS_ENDPOINT_URL_SIGNIN: aws.url },
  steps: [],
}));
row("--doctor", ["--doctor"], () => ({ steps: [] }));
for (
  const [name, options] of [["a code", []], ["a code for a known device", [
    "--mfa-serial",
    SERIAL,
  ]]] as const
) {
  row(name, ["-r", "guarded", "--whoami"], async ({ aws }) => ({
    options: ["--mfa-token", await aws.code(ALICE), ...options],
    steps: [],
  }));
}
for (const format of FORMATS) {
  if (format === "github") continue; // appends the keys to a file
  row(`--format ${format}`, ["-r", "end", "--format", format], () => ({
    steps: [],
  }));
}

e2e("no error of AWS shows a secret in any form", {
  ...unix,
  world: STARTS,
}, async ({ aws, home }) => {
  const args = ["-v", "-r", "guarded", "--mfa-serial", SERIAL, "true"];
  const code = await aws.code(ALICE);
  const all = new Secrets([ALICE.secretAccessKey, code, PROXY_PASSWORD]);
  for (let index = 0; index < all.count; index++) {
    if (!isChosen(index)) continue;
    home.removeCache();
    aws.fail("AssumeRole", {
      kind: "error",
      code: "ValidationError",
      message: `no: '${all.repeat(index)}'`,
      status: 400,
    });
    const { stdout, stderr } = await observe(
      home,
      ["--mfa-token", code, ...args],
      PROXY,
    );
    assert(stderr.includes("***"), stderr);
    all.refuse(stdout + stderr, `form ${index}`);
  }
});
