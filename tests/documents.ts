/** The documents, for the tests: pages, blocks of code, and commands. */
import { join } from "@std/path/join";
import { listFiles } from "../tools/files.ts";

const ROOT = join(import.meta.dirname!, "..").replaceAll("\\", "/");

/** A document. */
export interface Page {
  /** The path from the project's root, with slashes, such as `docs/mfa.md`. */
  readonly path: string;
  readonly text: string;
}

/** A block of code in a document. */
export interface Block {
  /** The language, such as `sh`; empty for indented code without a language. */
  readonly language: string;
  readonly code: string;
}

/** Reads all documents: the files for people in the root folder, and the pages of `docs`. */
export function readPages(): readonly Page[] {
  const pages = listFiles(`${ROOT}/docs`)
    .map((path) => path.slice(ROOT.length + 1))
    .filter((path) => path.endsWith(".md")).sort();
  const root = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  return [...root, ...pages].map((path) => ({
    path,
    text: Deno.readTextFileSync(join(ROOT, path)).replaceAll("\r\n", "\n"),
  }));
}

const FENCED = /^( *)(`{3,}|~{3,})([^\n`]*)\n([^]*?)^ *\2 *$/gm;
const INDENTED = /(?<=\n\n)(?: {4}.*\n)+/g;

/** Returns the blocks of code of a document, without their indentation. */
export function blocksOf(text: string): readonly Block[] {
  const fenced = Array.from(
    text.matchAll(FENCED),
    ([, indent, , language, code]) => ({
      language: language!.trim().split(" ")[0]!,
      code: code!.replaceAll(RegExp(`^${indent}`, "gm"), ""),
    }),
  );
  const indented = text.replaceAll(FENCED, "").matchAll(INDENTED);
  return [
    ...fenced,
    ...Array.from(indented, ([code]) => ({
      language: "",
      code: code.replaceAll(/^ {4}/gm, ""),
    })),
  ];
}

/** Returns the text of a document without its blocks of code. */
export function proseOf(text: string): string {
  return text.replaceAll(FENCED, "").replaceAll(INDENTED, "");
}

/** Returns the code within the sentences and tables of a document. */
export function inlineCodeOf(text: string): readonly string[] {
  return proseOf(text).split(/\n\s*\n|\n(?=\|)/).flatMap((paragraph) =>
    Array.from(
      paragraph.matchAll(/(`+)([^]+?)\1(?!`)/g),
      ([, , code]) =>
        code!.replaceAll("\\|", "|").replaceAll(/\s+/g, " ").trim(),
    )
  );
}

/** Matches `assume-role` as the name of a command, with the next word. */
const COMMAND = /(?<![\w./@:-])assume-role +(?=[^\s[…])/g;

/** The languages of blocks with command lines. */
const SHELL_LANGUAGES = new Set([
  "",
  "sh",
  "bash",
  "zsh",
  "fish",
  "powershell",
  "bat",
  "nu",
  "console",
]);

/** Returns the command lines of a block: all lines, or those after a prompt. */
export function commandLinesOf({ language, code }: Block): readonly string[] {
  if (!SHELL_LANGUAGES.has(language)) return [];
  const lines = code.replaceAll(/\\\n\s*/g, "").split("\n")
    .map((line) => line.trim());
  return language === "console" || lines.some((line) => line.startsWith("$ "))
    ? lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2))
    : lines.filter((line) => line !== "" && !line.startsWith("#"));
}

/** Returns the arguments of each `assume-role` in a command line. */
export function argumentsIn(line: string): readonly (readonly string[])[] {
  return Array.from(line.matchAll(COMMAND), ({ index, 0: { length } }) => {
    const rest = line.slice(index + length);
    const words = /^(?:\s*(?:[^\s'"|;<>()&#]|'[^']*'|"[^"]*")+)*/.exec(rest)![0]
      .match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
    return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  });
}
