/** End-to-end tests of the notices while a run waits for AWS or for another run. */
import { assertEquals } from "@std/assert";
import { exists } from "../../lib/system/files.ts";
import {
  argv,
  e2e,
  eventually,
  type FakeAws,
  OK,
  program,
  type Result,
  terminal,
  type TestHome,
  unix,
} from "../mod.ts";

/** Time after which a notice would have been shown. */
const NOTICE_MS = 3000;

/** The bytes with which a line replaces the last line of a terminal. */
const overwritable = (text: string) => `\r\x1b[K\x1b[?7l${text}\x1b[?7h`;
const ERASED = overwritable("");

/** The notice about a call to STS. */
const waitingForSts = (aws: FakeAws) =>
  `waiting for AWS STS at ${new URL(aws.url).host}…`;

/** Delays the answer to AssumeRole until `end()` is called. */
function hold(aws: FakeAws): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  aws.fail("AssumeRole", { kind: "hold", until: promise });
  return resolve;
}

/** Whether a run of the home is getting a session. */
function isLocked({ path }: TestHome): boolean {
  const cache = `${path}/.aws/assume-role/cache`;
  return exists(cache) &&
    [...Deno.readDirSync(cache)].some(({ name }) => name.endsWith(".lock"));
}

/** Runs a program on a terminal, and calls `end()` when the terminal shows a text. */
async function playUntil(
  home: TestHome,
  words: readonly string[],
  text: string,
  end: () => void,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const SHOWN_FILE = `${home.project}/shown`;
  const running = home.play(words, [], {
    env: { ...env, SHOWN_FILE },
    keepsNotices: true,
  });
  await eventually(() => home.noted("shown").includes(text)).finally(end);
  return await running;
}

e2e(
  "while AWS takes long to answer, a log gets no notice",
  async ({ aws, home }) => {
    const end = hold(aws);
    const running = home.run("-r admin echo ran");
    await eventually(() => isLocked(home));
    setTimeout(end, NOTICE_MS);
    assertEquals(await running, { ...OK, stdout: "ran\n" });
  },
);

e2e(
  "a run that waits for another run writes one note into a log",
  unix,
  async ({ aws, home }) => {
    const end = hold(aws);
    const first = home.run("-r admin true");
    await eventually(() => isLocked(home));
    const second = home.runNoting("err", "-r admin echo ran");
    await eventually(() => home.noted("err") !== "").finally(end);
    assertEquals(await first, OK);
    assertEquals(await second, {
      ...OK,
      stdout: "ran\n",
      stderr:
        "assume-role: note: waiting for another assume-role, which may ask for a code: admin\n",
    });
  },
);

e2e(
  "while AWS takes long to answer, a terminal shows a notice, which is erased before the command's output",
  terminal,
  async ({ aws, home }) => {
    const notice = waitingForSts(aws);
    const words = argv`${program()} -r admin echo ran`;
    assertEquals(await playUntil(home, words, notice, hold(aws)), {
      ...OK,
      stdout: `${overwritable(`assume-role: ${notice}`)}${ERASED}ran\r\n`,
    });
  },
);

e2e(
  "a dumb terminal gets a line that stays",
  terminal,
  async ({ aws, home }) => {
    const notice = waitingForSts(aws);
    const words = argv`${program()} -r admin echo ran`;
    assertEquals(
      await playUntil(home, words, notice, hold(aws), { TERM: "dumb" }),
      { ...OK, stdout: `assume-role: note: ${notice}\r\nran\r\n` },
    );
  },
);

e2e(
  "a run in the background does not overwrite the line that the user types",
  terminal,
  async ({ aws, home }) => {
    const notice = waitingForSts(aws);
    const script = 'set -m; "$@" & wait';
    const words = argv`sh -c ${script} sh ${program()} -r admin echo ran`;
    assertEquals(await playUntil(home, words, notice, hold(aws)), {
      ...OK,
      stdout: `assume-role: note: ${notice}\r\nran\r\n`,
    });
  },
);

for (
  const [title, args, env] of [
    ["with '-q', no notice is shown", "-q -r admin echo ran", {}],
    [
      "with ASSUME_ROLE_QUIET=1, no notice is shown",
      "-r admin echo ran",
      { ASSUME_ROLE_QUIET: "1" },
    ],
  ] as const
) {
  e2e(title, terminal, async ({ aws, home }) => {
    const end = hold(aws);
    const running = home.runOnTerminal(args, [], { env, keepsNotices: true });
    await eventually(() => isLocked(home));
    setTimeout(end, NOTICE_MS);
    assertEquals(await running, { ...OK, stdout: "ran\r\n" });
  });
}

e2e(
  "if two terminals want one role, the second shows a notice until the first has the session",
  terminal,
  async ({ aws, home }) => {
    const end = hold(aws);
    const first = home.run("-q -r admin true");
    await eventually(() => isLocked(home));
    const notice =
      "waiting for another assume-role, which may ask for a code: admin";
    const words = argv`${program()} -r admin echo ran`;
    const second = await playUntil(home, words, notice, end);
    assertEquals(await first, OK);
    assertEquals(second, {
      ...OK,
      stdout: `${overwritable(`assume-role: ${notice}`)}${ERASED}ran\r\n`,
    });
  },
);
