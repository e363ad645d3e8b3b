/** Compares the headings of `docs/troubleshooting.md` with the messages in the code. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { formatErrorTable } from "../tools/docs_errors.ts";
import { listFiles } from "../tools/files.ts";

const ROOT = join(import.meta.dirname!, "..");

/** Headings that are symptoms, or messages of a shell. */
const SYMPTOMS: readonly string[] = [
  "The command does not see a variable",
  "The command runs as another user",
  "Ctrl-C does not end the command at once",
  "assume-role: not found, although the file exists",
  "use-role: command not found",
  "Windows",
  "--console prints a URL instead of opening the browser",
];

/**
 * Returns the texts of all messages: those of the code, and those that tests expect, because
 * the code joins some messages from parts.
 */
function readMessages(): string {
  const sources = ["lib", "tests"].flatMap((name) =>
    listFiles(join(ROOT, name))
  )
    .filter((path) => path.endsWith(".ts") && path !== import.meta.filename)
    .map((path) => Deno.readTextFileSync(path));
  return [...sources, formatErrorTable().replaceAll("`", "")].join("\n");
}

Deno.test("each heading of docs/troubleshooting.md is a symptom, or a message of the code", () => {
  const page = Deno.readTextFileSync(join(ROOT, "docs/troubleshooting.md"));
  const headings = Array.from(
    page.matchAll(/^### (.*)$/gm),
    ([, heading]) => heading!.trim(),
  );
  const messages = readMessages();
  const unknown = headings.filter((heading) => !SYMPTOMS.includes(heading))
    .filter((heading) =>
      !heading.split(/…|: /).map((part) => part.replace(/^\W+$/, ""))
        .every((part) => messages.includes(part))
    );
  assertEquals(unknown, []);
  assertEquals(SYMPTOMS.filter((text) => !headings.includes(text)), []);
});
