/** Output that cannot be written: a closed stdout, a full device, a reader that has ended. */
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import { ADMIN_ARN, assertFails, e2e, program, unix } from "../mod.ts";

const CLOSED = {
  error: "Cannot write to stdout: stdout is closed",
  hint:
    "open stdout; to discard the output, use '>/dev/null', or open /dev/null only for writing",
};

/** Command lines that print, each without a configuration file. */
const PRINTING = [
  ...["env-no-export", "env", "fish", "powershell", "windows-cmd", "process"]
    .map((format) => `--format ${format} -r ${ADMIN_ARN}`),
  `-r ${ADMIN_ARN}`,
  "--list",
  "--explain",
  "--whoami",
  "--doctor",
  "--completions bash",
  "--shell-init bash",
  "--help",
  "--version",
  "--unset",
  "--init",
  `--console -r ${ADMIN_ARN}`,
];

e2e(
  "a command line that prints fails if its output cannot be written",
  unix,
  async ({ home, aws }) => {
    const config = join(home.project, "assume-role.yaml");
    const redirected = async (line: string, redirection: string) => {
      await Deno.remove(config).catch(() => {});
      const args = [...program(), ...line.split(" ")];
      return await home.sh(`"$@" ${redirection}`, args);
    };
    for (const line of PRINTING) {
      assertFails(await redirected(line, ">&-"), CLOSED);
      assertFails(await redirected(line, "<&- >&-"), CLOSED);
      const { status, stderr } = await redirected(line, ">/dev/full");
      assertEquals(status, 125, line);
      assertMatch(
        stderr,
        /^assume-role: error: Cannot write to stdout: no space left on device\n/m,
      );
      assertEquals((await redirected(line, ">/dev/null")).status, 0, line);
    }
    // A closed stdout is refused before a request.
    aws.calls.length = 0;
    await redirected(`-f -r ${ADMIN_ARN}`, ">&-");
    assertEquals(aws.calls, []);
  },
);

e2e(
  "a command line that prints ends without a message if the reader has ended",
  unix,
  async ({ home }) => {
    for (const line of PRINTING.filter((line) => line !== "--init")) {
      const args = [...program(), ...line.split(" ")];
      const { status, stderr } = await home.sh(
        // The reader ends before assume-role starts.
        `mkfifo closed; { exec 3<closed; exec 3<&-; : >ended; } &
exec 4>closed; until [ -e ended ]; do sleep 0.1; done
rm closed ended; exec "$@" >&4`,
        args,
      );
      assertEquals([status, stderr], [141, ""], line);
    }
  },
);

e2e(
  "a closed stdout does not stop a run, --clear-cache or a message",
  unix,
  async ({ home }) => {
    const closed = async (...words: string[]) =>
      await home.sh('exec "$@" >&-', [...program(), ...words]);
    assertEquals((await closed("-r", "admin", "true")).status, 0);
    assertEquals((await closed("--clear-cache")).status, 0);
    assertFails(await closed("--no-such-option"), {
      error: "Unknown option '--no-such-option'",
    });
  },
);
