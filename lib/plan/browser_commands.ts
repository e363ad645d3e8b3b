// Pure: no I/O.
import { splitCommandLine } from "../aws/split_command_line.ts";
import { ConfigError } from "../errors.ts";

/** Command line that opens a page in a browser. */
export interface BrowserCommand {
  readonly program: string;
  /** Arguments; {@linkcode PAGE} in an argument stands for the address of the page. */
  readonly args: readonly string[];
  /**
   * Address to which the page leads instead of the sign-in URL; {@linkcode SIGN_IN} in the
   * address stands for the encoded sign-in URL.
   */
  readonly target?: string;
}

/** Values of the placeholders in a command line. */
export interface BrowserValues {
  /** Name of the role or, for a ready-made session, of the profile. */
  readonly role: string;
  /** ID of the session's account. */
  readonly account: string;
  /** Region of the console; empty if unknown. */
  readonly region: string;
}

/** Sources of the browser's command line. */
export interface BrowserSources {
  /** Value of the key `browser`. */
  readonly setting: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly isWindows: boolean;
  /** Whether a file is at a path. */
  readonly isFile: (path: string) => boolean;
}

/** Text in the arguments that stands for the address of the page. */
export const PAGE = "{url}";

/** Text in a target that stands for the encoded sign-in URL. */
export const SIGN_IN = "{url}";

/** Matches a word that is an address itself, such as `ext+container:url={url}`. */
const ADDRESS = /^[a-z][a-z0-9+.-]+:/i;
/** The program by which a remote VS Code opens addresses in the browser of another machine. */
const REMOTE_HELPER = /[\\/]helpers[\\/]browser\.(?:sh|cmd)$/;

/**
 * Finds the commands that the user chose to open a page: the key `browser` or, if the key
 * is not set, the list of commands in the variable `BROWSER`. If the result is empty, the
 * browser of the desktop is to be used.
 *
 * @throws {ConfigError} If the key or the variable has no program or an unclosed quote
 */
export function chosenBrowsers(
  { setting, env, isWindows, isFile }: BrowserSources,
  values: BrowserValues,
): readonly BrowserCommand[] {
  const parse = (text: string, source: string): BrowserCommand => {
    // Programs such as `/mnt/c/Program Files/…/chrome.exe` are often written without quotes.
    const words = isFile(text) ? [text] : splitCommandLine(text, isWindows);
    return parseWords(words ?? [], source, values);
  };
  if (setting !== undefined) return [parse(setting, "the key 'browser'")];
  return (env.BROWSER ?? "").split(isWindows ? ";" : ":")
    .filter((text) => text.trim() !== "" && !REMOTE_HELPER.test(text.trim()))
    .map((text) => parse(text, "the variable BROWSER"));
}

function parseWords(
  words: readonly string[],
  source: string,
  values: BrowserValues,
): BrowserCommand {
  // As in Python's `webbrowser`, a last `&` means that the browser runs in the background.
  const [program, ...rest] = words.at(-1) === "&" ? words.slice(0, -1) : words;
  if (program === undefined) {
    throw new ConfigError(
      `Cannot use ${source}: there is no program, or a quote is not closed`,
      { hint: "write a command line such as: firefox --new-tab {url}" },
    );
  }
  let target: string | undefined;
  const args = rest.map((word) => word.replaceAll("%s", PAGE)).map((word) => {
    if (!word.includes(PAGE) || !ADDRESS.test(word)) {
      return fillIn(word, values, toPlainName);
    }
    target = fillIn(word, values, encodeURIComponent);
    return PAGE;
  });
  const hasPage = args.some((word) => word.includes(PAGE));
  return {
    program,
    args: hasPage ? args : [...args, PAGE],
    ...(target !== undefined && { target }),
  };
}

/**
 * Replaces what would make a name an option of the browser or another path: a project can
 * choose the role's name.
 */
function toPlainName(text: string): string {
  return text.replace(/[\\/]/g, "_").replace(/^(?:-+|\.{1,2}$)/, "_");
}

/** Replaces the placeholders of a word, except `{url}`. */
function fillIn(
  word: string,
  values: BrowserValues,
  encode: (text: string) => string,
): string {
  return word.replace(
    /\{(role|account|region)\}/g,
    (_, name: keyof BrowserValues) => encode(values[name]),
  );
}
