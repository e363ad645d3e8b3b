// Pure: no I/O.
// Hides the command line of a program of the user, and the secrets in the command line, in
// texts that the program or a shell writes.
import { SecretHider } from "../settings/hide_secrets.ts";

/** Matches the name of an option, a variable or an HTTP header whose value is a secret. */
const SECRET_NAME = String
  .raw`[\w-]*(?:pass|pwd|secret|token|key|pin|code|cookie|cred|auth|otp|session(?![-_](?:name|duration)))[\w-]*`;
const VALUE = String.raw`(?:"([^"]+)"|'([^']+)'|([^\s'"]+))`;
/** Patterns of secrets in a command line; the group that matches is the secret. */
const SECRETS: readonly RegExp[] = [
  `(?:^|[\\s'"])(?:--?${SECRET_NAME}(?:[:=]|\\s+)|/${SECRET_NAME}[:=])${VALUE}`,
  `(?<=^|[\\s'"])${SECRET_NAME}=${VALUE}`,
  `"${SECRET_NAME}\\\\?"\\s*:\\s*\\\\?"([^"\\\\]+)`,
  `[?&;]${SECRET_NAME}=([^\\s'"&;#]+)`,
  `(?:-H|--header)[\\s=]*['"]?${SECRET_NAME}:\\s*(?:(?:bearer|basic|token)\\s+)?([^\\s'"]+)`,
  String
    .raw`(?:^|\s)(?:-u|-U|--user|--proxy-user)[\s=]*['"]?[^\s:'"]+:([^\s'"]+)`,
  String.raw`\/\/[^\s/@:]*:([^\s'"]+)@`,
].map((pattern) => new RegExp(pattern, "gi"));
const SECRET_OPTION = new RegExp(`^--?${SECRET_NAME}$`, "i");
const SECRET_PAIR = new RegExp(
  `^(?:(?:--?)?${SECRET_NAME}=|(?:--?|/)${SECRET_NAME}[:=])([^]+)$`,
  "i",
);
/** Matches `-p` with or without its value, which is a password or the name of a profile. */
const PASSWORD_LETTER = /^-[pP](.*)$/;
/** Matches the name of a profile, or the rest of an option such as `-profile`. */
const PLAIN_NAME = /^[a-z]+(?:[-_.][a-z]+)*$/;
/** Matches a word that looks like a secret: with capital letters and others, or long. */
const SECRET_LOOK =
  /^(?!arn:|[./~]|\w+:\/\/)(?:(?=.*[A-Z])(?=.*[^A-Za-z])\S{6,}|[A-Za-z\d]{16,})$/;
/** Matches the words of a command line, in quotes or not. */
const WORDS = /"([^"]*)"|'([^']*)'|(\S+)/g;

/** Matches a command line whose first word is in quotes. */
const QUOTED_PROGRAM = /^\s*(["'])(.+?)\1/;

/** Hides a program's command line, and the secrets in the command line. */
export class CommandHider {
  /** The forms of the command line, which the words "the command" replace. */
  readonly #lines: readonly string[];
  /** The hidden texts, whose start can be the end of a piece of text. */
  readonly #texts: readonly string[];
  readonly #secrets: SecretHider;

  /**
   * @param command a command line, or the words of a program and its arguments
   * @param known further secrets that the program can know, such as those of variables
   */
  constructor(
    command: string | readonly string[],
    known: readonly string[] = [],
  ) {
    const words = typeof command === "string" ? [] : command;
    const line = typeof command === "string" ? command : command.join(" ");
    // If a whole command line is in quotes, the system looks for a program of this name.
    const [program] = typeof command === "string"
      ? QUOTED_PROGRAM.exec(command)?.slice(2) ?? []
      : command;
    this.#lines = [line, program ?? ""]
      .filter((text) => /\s/.test(text.trim()));
    const secrets = [...findSecrets(words, line), ...known];
    this.#texts = [...this.#lines, ...secrets.flatMap(escapedForms)];
    this.#secrets = new SecretHider(secrets);
  }

  /** Hides the command line and the secrets in a text. */
  hide(text: string): string {
    return this.#secrets.hide(
      this.#lines.reduce(
        (text, line) => text.replaceAll(line, "the command"),
        text,
      ),
    );
  }

  /**
   * Returns the length of the end of a text that may be the start of a hidden text, because
   * a program can write a text in pieces.
   */
  startLength(text: string): number {
    const lengths = this.#texts.map((hidden) => {
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
    ...(words.length > 0 ? words : splitWords(line)).flatMap(findShortOption),
  ].filter((text) => !text.startsWith("-"));
}

/** Returns the value of a one-letter option if the value can be a secret. */
function findShortOption(
  word: string,
  at: number,
  words: readonly string[],
): readonly string[] {
  const next = words[at + 1] ?? "";
  const [, attached] = PASSWORD_LETTER.exec(word) ?? [];
  if (attached !== undefined) {
    const value = attached.replace(/^=/, "") || next;
    return PLAIN_NAME.test(value) ? [] : [value];
  }
  return /^-[A-Za-z]$/.test(word) && SECRET_LOOK.test(next) ? [next] : [];
}

function splitWords(line: string): readonly string[] {
  return Array.from(
    line.matchAll(WORDS),
    (match) => match[1] ?? match[2] ?? match[3]!,
  );
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
