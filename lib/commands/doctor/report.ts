// Pure: no I/O.
import { layOut } from "../../output/layout.ts";
import type { Json } from "../../output/json_documents.ts";
import { shortenHome, type View } from "../../output/view.ts";
import {
  formatSpans,
  type Span,
  type Style,
} from "../../settings/styled_text.ts";
import { type SafeText, sanitize } from "../../settings/terminal_text.ts";
import type { Finding, NamedFinding } from "./finding.ts";

/** Levels in the order of the report, with their styles. */
const LEVELS: { readonly [L in Finding["level"]]: Style } = {
  problem: "red",
  warning: "yellow",
  ok: "green",
};

/** Numbers of findings by level. */
export type Counts = { readonly [L in Finding["level"]]: number };

/** Counts findings by level. */
export function countFindings(findings: readonly Finding[]): Counts {
  const count = (level: Finding["level"]) =>
    findings.filter((finding) => finding.level === level).length;
  return {
    problem: count("problem"),
    warning: count("warning"),
    ok: count("ok"),
  };
}

/**
 * Formats findings: the problems, then the warnings, then the counts. With `--verbose`, the
 * passed checks are shown, too. On a terminal, the advice is on a line of its own.
 */
export function formatReport(
  findings: readonly Finding[],
  view: View,
): SafeText {
  const shown = (Object.keys(LEVELS) as Finding["level"][])
    .flatMap((level) => findings.filter((finding) => finding.level === level))
    .filter(({ level }) => level !== "ok" || view.isVerbose);
  const rows = shown.flatMap((finding) => formatFinding(finding, view));
  const total: Span = ["bold", formatCounts(countFindings(findings))];
  return formatSpans([...layOut(rows, view), [total]], view.isColoured);
}

/** Creates the document of `--doctor --json`; see `docs/schemas/doctor.json`. */
export function toDoctorDocument(findings: readonly NamedFinding[]): Json {
  const { problem, warning, ok } = countFindings(findings);
  return {
    problems: problem,
    warnings: warning,
    passed: ok,
    checks: findings.map(({ check, level, text, advice }) => ({
      check,
      level,
      text: sanitize(text),
      advice: advice === undefined ? undefined : sanitize(advice),
    })),
  };
}

function formatFinding(
  { level, text, advice }: Finding,
  view: View,
): readonly (readonly Span[])[] {
  const style = LEVELS[level];
  const shown = shortenHome(text, view);
  const first = [style, level] as const;
  if (advice === undefined) return [[first, shown]];
  return view.columns === undefined
    ? [[first, `${shown}; ${advice}`]]
    : [[first, shown], ["", advice]];
}

function formatCounts({ problem, warning, ok }: Counts): string {
  return [
    formatCount(problem, "problem"),
    ...(warning > 0 ? [formatCount(warning, "warning")] : []),
    `${formatCount(ok, "check")} passed`,
  ].join(", ");
}

function formatCount(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
}
