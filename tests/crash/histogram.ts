/** The figures of many kills and errors. */

/** How a run with a fault ended. */
export type Outcome = "killed" | "ran" | "warned" | "failed";

/** Counts, for each step, the faults and their outcomes. */
export class Histogram {
  readonly #rows = new Map<string, Map<string, number>>();
  readonly #leftovers = new Map<string, number>();
  #missed = 0;

  add(step: string, fault: "kill" | "error", outcome: Outcome): void {
    const row = this.#rows.get(step) ?? new Map();
    this.#rows.set(step, row);
    increment(row, fault === "kill" ? "kills" : "errors");
    increment(row, outcome);
  }

  /** Counts a run in which the fault did not hit the planned step. */
  addMiss(): void {
    this.#missed++;
  }

  /** Counts files that were left behind. */
  addLeftovers(when: string, names: readonly string[]): void {
    for (const name of names) increment(this.#leftovers, `${when}: ${name}`);
  }

  total(column: "kills" | "errors"): number {
    return [...this.#rows.values()]
      .reduce((sum, row) => sum + (row.get(column) ?? 0), 0);
  }

  /** Returns those of some steps that have fewer faults than a number. */
  below(
    least: number,
    column: "kills" | "errors",
    steps: Iterable<string>,
  ): readonly string[] {
    return [...steps].filter((step) =>
      (this.#rows.get(step)?.get(column) ?? 0) < least
    );
  }

  /** Formats a table, and the counts of leftovers. */
  format(): string {
    const columns = ["kills", "errors", "killed", "ran", "warned", "failed"];
    const line = (cells: readonly (string | number)[], name: string) =>
      `${cells.map((cell) => `${cell}`.padStart(7)).join("")}  ${name}`;
    const rows = [...this.#rows].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([step, row]) =>
        line(columns.map((column) => row.get(column) ?? 0), step)
      );
    const leftovers = [...this.#leftovers].sort(([a], [b]) => a < b ? -1 : 1)
      .map(([name, count]) => `${String(count).padStart(7)}  ${name}`);
    return [
      line(columns, "step"),
      ...rows,
      `  ${this.total("kills")} kills and ${
        this.total("errors")
      } errors at ${this.#rows.size} steps; ${this.#missed} runs missed the step`,
      "  files that were left behind:",
      ...leftovers,
      "",
    ].join("\n");
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
