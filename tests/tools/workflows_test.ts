// @ts-types="../../lib/types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { TARGETS } from "../../tools/build.ts";
import { RELEASES } from "../../tools/formula.ts";

const ROOT = join(import.meta.dirname!, "..", "..");
const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));
const load = (path: string) => parse(read(path)) as Workflow;

/** The parts of a workflow that these tests check. */
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, {
      readonly permissions?: Readonly<Record<string, string>>;
      readonly strategy?: {
        readonly matrix: { readonly include: readonly { target: string }[] };
      };
    }>
  >;
}

Deno.test("a release builds every target, and each job has only the permissions it needs", () => {
  const { permissions, jobs } = load(".github/workflows/release.yml");
  assertEquals(permissions, { contents: "read" });
  assertEquals(
    jobs.build?.strategy?.matrix.include.map(({ target }) => target),
    [...TARGETS],
  );
  assertEquals(
    Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]),
    [
      ["build", undefined],
      ["sbom", undefined],
      ["package", { contents: "read", "id-token": "write" }],
      ["release", {
        contents: "write",
        "id-token": "write",
        attestations: "write",
      }],
      ["formula", { contents: "write" }],
    ],
  );
});

Deno.test("workflows name each action by its commit, with the version as a comment", () => {
  for (
    const path of [".github/workflows/ci.yml", ".github/workflows/release.yml"]
  ) {
    const uses = read(path).split("\n").filter((line) => /\buses:/.test(line));
    const pinned = /uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
    assertEquals(uses.filter((line) => !pinned.test(line)), [], path);
    assertEquals(uses.length > 4, true, path);
  }
});

Deno.test("the installers and the documents use the same address of releases", () => {
  const documents = ["README.md", "docs/install.md"];
  for (const path of ["install.sh", "install.ps1", ...documents]) {
    const urls = read(path).match(/https:\/\/[^\s"'}]*\/releases\b/g);
    assertEquals([...new Set(urls)], [RELEASES], path);
  }
});

Deno.test("the action's steps run the repository's installers, and no script contains an expression ${{ }}", () => {
  const action = parse(read("action.yml")) as {
    readonly runs: { readonly steps: readonly { readonly run: string }[] };
  };
  const scripts = action.runs.steps.map(({ run }) => run);
  assertEquals(
    scripts.map((run) => /install\.(?:sh|ps1)/.exec(run)?.[0]),
    ["install.sh", "install.ps1"],
  );
  assertEquals(scripts.filter((run) => run.includes("${{")), []);
});
