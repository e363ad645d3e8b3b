import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { isPipe, PipeReader } from "../../lib/system/pipe_reader.ts";
import { unix } from "../guards.ts";

/** Runs `work` with the path of a new pipe and a function that runs a script of the shell. */
async function withPipe(
  work: (
    pipe: string,
    start: (script: string) => Deno.ChildProcess,
  ) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  const pipe = join(directory, "pipe");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  try {
    await work(
      pipe,
      (script) =>
        new Deno.Command("sh", { args: ["-c", script, pipe], stderr: "null" })
          .spawn(),
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(
  "isPipe() recognises pipes and open files of the process",
  unix,
  async () => {
    for (
      const path of [
        "/dev/fd/63",
        "/dev/stdin",
        "/proc/self/fd/9",
        "/proc/12/fd/9",
      ]
    ) {
      assertEquals(isPipe(path), true, path);
    }
    for (const path of ["/dev/null", "/nowhere", "policy.json"]) {
      assertEquals(isPipe(path), false, path);
    }
    await withPipe((pipe) => Promise.resolve(assertEquals(isPipe(pipe), true)));
  },
);

Deno.test(
  "PipeReader reads every character of a pipe, and keeps the text",
  unix,
  async () => {
    for (
      const text of [
        "",
        "a",
        "a\n",
        " a\\\\n %s\n\n\té€ ",
        "line\n".repeat(1000),
      ]
    ) {
      await withPipe(async (pipe, start) => {
        const reader = new PipeReader();
        const path = join(pipe, "../text");
        await Deno.writeTextFile(path, text);
        const writer = start('cat "${0%/*}/text" >"$0"');
        assertEquals(await reader.read(pipe), text);
        assertEquals(await reader.read(pipe), text);
        await writer.status;
      });
    }
  },
);

Deno.test(
  "PipeReader does not wait without limit for a pipe",
  unix,
  async () => {
    await withPipe(async (pipe, start) => {
      const writer = start('{ echo start; sleep 1; } >"$0"');
      const reader = new PipeReader(200);
      const error = await assertRejects(() => reader.read(pipe), Error);
      assertEquals(error.message, "the pipe did not end within 0.2s");
      await writer.status;
    });
  },
);

Deno.test("PipeReader refuses an endless pipe", unix, async () => {
  await withPipe(async (pipe, start) => {
    const writer = start('exec yes >"$0"');
    const error = await assertRejects(() => new PipeReader().read(pipe), Error);
    assertEquals(error.message, "the pipe has more than 65,536 characters");
    await writer.status;
  });
});
