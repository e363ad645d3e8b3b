// Pure: no I/O.
import type { CacheState } from "../cache/session_state.ts";
import type { KnownRole } from "../plan/list_roles.ts";
import { formatDuration } from "../settings/duration.ts";
import { formatSpans, type Span, type Style } from "../settings/styled_text.ts";
import { formatLines, type SafeText } from "../settings/terminal_text.ts";
import { formatCell, layOut, layOutRows } from "./layout.ts";
import { formatSession } from "./session_time.ts";
import { formatSourceFacts, type SourceFacts } from "./setting_source.ts";
import { shortenHome, type View } from "./view.ts";

/** Role or profile that `--list` shows. */
export interface ListedRole {
  /** Absent if only the cache has the role, and `--role` has no short name for the ARN. */
  readonly name?: string;
  readonly arn?: string;
  readonly accountId?: string;
  /** Name of the role with its path: `team/deploy`. */
  readonly roleName?: string;
  readonly namedBy: KnownRole["namedBy"];
  /** `cache`: neither the configuration nor AWS's files name the role. */
  readonly source: SourceFacts | { readonly kind: "cache" };
  readonly session: CacheState;
}

/** Texts for a profile, by the option that can select the profile. */
const NOTES: { readonly [N in KnownRole["namedBy"]]: string } = {
  role: "",
  profile: "--profile only",
  ambiguous: "ambiguous name",
  nothing: "keys only",
};
const SESSION_STYLES: { readonly [K in CacheState["kind"]]?: Style } = {
  fresh: "green",
  stale: "yellow",
};

/** Formats roles for a program: lines of name, ARN, source, state and time, with tabs. */
export function formatRoleLines(roles: readonly ListedRole[]): SafeText {
  return formatLines(...roles.map((role) => {
    const { name = "", arn = "", session } = role;
    const isValid = session.kind === "fresh" || session.kind === "stale";
    return [
      name,
      arn,
      describeSource(role),
      session.kind,
      isValid ? formatDuration(session.left / 1000) : "",
    ].map(formatCell);
  }));
}

/**
 * Formats roles for people, in columns. With `--verbose`, the ARN and the source of each
 * role follow on lines of their own.
 */
export function formatRoleTable(
  roles: readonly ListedRole[],
  view: View,
): SafeText {
  const hasNotes = roles.some((role) => noteOf(role) !== "");
  const titles = ["NAME", "ACCOUNT", "ROLE", "SESSION"];
  const rows = [
    [...titles, ...(hasNotes ? ["NOTE"] : [])].map((title): Span => [
      "bold",
      title,
    ]),
    ...roles.map(formatRow),
  ];
  const [head = [], ...lines] = layOutRows(rows, view);
  return formatSpans(
    [
      ...head,
      ...roles.flatMap((role, at) => [
        ...lines[at]!,
        ...(view.isVerbose ? formatDetails(role, view) : []),
      ]),
    ],
    view.isColoured,
  );
}

function formatRow(role: ListedRole): readonly Span[] {
  const { name = "", accountId = "", roleName = "", session } = role;
  const state = session.kind === "none" ? "" : formatSession(session);
  const note = noteOf(role);
  const cells = [
    ...[name, accountId, roleName, state].map(formatCell),
    ...(note ? [note] : []),
  ];
  const style = SESSION_STYLES[session.kind];
  return role.source.kind === "cache"
    ? cells.map((cell) => ["dim", cell])
    : cells.map((cell, at) => at === 3 && style ? [style, cell] : cell);
}

/** Formats the ARN and the source of a role. */
function formatDetails(
  role: ListedRole,
  view: View,
): readonly (readonly Span[])[] {
  const place = shortenHome(describeSource(role), view);
  const { columns } = view;
  return [role.arn, place].flatMap((text) =>
    text === undefined
      ? []
      : layOut([[["dim", text] as const]], { columns, indent: 4 })
  );
}

function noteOf({ source, namedBy }: ListedRole): string {
  return source.kind === "cache" ? "only cached" : NOTES[namedBy];
}

function describeSource({ source, namedBy }: ListedRole): string {
  if (source.kind === "cache") return "cache";
  if (source.kind !== "profile") return formatSourceFacts(source);
  const note = NOTES[namedBy];
  return note === "" ? "profile" : `profile (${note})`;
}
