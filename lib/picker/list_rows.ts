// Pure: no I/O.
import { splitRoleArn } from "../aws/arn.ts";
import type { Section } from "../aws/profiles.ts";
import type { CacheState } from "../cache/session_state.ts";
import { formatCell } from "../output/layout.ts";
import { formatSession } from "../output/session_time.ts";
import { cut, fitColumns, GAP, padding } from "./columns.ts";
import type { Cells } from "./state.ts";

/** Width of the numbered list, in characters. */
const LIST_WIDTH = 79;

/** A role that the user can choose, and the state of its session. */
export interface Choice {
  readonly name: string;
  /** Absent if the ARN is not known. */
  readonly arn?: string;
  /** The keys of the AWS profile with this name, if it is a profile. */
  readonly section?: Section;
  readonly state: CacheState;
}

/** Formats a role as a row of the picker. */
export function toCells({ name, arn, section, state }: Choice): Cells {
  const { accountId, roleName } = arn === undefined
    ? {
      accountId: section?.sso_account_id,
      roleName: section?.sso_role_name,
    }
    : splitRoleArn(arn);
  return [
    formatCell(name),
    formatCell(accountId ?? ""),
    formatCell(roleName ?? ""),
    formatCell(state.kind === "none" ? "" : formatSession(state)),
  ];
}

/** Formats rows as a numbered list, for terminals that cannot move the cursor. */
export function formatNumbered(rows: readonly Cells[]): readonly string[] {
  const digits = `${rows.length}`.length;
  const columns = fitColumns(rows, LIST_WIDTH - digits - 2 * GAP);
  return rows.map((cells, i) =>
    [
      `${" ".repeat(GAP)}${`${i + 1}`.padStart(digits)}`,
      ...columns.map(({ cell, width }) => {
        const text = cut(cells[cell]!, width);
        return text + padding(text, width);
      }),
    ].join(" ".repeat(GAP)).trimEnd()
  );
}
