import { t } from "../../src/core/pages/texts.ts";
import { textOf, type Cell } from "../../src/core/reports/cells.ts";
import type { Column, Table } from "../../src/core/reports/table.ts";
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
  const { columns, rows } = table;
  const textAt = (row: readonly Cell[], column: number) => textOf(row[column]!);
  const isConstant = ({ id }: Column, column: number) =>
    sayOnce.includes(id) && rows.length > 1 && rows.every((row) => textAt(row, column) === textAt(rows[0]!, column));
  const isKept = columns.map((column, index) => !isConstant(column, index));
  const kept = <Of>(of: readonly Of[]) => of.filter((_, index) => isKept[index]);
  return {
    table: { ...table, columns: kept(columns), rows: rows.map(kept) },
    constant: columns.flatMap(({ title }, column) =>
      isKept[column] ? [] : [{ title, value: textAt(rows[0]!, column) }],
    ),
  };
}

/** The place above a table where it is said what all of its rows have. */
export function factsList(): HTMLElement {
  return h("ul", { class: "facts", "aria-label": t("The same in all rows") });
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
