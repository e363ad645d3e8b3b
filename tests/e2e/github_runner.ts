// @ts-types="../../lib/types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import { assert } from "@std/assert";
import { join } from "@std/path/join";
import { argv, ROOT, type TestHome } from "../mod.ts";

/** A step of a job or of a composite action. */
export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The values of expressions such as `inputs.version`. */
type Values = Readonly<Record<string, string>>;

const FILES = [
  "GITHUB_ENV",
  "GITHUB_OUTPUT",
  "GITHUB_PATH",
  "GITHUB_STEP_SUMMARY",
] as const;

/** Parses a file such as `$GITHUB_ENV` like the runner: `NAME<<DELIMITER`, lines, `DELIMITER`. */
export function parseEnvFile(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  const lines = text.split("\n");
  while (lines.length > 0) {
    const line = lines.shift()!;
    if (line === "") continue;
    const [, name, delimiter] = /^(\w+)<<(\S+)$/.exec(line) ?? [];
    if (name === undefined) {
      const at = line.indexOf("=");
      variables[line.slice(0, at)] = line.slice(at + 1);
      continue;
    }
    const end = lines.indexOf(delimiter!);
    assert(end >= 0, line);
    variables[name] = lines.splice(0, end + 1).slice(0, -1).join("\n");
  }
  return variables;
}

/**
 * Runs the steps of a job like a Linux runner of GitHub Actions, as far as the examples
 * need. The repository's own action runs by its `action.yml`. `actions/checkout` does
 * nothing. Every other action is replaced by a program that prints its environment.
 */
export class GitHubRunner {
  /** The text that the log shows. */
  log = "";
  readonly outputs: Record<string, string> = {};
  readonly summary: string[] = [];
  readonly #home: TestHome;
  readonly #temp: string;
  readonly #masks: string[] = [];
  readonly #env: Record<string, string>;
  /** The variables that steps set by `$GITHUB_ENV`. */
  #added: Record<string, string> = {};
  #steps = 0;

  /** @param env the variables of the job, in addition to those of the runner */
  constructor(home: TestHome, env: Values) {
    this.#home = home;
    this.#temp = join(home.root, "temp");
    Deno.mkdirSync(this.#temp);
    this.#env = {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "alice",
      GITHUB_JOB: "deploy",
      GITHUB_REF: "refs/heads/main",
      GITHUB_REPOSITORY: "example/project",
      GITHUB_RUN_ID: "7",
      GITHUB_SHA: "0123456789012345678901234567890123456789",
      GITHUB_WORKSPACE: home.project,
      RUNNER_OS: "Linux",
      RUNNER_TEMP: this.#temp,
      ...env,
    };
  }

  /** Runs the steps of a job, and fails with the log if a step fails. */
  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#runStep(step);
  }

  async #runStep(step: Step): Promise<void> {
    const { uses, run } = step;
    if (run !== undefined) return await this.#runScript(step, run, {});
    if (uses?.startsWith("actions/checkout@")) return;
    if (uses?.startsWith("x/assume-role@")) {
      const text = Deno.readTextFileSync(join(ROOT, "action.yml"));
      const { inputs, runs } = parse(text) as {
        inputs: Record<string, { default: string }>;
        runs: { steps: Step[] };
      };
      const values = Object.fromEntries(
        Object.entries(inputs).map(([name, { default: value }]) => [
          `inputs.${name}`,
          `${step.with?.[name] ?? value}`,
        ]),
      );
      for (const part of runs.steps) {
        if (part.if === "runner.os == 'Windows'") continue;
        await this.#runScript(part, part.run!, values);
      }
      return;
    }
    await this.#runScript(step, "./deploy.sh; env", {});
  }

  async #runScript(
    { id, shell = "bash", env = {} }: Step,
    script: string,
    inputs: Values,
  ): Promise<void> {
    const values = { ...inputs, ...this.outputs, "runner.temp": this.#temp };
    const name = `step-${++this.#steps}`;
    const path = join(this.#temp, name);
    Deno.writeTextFileSync(path, evaluate(script, values));
    const files = Object.fromEntries(
      FILES.map((file) => [file, join(this.#temp, `${name}-${file}`)]),
    );
    for (const file of Object.values(files)) Deno.writeTextFileSync(file, "");
    const own = Object.fromEntries(
      Object.entries(env).map(([key, text]) => [key, evaluate(text, values)]),
    );
    // A runner prints the script and the variables of a step before the step.
    this.#show(Deno.readTextFileSync(path));
    for (const [key, value] of Object.entries({ ...this.#added, ...own })) {
      this.#show(`  ${key}: ${value}`);
    }
    const words = shell === "bash"
      ? argv`bash --noprofile --norc -e -o pipefail ${path}`
      : argv`${shell} -e ${path}`;
    const { status, stdout } = await this.#home.exec(
      argv`sh -c ${'exec "$@" 2>&1'} sh ${words}`,
      {
        env: {
          ...this.#env,
          ...this.#added,
          ...files,
          ...own,
          GITHUB_ACTION_PATH: ROOT,
        },
      },
    );
    this.#show(stdout);
    assert(status === 0, this.log);
    this.#readFiles(id ?? name, files);
  }

  #readFiles(id: string, files: Values): void {
    const read = (name: typeof FILES[number]) =>
      Deno.readTextFileSync(files[name]!);
    this.#added = { ...this.#added, ...parseEnvFile(read("GITHUB_ENV")) };
    for (const line of read("GITHUB_PATH").split("\n")) {
      if (line !== "") this.#env.PATH = `${line}:${this.#env.PATH}`;
    }
    const outputs = parseEnvFile(read("GITHUB_OUTPUT"));
    for (const [name, value] of Object.entries(outputs)) {
      this.outputs[`steps.${id}.outputs.${name}`] = value;
    }
    this.summary.push(read("GITHUB_STEP_SUMMARY"));
  }

  /** Adds lines to the log, without the values that earlier lines have masked. */
  #show(text: string): void {
    for (const line of text.split("\n")) {
      const mask = /^::add-mask::(.+)$/.exec(line)?.[1];
      if (mask !== undefined) this.#masks.push(mask);
      this.log += this.#masks.reduce(
        (shown, value) => shown.replaceAll(value, "***"),
        `${line}\n`,
      );
    }
  }
}

/** Replaces `${{ NAME }}` by the value of the name. */
function evaluate(text: string, values: Values): string {
  return text.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`unknown expression: ${name}`);
    return value;
  });
}
