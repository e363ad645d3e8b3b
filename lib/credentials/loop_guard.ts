// Detects endless loops: a `credential_process` or an `mfa_command` runs assume-role, which
// needs the same program again.
import { ConfigError } from "../errors.ts";
import { RUNS_ITSELF } from "../plan/self_reference.ts";
import { STARTED_BY, USE_ROLE_VARIABLE } from "../settings/names.ts";
import { isHeld, type Waiting } from "../system/lock.ts";

/** A program, such as a `credential_process`, that a run starts to get credentials. */
export interface Program {
  /** The profile that names the program; absent for an `mfa_command`. */
  readonly profile?: string;
  /** The key of the profile that names the program; default: `credential_process`. */
  readonly key?: "credential_process" | "web_identity_token_process";
  /** `Base.fingerprint` of the profile of the `credential_process`. */
  readonly fingerprint?: string;
}

/** A running program, and the locks of the run of assume-role that started the program. */
interface Step extends Program {
  readonly locks: readonly string[];
}

/** Words in every error message of this module. An outer run looks for these words. */
const WORDS = "leads back to itself";

/** Whether the message of a nested run says that its programs form a loop. */
export function isLoopMessage(message: string): boolean {
  return message.includes(WORDS) || message.includes(RUNS_ITSELF);
}

/**
 * Detects loops in two ways. Each program gets the variable `ASSUME_ROLE_STARTED_BY`. The
 * variable lists the program, the programs that led to it, and the locks of the runs that
 * started these programs. A run with this variable fails instead of waiting for a listed
 * lock, or starting a listed `credential_process` again.
 *
 * A program may drop the variable. Therefore the file of a lock can also contain the ID of
 * the process that holds the lock. A run fails instead of waiting for its own ancestor.
 */
export class LoopGuard {
  readonly #steps: readonly Step[];
  readonly #locks: readonly string[];
  readonly #isMarked: boolean;

  private constructor(
    steps: readonly Step[],
    locks: readonly string[],
    isMarked: boolean,
  ) {
    this.#steps = steps;
    this.#locks = locks;
    this.#isMarked = isMarked;
  }

  /** Creates the guard of a run from the environment of the run. */
  static fromEnv(env: Readonly<Record<string, string>>): LoopGuard {
    return new LoopGuard(parseSteps(env[STARTED_BY]), [], false);
  }

  /** Whether a `credential_process` or an `mfa_command` started this run. */
  get isNested(): boolean {
    return this.#steps.length > 0;
  }

  /**
   * Returns a guard whose lock files contain the ID of this process if `isMarked`. With
   * `--server`, lock files contain no ID while the command runs. The command is a
   * descendant of this process, but can wait for the locks without a loop.
   */
  marked(isMarked: boolean): LoopGuard {
    return new LoopGuard(this.#steps, this.#locks, isMarked);
  }

  /** Returns the guard for work that this process does while it holds a lock. */
  holding(lock: string): LoopGuard {
    const locks = [...this.#locks, lock];
    return new LoopGuard(this.#steps, locks, this.#isMarked);
  }

  /**
   * Returns the environment variables with which a program must be started; the program must
   * not get a variable whose value is `undefined`.
   *
   * @param owner the profile or the MFA device that needs the program, for the message
   * @throws {ConfigError} If the program is a `credential_process` that is already running
   * and started this run, directly or through other programs
   */
  async enter(
    program: Program,
    owner: string,
  ): Promise<Readonly<Record<string, string | undefined>>> {
    const { profile, fingerprint } = program;
    const at = this.#steps.findIndex((step) =>
      fingerprint !== undefined && step.fingerprint === fingerprint &&
      step.profile === profile
    );
    if (at >= 0 && await this.#isRunning(this.#steps[at]!)) {
      throw loopError(this.#steps.slice(at), owner);
    }
    const steps = [...this.#steps, { ...program, locks: this.#locks }];
    return {
      [STARTED_BY]: JSON.stringify(steps),
      // `use-role` does not evaluate the output of the program.
      [USE_ROLE_VARIABLE]: undefined,
    };
  }

  /**
   * Returns checks that throw if waiting for a lock would never end.
   *
   * @param owner the owner of the credentials, such as a role, for the message
   */
  checks(owner: string): Pick<Waiting, "onBusy" | "onBusyWith" | "isMarked"> {
    return {
      onBusy: (lock) => {
        const at = this.#steps.findIndex(({ locks }) => locks.includes(lock));
        if (at >= 0) throw loopError(this.#steps.slice(at), owner);
      },
      onBusyWith: async (pid) => {
        const { isAncestor } = await import("../system/is_ancestor.ts");
        if (await isAncestor(pid)) throw unknownLoopError(owner);
      },
      isMarked: this.#isMarked,
    };
  }

  /**
   * Whether the run that started a program still waits for the program. The program may
   * continue in the background after that run has ended. `ASSUME_ROLE_STARTED_BY` then
   * still lists the program.
   */
  async #isRunning({ locks }: Step): Promise<boolean> {
    if (locks.some((lock) => this.#locks.includes(lock))) return false;
    const held = await Promise.all(locks.map(isHeld));
    return held.every((isHeld) => isHeld);
  }
}

function loopError(steps: readonly Step[], owner: string): ConfigError {
  const [first, ...others] = steps.map(nameOf);
  const through = others.length === 0 ? "" : ` through ${others.join(" and ")}`;
  const { profile, key = "credential_process" } = steps.at(-1)!;
  return new ConfigError(
    `Cannot get the credentials of ${owner}: ${first} ${WORDS}${through}`,
    {
      hint: profile !== undefined
        ? `let ${key} use another profile: add '--profile' with the base profile`
        : "let mfa_command use credentials that need no code of the same device",
    },
  );
}

function unknownLoopError(owner: string): ConfigError {
  return new ConfigError(
    `Cannot get the credentials of ${owner}: a program that gets them ${WORDS}`,
    {
      hint:
        "let credential_process or mfa_command use another profile: add '--profile' with the base profile",
    },
  );
}

function nameOf({ profile, key = "credential_process" }: Step): string {
  return profile === undefined
    ? "mfa_command"
    : `the ${key} of the profile '${profile}'`;
}

/** Parses `ASSUME_ROLE_STARTED_BY`; a damaged value counts as unset. */
function parseSteps(text: string | undefined): readonly Step[] {
  try {
    const steps: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(steps) && steps.every(isStep) ? steps : [];
  } catch {
    return [];
  }
}

function isProcessKey(key: unknown): boolean {
  return key === "credential_process" || key === "web_identity_token_process";
}

function isStep(value: unknown): value is Step {
  if (typeof value !== "object" || value === null) return false;
  const { profile, key, fingerprint, locks } = value as Record<string, unknown>;
  const isText = (text: unknown) => typeof text === "string";
  return [profile, fingerprint].every((text) =>
    text === undefined || isText(text)
  ) && (key === undefined || isProcessKey(key)) &&
    Array.isArray(locks) && locks.every(isText);
}
