/**
 * A table of starting points: whatever the base credentials are, a user can rely on the same
 * things. The rows are in `starting_points/`. A cell that another test holds names that
 * test.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ALICE,
  type E2e,
  e2e,
  OK,
  PREFIX,
  PREFIX_YAML,
  SERIAL,
  terminal,
  TestHome,
  userArn,
} from "../mod.ts";
import { ageSessions } from "./age_sessions.ts";
import { ROWS } from "./starting_points/rows.ts";
import {
  type Column,
  type Start,
  type StartingPoint,
  STARTS,
} from "./starting_points/starting_point.ts";

const SHOW = ["printenv", "ASSUME_ROLE_ARN"];
/** Sessions of one hour have ten minutes left, less than refresh_before_expiry. */
const AGE_MS = 50 * 60_000;

/** Returns the arguments and the options of a run from a starting point. */
function invocation(
  { env = {}, profile, options = [] }: Start,
  args: readonly string[],
) {
  const named = profile === undefined ? [] : ["--profile", profile];
  return [[...options, ...named, ...args], { env }] as const;
}

/** Runs a command, which must succeed, and returns its output. */
async function succeed(
  { run }: E2e,
  start: Start,
  args: readonly string[],
): Promise<string> {
  const result = await run(...invocation(start, args));
  assertEquals(result.status, 0, result.stderr);
  return result.stdout;
}

/** Lists the calls that assumed roles since the call `from`, as `caller > role`. */
function steps({ aws }: E2e, from = 0): string[] {
  const callerOf = (accessKeyId: string) => {
    const user = STARTS.users.find((user) => user.accessKeyId === accessKeyId);
    return aws.sessionOf(accessKeyId)?.arn ?? (user && userArn(user)) ??
      "a token";
  };
  return aws.calls.slice(from)
    .filter(({ action }) => action.startsWith("AssumeRole"))
    .map(({ accessKeyId, params }) =>
      `${callerOf(accessKeyId)} > ${params.RoleArn}`
        .replace(/^arn:aws:\w+::\d+:/, "").replace(PREFIX, "")
    );
}

/** Checks that the role `end` is assumed with the base credentials. */
async function assumeEnd(context: E2e, start: Start): Promise<void> {
  const stdout = await succeed(context, start, ["-r", "end", ...SHOW]);
  assertEquals([stdout, steps(context)], [`${PREFIX}end\n`, start.steps]);
}

/** Checks that `--profile` gives the session of the profile. */
async function showSession(context: E2e, point: StartingPoint): Promise<void> {
  const start = await point.start(context);
  assertEquals(await succeed(context, start, SHOW), `${point.session}\n`);
}

/** Checks who is asked for new credentials if all sessions have expired. */
async function refresh(context: E2e, point: StartingPoint): Promise<void> {
  const { aws, home } = context;
  const start = await point.start(context);
  const show = ["printenv", "AWS_ACCESS_KEY_ID"];
  const ofProfile = point.session && await succeed(context, start, show);
  await succeed(context, start, ["-r", "end", "true"]);
  assert(ageSessions(home, AGE_MS) > 0);
  await point.renew?.(context);
  const { length } = aws.calls;
  await succeed(context, start, ["-r", "end", "true"]);
  assertEquals(
    aws.actions().slice(length).filter((name) => name !== "GetCallerIdentity"),
    point.renewal,
  );
  if (ofProfile === undefined) return;
  assert(ofProfile !== await succeed(context, start, show));
}

/** Checks that a code is asked for on the terminal, and that `--mfa-token` gives a code. */
async function useMfa(context: E2e, point: StartingPoint): Promise<void> {
  const { aws, home } = context;
  const start = await point.start(context);
  const args = ["-r", "guarded", "true"];
  const [words, options] = invocation(start, args);
  const question = "MFA code for alice (role guarded): ";
  const asked = await home.runOnTerminal(
    words,
    [[question, `${await aws.code(ALICE)}\n`]],
    options,
  );
  assertEquals(asked.status, 0, asked.stdout);
  const next = await aws.code(ALICE, SERIAL, 1);
  await succeed(context, start, ["-f", "--mfa-token", next, ...args]);
  const codes = aws.calls.flatMap(({ params }) => params.TokenCode ?? []);
  assertEquals([codes.length, codes.at(-1)], [2, next]);
}

