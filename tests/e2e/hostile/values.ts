/** Values from outside that try to control the terminal, and the checks of what is shown. */
import { assert } from "@std/assert";
import type { SentRequest } from "../../fake_aws/server.ts";
import { encodeInAllForms } from "../../secret_forms.ts";

/** The text of a line that only a hostile value writes. */
export const FORGED = "assume-role: error: forged7";

/** Characters that a terminal interprets or does not show, or that end a line. */
const CONTROLS = [
  "\x1b[31m",
  "\x1b]0;title\x07",
  "\x1b",
  "\x08",
  "\x7f",
  "\x9b31m",
  "\x9d",
  "\u200b",
  "\u200e",
  "\u061c",
  "\u202e",
  "\u2066",
  "\ufeff",
  "\u{e0041}",
];
const LINE_ENDS = ["\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029"];

/** A value with every control character and every forged line. */
export const HOSTILE: string = `q${CONTROLS.join("q")}${
  LINE_ENDS.map((end) => `${end}${FORGED}`).join("")
}`;

/** As {@linkcode HOSTILE}, without characters that end a line of a file. */
export const HOSTILE_LINE: string = `q${CONTROLS.join("q")}\r${FORGED}`;

/** Matches a character that must not be shown; line breaks and tabs are checked by line. */
const SHOWN_CONTROL = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}\ufffd]/u;
const FORGED_LINE = /^\W*assume-role: error: forged7/m;

/** A text that must not be shown, in the forms in which it can be repeated. */
export class Secrets {
  /** Each secret's forms. */
  readonly #forms: readonly (readonly [form: string, text: string])[];

  constructor(secrets: readonly string[]) {
    this.#forms = secrets.flatMap((secret) => encodeInAllForms(secret));
  }

  /** The number of forms. */
  get count(): number {
    return this.#forms.length;
  }

  /** Returns a secret in a form; the index can be larger than the number of forms. */
  repeat(index: number): string {
    return this.#forms[index % this.#forms.length]![1];
  }

  /** Checks that a text shows no secret. */
  refuse(shown: string, context: string): void {
    const found = this.#forms.find(([, text]) =>
      shown.includes(withoutEnds(text))
    );
    assert(found === undefined, `${context}: shows ${found}: ${shown}`);
  }
}

/**
 * Removes the ends of a long text: a character of base64 beside a secret can have a part of
 * the secret's first or last byte.
 */
function withoutEnds(text: string): string {
  return text.length < 12 ? text : text.replace(/=+$/, "").slice(2, -2);
}

/** Lists the secrets in a request to AWS. */
export function secretsIn(
  { headers, body, secretAccessKey }: SentRequest,
): readonly string[] {
  const authorization = headers.get("authorization") ?? "";
  const parameters = Object.fromEntries(new URLSearchParams(body));
  const members = /^\{/.test(body) ? JSON.parse(body) : {};
  const session = JSON.parse(parameters.Session ?? "{}");
  return [
    secretAccessKey,
    headers.get("x-amz-security-token"),
    headers.get("x-amz-sso_bearer_token"),
    authorization.startsWith("AWS4-")
      ? ""
      : authorization.replace(/^bearer /i, ""),
    parameters.TokenCode,
    parameters.WebIdentityToken,
    session.sessionKey,
    session.sessionToken,
    members.refreshToken,
    members.clientSecret,
  ].filter((secret) => typeof secret === "string" && secret !== "");
}

/** Checks that a text has no control character and no forged line. */
export function assertClean(shown: string, context: string): void {
  const control = SHOWN_CONTROL.exec(shown)?.[0];
  assert(
    control === undefined,
    `${context}: shows U+${control?.codePointAt(0)?.toString(16)}: ${
      JSON.stringify(shown)
    }`,
  );
  assert(!FORGED_LINE.test(shown), `${context}: has a forged line: ${shown}`);
}
