// Pure: no I/O.
// Hides the command line of a program of the user, and the secrets in the command line, in
// texts that the program or a shell writes.

/** Matches the name of an option, a variable or an HTTP header whose value is a secret. */
const SECRET_NAME = String
  .raw`[\w-]*(?:pass|secret|token|key|pin|cred|auth|otp)[\w-]*`;
const VALUE = String.raw`(?:"([^"]+)"|'([^']+)'|([^\s'"]+))`;
/** Patterns of secrets in a command line; the group that matches is the secret. */
const SECRETS: readonly RegExp[] = [
  `(?:^|[\\s'"])(?:--?${SECRET_NAME}(?:=|\\s+)|${SECRET_NAME}=)${VALUE}`,
  `(?:-H|--header)[\\s=]*['"]?${SECRET_NAME}:\\s*(?:(?:bearer|basic|token)\\s+)?([^\\s'"]+)`,
  String
    .raw`(?:^|\s)(?:-u|-U|--user|--proxy-user)[\s=]*['"]?[^\s:'"]+:([^\s'"]+)`,
  String.raw`:\/\/[^\s/@:]*:([^\s/@]+)@`,
].map((pattern) => new RegExp(pattern, "gi"));
const SECRET_OPTION = new RegExp(`^--?${SECRET_NAME}$`, "i");
const SECRET_PAIR = new RegExp(`^(?:--?)?${SECRET_NAME}=([^]+)$`, "i");
/** Length below which a value is not hidden, because it would hide parts of other words. */
const MIN_SECRET_LENGTH = 3;

/** Matches a command line whose first word is in quotes. */
const QUOTED_PROGRAM = /^\s*(["'])(.+?)\1/;

/** Hides a program's command line, and the secrets in the command line. */
export class CommandHider {
  /** The hidden texts, the longest first, each with its replacement. */
  readonly #texts: readonly (readonly [hidden: string, shown: string])[];

  /** @param command a command line, or the words of a program and its arguments */
  constructor(command: string | readonly string[]) {
    const words = typeof command === "string" ? [] : command;
    const line = typeof command === "string" ? command : command.join(" ");
    // If a whole command line is in quotes, the system looks for a program of this name.
    const [program] = typeof command === "string"
      ? QUOTED_PROGRAM.exec(command)?.slice(2) ?? []
      : command;
    const lines = [line, program ?? ""].filter((text) => /\s/.test(text.trim()))
      .map((text) => [text, "the command"] as const);
    const secrets = findSecrets(words, line).flatMap(escapedForms)
      .map((text) => [text, "***"] as const);
    this.#texts = [...lines, ...secrets]
      .sort(([a], [b]) => b.length - a.length);
  }

  /** Hides the command line and the secrets in a text. */
  hide(text: string): string {
    return this.#texts.reduce(
      (text, [hidden, shown]) => text.replaceAll(hidden, () => shown),
      text,
    );
  }

  /**
   * Returns the length of the end of a text that may be the start of a hidden text, because
   * a program can write a text in pieces.
   */
  startLength(text: string): number {
    const lengths = this.#texts.map(([hidden]) => {
      for (let length = hidden.length - 1; length > 0; length--) {
        if (text.endsWith(hidden.slice(0, length))) return length;
      }
      return 0;
    });
    return Math.max(0, ...lengths);
  }
}

function findSecrets(words: readonly string[], line: string): string[] {
  return [
    ...words.filter((_, at) => SECRET_OPTION.test(words[at - 1] ?? "")),
    ...words.flatMap((word) => SECRET_PAIR.exec(word)?.[1] ?? []),
    ...SECRETS.flatMap((pattern) =>
      Array.from(line.matchAll(pattern), (match) => match.slice(1))
        .flat().filter((value) => value !== undefined)
    ),
  ].filter((text) => text.length >= MIN_SECRET_LENGTH && !text.startsWith("-"));
}

/** Lists the forms in which programs print a text: as it is, escaped or in a URL. */
function escapedForms(text: string): readonly string[] {
  const escaped = text.replaceAll("\\", "\\\\");
  return [
    ...new Set([
      text,
      escaped,
      escaped.replaceAll('"', '\\"'),
      escaped.replaceAll("'", "\\'"),
      text.replaceAll("'", "'\\''"),
      text.replaceAll("'", `'"'"'`),
      encodeURIComponent(text.toWellFormed()),
    ]),
  ];
}
