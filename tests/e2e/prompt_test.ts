/**
 * The prompt for an MFA code, interrupted by signals. The soak test plays every signal to
 * every process at every moment; this file plays a part of them.
 *
 * - `PROMPT_ROUNDS`: the number of rounds
 * - `PROMPT_SEED`: the seed that decides the rounds; a failure prints the round
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isFile } from "../../lib/system/files.ts";
import {
  ALICE,
  argv,
  e2e,
  program,
  quote,
  SERIAL,
  terminalOnLinux,
} from "../mod.ts";
import { listRounds, playAll } from "./interrupted_runs.ts";

const ROUNDS = Number(Deno.env.get("PROMPT_ROUNDS") ?? 12);
const SEED = Number(Deno.env.get("PROMPT_SEED") ?? 11);

for (const asker of ["assume-role", "program"] as const) {
  Deno.test(
    `whatever interrupts the prompt, the terminal echoes, the shell gets no code and the exit status is right (${asker} asks)`,
    terminalOnLinux,
    async () => {
      const rounds = listRounds(asker, SEED).slice(0, ROUNDS);
      const { faults } = await playAll(rounds, 4);
      assertEquals(faults, []);
    },
  );
}

Deno.test(
  "the terminal echoes while a question is suspended, also if the shell restores nothing",
  {
    ...terminalOnLinux,
    ignore: terminalOnLinux.ignore || !isFile("/bin/dash"),
  },
  async () => {
    const rounds = (["assume-role", "program"] as const).flatMap((asker) =>
      ([
        ["STOP", "assume-role"],
        ["TSTP", "assume-role"],
        ["TSTP", "group"],
      ] as const).map(([signal, process]) => ({
        asker,
        signal,
        process,
        shell: ["/bin/dash", "-i"],
        moment: "question" as const,
        delay: 0,
      }))
    );
    const { faults } = await playAll(rounds, 2);
    assertEquals(faults, []);
  },
);

e2e(
  "a program in the background that reads from the terminal waits for fg",
  terminalOnLinux,
  async ({ aws, home }) => {
    const ask = "printf 'MFA code for me: ' >&2; read -r code; echo $code";
    const job =
      argv`${program()} -r deploy --mfa-serial ${SERIAL} --mfa-command ${ask} echo ran`;
    home.write("job", `${quote(job)} &\n`);
    const { stdout } = await home.play(argv`bash --norc --noprofile -i`, [
      [
        "bash-",
        ". ./job; (until ps -o state= $! | grep -q T; do sleep 0.1; done; echo wai''ting) &\n",
      ],
      ["waiting", "fg %1\n"],
      ["MFA code for", `${await aws.code(ALICE)}\n`],
      ["\nran", "exit\n"],
    ], { env: { TERM: "dumb" } });
    assertMatch(stdout, /\nran\r\n/);
  },
);

e2e(
  "a prompt in the background waits for fg, and leaves the terminal as it was",
  terminalOnLinux,
  async ({ aws, home }) => {
    const job = argv`${program()} -r deploy --mfa-serial ${SERIAL} echo ran`;
    home.write("job", `${quote(job)} &\n`);
    const { stdout } = await home.play(argv`bash --norc --noprofile -i`, [
      [
        "bash-",
        "stty -a >before; . ./job; (until ps -o state= $! | grep -q T; do sleep 0.1; done; echo wai''ting) &\n",
      ],
      ["waiting", "fg %1\n"],
      ["MFA code for", `${await aws.code(ALICE)}\n`],
      ["\nran", "stty -a >after; cmp before after && echo sa''me; exit\n"],
    ], { env: { TERM: "dumb" } });
    assertStringIncludes(stdout, "same\r\n");
  },
);
