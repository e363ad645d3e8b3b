// Pure: no I/O.
import {
  AssumeRoleError,
  CommandError,
  STATUS,
  UsageError,
} from "../errors.ts";
import { parseArgv } from "./argv.ts";

/** Dashes that word processors put in the place of one or two hyphens. */
const DASH = /^[\u2010-\u2015\u2212]+/;
/** Quotes that word processors put in the place of straight quotes. */
const QUOTE = /(?:^|=)[\u2018-\u201f\u00ab\u00bb]|[\u2018-\u201f\u00ab\u00bb]$/;

/**
 * Adds a hint to an error about the command line if a word before the arguments of the
 * command starts with a dash that is no hyphen, or has quotes that no shell knows. Such
 * words come from documents and chats.
 */
export function explainCharacters(
  error: unknown,
  args: readonly string[],
): unknown {
  if (!(error instanceof AssumeRoleError)) return error;
  const isOfWords = error instanceof UsageError ||
    error instanceof CommandError && error.status === STATUS.notFound;
  const words = wordsOfOptions(args)
    .filter((word) => isOfWords || error.message.includes(`'${word}'`));
  const dashed = words.find((word) => DASH.test(word));
  const hint = dashed !== undefined
    ? `type '${
      dashed.replace(/=[^]*/, "=…").replace(
        DASH,
        dashed.length > 2 ? "--" : "-",
      )
    }' with hyphens, because a longer dash is not a hyphen`
    : words.some((word) => QUOTE.test(word))
    ? "type straight quotes (' or \"), because a shell does not know curved quotes"
    : undefined;
  return hint === undefined ? error : Object.assign(error, { hint });
}

/** Returns the words up to the name of the command. */
function wordsOfOptions(args: readonly string[]): readonly string[] {
  try {
    const { command } = parseArgv(args);
    return args.slice(0, args.length - Math.max(command.length - 1, 0));
  } catch {
    return args.slice(0, args.includes("--") ? args.indexOf("--") : undefined);
  }
}