/** Checks a role behind `end`, by `via`, and `end` by `source_profile`. */
async function assumeChain(context: E2e, point: StartingPoint): Promise<void> {
  const { home } = context;
  const start = await point.start(context);
  const far = await succeed(context, start, ["-r", "far", ...SHOW]);
  const [last = "", ...before] = steps(context).reverse();
  assertEquals([far, before.reverse()], [`${PREFIX}far\n`, start.steps]);
  assertMatch(last, /^assumed-role\/end\/\S+ > far$/);
  const { profile } = start;
  if (profile === undefined) return;
  home.removeCache();
  home.writeHome(
    ".aws/config",
    `${
      home.readHome(".aws/config")
    }[profile chained]\nrole_arn = ${PREFIX}end\nsource_profile = ${profile}\n`,
  );
  const { length } = context.aws.calls;
  await succeed(context, { ...start, profile: "chained" }, SHOW);
  assertEquals(steps(context, length), start.steps);
}

/** Checks that only a run with other base credentials makes requests. */
async function useCache(context: E2e, point: StartingPoint): Promise<void> {
  const { aws, run } = context;
  const start = await point.start(context);
  await assumeEnd(context, start);
  const { length } = aws.calls;
  assertEquals(await run(...invocation(start, ["-r", "end", "true"])), OK);
  assertEquals(aws.calls.length, length);
  const changed = await point.change!(context);
  const before = aws.calls.length;
  await succeed(context, changed, ["-r", "end", "true"]);
  assertEquals(steps(context, before), changed.steps);
}

/** The checks of the columns, and the names of the tests. */
const CHECKS: Readonly<
  Record<Column, {
    readonly name: (point: string) => string;
    readonly check: (context: E2e, point: StartingPoint) => Promise<void>;
  }>
> = {
  base: {
    name: (point) => `${point}: a role is assumed with the base credentials`,
    check: async (context, point) =>
      await assumeEnd(context, await point.start(context)),
  },
  session: {
    name: (point) => `${point}: --profile gives the session of the profile`,
    check: showSession,
  },
  refresh: {
    name: (point) => `${point}: expired credentials are renewed`,
    check: refresh,
  },
  MFA: {
    name: (point) =>
      `${point}: a code is asked for, and --mfa-token gives a code`,
    check: useMfa,
  },
  chain: {
    name: (point) => `${point}: a role is assumed through another role`,
    check: assumeChain,
  },
  cache: {
    name: (point) =>
      `${point}: the second run makes no request; other base credentials give a new session`,
    check: useCache,
  },
};

for (const point of ROWS) {
  for (const [column, { name, check }] of Object.entries(CHECKS)) {
    if (column in point.elsewhere) continue;
    e2e(name(point.name), {
      ignore: point.ignore === true || column === "MFA" && terminal.ignore,
      world: STARTS,
      home: (aws) => {
        const home = new TestHome(aws);
        Deno.removeSync(join(home.path, ".aws/credentials"));
        home.write(
          "assume-role.yaml",
          `${PREFIX_YAML}roles:\n  far: { via: end }\n`,
        );
        return home;
      },
    }, (context) => check(context, point));
  }
}

Deno.test("the tests that hold the other cells exist", () => {
  for (const { elsewhere } of ROWS) {
    for (const cell of Object.values(elsewhere)) {
      for (const [file, test] of "by" in cell ? cell.by : []) {
        const text = Deno.readTextFileSync(join(import.meta.dirname!, file));
        assert(text.includes(test), `${file} has no test '${test}'`);
      }
    }
  }
});
