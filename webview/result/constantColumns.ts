import type { Table } from "../../src/core/reports/table.ts";
import { fill, h, type Child } from "../dom.ts";

/** What all rows of a table have in a column. */
interface Fact {
  readonly title: string;
  readonly value: string;
}

/**
 * Takes out those of the named columns that say the same in all rows. A table of one row says everything in its
 * row.
 */
export function withoutConstant(
  table: Table,
  sayOnce: readonly string[],
): { readonly table: Table; readonly constant: readonly Fact[] } {
  const { columns, rows, emphasized = new Set<string>() } = table;
  const isConstant = (title: string, column: number) =>
    sayOnce.includes(title) && rows.length > 1 && rows.every((row) => row[column] === rows[0]![column]);
  const kept = columns.flatMap(({ title }, column) => (isConstant(title, column) ? [] : [column]));
  return {
    table: {
      ...table,
      columns: kept.map((column) => columns[column]!),
      rows: rows.map((row) => kept.map((column) => row[column]!)),
      emphasized: new Set(
        rows.flatMap((_, row) =>
          kept.flatMap((column, position) => (emphasized.has(`${row}:${column}`) ? [`${row}:${position}`] : [])),
        ),
      ),
    },
    constant: columns.flatMap(({ title }, column) =>
      isConstant(title, column) ? [{ title, value: rows[0]![column]! }] : [],
    ),
  };
}

/** The place above a table where it is said what all of its rows have. */
export function factsList(): HTMLElement {
  return h("ul", { class: "facts", "aria-label": "The same in all rows" });
}

export function showFacts(list: HTMLElement, facts: readonly Fact[]): void {
  showList(
    list,
    facts.map(({ title, value }) => [h("span", { class: "fact-name" }, title), " ", value]),
  );
}

/** Fills a list; an empty one is not seen. */
export function showList(list: HTMLElement, entries: readonly Child[]): void {
  fill(
    list,
    entries.map((entry) => h("li", {}, entry)),
  );
  list.hidden = entries.length === 0;
}
