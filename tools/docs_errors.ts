/**
 * Formats the table `errors` of `docs/troubleshooting.md` from the tables of errors in
 * `lib/`, so that the document has the texts that users see.
 *
 * @module
 */
import {
  type ErrorRule,
  HTTP_STATUS,
  INCOMPLETE_ANSWER,
  LOST_ANSWER,
  NO_ANSWER,
  NO_AWS_ANSWER,
  TOO_LARGE_ANSWER,
  UNREADABLE_ANSWER,
} from "../lib/aws/errors/match.ts";
import { DENIED_ERRORS } from "../lib/aws/errors/denied.ts";
import { SERVICE_ERRORS } from "../lib/aws/errors/service.ts";
import { rulesOf } from "../lib/credentials/sdk_rules.ts";
import { SIGN_IN_RULES } from "../lib/sso/explain.ts";
import { formatTable } from "./markdown_table.ts";

/** Stands for a text that differs from error to error. */
const ANY = "…";

/** Causes of the errors whose code is one of assume-role, not of AWS. */
const OWN_CODES: Readonly<Record<string, string>> = {
  [NO_ANSWER]: "no answer",
  [LOST_ANSWER]: "an answer that was lost",
  [TOO_LARGE_ANSWER]: "an answer that is too large",
  [HTTP_STATUS]: "an HTTP error",
  [UNREADABLE_ANSWER]: "an answer that is not in AWS's format",
  [NO_AWS_ANSWER]: "an HTTP error that is not from AWS",
  [INCOMPLETE_ANSWER]: "an answer that lacks a value",
};

/** A table of errors. */
interface ErrorSource {
  readonly rules: readonly ErrorRule[];
  /** The cause of the errors without a code. */
  readonly cause?: string;
  readonly placeholders: Readonly<Record<string, string>>;
}

const AWS_PLACEHOLDERS = {
  host: "HOST",
  endpoint: "AWS_ENDPOINT_URL",
  region: "the region, ",
};

const PROFILE_PLACEHOLDERS = { profile: ` --profile ${ANY}` };

/** Rules for the credentials of any profile, which `rulesOf()` returns for each provider. */
const PROFILE_RULES = rulesOf("sso").filter((rule) =>
  rulesOf("login").includes(rule)
);

/** Returns the rules for the errors of one kind of credential providers only. */
function ownRulesOf(provider: Parameters<typeof rulesOf>[0]): ErrorRule[] {
  return rulesOf(provider).filter((rule) => !PROFILE_RULES.includes(rule));
}

const SOURCES: readonly ErrorSource[] = [
  { rules: DENIED_ERRORS, placeholders: AWS_PLACEHOLDERS },
  { rules: SERVICE_ERRORS, placeholders: AWS_PLACEHOLDERS },
  { rules: PROFILE_RULES, cause: "a profile", placeholders: {} },
  {
    rules: ownRulesOf("sso"),
    cause: "a sign-in to IAM Identity Center",
    placeholders: PROFILE_PLACEHOLDERS,
  },
  {
    rules: SIGN_IN_RULES,
    placeholders: { command: `aws sso login --profile ${ANY}` },
  },
  {
    rules: ownRulesOf("login"),
    cause: "a sign-in by 'aws login'",
    placeholders: PROFILE_PLACEHOLDERS,
  },
  {
    rules: ownRulesOf("container"),
    cause: "credentials of a container",
    placeholders: {},
  },
  {
    rules: ownRulesOf("instance"),
    cause: "credentials of an EC2 instance",
    placeholders: {},
  },
];

/** One row of the table. Errors with the same message and remedy share one row. */
interface ErrorRow {
  readonly message: string;
  readonly causes: Set<string>;
  readonly remedy: string;
}

/**
 * Formats the Markdown table of the errors of AWS and of AWS's credentials: the message
 * after `Cannot …: `, the cause and the remedy, in the alphabetical order of the messages.
 */
export function formatErrorTable(): string {
  const rows = new Map<string, ErrorRow>();
  for (const source of SOURCES) {
    for (const rule of source.rules) {
      const message = markUp(fill(rule.reason, rule, source));
      // A row without a text of its own would match every error.
      if (message === ANY) continue;
      const remedy = markUp(fill(rule.hint ?? "", rule, source));
      const key = `${message}\n${remedy}`;
      const row = rows.get(key) ?? { message, causes: new Set(), remedy };
      for (const cause of listCauses(rule, source)) row.causes.add(cause);
      rows.set(key, row);
    }
  }
  const sorted = [...rows.values()]
    .sort((a, b) => compare(a.message, b.message));
  return formatTable(
    ["message after `Cannot …:`", "cause", "what to do"],
    sorted.map(({ message, causes, remedy }) => [
      message,
      [...causes].join(", "),
      remedy,
    ]),
  );
}

/** Compares two messages without their marks and without regard to case. */
function compare(a: string, b: string): number {
  const plain = (text: string) => text.replaceAll("`", "").toLowerCase();
  return plain(a) < plain(b) ? -1 : 1;
}

function listCauses(
  { codes }: ErrorRule,
  { cause = "" }: ErrorSource,
): readonly string[] {
  return codes?.split(" ").map((code) => OWN_CODES[code] ?? `\`${code}\``) ??
    [markUp(cause)];
}

/** Replaces the placeholders of a text by words that stand for any value. */
function fill(text: string, rule: ErrorRule, source: ErrorSource): string {
  return text.replace(
    /\{(\w+)\}/g,
    (_, name: string) =>
      name === "why"
        ? describePolicy(rule.when)
        : source.placeholders[name] ?? describeGroup(name, rule.when),
  );
}

/** Describes the words of AWS about the policy that denies a call. */
function describePolicy(pattern?: RegExp): string {
  const words = pattern?.source.replaceAll("\\b", "").replace(".+", ANY) ?? "";
  return /^[\w …]+$/.test(words) ? ` ${words} ${ANY}` : ` ${ANY}`;
}

/**
 * Describes a group of a pattern: its alternatives, such as `sts:TagSession or
 * sts:SetSourceIdentity`, or `…` if the group matches any text.
 */
function describeGroup(name: string, pattern?: RegExp): string {
  const groups = pattern?.source.match(/(?<!\\)\((?!\?)[^()]*\)/g) ?? [];
  const text = (groups[Number(name) - 1] ?? "").slice(1, -1)
    .replaceAll("\\w+", ANY).split("|").join(" or ");
  return /^[\w: …]+$/.test(text) ? text : ANY;
}

/** Marks variables, and commands and options in quotes, as code. */
function markUp(text: string): string {
  return text
    .replace(/'([^']*)'(?=[\s,;:.)]|$)/g, "`$1`")
    .replace(
      /(?<![`\w])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:_\*)?(?![`\w])/g,
      "`$&`",
    );
}
