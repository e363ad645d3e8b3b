/** The rules of language for comments and messages, as far as a test can check them. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";

const ROOT = join(import.meta.dirname!, "..");

function* walk(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    if (isDirectory) yield* walk(`${folder}/${name}`);
    else if (/(?<!\.d)\.ts$/.test(name)) yield `${folder}/${name}`;
  }
}

const SOURCES: ReadonlyMap<string, string> = new Map(
  ["main.ts", "mod.ts", ...walk("lib"), ...walk("tools")].map((path) => [
    path,
    Deno.readTextFileSync(join(ROOT, path)).replaceAll("\r\n", "\n"),
  ]),
);

/** Returns the comments of a source, without their marks and examples. */
function commentsOf(text: string): readonly string[] {
  const blocks = text.matchAll(
    /\/\*\*?([^]*?)\*\/|((?:^[ \t]*\/\/[^\n]*\n)+)/gm,
  );
  return Array.from(
    blocks,
    ([, doc, line]) =>
      (doc ?? line!).replace(/```[^]*?```/g, "")
        .replace(/^[ \t]*(?:\*|\/\/)[ \t]?/gm, "").replace(/`[^`]*`/g, "x")
        .trim(),
  );
}

/** Lists the texts in comments that match a pattern, each with its file. */
function findings(pattern: RegExp): readonly string[] {
  return [...SOURCES].flatMap(([path, text]) =>
    commentsOf(text).flatMap((comment) =>
      Array.from(
        comment.matchAll(pattern),
        ([found]) => `${path}: ${found.replaceAll("\n", " ")}`,
      )
    )
  );
}

Deno.test("a doc comment starts with a verb or a noun", () => {
  assertEquals(
    findings(
      /^(?:What(?!ever)|How|Where|Who(?:m|se|ever)?|All that|The same)\b.{0,40}/g,
    ),
    [],
  );
});

Deno.test("a condition is written with if, unless or when", () => {
  assertEquals(
    findings(
      /\b[Ww]here (?:it|there|that|they|one|nobody|none|nothing|no|somebody|we)\b.{0,40}/g,
    ),
    [],
  );
});

Deno.test("@throws names the error, and its condition with If", () => {
  assertEquals(findings(/@throws (?!(?:\{\w+\} )?(?:If|As)\b).{0,60}/g), []);
});

Deno.test("a pronoun stands beside its noun", () => {
  assertEquals(
    findings(
      /\b(?:ours|theirs|somebody|whoever|nobody's|somebody's)\b.{0,40}/gi,
    ),
    [],
  );
});

Deno.test("words of the glossary replace their synonyms", () => {
  assertEquals(
    findings(
      /\b(?:companion|jail|imprison\w*|behind bars|grow old|of no use|in passing|nothing but|as good as none)\b.{0,40}/gi,
    ),
    [],
  );
});

Deno.test("a constant that is a time or a size has its unit in its name", () => {
  const unitless = [...SOURCES].flatMap(([path, text]) =>
    Array.from(
      text.matchAll(
        /\/\*\*(?:(?!\*\/)[^])*?\bin (?:milliseconds|seconds|bytes)\b(?:(?!\*\/)[^])*?\*\/\s*(?:export )?const ([A-Z][A-Z_]*) = [\d_* ]+;/g,
      ),
      ([, name]) => `${path}: ${name}`,
    )
  );
  assertEquals(
    unitless.filter((name) => !/_(?:MS|SECONDS|BYTES)$/.test(name)),
    [],
  );
});
