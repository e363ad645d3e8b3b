/**
 * Runs the last steps of the release workflow by hand, with executables that are made up
 * and a stub of `gh`.
 */
// @ts-types="../../lib/types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import config from "../../deno.json" with { type: "json" };
import { TARGETS } from "../../tools/build.ts";
import { linux } from "../guards.ts";

const ROOT = join(import.meta.dirname!, "..", "..");
const PARTS = [
  "CHANGELOG.md",
  "deno.json",
  "deno.lock",
  "install.ps1",
  "install.sh",
  "lib",
  "main.ts",
  "mod.ts",
  "tools",
];
const { version } = config;

/** The parts of the workflow that this test runs. */
interface Workflow {
  readonly jobs: Readonly<
    Record<string, {
      readonly steps: readonly {
        readonly name?: string;
        readonly run?: string;
        readonly "working-directory"?: string;
      }[];
    }>
  >;
}

/** The names of the executables; the one for Windows has an extension. */
const EXECUTABLES = TARGETS.map((target) =>
  `assume-role-${version}-${target}${target.includes("windows") ? ".exe" : ""}`
);

/** Runs a program and returns stdout; fails unless the program succeeds. */
async function run(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [program = "", ...args] = argv;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env,
  }).output();
  const text = new TextDecoder();
  assertEquals(code, 0, `${argv.join(" ")}\n${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Creates a clone that is ready for a release, with the artifacts of the job `build`. */
async function createClone(path: string): Promise<void> {
  await Deno.mkdir(join(path, "dist"), { recursive: true });
  for (const part of PARTS) {
    await run(["cp", "-R", join(ROOT, part), path], path);
  }
  const changelog = join(path, "CHANGELOG.md");
  const text = await Deno.readTextFile(changelog);
  await Deno.writeTextFile(
    changelog,
    text.replace("## Unreleased", `## ${version}`),
  );
  const git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"];
  await run([...git, "init", "--quiet"], path);
  await run([...git, "add", ...PARTS], path);
  await run([...git, "commit", "--quiet", "--message=release"], path);
  for (const [index, name] of EXECUTABLES.entries()) {
    await Deno.writeTextFile(join(path, "dist", name), name);
    const target = TARGETS[index];
    await Deno.writeTextFile(
      join(path, "dist", `base-${target}.sha256`),
      `${`${index}`.repeat(64)}  v2.9.6/denort-${target}.zip\n`,
    );
  }
}

Deno.test(
  "the release workflow's own steps attach the executables, the SBOM and the checksums of both",
  linux,
  async () => {
    const root = await Deno.makeTempDir({ prefix: "assume-role-test-" });
    try {
      const clone = join(root, "clone");
      const bin = join(root, "bin");
      await createClone(clone);
      await Deno.mkdir(bin);
      const stub = (name: string, script: string) =>
        Deno.writeTextFile(join(bin, name), `#!/bin/sh\n${script}\n`, {
          mode: 0o755,
        });
      // npx would download Deno; its first two arguments are `-y deno@VERSION`.
      await stub("npx", `shift 2; exec '${Deno.execPath()}' "$@"`);
      await stub("gh", 'printf "%s\\n" "$@" >"$GH_ARGUMENTS"');
      const env = {
        PATH: `${bin}:${Deno.env.get("PATH")}`,
        GITHUB_REF_NAME: `v${version}`,
        GH_ARGUMENTS: join(root, "arguments"),
      };
      const workflow = parse(
        await Deno.readTextFile(join(ROOT, ".github/workflows/release.yml")),
      ) as Workflow;
      for (const job of ["sbom", "release"]) {
        for (const step of workflow.jobs[job]!.steps) {
          if (step.run === undefined) continue;
          const cwd = join(clone, step["working-directory"] ?? ".");
          const script = join(root, "step.sh");
          await Deno.writeTextFile(script, step.run);
          const bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail"];
          await run([...bash, script], cwd, env);
        }
      }
      const sbom = `assume-role-${version}.cdx.json`;
      const words = (await Deno.readTextFile(env.GH_ARGUMENTS)).split("\n");
      const files = words.slice(1).filter((word) =>
        /^(?:dist\/|install|.*\.rb$)/.test(word)
      );
      assertEquals(
        files.sort(),
        [
          "assume-role.rb",
          ...[...EXECUTABLES, "SHA256SUMS", sbom].map((name) => `dist/${name}`)
            .sort(),
          "install.ps1",
          "install.sh",
        ].sort(),
      );
      for (const file of files) await Deno.stat(join(clone, file));
      const dist = join(clone, "dist");
      const checked = await run(["sha256sum", "-c", "SHA256SUMS"], dist);
      assertEquals(
        checked.trim().split("\n").sort(),
        [...EXECUTABLES, sbom].map((name) => `${name}: OK`).sort(),
      );
      const { metadata } = JSON.parse(
        await Deno.readTextFile(join(dist, sbom)),
      );
      assertEquals(
        metadata.component.components.map(({ name }: { name: string }) => name)
          .sort(),
        [...EXECUTABLES].sort(),
      );
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);
