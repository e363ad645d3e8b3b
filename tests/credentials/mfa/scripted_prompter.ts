import type { Prompter } from "../../../lib/credentials/mfa/code.ts";
import type { Answer } from "../../../lib/system/terminal.ts";

/** Answers on the terminal, lines of stdin and outputs of the MFA command, in order. */
export interface Script {
  readonly typed?: readonly string[];
  readonly stdin?: readonly (string | undefined)[];
  readonly printed?: readonly (string | number)[];
}

/** A prompter that follows a script and logs each question. */
export class ScriptedPrompter implements Prompter {
  readonly log: string[] = [];
  readonly #used = new Set<string>();
  readonly used = {
    has: (code: string) => Promise.resolve(this.#used.has(code)),
    add: (code: string) => Promise.resolve(void this.#used.add(code)),
    next: () => Promise.resolve(void this.log.push("next")),
  };
  readonly onStdin?: () => Promise<string | undefined>;
  readonly #typed: string[];
  readonly #printed: (string | number)[];

  constructor({ typed = [], stdin, printed = [] }: Script) {
    this.#typed = [...typed];
    this.#printed = [...printed];
    if (stdin === undefined) return;
    const lines = [...stdin];
    this.onStdin = () => {
      this.log.push("stdin");
      return Promise.resolve(lines.shift());
    };
  }

  onTerminal = (question: string, typed: "hide" | "show"): Promise<Answer> => {
    this.log.push(`${typed} ${question}`);
    const next = this.#typed.shift();
    if (next === undefined) throw new Error("asked too often");
    return Promise.resolve(
      next === "no terminal" || next === "cancelled"
        ? { kind: next }
        : { kind: "answer", text: next },
    );
  };

  runProgram = (
    command: string | readonly string[],
  ): Promise<{ status: number; stdout: string }> => {
    this.log.push(`run ${command}`);
    const next = this.#printed.shift();
    if (next === undefined) throw new Error("run too often");
    return Promise.resolve(
      typeof next === "number"
        ? { status: next, stdout: "123456\n" }
        : { status: 0, stdout: next },
    );
  };
}
