import { isStrong, textOf, valueOf, type Cell } from "../../src/core/reports/cells.ts";
import type { Column, Table } from "../../src/core/reports/table.ts";
import { fill, h, type Child } from "../dom.ts";
import { plainButton } from "./toolkit.ts";

export interface DataTableOptions {
  /** What screen readers call the table. */
  readonly label: string;
  /** Id of the column whose cells name their rows. */
  readonly rowHeader?: string;
  /** Read by screen readers after text that stands out: why it does. */
  readonly emphasis?: string;
  readonly rowClass?: (row: number) => string;
  /** Something more than the cell's text, by the column's id. Undefined or false: the text alone. */
  readonly cell?: (cell: Cell, row: number, column: string) => Child;
  readonly sortable?: boolean;
}

interface Sorting {
  /** Id of the column. */
  readonly column: string;
  readonly descending: boolean;
}

/** A table of finished text that a reader can sort by the buttons in its header. Rows are changed in place. */
export class DataTable {
  readonly element: HTMLElement;
  private readonly head = h("thead");
  private readonly body = h("tbody");
  private heading = "";
  private table: Table = { columns: [], rows: [] };
  private sorting: Sorting | undefined;

  constructor(private readonly options: DataTableOptions) {
    this.element = h(
      "div",
      { class: "table-scroll", tabindex: 0, role: "region", "aria-label": options.label },
      h("table", { class: "data", "aria-label": options.label }, this.head, this.body),
    );
  }

  update(table: Table): void {
    this.table = table;
    const heading = JSON.stringify(table.columns);
    if (heading !== this.heading) {
      this.heading = heading;
      if (!table.columns.some(({ id }) => id === this.sorting?.column)) this.sorting = undefined;
      this.drawHead();
    }
    this.drawBody();
  }

  private drawHead(): void {
    const { columns } = this.table;
    fill(
      this.head,
      h(
        "tr",
        {},
        columns.map(({ id, title, align }) =>
          h(
            "th",
            { scope: "col", class: align, "aria-sort": this.options.sortable ? "none" : undefined },
            this.options.sortable
              ? plainButton([h("span", {}, wordsOf(title)), h("span", { class: "sort-mark", "aria-hidden": "true" })], {
                  class: "sort",
                  onclick: () => this.sortBy(id, align),
                })
              : title,
          ),
        ),
      ),
    );
    this.markSorting();
  }

  /** First the natural direction (numbers: largest first), then the other, then the table's own order. */
  private sortBy(column: string, align: Column["align"]): void {
    const natural = align === "right";
    if (this.sorting?.column !== column) this.sorting = { column, descending: natural };
    else if (this.sorting.descending === natural) this.sorting = { column, descending: !natural };
    else this.sorting = undefined;
    this.markSorting();
    this.drawBody();
  }

  private markSorting(): void {
    if (!this.options.sortable) return;
    for (const [index, heading] of [...this.head.querySelectorAll("th")].entries()) {
      const { id } = this.table.columns[index]!;
      const direction = this.sorting?.column !== id ? "none" : this.sorting.descending ? "descending" : "ascending";
      heading.setAttribute("aria-sort", direction);
    }
  }

  private drawBody(): void {
    const { columns, rows } = this.table;
    fill(
      this.body,
      sortedRows(this.table, this.sorting).map((row) =>
        h(
          "tr",
          { class: this.options.rowClass?.(row) || undefined },
          rows[row]!.map((cell, index) => this.drawCell(cell, row, columns[index]!)),
        ),
      ),
    );
  }

  private drawCell(cell: Cell, row: number, { id, align }: Column): HTMLElement {
    const { rowHeader, emphasis } = this.options;
    const content = this.options.cell?.(cell, row, id) || textOf(cell);
    const strong = isStrong(cell);
    const reason = strong ? emphasis : undefined;
    return h(
      id === rowHeader ? "th" : "td",
      { class: align, scope: id === rowHeader ? "row" : undefined, title: reason },
      strong ? h("strong", {}, content) : content,
      reason === undefined ? undefined : h("span", { class: "for-screen-readers" }, ` (${reason})`),
    );
  }
}

/** A heading breaks between its words only. */
function wordsOf(title: string): Child[] {
  return title.split(" ").flatMap((word, index) => [index > 0 && " ", h("span", { class: "word" }, word)]);
}

/** Indices of the rows in the order to show. Equal rows keep their order; what has no value comes last. */
export function sortedRows({ columns, rows }: Table, sorting: Sorting | undefined): number[] {
  const indices = rows.map((_, index) => index);
  if (sorting === undefined) return indices;
  const at = columns.findIndex(({ id }) => id === sorting.column);
  const values = rows.map((row) => valueOf(row[at]!));
  const direction = sorting.descending ? -1 : 1;
  const compare = (a: string | number | null, b: string | number | null): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === "number" && typeof b === "number") return direction * (a - b);
    return direction * String(a).localeCompare(String(b), "en", { numeric: true });
  };
  return indices.sort((a, b) => compare(values[a]!, values[b]!) || a - b);
}
